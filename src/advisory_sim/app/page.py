"""The page itself: a plan's controls, the map that its coverage is drawn on, and empty places for the answers."""

from __future__ import annotations

import json
from itertools import groupby
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined

from advisory_sim.app.controls import controls
from advisory_sim.app.ground import ground

if TYPE_CHECKING:
    from advisory_sim.scenario.boundaries import Boundaries
    from advisory_sim.scenario.model import Scenario


def page(plan: Scenario, option: str, name: str, boundaries: Boundaries | None = None) -> str:
    """The HTML of an option's page; all text in it is escaped.

    Parameters
    ----------
    name
        Of the plan's file.
    boundaries
        What the map is drawn on; left out, outlines of countries.
    """
    environment = Environment(
        loader=PackageLoader("advisory_sim", "app"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    numbered = enumerate(controls(plan, option))
    groups = [(group, list(some)) for group, some in groupby(numbered, key=lambda item: item[1].group)]
    groups.sort(key=lambda item: not item[0].startswith("Decision"))  # what the Council may decide comes first
    drawn = ground(plan, boundaries) if plan.is_mapped else None
    start = json.dumps({"option": option, "start": plan.start.isoformat()})
    return environment.get_template("page.html").render(
        plan=plan, option=option, name=name, groups=groups, ground=drawn, start=start
    )
