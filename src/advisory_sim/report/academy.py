"""The academy on the page: graduates by date and group, what its classes came to, what held them up."""

from __future__ import annotations

import numpy as np

from advisory_sim.experiment.academy import WAITED_FOR
from advisory_sim.report.comparison import more
from advisory_sim.report.parts import Cell, Group, Section, Table, row, table
from advisory_sim.report.results import Results
from advisory_sim.report.words import NONE, figure, iso_words, middle_range, time_of
from advisory_sim.scenario.fields import Steps
from advisory_sim.scenario.model import Scenario

DATES = 6


def academy(results: Results) -> Section | None:
    """What the academy comes to; none where a plan has none."""
    if results.academy is None:
        return None
    return Section("academy", "The academy", tables=(by_date(results), totals(results), held_up(results)))


def school_words(scenario: Scenario) -> tuple[str, ...]:
    """What the academy is, in a sentence; nothing where there is none."""
    school = scenario.academy
    if school is None:
        return ()
    taught = " and ".join(f"{number} {role}" for role, number in school.instructors.items())
    after = f", then field training of {school.field_training}" if any(school.field_training.args) else ""
    return (
        f"An academy of {steps_words(school.places)} places, in classes of {steps_words(school.class_size)} with a "
        f"course of {steps_words(school.course)}{after}; classes start {school.intakes}"
        f"{f', each with {taught}' if taught else ''}.",
    )


def steps_words(steps: Steps) -> str:
    """A value, or values with the dates from which they hold."""
    if steps[0][0] is None:
        return str(steps[0][1])
    return ", ".join(f"{value} (from {moment})" for moment, value in steps)


def shown_dates(results: Results) -> list[str]:
    """Some dates of the table, spread evenly, and that of the target."""
    assert results.academy is not None
    assert results.scenario.academy is not None
    dates = sorted(results.academy["date"].unique())
    shown = {dates[i] for i in np.linspace(0, len(dates) - 1, DATES).round().astype(int)}
    target = results.scenario.academy.target
    return sorted(shown | ({target.by.isoformat()} if target is not None else set()))


def by_date(results: Results) -> Table:
    """Graduates since day 0, everybody and by group."""
    assert results.academy is not None
    frame = results.academy[results.academy["series"] == "graduates"].set_index(["group", "option", "date"])
    dates = shown_dates(results)
    groups = [
        Group(
            tuple(
                row(option, *(middle_range(frame.loc[name, option, date]) for date in dates))
                for option in results.about.options
            ),
            Cell(name or "everybody"),
        )
        for name in ("", *groups_of(results))
    ]
    return table(
        "Graduates since day 0, by the end of a date: middle of the futures, and the range of 9 in 10 of them",
        " | ".join(["option", *map(iso_words, dates)]),
        *groups,
        notes=("More dates, and who waits, is in course or in field training, are in academy.csv.",),
    )


def groups_of(results: Results) -> list[str]:
    """The groups of the applicants."""
    return [] if results.scenario.academy is None else list(results.scenario.academy.applicants.groups)


def totals(results: Results) -> Table:
    """What became of everybody who applied, over the whole span observed."""
    measures = ("applied", "waiting_applicants", "in_course", "in_field_training", "dropped_out")
    groups = []
    for name in ("", *groups_of(results)):
        scope = "group" if name else "academy"
        rows = []
        for option in results.about.options:
            found = results.of(option, "graduates", scope, name)
            gain = more(results, (option, "graduates", scope, name, "horizon"))
            wait = results.of(option, "wait_for_class", scope, name)["mean"]
            rows.append(
                row(
                    option,
                    *(figure(results.of(option, measure, scope, name)["mean"]) for measure in measures),
                    Cell(middle_range(found), gain),
                    time_of(wait),
                )
            )
        groups.append(Group(tuple(rows), Cell(name or "everybody")))
    return table(
        "What became of those who applied, over the whole span observed: mean of the futures",
        "option | applied | wait at the end | in course | in field training | dropped out | graduated, middle | mean "
        "wait of the admitted",
        *groups,
    )


def held_up(results: Results) -> Table:
    """Classes, places, and what a further class waited for."""
    rows = []
    for option in results.about.options:

        def mean(measure: str, unit: str = "", option: str = option) -> str:
            return figure(results.of(option, measure, "academy")["mean"], unit)

        target = results.estimates.get((option, "days_to_target", "academy", "", "horizon"))
        rows.append(
            row(
                option,
                mean("classes_started"),
                mean("places_use", "share"),
                *(mean(f"starts_limited_by_{cause}", "share") for cause in WAITED_FOR),
                NONE if target is None else middle_range(target),
            )
        )
    return table(
        "Classes over the whole span observed: mean of the futures, and what a further class waited for",
        "option | classes | places held | free places | applicants | instructors | days until the target is reached",
        Group(tuple(rows)),
        notes=(
            "What a further class waited for: share of the time in which no further class could start for want of it, "
            "the first that lacks in this order; the rest of the time is after the mandate's end.",
        ),
    )


def graduates_message(results: Results) -> str:
    """How many graduate by the end, and what the target asks for."""
    said = [
        f"{middle_range(results.of(option, 'graduates', 'academy'))} graduates by the end"
        for option in results.about.options
    ]
    listed = "; ".join(f"'{option}': {text}" for option, text in zip(results.about.options, said, strict=True))
    target = results.scenario.academy.target if results.scenario.academy is not None else None
    aim = "" if target is None else f" The target is {target.graduates:,} by {iso_words(target.by.isoformat())}."
    return f"Graduates since day 0, everybody and by group, a panel an option. {listed}.{aim}"


def classes_message(results: Results) -> str:
    """How many classes start, and how much of the places they hold."""
    said = "; ".join(
        f"'{option}': {figure(results.of(option, 'classes_started', 'academy')['mean'])} classes, "
        f"{figure(results.of(option, 'places_use', 'academy')['mean'], 'share')} of place-time held"
        for option in results.about.options
    )
    return f"The classes of one future in the places that they hold, a panel an option. Mean of the futures, {said}."
