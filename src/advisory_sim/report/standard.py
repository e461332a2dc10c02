"""The reporting standard of the field, filled from the run: STRESS-DES.

Monks, Currie, Onggo, Robinson, Kunc and Taylor 2019, 'Strengthening the reporting of empirical simulation studies',
Journal of Simulation 13(1), 55-67.
"""

from __future__ import annotations

from advisory_sim.report.parts import Cell, Group, Section, row, table
from advisory_sim.report.results import Results
from advisory_sim.report.words import begins_words, date_words, listed, option_words, share_words
from advisory_sim.scenario.figures import figures
from advisory_sim.scenario.model import Scenario
from advisory_sim.scenario.quantities import DAY, plain


def standard(results: Results) -> Section:
    """What the standard asks to be reported, item by item."""
    parts = {
        "1 Objectives": objectives,
        "2 Logic": logic,
        "3 Data": inputs,
        "4 Experimentation": experiments,
        "5 Implementation": implementation,
        "6 Code access": access,
    }
    return Section(
        "standard",
        "Reporting standard",
        paragraphs=(
            "STRESS-DES: Monks and others 2019, Strengthening the reporting of empirical simulation studies, Journal "
            "of Simulation 13(1), 55-67.",
        ),
        tables=(
            table(
                "The items of STRESS-DES, filled from this run",
                "item | what holds here",
                *(
                    Group(tuple(row(*item) for item in part(results).items()), Cell(heading))
                    for heading, part in parts.items()
                ),
                kind="words",
            ),
        ),
    )


def objectives(results: Results) -> dict[str, str]:
    """What it is for, and what it gives."""
    first, others = results.first, len(results.about.options) - 1
    targets = results.scenario.targets
    return {
        "1.1 Purpose of the model": "To show how many of the officers whom a mandate authorises will be there and at "
        "work, when and where, and what other decisions would change.",
        "1.2 Model outputs": "Strength by date, officer-days, covered unit-days, coverage of the worst unit, what was "
        "lost to which cause"
        + (", activities served and lost" if results.scenario.activities else "")
        + (", costs" if results.of(first, "cost")["mean"] > 0 else "")
        + "; every measure is in summary.csv.",
        "1.3 Experimentation aims": (
            f"{others} option{'s' * (others != 1)} against '{first}', over the same futures" if others else f"'{first}'"
        )
        + (f"; targets: {', '.join(targets)}" if targets else "")
        + ".",
    }


def logic(results: Results) -> dict[str, str]:
    """How the model works, and what the options change."""
    scenario = results.scenario
    activities = list(scenario.activities)
    work = f"; the units' activities: {', '.join(activities)}" if activities else ""
    options = "; ".join(f"'{name}': {option_words(scenario.options[name], v)}" for name, v in results.variants.items())
    return {
        "2.1 Base model overview diagram": "Post opens → recruitment, stage by stage → ready, waits until he may "
        "travel → travels → arrives → induction → at work (leave, sickness, shifts) → checkout → leaves → the post "
        "is filled anew.",
        "2.2 Base model logic": f"The mandate lasts {scenario.mandate.length} from {begins_words(scenario)}. A "
        "contract runs to the earlier of the tour's end and the expiry then known; an extension moves it only if it is "
        "agreed before the notice runs out. At the expiry everybody leaves.",
        "2.3 Scenario logic": f"{options}.",
        "2.4 Algorithms": "At one instant: departures, arrivals, decisions, then work. New posts are placed over the "
        "teams as the decision says. "
        + ("Work waits by priority, then by arrival; nobody is overtaken in a role that he waits for." if work else ""),
        "2.5.1 Components: entities": f"The holders of posts: {listed(list(scenario.roles))}{work}.",
        "2.5.2 Components: activities": f"Recruitment, travel, induction, leave, sickness, checkout, handover{work}.",
        "2.5.3 Components: resources": f"Posts on day 0: {posts(scenario)}.",
        "2.5.4 Components: queues": "Those who are ready and may not travel yet"
        + ("; activities for which too few are free" if work else "")
        + ".",
        "2.5.5 Components: entry and exit": "People enter when their search ends, and leave when their contract ends, "
        "early, when their post closes, or when the mandate ends."
        + (" Activities come at a rate or on a timetable, and leave served or lost." if work else ""),
    }


def posts(scenario: Scenario) -> str:
    """Posts of day 0 by role, and over how many teams."""
    number: dict[str, int] = {}
    for team in scenario.teams.values():
        for role, more in team.posts.items():
            number[role] = number.get(role, 0) + more
    return f"{', '.join(f'{role} {n}' for role, n in number.items())}, in {len(scenario.teams)} teams"


def inputs(results: Results) -> dict[str, str]:
    """Where its figures come from."""
    found = figures(results.scenario)
    grades = [f"{n} {grade}" for grade in ("assumed", "expert", "published", "measured")
              if (n := sum(figure.grade == grade for figure in found))]  # fmt: skip
    return {
        "3.1 Data sources": f"{listed(grades)} figures; each source stands under 'What it rests on'.",
        "3.2 Pre-processing": "None: figures enter as the file writes them.",
        "3.3 Input parameters": "All are under 'What it rests on'; with every default in resolved.yaml.",
        "3.4 Assumptions": f"{sum(f.grade == 'assumed' for f in found)} figures are assumed; what the model leaves out "
        "stands under 'Limits'.",
    }


def experiments(results: Results) -> dict[str, str]:
    """How it was run."""
    scenario, about = results.scenario, results.about
    return {
        "4.1 Initialisation": f"Day 0 is {date_words(scenario.start)}: all posts of day 0 are open and sought, nobody "
        "is there whom a search must find. There is no warm-up: the filling is what is asked about.",
        "4.2 Run length": f"{plain(scenario.horizon_seconds / DAY)} days for every option ({scenario.horizon_note}).",
        "4.3 Estimation approach": f"{about.replications:,} replications an option with common random numbers; paired "
        f"differences; {share_words(scenario.runs.confidence)} intervals by Student's t, of shares of futures by "
        "Wilson; ranges are the 5th to 95th percentile of the futures.",
    }


def implementation(results: Results) -> dict[str, str]:
    """What it was run with."""
    about = results.about
    versions = ", ".join(f"{name} {version}" for name, version in about.versions.items())
    took = "" if about.seconds is None else f" This run took {about.seconds:,.1f} s."
    return {
        "5.1 Software": f"{versions}.",
        "5.2 Random sampling": f"Every draw is a function of seed ({about.seed}), replication, purpose and name "
        "(Philox-4x64), turned by inversion; so the options share their luck.",
        "5.3 Model execution": f"Processes for what people decide, compiled code for what happens daily; time in whole "
        f"seconds, ties in a fixed order.{took}",
        "5.4 System specification": "Any: the number of workers and the machine move no figure.",
    }


def access(results: Results) -> dict[str, str]:
    """How to have it again."""
    about = results.about
    return {
        "6.1 Computer model sharing": f"advisory-sim {about.versions['advisory-sim']}; "
        f"'advisory-sim run scenario.yaml --replications {about.replications} --seed {about.seed} --inputs "
        f"{about.inputs}' gives these figures again.",
    }
