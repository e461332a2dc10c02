"""How many futures were simulated, and why so many, where the run found that out itself."""

from __future__ import annotations

import numpy as np
import pandas as pd

from advisory_sim.experiment.comparison import capital, figure, what
from advisory_sim.report.parts import Cell, Group, Section, row, table
from advisory_sim.report.results import Results
from advisory_sim.report.words import NONE, sentence


def replications(results: Results) -> Section | None:
    """How well the figures are known that were to be known; none of a run of a number that was given."""
    said, frame = results.about.precision, results.precision
    if said is None or frame is None:
        return None
    groups = []
    for _, mine in frame.groupby(["measure", "name"], sort=False):
        one = mine.iloc[0]
        unit = {"share": "percentage points", "money": results.scenario.currency}.get(one["unit"], one["unit"])
        rows = tuple(precision_row(known) for _, known in mine.iterrows())
        groups.append(Group(rows, Cell(capital(what(one["measure"], one["name"], one["window"])), unit)))
    return Section(
        "replications",
        "How many futures, and why so many",
        paragraphs=(sentence(said.sentence),),
        tables=(
            table(
                "What was to be known how well, over the whole span",
                "option | mean | half of its interval | allowed | known as asked",
                *groups,
                notes=(
                    "Looked at after every 25 futures: it had to hold on end for the last five of them, or the last "
                    "twentieth where there are more than 100.",
                ),
            ),
        ),
    )


def precision_row(known: pd.Series) -> tuple[Cell, ...]:
    """A figure with what is known of it."""
    scale = 100 if known["unit"] == "share" else 1
    mean, half, allowed = (scale * float(known[key]) for key in ("mean", "half_width", "allowed"))
    width = min((x for x in (half, allowed) if np.isfinite(x) and x > 0), default=0.0)
    cells = (NONE if not np.isfinite(x) else figure(x, width, "").replace("-", "−") for x in (mean, half, allowed))
    name = known["option"] + (f" less {known['against']}" if known["against"] else "")
    return row(name, *cells, "yes" if known["met"] else "no")
