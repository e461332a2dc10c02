"""Time the package against other ways to simulate the same mission: see README.md.

.venv/bin/python benchmarks/run.py [--replications N] [--rounds 3] [--scale 1,10,100]
"""

from __future__ import annotations

import argparse
import importlib
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import fmean, median, stdev
from typing import NamedTuple

from mission import Figures, numbers, read, scaled, write

PLAIN, LIMIT, PACKAGE = "plain SimPy", "C", "advisory_sim"
OWN_QUEUE = "SimPy, own queue"


class Program(NamedTuple):
    """One way to simulate the mission, and how many replications it does in a round for each of plain SimPy's."""

    module: str
    weight: float
    largest: int  # times the size of the mission; larger would take too long


PROGRAMS = {
    "salabim": Program("with_salabim", 0.05, 1),
    "Ciw": Program("with_ciw", 0.25, 1),
    PLAIN: Program("plain_simpy", 1, 100),
    OWN_QUEUE: Program("own_queue", 2, 10),
    PACKAGE: Program("with_package", 10, 100),
    LIMIT: Program("with_c", 20, 100),
}
COMPARED = ("officer_days", "present_days", "attended", "lost share")
FEWEST = 2  # replications a round
TOO_FAR = 4.0  # standard errors; by chance once in 16,000 comparisons


# ---- one program in a process of its own


def time_one(name: str, replications: int, scale: int, seed: int) -> None:
    """Print, as JSON, the seconds that some replications take, their figures, and whether these are comparable."""
    mission = scaled(read(), scale)
    try:
        module = importlib.import_module(PROGRAMS[name].module)
        subject = loaded(mission) if name == PACKAGE else numbers(mission)
    except CannotRunError as why:
        print(json.dumps({"skipped": str(why)}))
        return
    except ImportError as why:
        print(json.dumps({"skipped": f"{why}; see benchmarks/README.md"}))
        return
    module.simulate(subject, FEWEST, seed + 1000)  # compiles, reads what an estimate needs, fills caches
    begun = time.perf_counter()
    figures = module.simulate(subject, replications, seed)
    seconds = time.perf_counter() - begun
    comparable = getattr(module, "COMPARABLE", True)
    print(json.dumps({"seconds": seconds, "figures": figures, "comparable": comparable}))


class CannotRunError(Exception):
    """A program cannot run the mission."""


def loaded(mission: dict):
    """The mission as a scenario of the package."""
    import advisory_sim
    from advisory_sim.errors import ScenarioError

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "mission.yaml"
        write(mission, file)
        try:
            return advisory_sim.load(file)
        except ScenarioError as error:
            raise CannotRunError(f"this version of the package cannot read the mission yet:\n{error}") from None


# ---- rounds


class Timing:
    """What a program did over the rounds."""

    def __init__(self) -> None:
        self.rates: list[float] = []  # replications a second, a round
        self.figures: list[Figures] = []
        self.comparable = True

    def add(self, answer: dict) -> None:
        self.rates.append(len(answer["figures"]) / answer["seconds"])
        self.figures += [Figures(*row) for row in answer["figures"]]
        self.comparable = answer["comparable"]

    def ratio(self, other: Timing) -> list[float]:
        """Times as fast as another, round by round."""
        return [mine / theirs for mine, theirs in zip(self.rates, other.rates, strict=True)]


def run_rounds(scale: int, replications: int, rounds: int) -> dict[str, Timing]:
    """Every program in turn, each in a process of its own, as many times as there are rounds."""
    timings: dict[str, Timing] = {}
    skipped: set[str] = set()
    for number in range(rounds):
        for name, program in PROGRAMS.items():
            if name in skipped or scale > program.largest:
                continue
            count = max(FEWEST, round(replications * program.weight / scale))
            command = [sys.executable, __file__, "--one", name, "--replications", str(count), "--scale", str(scale)]
            done = subprocess.run([*command, "--seed", str(number + 1)], stdout=subprocess.PIPE, text=True, check=False)
            if done.returncode:
                raise SystemExit(f"{name} failed")
            answer = json.loads(done.stdout.splitlines()[-1])
            if "skipped" in answer:
                print(f"{name} left out: {answer['skipped']}")
                skipped.add(name)
                continue
            timings.setdefault(name, Timing()).add(answer)
    return timings


# ---- what they say


def spread(values: list[float]) -> str:
    """The median and, in brackets, the smallest and the largest."""
    return "{} ({}-{})".format(*(short(value) for value in (median(values), min(values), max(values))))


