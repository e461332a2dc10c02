"""The package and the twin agree in distribution on every scenario of this folder.

The adapter below is all that this folder knows of the package.
"""

import math
import random
from pathlib import Path

import pytest

from .reading import load as plain_load
from .reading import option_names
from .twin import simulate

FOLDER = Path(__file__).parent / "scenarios"
SCENARIOS = sorted(FOLDER.glob("*.yaml"))
TWIN_REPLICATIONS = 200
PACKAGE_REPLICATIONS = 400
FEWEST = 30  # a mean over fewer defined values is not compared
WORST_Z = 4.5  # some thousand rows a run: by luck alone passed once in a hundred runs


# --------------------------------------------------------------------------------------------- adapter
def package_rows(path, replications):
    """{option: {(measure, scope, name, window): (n, mean, std_error)}} of the package."""
    from advisory_sim import load, run  # here: the twin's own tests run without the package

    frame = run(load(path), replications=replications, progress=False).summary()
    rows = {}
    for row in frame.to_dict("records"):
        name = row["name"] if isinstance(row["name"], str) else ""
        key = row_key(row["measure"], row["scope"], name, row["window"])
        rows.setdefault(row["option"], {})[key] = (int(row["n"]), float(row["mean"]), float(row["std_error"]))
    return rows


# ---------------------------------------------------------------------------------------- what to compare
TIMELESS = ("mandate_began", "agreed", "days_to_", "reached_")
NOT_THE_TWINS = ("cost_per_covered_day", "utilisation")
WORK = ("attended", "served", "lost", "open_at_end", "wait")
MISSION_ONLY = ("cost", "days_to_", "reached_")  # the twin has them of the mission and of decisions


def row_key(measure, scope, name, window):
    """A row's key; the window of a figure that has none is left out."""
    return measure, scope, name, "" if measure.startswith(TIMELESS) else window


def twin_rows(path, option, replications):
    """{key: (n, mean, std_error)} of the twin; n counts the replications in which a figure is defined."""
    values = {}
    for replication in range(replications):
        figures = simulate(path, option or None, random.Random(f"{Path(path).stem}/{replication}"))
        for key, value in figures.items():
            values.setdefault(row_key(*key), []).append(value)
    # The twin knows a team's role once it has a post: what is not there in every replication is left out.
    return {key: summed_up(column) for key, column in values.items() if len(column) == replications}


def summed_up(column):
    known = [value for value in column if not math.isnan(value)]
    n = len(known)
    if n == 0 or math.inf in known:
        return n, math.nan if n == 0 else math.inf, math.nan
    mean = math.fsum(known) / n
    spread = math.sqrt(math.fsum((value - mean) ** 2 for value in known) / (n - 1)) if n > 1 else 0.0
    return n, mean, spread / math.sqrt(n)


def equal(a, b):
    return math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-9)


def difference(twin, package, replications):
    """None where two rows agree, else what is wrong."""
    (n, mean, error), (package_n, package_mean, package_error) = twin, package
    if math.isinf(mean) or math.isinf(package_mean):  # a mean only where all reach it: see reached_
        return None
    if min(n, package_n) == 0 or max(replications) == 1:
        return None if n == package_n and (n == 0 or equal(mean, package_mean)) else "not the same"
    share, package_share = n / replications[0], package_n / replications[1]
    pooled = (n + package_n) / sum(replications)
    chance = math.sqrt(pooled * (1 - pooled) * sum(1 / r for r in replications))
    if abs(share - package_share) > WORST_Z * chance:
        return "defined in another share of replications"
    if min(n, package_n) < FEWEST or equal(mean, package_mean):
        return None
    error = 0.0 if error <= 1e-9 * abs(mean) else error
    spread = math.hypot(error, package_error if package_error > 1e-9 * abs(package_mean) else 0.0)
    z = abs(mean - package_mean) / spread if spread else math.inf
    return f"z = {z:.1f}" if z > WORST_Z else None


