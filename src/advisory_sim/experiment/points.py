"""Design points: which values at which paths of the file, as a grid or spread over ranges."""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any

Points = list[dict[str, Any]]  # each a value at every path

NUMBER = r"-?\d+(?:\.\d+)?"
RANGE = re.compile(
    rf"^(?P<before>.*?)(?P<low>{NUMBER})\.\.(?P<high>{NUMBER})(?:/(?P<step>\d+(?:\.\d+)?))?(?P<after>.*)$"
)


def grid(space: Mapping[str, Sequence[Any]]) -> Points:
    """Every combination of the values at each path; the last path varies fastest."""
    return [dict(zip(space, values, strict=True)) for values in product(*space.values())]


def spread(space: Mapping[str, str], number: int, how: str, seed: int) -> Points:
    """So many points spread evenly over ranges, `50..90 %` or `day 10..60`.

    Parameters
    ----------
    how
        `latin`: a Latin hypercube; `sobol`: a scrambled Sobol sequence, best for a power of two.
    seed
        Of the spreading; it has nothing to do with the futures.

    Raises
    ------
    ValueError
        Where a text is not a range.
    """
    from scipy.stats import qmc

    ranges = {path: parsed(text) for path, text in space.items()}
    for path, found in ranges.items():
        if found is None or found["step"]:
            raise ValueError(f"{path}: '{space[path]}' is not a range such as 'day 10..60'")
    sampler = {"latin": qmc.LatinHypercube, "sobol": qmc.Sobol}[how](d=len(space), rng=seed)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "The balance properties of Sobol")  # said above, where a user reads it
        spread_out = sampler.random(number)
    return [
        {path: between(found, share) for (path, found), share in zip(ranges.items(), shares, strict=True) if found}
        for shares in spread_out
    ]


def values(text: str) -> list[Any]:
    """The values that a text stands for: `5 | 10 | 20`, or a range with its step, `day 10..60/10`.

    Raises
    ------
    ValueError
        For a range without a step, or one that holds nothing.
    """
    found = parsed(text)
    if found is None:
        return [number(part.strip()) for part in text.split("|")]
    if not found["step"]:
        raise ValueError(f"'{text}' has no step: 'day 10..60/10', or spread points over it")
    low, high, step = (float(found[key]) for key in ("low", "high", "step"))
    count = int((high - low) / step + 1e-9) + 1
    if step <= 0 or count < 1:
        raise ValueError(f"'{text}' holds nothing")
    return [written(found, low + i * step) for i in range(count)]


def parsed(text: str) -> dict[str, str] | None:
    """The parts of a range; None where it is none."""
    found = RANGE.match(text.strip())
    return found.groupdict() if found else None


def between(found: dict[str, str], share: float) -> Any:
    """The value that lies at a share of a range: whole where its ends are."""
    low, high = float(found["low"]), float(found["high"])
    if "." in found["low"] + found["high"]:
        return written(found, low + share * (high - low))
    return written(found, min(high, low + int(share * (high - low + 1))))


def written(found: dict[str, str], value: float) -> Any:
    """A number of a range as the file writes it, with the words around it."""
    return number(f"{found['before']}{value:.10g}{found['after']}".strip())


def number(text: str) -> Any:
    """A number where the text is one, else the text."""
    if not re.fullmatch(NUMBER, text):
        return text
    return float(text) if "." in text else int(text)
