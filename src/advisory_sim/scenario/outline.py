"""What `check` prints: the plan in a few lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from advisory_sim.scenario.figures import figures
from advisory_sim.scenario.quantities import DAY, plain

if TYPE_CHECKING:
    from advisory_sim.scenario.model import Scenario


def outline(scenario: Scenario) -> str:
    """The plan's size, its options, and how many of its figures come from where."""
    kinds = {name: role.kind for name, role in scenario.roles.items()}
    posts: dict[str, int] = {}
    for team in scenario.teams.values():
        for role, number in team.posts.items():
            posts[role] = posts.get(role, 0) + number
    strength = sum(number for role, number in posts.items() if kinds[role] == "international")
    serving = sum(bool(team.units) for team in scenario.teams.values())
    consent = ", after the host's consent" if scenario.mandate.consent else ""
    days = scenario.horizon_seconds / DAY
    lines = [
        scenario.title,
        f"  mandate   {scenario.mandate.length} from {scenario.mandate.begins}{consent}; day 0 is {scenario.start}; "
        f"observed over {plain(days)} days ({scenario.horizon_note})",
        f"  strength  {strength} international in {len(scenario.teams)} teams, {serving} of them with units; "
        + ", ".join(f"{number} {role}" for role, number in posts.items()),
        f"  units     {len(scenario.units)}",
        f"  options   {len(scenario.options)}:",
    ]
    for name, option in scenario.options.items():
        taken = [t.decision if t.moment is None else f"{t.decision} ({t.moment})" for t in option.take]
        changed = [f"{path} = {value}" for path, value in option.set.items()]
        lines.append(f"            {name}: {', '.join([*taken, *changed]) or 'no decision'}")
    found = figures(scenario)
    by_grade = [
        f"{sum(f.grade == grade for f in found)} {grade}"
        for grade in ("measured", "published", "expert", "assumed")
        if any(f.grade == grade for f in found)
    ]
    preset = sum(f.origin == "preset" for f in found)
    lines.append(
        f"  figures   {len(found)}: {', '.join(by_grade)}; {preset} from the preset '{scenario.preset}', "
        f"{sum(f.is_range for f in found)} as a range"
    )
    runs = scenario.runs
    asked = f"as many as it takes, at most {runs.at_most}" if runs.replications == "auto" else str(runs.replications)
    lines.append(f"  runs      {asked} replications an option, seed {runs.seed}, inputs as {runs.inputs}")
    return "\n".join(lines)


def outline_html(scenario: Scenario) -> str:
    """The same for a notebook, with every figure and how it is known; assumed ones are marked."""
    from html import escape

    rows = "".join(
        f"<tr><td>{escape(figure.path)}</td><td>{escape(figure.text)}</td>"
        f"<td>{'<b>assumed</b>' if figure.grade == 'assumed' else figure.grade}</td>"
        f"<td>{escape(figure.source or '')}</td></tr>"
        for figure in figures(scenario)
    )
    table = f"<table><tr><th>figure</th><th>value</th><th>known</th><th>source</th></tr>{rows}</table>"
    return f"<pre>{escape(outline(scenario))}</pre><details><summary>figures and sources</summary>{table}</details>"
