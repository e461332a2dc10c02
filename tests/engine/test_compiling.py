"""The first run's other process makes what the first one takes: it must name the same types."""

from pathlib import Path

import pytest

from advisory_sim import loads
from advisory_sim.engine import kernel
from advisory_sim.engine.count import compile_late
from advisory_sim.experiment.blocks import compiled, simulate_block
from advisory_sim.experiment.run import make_design
from advisory_sim.scenario.dump import template


@pytest.mark.parametrize("function", [kernel.do_work, kernel.close_work, kernel.expire, kernel.reach])
def test_late_compiling_is_of_what_a_replication_calls(function):
    design = make_design(loads(template()), replications=1)
    simulate_block(design.packed, range(1))
    compile_late(compiled(design.packed)[1][0].draw(1, 0, "ranges"))
    # Each version of a function, by the types it is called with, is a file of its own.
    kept = Path(function.stats.cache_path).glob(f"*.{function.py_func.__name__}-*.nbc")
    assert len(list(kept)) == 1
