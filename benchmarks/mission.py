"""The benchmark's mission as plain numbers, and the same mission at other sizes."""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from ruamel.yaml import YAML

FILE = Path(__file__).with_name("mission.yaml")
HOURS = {"hours": 1 / 24, "days": 1.0, "%": 0.01}


class Figures(NamedTuple):
    """What every program gives for one replication; nan for what it cannot express."""

    officer_days: float  # days of officers deployed
    present_days: float  # days of officers present
    attended: float  # activities started, follow-ups included
    lost: float  # activities whose patience ended
    wait: float  # mean wait of the attended, days


@dataclass(frozen=True)
class Mission:
    """The figures of mission.yaml; times in days."""

    teams: int
    horizon: float
    advisers: int  # a team
    mediators: int  # a team
    selection: float  # mean, exponential
    clearance: tuple[float, float]  # uniform
    tour: float
    stays_on: float
    sought: float  # before the tour's end
    early: float  # share a year
    leave: float
    leave_every: float
    sick_share: float
    sickness: tuple[float, float]  # uniform
    hiring: tuple[float, float]  # of mediators, uniform
    rate: float  # incidents a day, each unit
    officers_needed: int
    incident: float  # mean, exponential
    patience: float
    follow_up: float  # chance
    mediation: float  # mean, exponential
    review_every: float

    @property
    def sick_gap(self) -> float:
        """Mean time from a recovery to the next sickness that gives the share of time sick."""
        return sum(self.sickness) / 2 * (1 - self.sick_share) / self.sick_share


def read(file: Path = FILE) -> dict[str, Any]:
    """The scenario file as a tree."""
    return YAML(typ="safe").load(file)


def scaled(mission: dict[str, Any], k: int) -> dict[str, Any]:
    """The mission with k times the teams (and so units), each as before."""
    bigger = copy.deepcopy(mission)
    bigger["teams"] = {
        name if i == 0 else f"{name} {i + 1}": copy.deepcopy(team)
        for i in range(k)
        for name, team in mission["teams"].items()
    }
    return bigger


def write(mission: dict[str, Any], file: Path) -> None:
    """Write a scenario file."""
    yaml = YAML()
    yaml.representer.ignore_aliases = lambda _: True
    yaml.dump(mission, file)


def days(text: str) -> tuple[float, ...]:
    """The numbers of a quantity, in days (of a share: as a fraction)."""
    unit = next(unit for unit in HOURS if unit in text)
    return tuple(float(number) * HOURS[unit] for number in re.findall(r"[0-9.]+", text))


def numbers(mission: dict[str, Any]) -> Mission:
    """The figures that the other programs need."""
    adviser, mediator = mission["roles"]["adviser"], mission["roles"]["mediator"]
    incident, mediation = mission["activities"]["incident"], mission["activities"]["mediation"]
    posts = next(iter(mission["teams"].values()))["posts"]
    selection, clearance = (next(iter(stage.values())) for stage in adviser["recruitment"])
    leave, leave_every = days(adviser["leave"])
    return Mission(
        teams=len(mission["teams"]),
        horizon=days(mission["horizon"])[0],
        advisers=posts["adviser"],
        mediators=posts["mediator"],
        selection=days(selection)[0],
        clearance=days(clearance),
        tour=days(adviser["tour"])[0],
        stays_on=days(adviser["stays_on"])[0],
        sought=days(adviser["successor_sought"])[0],
        early=days(adviser["early_departure"])[0],
        leave=leave,
        leave_every=leave_every,
        sick_share=days(adviser["sickness"]["share"])[0],
        sickness=days(adviser["sickness"]["lasting"]),
        hiring=days(mediator["recruitment"][0]["hiring"]),
        rate=float(incident["arrivals"].split()[0]),
        officers_needed=incident["needs"]["adviser"],
        incident=days(incident["lasting"])[0],
        patience=days(incident["patience"])[0],
        follow_up=days(incident["follow_up"]["mediation"])[0],
        mediation=days(mediation["lasting"])[0],
        review_every=days(mission["decisions"]["reinforcement"]["when"]["every"])[0],
    )