def short(value: float) -> str:
    """A number with three figures."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.{max(0, 2 - math.floor(math.log10(value)))}f}"


def table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """Text in columns, the first to the left."""
    lines = [head, *rows]
    widths = [max(len(line[i]) for line in lines) for i in range(len(head))]
    return "\n".join(
        "  ".join([line[0].ljust(widths[0]), *(line[i].rjust(widths[i]) for i in range(1, len(head)))])
        for line in lines
    )


def speeds(timings: dict[str, Timing]) -> str:
    """The table of rates: median (smallest-largest over the rounds)."""
    rows = []
    for name, timing in timings.items():
        against = [spread(timing.ratio(timings[other])) if other in timings else "-" for other in (PLAIN, LIMIT)]
        rows.append((name, spread(timing.rates), spread([1000 / rate for rate in timing.rates]), *against))
    return table(("", "replications a second", "ms a replication", "x plain SimPy", "x C"), rows)


def compared(figures: list[Figures]) -> list[list[float]]:
    """The values of each compared figure."""
    return [
        [row.officer_days for row in figures],
        [row.present_days for row in figures],
        [row.attended for row in figures],
        [row.lost / (row.attended + row.lost) for row in figures],
    ]


def agreement(timings: dict[str, Timing]) -> tuple[str, bool]:
    """The table of means with standard errors, and whether all are within sampling error of plain SimPy's.

    All have the same distribution, or should: the deviation is taken from the program with most replications.
    """
    values = {name: compared(timing.figures) for name, timing in timings.items() if timing.comparable}
    largest = max(values.values(), key=lambda columns: len(columns[0]))
    deviations = [stdev(column) for column in largest]
    rows, agree = [], True
    for name in timings:
        if name not in values:
            rows.append((name, *["simpler model"] * len(COMPARED), "-"))
            continue
        cells, distances = [], []
        for mine, theirs, deviation in zip(values[name], values[PLAIN], deviations, strict=True):
            mean, decimals = fmean(mine), 4 if fmean(mine) < 1 else 0
            cells.append(f"{mean:,.{decimals}f} +- {deviation / math.sqrt(len(mine)):,.{decimals or 1}f}")
            distances.append(abs(mean - fmean(theirs)) / deviation / math.sqrt(1 / len(mine) + 1 / len(theirs)))
        agree = agree and max(distances) <= TOO_FAR
        rows.append((name, *cells, "-" if name == PLAIN else f"{max(distances):.1f}"))
    return table(("", *COMPARED, "furthest from plain SimPy, standard errors"), rows), agree


def growth(by_scale: dict[int, dict[str, Timing]]) -> str:
    """Time per replication by size of the mission."""
    names = {name: None for timings in by_scale.values() for name in timings}
    rows = []
    for name in names:
        cells = []
        for timings in by_scale.values():
            cells.append(spread([1000 / rate for rate in timings[name].rates]) if name in timings else "-")
        rows.append((name, *cells))
    return table(("ms a replication", *(f"{scale} times the size" for scale in by_scale)), rows)


def main() -> None:
    arguments = argparse.ArgumentParser(description="Time the package against other ways to simulate the same mission.")
    arguments.add_argument("--replications", type=int, default=100, help="of plain SimPy in a round; others do as many"
                           " as fit their speed, larger missions fewer (100)")  # fmt: skip
    arguments.add_argument("--rounds", type=int, default=3, help="each program has a turn in every round (3)")
    arguments.add_argument("--scale", default="1,10,100", help="times the size of the mission (1,10,100)")
    arguments.add_argument("--one", choices=PROGRAMS, help=argparse.SUPPRESS)
    arguments.add_argument("--seed", type=int, default=1, help=argparse.SUPPRESS)
    given = arguments.parse_args()
    if given.one:
        time_one(given.one, given.replications, int(given.scale), given.seed)
        return
    all_agree = True
    by_scale: dict[int, dict[str, Timing]] = {}
    for scale in map(int, given.scale.split(",")):
        m = numbers(scaled(read(), scale))
        print(f"\n{m.teams * m.advisers:,} posts in {m.teams} teams, {m.horizon:.0f} days; {given.rounds} rounds")
        timings = by_scale[scale] = run_rounds(scale, given.replications, given.rounds)
        means, agree = agreement(timings)
        print(f"\n{speeds(timings)}\n\n{means}")
        if not agree:
            print(f"THE MEANS DO NOT AGREE: more than {TOO_FAR:.0f} standard errors apart")
            all_agree = False
    if len(by_scale) > 1:
        print(f"\n{growth(by_scale)}")
    cores, load = os.cpu_count(), os.getloadavg()[0]
    print(f"\nMedian (smallest-largest of the rounds). {cores} cores, load {load:.1f} at the end.")
    sys.exit(0 if all_agree else 1)


if __name__ == "__main__":
    main()
