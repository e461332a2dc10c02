"""From the results of a run to what its report says: the sections in their order, one small function each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

import numpy as np

from advisory_sim.experiment.answer import inputs_line, long_date
from advisory_sim.experiment.comparison import capital
from advisory_sim.experiment.spreadsheet import paper_posts
from advisory_sim.report.academy import academy, school_words
from advisory_sim.report.assumptions import assumptions
from advisory_sim.report.comparison import confidence_words, options, strength
from advisory_sim.report.drawings import figures, waterfall
from advisory_sim.report.parts import Cell, Group, Picture, Report, Section, Table, row, table
from advisory_sim.report.pictures import inline
from advisory_sim.report.replications import replications
from advisory_sim.report.results import Results
from advisory_sim.report.standard import standard
from advisory_sim.report.words import (
    NONE,
    act_words,
    agreement_words,
    begins_words,
    date_words,
    figure,
    middle_range,
    option_words,
    proposal_words,
    sentence,
    share_interval,
    signed,
    time_of,
)
from advisory_sim.scenario.quantities import DAY


def report_of(results: Results) -> Report:
    """The report of a run's results."""
    about = results.about
    staffed = bool(results.scenario.teams)
    sections = (
        question(results),
        answer(results),
        academy(results),
        strength(results) if staffed else None,
        options(results),
        replications(results),
        figures(results),
        waterfall(results) if staffed else None,
        decisions(results),
        *asked(results),
        work(results),
        warnings(results),
        assumptions(results),
        envelope(results) if staffed else None,
        limits(results),
        standard(results),
        run(results),
    )
    return Report(
        title=about.title,
        dateline=dateline(results),
        alerts=alerts(results),
        sections=tuple(section for section in sections if section is not None),
        version=about.versions["advisory-sim"],
    )


