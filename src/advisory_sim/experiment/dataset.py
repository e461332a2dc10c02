"""A study as a labelled dataset for researchers: options x replications x days x groups."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import numpy as np

from advisory_sim.record.columns import SERIES
from advisory_sim.scenario.catalogue import unit_of

if TYPE_CHECKING:
    import xarray as xr

    from advisory_sim.experiment.study import Study

SCOPES = ("mission", "team", "role", "team-role")
LONG_NAMES = {
    "authorised": "posts authorised, mean of the day",
    "deployed": "staff deployed, mean of the day",
    "present": "staff present, mean of the day",
    "on_duty": "staff on duty, mean of the day",
}


def to_xarray(study: Study, scope: str) -> xr.Dataset:
    """A study as a dataset; see `Study.to_xarray`."""
    try:
        import xarray as xr
    except ImportError:
        raise ImportError("to_xarray needs xarray: pip install 'advisory-sim[research]'") from None
    if scope not in SCOPES:
        raise KeyError(f"no scope {scope!r}; scopes: {', '.join(SCOPES)}")
    layout = study.layout
    groups = {name: cells for kind, name, cells in layout.groups if kind == scope}
    options, places = list(study.options), range(len(study.options))
    dims = ("option", "replication", "day")
    variables: dict[str, Any] = {}
    daily = np.stack([
        np.stack([study.blocks.daily(place, cells) for cells in groups.values()], axis=-1) for place in places
    ])  # fmt: skip
    for i, series in enumerate(SERIES):
        attributes = {"units": "people", "long_name": LONG_NAMES[series]}
        variables[series] = ((*dims, "group"), daily[:, i], attributes)
    if layout.units:
        cover = np.stack([study.blocks.cover(place) for place in places]).transpose(0, 2, 3, 1)
        variables["coverage"] = (
            (*dims, "unit"), cover, {"units": "1", "long_name": "share of the day's covered hours with the minimum"}
        )  # fmt: skip
    if layout.activities and layout.units:
        work = np.stack([study.blocks.work(place) for place in places]).transpose(0, 2, 3, 4, 1)
        work = work.reshape(*work.shape[:-1], len(layout.units), len(layout.activities))
        for i, name in enumerate(("served", "lost")):
            attributes = {"units": "activities", "long_name": f"activities {name} on the day"}
            variables[name] = ((*dims, "unit", "activity"), work[:, i], attributes)
    variables |= moments(study) | figures(study)
    numbers = np.arange(study.replications)
    coordinates = {
        "option": options,
        "replication": (
            "replication",
            numbers,
            {"long_name": "a future: the same number is the same under all options"},
        ),
        "day": ("day", np.arange(len(study.dates)), {"long_name": f"days since {study.scenario.start}"}),
        "date": ("day", np.array(study.dates, "datetime64[ns]")),
        "group": ("group", list(groups), {"long_name": scope}),
        "unit": list(layout.units),
        "activity": list(layout.activities),
        **figure_coordinates(study),
        "decision": list(decisions_of(study)),
    }
    used = {dim for dims_of, *_ in variables.values() for dim in dims_of}
    own = {name: coordinate for name, coordinate in coordinates.items() if on(name, coordinate) in used}
    return xr.Dataset(
        variables,
        own,
        {
            "title": study.scenario.title,
            "source": f"advisory-sim {version('advisory-sim')}",
            "start": str(study.scenario.start),
            "seed": study.design.seed,
            "inputs": study.design.inputs,
            "scope": scope,
        },
    )


def on(name: str, coordinate: Any) -> str:
    """The dimension that a coordinate lies along."""
    return coordinate[0] if isinstance(coordinate, tuple) else name


def moments(study: Study) -> dict[str, Any]:
    """Begin and expiry of the mandate, consent, and when each decision took effect; infinite: never."""
    clock = np.stack([study.clock(option) for option in study.options])
    found: dict[str, Any] = {}
    for i, (name, text) in enumerate((
        ("mandate_begins", "the mandate begins"), ("mandate_ends", "the mandate ends"), ("consent", "the host agrees")
    )):  # fmt: skip
        attributes = {"units": "days", "long_name": f"{text}, since day 0; infinite: never"}
        found[name] = (("option", "replication"), clock[:, :, i], attributes)
    decisions = decisions_of(study)
    if decisions:
        effects = np.full((len(study.options), study.replications, len(decisions)), np.nan)
        for place, (option, variant) in enumerate(study.design.variants):
            for column, (name, _) in enumerate(variant.taken):
                effects[place, :, decisions.index(name)] = study.effects(option)[:, column]
        attributes = {"units": "days", "long_name": "takes effect, since day 0; infinite: never; nan: not taken"}
        found["decision_effect"] = (("option", "replication", "decision"), effects, attributes)
    return found


def decisions_of(study: Study) -> list[str]:
    """Every decision that an option takes."""
    return list(dict.fromkeys(name for _, variant in study.design.variants for name, _ in variant.taken))


def figure_rows(study: Study) -> list:
    """Every figure of any option."""
    return list(dict.fromkeys(row for option in study.options for row in study.rows(option)))


def figures(study: Study) -> dict[str, Any]:
    """Every figure of every replication; nan where an option has none such, or it is undefined."""
    rows = figure_rows(study)
    place = {row: i for i, row in enumerate(rows)}
    values = np.full((len(study.options), study.replications, len(rows)), np.nan)
    for i, option in enumerate(study.options):
        values[i][:, [place[row] for row in study.rows(option)]] = study.values(option)
    attributes = {"long_name": "measures over a window; units in the coordinate unit_of_figure"}
    return {"figure_value": (("option", "replication", "figure"), values, attributes)}


def figure_coordinates(study: Study) -> dict[str, Any]:
    """What each figure is of."""
    rows = figure_rows(study)
    columns = {"measure": 0, "scope": 1, "name": 2, "window": 3}
    found = {name: ("figure", [row[i] for row in rows]) for name, i in columns.items()}
    return {**found, "unit_of_figure": ("figure", [unit_of(row.measure) for row in rows])}
