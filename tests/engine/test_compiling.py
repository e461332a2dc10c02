"""The first run's other process makes what the first one takes: it must name the same types."""

import pytest

from advisory_sim import loads
from advisory_sim.engine.count import compile_late
from advisory_sim.engine.kernel import compiling
from advisory_sim.experiment.blocks import compiled, simulate_block
from advisory_sim.experiment.run import make_design
from advisory_sim.scenario.dump import template


@pytest.mark.parametrize("function", ["work.do_work", "work.close_work", "pool.expire", "tally.reach"])
def test_late_compiling_is_of_what_a_replication_calls(function):
    design = make_design(loads(template()), replications=1)
    simulate_block(design.packed, range(1))
    compile_late(compiled(design.packed)[1][0].draw(1, 0, "ranges"))
    # Each version of a function, by the types it is called with, is a file of its own.
    assert len(list(compiling.FOLDER.rglob(f"{function}-*.nbc"))) == 1