def last_day(results: Results) -> dt.date:
    """The date on which the horizon ends."""
    days = -(-results.scenario.horizon_seconds // DAY)
    return results.scenario.start + dt.timedelta(days=days)


def dateline(results: Results) -> str:
    """When it is, how long it is observed, and how many futures were simulated."""
    about, scenario = results.about, results.scenario
    return (
        f"Day 0 is {long_date(scenario.start)}; observed to {date_words(last_day(results))}. "
        f"{count(len(about.options), 'option')}, {about.replications:,} futures each."
    )


def alerts(results: Results) -> tuple[str, ...]:
    """What must be known before anything is read."""
    about, found = results.about, []
    if not about.complete:
        found.append(
            f"Not finished: the run was interrupted after {about.replications:,} of "
            f"{'at most ' * (about.precision is not None)}{about.replications_asked:,} "
            "replications an option. Every figure below rests on those alone."
        )
    elif about.precision is not None and about.precision.since is None:
        found.append(
            f"Not as sure as was asked: the most futures that are allowed, {about.precision.at_most:,} an option, were "
            "not enough. 'How many futures' below says how near it came."
        )
    if about.inputs == "middle":
        found.append("Uncertain inputs were taken at their middle: what may happen is wider than the ranges below.")
    return tuple(found)


def count(number: int, noun: str) -> str:
    """1 option, 2 options."""
    return f"{number:,} {noun}{'s' * (number != 1)}"


def question(results: Results) -> Section:
    """What was planned, for whom, and between which options there is to choose."""
    scenario = results.scenario
    posts: dict[str, int] = {}
    for team in scenario.teams.values():
        for role, number in team.posts.items():
            if scenario.roles[role].kind != "international":
                posts[role] = posts.get(role, 0) + number
    people = sum(unit.population or 0 for unit in scenario.units.values())
    listing = ", ".join(f"{role} {number}" for role, number in posts.items())
    others = f" and {sum(posts.values()):,} others ({listing})" if posts else ""
    units = count(len(scenario.units), "territorial unit") + (f" in which {people:,} people live" if people else "")
    consent = "; nobody travels before the host consents" if scenario.mandate.consent is not None else ""
    mandate = f"The mandate lasts {scenario.mandate.length} from {begins_words(scenario)}{consent}."
    planned = (
        f"{count(paper_posts(scenario), 'international post')}{others} in {count(len(scenario.teams), 'team')}, for "
        f"{units}. {mandate}"
        if scenario.teams
        else mandate
    )
    asked = "How many will be there and at work, when and where"
    more = "; what does each other option bring, by how much more than the first" if len(results.variants) > 1 else ""
    rows = tuple(row(name, option_words(scenario.options[name], v)) for name, v in results.variants.items())
    return Section(
        "question",
        "What was asked",
        paragraphs=(planned, *school_words(scenario), f"{asked}{more}; and how sure is that?"),
        tables=(table("The options; the others are compared with the first", "option | what it decides", Group(rows),
                      kind="words"),),
    )  # fmt: skip


def answer(results: Results) -> Section:
    """What the figures say, in sentences."""
    points = tuple(map(sentence, results.about.sentences))
    if not results.scenario.teams:
        return Section("answer", "The answer", points=points)
    days = results.of(results.first, "officer_days")
    summed_up = (
        f"'{results.first}' comes to {figure(days['mean'])} officer-days; in 9 of 10 futures to between "
        f"{figure(days['p05'])} and {figure(days['p95'])}. Below, ± is half of the {confidence_words(results)} "
        "interval of a mean."
    )
    return Section("answer", "The answer", (summed_up,), points)


def decisions(results: Results) -> Section | None:
    """What each option asks the Council to decide, and what comes of it; none where no option decides anything."""
    rows = []
    for option, variant in results.variants.items():
        for name, decision in variant.taken:
            effect = share_interval(results.of(option, "agreed", "decision", name))
            filled = results.of(option, "days_to_50", "decision", name)
            half = f"{middle_range(filled)} days" if np.isfinite(filled["p50"]) else "never, in most futures"
            rows.append(
                row(
                    option,
                    Cell(name, act_words(decision)),
                    proposal_words(decision, variant.start),
                    agreement_words(decision),
                    effect,
                    half if decision.expansion else NONE,
                )
            )
    if not rows:
        return None
    return Section(
        "decisions",
        "Decisions",
        tables=(
            table(
                "The decisions of each option, and what comes of them",
                "option | decision | proposed | agreed | takes effect, share of futures | half its posts filled after",
                Group(tuple(rows)),
                notes=("In brackets, of futures: the interval of the share; of days: 9 in 10 futures.",),
                kind="words",
            ),
        ),
    )


def asked(results: Results) -> list[Section]:
    """What was asked of the plan later, a section an answer."""
    found = []
    for i, one in enumerate(results.asked, 1):
        told, name = one.told, f"asked-{i}"
        drawing = () if one.figure is None else (Picture(inline(name, one.figure, told.sentences[0]), told.picture),)
        found.append(
            Section(
                name,
                told.title,
                sentences=tuple(map(sentence, told.sentences)),
                tables=(Table(capital(told.about), tuple(map(Cell, told.head)), groups_of(told.rows), told.notes),),
                pictures=drawing,
            )
        )
    return found


def groups_of(rows: Iterable[Sequence[str]]) -> tuple[Group, ...]:
    """A table's rows by the headings among them: rows that hold nothing but a name."""
    groups: list[tuple[str, list[tuple[Cell, ...]]]] = [("", [])]
    for first, *rest in rows:
        if any(rest):
            groups[-1][1].append(row(first.strip(), *map(signed, rest)))
        else:
            groups.append((first, []))
    return tuple(Group(tuple(mine), Cell(name) if name else None) for name, mine in groups if mine)


def work(results: Results) -> Section | None:
    """What the staff did and did not come to; none where a plan has no activities."""
    activities = results.scenario.activities
    if not activities:
        return None

    def mean(option: str, measure: str, scope: str, name: str) -> float:
        return float(results.of(option, measure, scope, name, "mandate")["mean"])

    done, busy = [], []
    for option in results.about.options:
        rows = [
            row(
                name,
                figure(mean(option, "attended", "activity", name), "share"),
                figure(mean(option, "served", "activity", name)),
                figure(mean(option, "lost", "activity", name)),
                figure(mean(option, "open_at_end", "activity", name)),
                time_of(mean(option, "wait", "activity", name)),
            )
            for name in activities
        ]
        done.append(Group(tuple(rows), Cell(option)))
        busy.append(
            row(option, *(figure(mean(option, "utilisation", "role", role), "share") for role in working(results)))
        )
    return Section(
        "work",
        "Work",
        tables=(
            table(
                "Activities over the mandate, mean of the futures",
                "activity | attended | served | lost | open at the end | mean wait of the served",
                *done,
                notes=("Attended: served, of those served or lost. Lost: given up before anybody was free.",),
            ),
            table(
                "Busy, of the time on duty",
                " | ".join(["option", *working(results)]),
                Group(tuple(busy)),
                notes=("Well over 80 %, work waits; near 100 %, it is more than the staff can do.",),
            ),
        ),
    )


def working(results: Results) -> list[str]:
    """Roles that an activity needs."""
    needed = {role for activity in results.scenario.activities.values() for role in activity.needs}
    return [role for role in results.scenario.roles if role in needed]


def warnings(results: Results) -> Section:
    """What the reader should be warned of."""
    found = tuple(map(sentence, results.about.warnings))
    return Section("warnings", "Warnings", () if found else ("The program found nothing to warn of.",), points=found)


def envelope(results: Results) -> Section:
    """What the back of an envelope gives, and where it breaks."""
    frame = results.spreadsheet
    groups, breaks = [], []
    for quantity, mine in frame.groupby("quantity", sort=False):
        unit = mine["unit"].iloc[0]
        off = mine["value"] / mine["simulated"] - 1
        shared = mine["formula"].nunique() == 1
        rows = [
            row(
                Cell(r.option, "" if shared else r.formula),
                amount(r.value, unit),
                amount(r.simulated, unit),
                signed(f"{100 * gap:+.0f} %") if np.isfinite(gap) else NONE,
            )
            for r, gap in zip(mine.itertuples(), off, strict=True)
        ]
        groups.append(Group(tuple(rows), Cell(str(quantity), mine["formula"].iloc[0] if shared else "")))
        if np.isfinite(off).any():
            worst = mine.loc[off[np.isfinite(off)].abs().idxmax()]
            breaks.append(
                f"{str(quantity)[0].upper()}{str(quantity)[1:]}: {amount(worst['value'], unit)} on the envelope, "
                f"{amount(worst['simulated'], unit)} simulated, at its farthest ('{worst['option']}')."
            )
    return Section(
        "envelope",
        "What the back of an envelope says, and where it breaks",
        paragraphs=(
            "The envelope knows posts, lengths and averages. It does not know that the clock runs while posts are "
            "being filled, that arrivals come in batches, or that a decision may come too late.",
        ),
        points=tuple(breaks),
        tables=(
            table(
                "Envelope and simulation side by side, over the mandate",
                "option and formula | envelope | simulated | envelope is off by",
                *groups,
            ),
        ),
    )


def amount(x: float, unit: str) -> str:
    """A figure of the envelope in its unit."""
    if not np.isfinite(x):
        return NONE
    return figure(x, "share") if unit == "share" else f"{x:,.{0 if abs(x) >= 100 else 1 if abs(x) >= 10 else 2}f}"


def limits(results: Results) -> Section:
    """What the figures do not say."""
    drawn = results.about.inputs == "ranges"
    return Section(
        "limits",
        "Limits",
        points=(
            f"The ranges of 9 in 10 futures hold chance and, of the inputs, "
            f"{'what the file states as a range' if drawn else 'nothing: all were taken at their middle'}. "
            f"The {confidence_words(results)} intervals (±) hold sampling error: how far the mean of so many futures "
            "may be off. Neither holds what an assumption gets wrong, nor what the model leaves out.",
            "Presence is not effect: the figures say how many are there and where, not what their being there does.",
            "Not modelled: which State contributes whom, languages, the mix of women and men.",
            "Every search finds somebody in the end: how many are willing limits nobody.",
            "A difference between options is sharp because both meet the same futures; it holds as far as what they "
            "share holds.",
        ),
    )


def run(results: Results) -> Section:
    """What made the figures, so that they can be made again."""
    about = results.about
    seconds = "not counted" if about.seconds is None else f"{about.seconds:,.1f} s"
    facts = {
        "replications an option": f"{about.replications:,}"
        + ("" if about.complete else f" of {about.replications_asked:,} asked for"),
        "seed": str(about.seed),
        "uncertain inputs": "drawn anew in every future" if about.inputs == "ranges" else "at their middle",
        "inputs": inputs_line(results.scenario),
        "time taken": seconds,
        "versions": ", ".join(f"{name} {version}" for name, version in about.versions.items()),
        "digest of the results (SHA-256)": about.results_sha256,
        **{f"digest of {name} (SHA-256)": digest for name, digest in about.files.items()},
    }
    return Section(
        "run",
        "This run",
        paragraphs=("The same file, seed and version give the same figures on any machine.",),
        tables=(
            table("Versions, seed, digests", "what | value", Group(tuple(row(*fact) for fact in facts.items())),
                  kind="words"),
        ),
    )  # fmt: skip
