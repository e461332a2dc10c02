"""The first run of a version on a machine: its compiled code is made, by two processes at once."""

from __future__ import annotations

import multiprocessing
import signal

from advisory_sim.experiment.blocks import compiled, simulate_block
from advisory_sim.experiment.run import make_design
from advisory_sim.experiment.workers import usable_cores


def compile_kernel() -> None:
    """Compile what any plan needs, by simulating one future of the plan that everybody begins with."""
    from advisory_sim.scenario.dump import template
    from advisory_sim.scenario.load import loads

    plan = loads(template())
    design = make_design(plan, options=[next(iter(plan.options))], replications=1)
    if usable_cores() > 1:
        spawn = multiprocessing.get_context("spawn")
        spawn.Process(target=compile_late_of, args=(design.packed,), daemon=True).start()
    simulate_block(design.packed, range(1))  # it takes what the other has made by then, and makes what that has not


def compile_late_of(packed: bytes) -> None:
    """The other process's part: what the first comes to last."""
    from advisory_sim.engine.count import compile_late

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the first, whose end is this one's
    design, (settings,) = compiled(packed)
    compile_late(settings.draw(design.seed, 0, design.inputs))
