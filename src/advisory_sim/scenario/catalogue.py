"""The vocabulary of measures: name, unit, meaning, and the scopes and windows that have it."""

from __future__ import annotations

from typing import NamedTuple

STRENGTH = ("mission", "team", "role", "team-role")
COVER = ("mission", "unit")
WORK = ("mission", "unit", "activity", "unit-activity")
ACADEMY = ("academy", "group")  # of the whole academy, of a group of its applicants
BOTH = ("horizon", "mandate")
HORIZON = ("horizon",)

CAUSES = {
    "waiting": "waiting for leave to travel (consent, deploy_from, minimum stay)",
    "vacancy": "posts without a holder",
    "suspension": "the suspension of units",
    "induction": "induction",
    "checkout": "checkout",
    "leave": "leave",
    "sickness": "sickness",
    "off_shift": "time off shift",
}


STARTS = {
    "places": "want of free places",
    "applicants": "want of applicants",
    "instructors": "want of instructors present and not held",
    "no_mandate": "the mandate's end",
}


class Measure(NamedTuple):
    """A row of the vocabulary."""

    name: str
    unit: str
    meaning: str
    scopes: tuple[str, ...]
    windows: tuple[str, ...] = BOTH
    on_date: bool = False  # may be asked for on a date
    better: str = "more"  # what a planner wishes: more, less, or neither

    @property
    def of_work(self) -> bool:
        """Whether it is of activities: there is none where a scenario has none."""
        return self.scopes == WORK or self.name == "utilisation"

    @property
    def of_returns(self) -> bool:
        """Whether it is of the stages of a return: there is none where no plan of return is."""
        return self.scopes in (("stage",), ("unit-stage",)) or "reintegrated" in self.name

    @property
    def of_academy(self) -> bool:
        """Whether it is of the academy: there is none where a scenario has none."""
        return self.scopes[0] == "academy"

    @property
    def reviewed(self) -> bool:
        """Whether a decision may wait for it: it is defined over any days, whatever comes later."""
        return self.windows == BOTH and self.name not in ("longest_gap", "open_at_end", "cost", "cost_per_covered_day")


