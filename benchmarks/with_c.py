"""The mission as a compiled C program, the limit: compiled/mission.c with the figures of mission.yaml."""

from __future__ import annotations

import math
import shutil
import subprocess
import tempfile
from functools import lru_cache
from pathlib import Path

from mission import Figures, Mission

SOURCE = Path(__file__).with_name("compiled") / "mission.c"
COMPILER = shutil.which("cc")
if COMPILER is None:
    raise ImportError("no C compiler (cc)")


def header(m: Mission) -> str:
    """mission.h: each figure of the mission as a constant."""
    constants = {
        "TEAMS": m.teams, "HORIZON": m.horizon, "ADVISERS": m.advisers, "MEDIATORS": m.mediators,
        "SELECTION": m.selection, "CLEARANCE_FROM": m.clearance[0], "CLEARANCE_TO": m.clearance[1],
        "TOUR": m.tour, "STAYS_ON": m.stays_on, "SOUGHT": m.sought, "EARLY_MEAN": -365.25 / math.log(1 - m.early),
        "LEAVE": m.leave, "LEAVE_EVERY": m.leave_every,
        "SICK_GAP": m.sick_gap, "SICK_FROM": m.sickness[0], "SICK_TO": m.sickness[1],
        "HIRING_FROM": m.hiring[0], "HIRING_TO": m.hiring[1],
        "RATE": m.rate, "OFFICERS_NEEDED": m.officers_needed, "INCIDENT_LASTS": m.incident,
        "PATIENCE_LASTS": m.patience, "FOLLOW_UP": m.follow_up, "MEDIATION_LASTS": m.mediation,
        "REVIEW_EVERY": m.review_every,
    }  # fmt: skip
    return "".join(f"#define {name} {value}\n" for name, value in constants.items())


@lru_cache(maxsize=1)
def compiled(mission: Mission) -> tuple[Path, tempfile.TemporaryDirectory]:
    """The program, in a folder that lasts as long as this process."""
    folder = tempfile.TemporaryDirectory()
    program = Path(folder.name) / "mission"
    (Path(folder.name) / "mission.h").write_text(header(mission))
    subprocess.run([COMPILER, "-O2", "-I", folder.name, "-o", program, SOURCE, "-lm"], check=True)
    return program, folder


def simulate(mission: Mission, replications: int, seed: int) -> list[Figures]:
    """Figures of each replication."""
    program, _ = compiled(mission)
    lines = subprocess.run([program, str(replications), str(seed)], check=True, capture_output=True, text=True).stdout
    return [Figures(*map(float, line.split())) for line in lines.splitlines()]
