"""Rules across records, all reported together: `rules_..` hold them, by what they are about."""

from __future__ import annotations

from advisory_sim.errors import Problem
from advisory_sim.scenario import rules_academy, rules_council, rules_reentry, rules_runs, rules_staff, rules_work
from advisory_sim.scenario.document import Document, Path_
from advisory_sim.scenario.fields import LONGEST_HORIZON
from advisory_sim.scenario.model import Scenario
from advisory_sim.scenario.quantities import DAY
from advisory_sim.scenario.rules_common import Found


def check(scenario: Scenario, document: Document, dated: bool = True) -> list[Problem]:
    """Everything that no single record can see.

    Parameters
    ----------
    dated
        Whether start, horizon and mandate are right, so that dates can be held against them.
    """
    if not dated:
        return [placed(document, path, text) for rule in RULES for path, text in rule(scenario, document.tree)]
    problems = [
        placed(document, path, text)
        for rule in (
            *RULES,
            rules_staff.moments,
            rules_reentry.moments,
            rules_council.target_dates,
            rules_academy.target_date,
        )
        for path, text in rule(scenario, document.tree)
    ]
    return problems or [document.problem(path, text) for path, text in horizon(scenario)]


def placed(document: Document, path: Path_, text: str) -> Problem:
    """A problem at its value, or at its key where the name itself is wrong."""
    names = tuple(f"no {kind} '{path[-1]}'" for kind in ("role", "team", "unit", "activity", "group", "measure"))
    of_key = path[:1] == ("sources",) or text.startswith(("a name", *names, f"found '{path[-1]}'"))
    return document.problem(path, text, key=of_key)


RULES = (
    rules_staff.names_without_slash,
    rules_staff.people,
    rules_staff.unit_lists,
    rules_staff.posts_and_minima,
    rules_staff.roles,
    rules_staff.sicknesses,
    rules_staff.suspensions,
    rules_staff.rotas,
    rules_work.activities,
    rules_reentry.plans,
    rules_academy.academy,
    rules_academy.same_for_all,
    rules_council.decisions,
    rules_council.reviews,
    rules_council.options,
    rules_council.targets,
    rules_council.sources,
    rules_runs.precision,
)


def horizon(scenario: Scenario) -> Found:
    """What needs everything else to be right."""
    if any(option.set for option in scenario.options.values()):
        return  # looked at with each option's settings in place
    if not DAY <= scenario.horizon_seconds <= LONGEST_HORIZON:
        path = ("horizon",) if scenario.horizon is not None else ("mandate", "length")
        days = scenario.horizon_seconds / DAY
        yield path, f"every option is observed over {days:,.0f} days; allowed: 1 day to 30 years"