MEASURES = {
    measure.name: measure
    for measure in (
        Measure("authorised", "people", "mean number of open posts", STRENGTH, on_date=True, better="neither"),
        Measure("deployed", "people", "mean number in the mission, on leave or not", STRENGTH, on_date=True),
        Measure("present", "people", "mean number at work or off shift", STRENGTH, on_date=True),
        Measure("on_duty", "people", "mean number present and within their shift", STRENGTH, on_date=True),
        Measure("officer_days", "days", "days of people deployed", STRENGTH),
        Measure("present_days", "days", "days of people present", STRENGTH),
        Measure("incumbency", "share", "authorised post-time with a holder", STRENGTH),
        Measure("vacancy_rate", "share", "authorised post-time without a holder", STRENGTH, better="less"),
        Measure("of_paper_strength", "share", "authorised post-time with somebody present", STRENGTH, ("mandate",)),
        *(Measure(f"officer_days_lost_to_{c}", "days", f"authorised post-days lost to {why}", STRENGTH, better="less")
          for c, why in CAUSES.items()),
        Measure("officer_days_lost_to_handover", "days", "days with a second officer on a post; negative", STRENGTH,
                better="neither"),
        *(Measure(f"days_to_{p}", "days", f"first time that {p} % of the posts of day 0 were deployed (of a decision: "
                  "of its posts, from its effect); infinite where never", (*STRENGTH, "decision"), HORIZON,
                  better="less")
          for p in (50, 80, 95)),
        *(Measure(f"reached_{p}", "share", f"replications that reach {p} %", (*STRENGTH, "decision"), HORIZON)
          for p in (50, 80, 95)),
        Measure("operational", "share", "a team's open time with its minimum present", ("mission", "team")),
        Measure("covered_days", "days", "unit-days covered", COVER),
        Measure("coverage", "share", "open unit-time within the hours that is covered", COVER, on_date=True),
        Measure("population_coverage", "share", "coverage weighted by population", ("mission",)),
        Measure("worst_unit", "share", "coverage of the least covered unit", ("mission",)),
        Measure("longest_gap", "days", "longest time on end without cover", COVER, better="less"),
        *(Measure(f"uncovered_days_lost_to_{c}", "days", f"unit-days uncovered for {why}", COVER, better="less")
          for c, why in CAUSES.items()),
        Measure("uncovered_days_lost_to_posts", "days", "unit-days uncovered for too few posts, or no team", COVER,
                better="less"),
        Measure("uncovered_days_lost_to_no_mandate", "days", "unit-days after the mandate's end", COVER, better="less"),
        Measure("served", "activities", "activities that started", WORK),
        Measure("lost", "activities", "activities whose patience ended, or that came too late", WORK, better="less"),
        Measure("open_at_end", "activities", "activities that wait at the mandate's end", WORK, better="less"),
        Measure("attended", "share", "served of those served or lost", WORK),
        Measure("wait", "days", "mean wait of the served", WORK, better="less"),
        Measure("utilisation", "ratio", "busy time over time on duty; may exceed 1", ("mission", "role", "team-role"),
                better="neither"),
        Measure("reintegrated", "units", "mean number of units in the last stage of their plan of return",
                ("mission", "unit"), on_date=True),
        Measure("at_stage", "units", "mean number of units that have reached a stage", ("stage",), on_date=True),
        Measure("days_to_stage", "days", "when a unit entered a stage of its plan, since day 0; infinite where never",
                ("unit-stage",), HORIZON, better="less"),
        *(Measure(f"days_to_reintegrated_{p}", "days", f"first time that {p} % of the units with a plan of return were "
                  "in its last stage; infinite where never", ("mission",), HORIZON, better="less")
          for p in (50, 80, 95)),
        *(Measure(f"reached_reintegrated_{p}", "share", f"replications in which {p} % of the units come to be",
                  ("mission",), HORIZON) for p in (50, 80, 95)),
        Measure("cost", "money", "people's days and arrivals, teams' days, decisions", (*STRENGTH, "decision"),
                better="less"),
        Measure("cost_per_covered_day", "money", "cost over covered unit-days", ("mission",), better="less"),
        Measure("mandate_began", "share", "replications in which the mandate's clock began", ("mission",), HORIZON),
        Measure("agreed", "share", "replications in which the decision took effect", ("decision",), HORIZON,
                better="neither"),
        Measure("graduates", "people", "cadets who finished course and field training (on a date: by its end)", ACADEMY,
                on_date=True),
        Measure("dropped_out", "people", "cadets who left during the course", ACADEMY, better="less"),
        Measure("applied", "people", "applicants, with those who waited on day 0", ACADEMY, better="neither"),
        Measure("admitted", "people", "applicants who started a class", ACADEMY),
        Measure("waiting_applicants", "people", "applicants who wait for a class at the window's (or the date's) end",
                ACADEMY, on_date=True, better="less"),
        Measure("in_course", "people", "cadets in a course at the window's (or the date's) end", ACADEMY, on_date=True,
                better="neither"),
        Measure("in_field_training", "people", "cadets in field training at the window's (or the date's) end", ACADEMY,
                on_date=True, better="neither"),
        Measure("wait_for_class", "days", "mean wait of the admitted for their class", ACADEMY, better="less"),
        Measure("classes_started", "classes", "classes that started", ("academy",)),
        Measure("places_use", "share", "place-time held by classes (a drop-out's place too) over place-time there is",
                ("academy",)),
        *(Measure(f"starts_limited_by_{c}", "share", f"time in which no further class could start for {why}",
                  ("academy",), better="neither")
          for c, why in STARTS.items()),
        Measure("days_to_target", "days", "first time that as many have graduated as the academy's target asks; "
                "infinite where never", ("academy",), HORIZON, better="less"),
        Measure("target_met", "share", "replications that meet the target", ("target",)),
    )
}  # fmt: skip


def unit_of(measure: str) -> str:
    """The unit of a measure; empty for one that is not in the vocabulary."""
    return MEASURES[measure].unit if measure in MEASURES else ""
