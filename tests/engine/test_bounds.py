"""Compiled code reads no array beyond its end."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
SIMULATE = """
import sys
from advisory_sim import load
from advisory_sim.engine.settings import Settings
from advisory_sim.scenario.rules_common import all_cells
from advisory_sim.engine.simulation import replicate
from advisory_sim.measures import reviewed

for file in sys.argv[1:]:
    scenario = load(file)
    for option in scenario.options:
        settings = Settings(scenario.for_option(option), all_cells(scenario))
        for replication in range(3):
            replicate(settings.draw(1, replication), reviewed, steps=True)
print("all within bounds")
"""


def test_no_array_is_read_beyond_its_end(tmp_path):
    scenarios = (ROOT / "tests" / "twin" / "scenarios").glob("*.yaml")
    files = [str(file) for file in scenarios] + ["scenarios/kyrgyzstan-2010.yaml"]
    done = subprocess.run(
        [sys.executable, "-c", SIMULATE, *files],
        cwd=ROOT,
        env={**os.environ, "NUMBA_BOUNDSCHECK": "1", "XDG_CACHE_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "all within bounds\n", done.stderr
