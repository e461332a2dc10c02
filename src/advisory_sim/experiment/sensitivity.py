"""Which of the inputs that nobody knows yet drive a measure, read from futures that are done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from advisory_sim.errors import FolderError
from advisory_sim.experiment.answer import aligned, percent
from advisory_sim.experiment.blocks import compiled
from advisory_sim.experiment.estimate import estimate
from advisory_sim.scenario.catalogue import unit_of
from advisory_sim.scenario.figures import Figure, figures
from advisory_sim.scenario.reading import near

if TYPE_CHECKING:
    import pandas as pd

    from advisory_sim.experiment.study import Study

FEWEST = 100  # replications, below which nothing is told
SHARE = 5  # the lowest and the highest fifth are compared
OTHERS = "(chance)"  # the row of what no input explains


def inputs_drawn(study: Study, option: str) -> dict[str, np.ndarray]:
    """What each path that holds `between` came to in each future: u in (0, 1) by path, each (replications,)."""
    settings = compiled(study.design.packed)[1][study.options.index(option)]
    draws = [
        settings.draw(study.design.seed, r, study.design.inputs).luck.shared_draws for r in range(study.replications)
    ]
    return {path: np.array([drawn[path] for drawn in draws]) for path in draws[0]}


def sensitivity(study: Study, measure: str, option: str | None = None, window: str = "horizon") -> pd.DataFrame:
    """How much of a measure's variance each uncertain input explains, and what it moves.

    Parameters
    ----------
    measure, window
        Of the mission.
    option
        The first where left out.

    Returns
    -------
    pandas.DataFrame
        One row an input, the strongest first, then one for chance (each person's and activity's own luck, and
        interactions): option, measure, path, value (as the file writes it), grade, source, first_order with
        ci_low and ci_high (share of the variance that the input explains alone: first-order Sobol index by random
        balance designs, RBD-FAST, of SALib; Tarantola, Gatelli and Mara 2006, Reliab. Eng. Syst. Saf. 91), low and
        high (mean of the measure in the futures with the lowest and the highest fifth of the input), with low_error and
        high_error (half of their intervals).

    Raises
    ------
    KeyError
        For an option or a measure that there is not.
    ValueError
        Where there is nothing to tell: too few futures, no uncertain input, a measure that is the same in all futures
        or not defined in some.
    """
    import pandas as pd

    option = study.options[0] if option is None else option
    if option not in study.options:
        raise KeyError(f"no option {option!r}{near(option, list(study.options))}")
    names = sorted({row.measure for row in study.rows(option)})
    if measure not in names:
        raise KeyError(f"no measure {measure!r}{near(measure, names)}")
    values = study.column(option, measure, window=window)
    drawn = inputs_drawn(study, option)
    if not drawn:
        raise ValueError("no input is uncertain: nothing in the file holds `between`, or inputs are at their middle")
    if len(values) < FEWEST:
        raise ValueError(f"{len(values)} futures are too few to tell inputs apart; take {FEWEST} at least")
    if not np.isfinite(values).all() or np.ptp(values) == 0:
        raise ValueError(f"{measure} is the same in all futures, or not a number in some: nothing can drive it")
    known = figures(study.scenario)
    rows: list[dict[str, Any]] = [
        {"option": option, "measure": measure, **about(path, known), **moved(u, values, study.confidence)}
        for path, u in drawn.items()
    ]
    for row, (index, half) in zip(rows, first_order(drawn, values, study.confidence), strict=True):
        row |= {"first_order": index, "ci_low": max(0.0, index - half), "ci_high": min(1.0, index + half)}
    rows.sort(key=lambda row: -row["first_order"])
    rest = max(0.0, 1 - sum(max(0.0, row["first_order"]) for row in rows))
    return pd.DataFrame([*rows, {"option": option, "measure": measure, "path": OTHERS, "first_order": rest}])


def first_order(drawn: dict[str, np.ndarray], values: np.ndarray, confidence: float) -> list[tuple[float, float]]:
    """First-order index of each input, and half of its interval.

    Raises
    ------
    FolderError
        Where SALib is not installed.
    """
    try:
        from SALib.analyze import rbd_fast
    except ImportError:
        raise FolderError("sensitivity needs SALib: pip install 'advisory-sim[sensitivity]'") from None
    problem = {"num_vars": len(drawn), "names": list(drawn), "bounds": [[0.0, 1.0]] * len(drawn)}
    found = rbd_fast.analyze(problem, np.column_stack(list(drawn.values())), values, conf_level=confidence, seed=1)
    return [(float(index), float(half)) for index, half in zip(found["S1"], found["S1_conf"], strict=True)]


def moved(u: np.ndarray, values: np.ndarray, confidence: float) -> dict[str, float]:
    """Mean of the values where the input is in its lowest and in its highest fifth, and half of their intervals."""
    told = {}
    for end, part in (("low", u <= 1 / SHARE), ("high", u >= 1 - 1 / SHARE)):
        found = estimate(values[part][:, None], confidence)
        told[end] = float(found.mean[0])
        told[f"{end}_error"] = float(found.ci_high[0] - found.ci_low[0]) / 2
    return told


def about(path: str, known: list[Figure]) -> dict[str, str | None]:
    """How the file writes an input, and how well it is known."""
    for figure in known:
        if figure.is_range and (figure.path == path or figure.path.startswith(f"{path}.")):
            return {"path": path, "value": figure.text, "grade": figure.grade, "source": figure.source}
    for figure in known:
        if figure.is_range and path.startswith(f"{figure.path}."):
            return {"path": path, "value": figure.text, "grade": figure.grade, "source": figure.source}
    return {"path": path, "value": "", "grade": "assumed", "source": None}


def sensitivity_text(frame: pd.DataFrame) -> str:
    """The table for people, and what it says in a sentence."""
    measure, option = frame["measure"].iloc[0], frame["option"].iloc[0]
    inputs = frame[frame["path"] != OTHERS]
    head = ["input", "as written", "known", "explains of the variance", "lowest fifth", "highest fifth"]
    rows = [
        [row["path"], row["value"], row["grade"],
         f"{percent(max(0.0, row['first_order']))} ({percent(row['ci_low'])}-{percent(row['ci_high'])})",
         figure(row["low"], row["low_error"], measure), figure(row["high"], row["high_error"], measure)]
        for row in inputs.to_dict("records")
    ]  # fmt: skip
    first, rest = inputs.iloc[0], frame[frame["path"] == OTHERS]["first_order"].item()
    assumed = inputs[inputs["grade"] == "assumed"]["first_order"].clip(lower=0).sum()
    said = (
        f"'{first['path']}' drives most: alone it explains {percent(first['first_order'])} of the variance of "
        f"{measure} under '{option}'; assumed inputs together {percent(min(1.0, assumed))}; {percent(rest)} is each "
        "person's and activity's own luck, and what inputs do together."
    )
    return "\n".join([*aligned(head, rows), "", said])


def figure(mean: float, error: float, measure: str) -> str:
    """A mean and half of its interval."""
    if unit_of(measure) == "share":
        return f"{100 * mean:.0f} +- {100 * error:.0f} %"
    return f"{mean:,.0f} +- {error:,.0f}"