def compare(twin, package, replications, where):
    """The rows on which the two differ, as text, and how many rows were compared."""
    wrong, compared = [], 0
    for key in sorted(set(twin) | set(package)):
        measure, scope, name, window = key
        if key not in twin or key not in package:
            there = twin.get(key) or package.get(key)
            scopes = (
                ("mission", "unit", "activity", "unit-activity") if measure in WORK else ("mission", "team", "unit")
            )
            ours = scope in scopes and not measure.startswith(NOT_THE_TWINS)
            if measure in WORK and key not in twin and not any(other[0] in WORK for other in twin):
                continue  # the twin counts work where there is any
            if scope == "team" and measure.startswith(MISSION_ONLY):
                continue
            if ours and there[0] > 0:  # a row without any figure may as well be left out
                only = "twin" if key in twin else "package"
                wrong.append(f"{where}: {measure} {scope} {name!r} {window}: only in the {only}, {there}")
            continue
        compared += 1
        problem = difference(twin[key], package[key], replications)
        if problem:
            wrong.append(
                f"{where}: {measure} {scope} {name!r} {window}: twin {twin[key]}, package {package[key]}: {problem}"
            )
    return wrong, compared


def has_chance(path, option):
    """Whether two replications of the twin ever differ."""
    first, *others = (simulate(path, option or None, random.Random(seed)) for seed in range(5))
    return any(str(other) != str(first) for other in others)


# --------------------------------------------------------------------------------------------------- tests
def assert_same_figures(path, plan):
    """Both programs give the same figures of a plan without chance, to the digit."""
    package = package_rows(path, 1)
    assert len(package) == len(option_names(plan))
    for option, rows in package.items():
        figures = simulate(path, option if "options" in plan else None, random.Random(1))
        twin = {row_key(*key): summed_up([value]) for key, value in figures.items()}
        wrong, compared = compare(twin, rows, (1, 1), option)
        assert compared > 100
        assert not wrong, f"{len(wrong)} rows differ:\n" + "\n".join(wrong) + "\n" + Path(path).read_text("utf-8")


def assert_without_chance(plan, *seeds):
    """The twin gives one answer whatever its seed."""
    for option in option_names(plan):
        assert len({str(simulate(plan, option, random.Random(seed))) for seed in seeds}) == 1


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_same_distribution(path):
    options = option_names(plain_load(path)[0])
    chance = any(has_chance(path, option) for option in options)
    replications = (TWIN_REPLICATIONS, PACKAGE_REPLICATIONS) if chance else (1, 1)
    package = package_rows(path, replications[1])
    if options == [""]:
        package = {"": next(iter(package.values()))}
    assert set(package) == set(options)
    wrong = []
    for option in options:
        twin = twin_rows(path, option, replications[0])
        found, compared = compare(twin, package[option], replications, option or path.stem)
        wrong += found
        assert compared > 100, f"{option}: only {compared} rows compared, of {len(twin)}"
    assert not wrong, f"{len(wrong)} rows differ:\n" + "\n".join(wrong)


def test_a_wrong_figure_is_found():
    """The comparison can fail: shifted, missing and undefined figures are all reported."""
    twin = {
        ("a", "mission", "", "horizon"): (240, 5.0, 0.1),
        ("b", "team", "T", "horizon"): (240, 1.0, 0.0),
        ("c", "unit", "U", "horizon"): (240, 1.0, 0.1),
        ("d", "unit", "U", "horizon"): (120, 1.0, 0.1),
    }
    package = {
        ("a", "mission", "", "horizon"): (400, 5.7, 0.1),
        ("b", "team", "T", "horizon"): (400, 1.0 + 1e-6, 0.0),
        ("d", "unit", "U", "horizon"): (400, 1.0, 0.1),
    }
    wrong, compared = compare(twin, package, (240, 400), "here")
    assert compared == 3
    assert len(wrong) == 4
    assert compare(twin, {key: (n * 400 // 240, *rest) for key, (n, *rest) in twin.items()}, (240, 400), "here") == (
        [],
        4,
    )
