"""Parts of answers from worker processes: what is asked for first, and nothing that nobody waits for any more."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator

from advisory_sim.app.moved import Moved
from advisory_sim.app.parts import Part, design_of, joined, simulate_part
from advisory_sim.experiment.blocks import Design
from advisory_sim.experiment.workers import processes, usable_cores

SIZE = 10  # replications of a part: some 30 to 60 ms, after which a worker is free for who asks now
STAGES = (20, 50)  # replications after which there is an answer; then at every doubling
KEPT = 1000  # parts, some 50 kB each
MOST_WORKERS = 4


class Wanted:
    """A part that is being made, and how many wait for it."""

    def __init__(self, making: asyncio.Task[Part]) -> None:
        self.making, self.waiting = making, 0


class Simulator:
    """Worker processes and the parts that they have made, shared by all pages: a part is a function of its design."""

    def __init__(self) -> None:
        self.workers = min(MOST_WORKERS, usable_cores())
        self.pool = processes(self.workers)
        self.free = asyncio.Semaphore(self.workers)
        self.wanted: dict[tuple[bytes, int], Wanted] = {}
        self.made: OrderedDict[tuple[bytes, int], Part] = OrderedDict()

    def close(self) -> None:
        """Let the workers go."""
        self.pool.shutdown(wait=False, cancel_futures=True)

    async def part(self, design: Design, replications: range) -> Part:
        """The part of a design, made once however many ask for it, and not at all once nobody does."""
        key = (design.packed, replications.start)
        if key in self.made:
            self.made.move_to_end(key)
            return self.made[key]
        wanted = self.wanted.get(key)
        if wanted is None:
            wanted = self.wanted[key] = Wanted(asyncio.create_task(self._make(key, replications)))
        wanted.waiting += 1
        try:
            return await asyncio.shield(wanted.making)
        finally:
            wanted.waiting -= 1
            if not wanted.waiting:
                wanted.making.cancel()
                self.wanted.pop(key, None)

    async def _make(self, key: tuple[bytes, int], replications: range) -> Part:
        """Make a part as soon as a worker is free; work that has begun is not broken off, and keeps its worker."""
        await self.free.acquire()
        loop = asyncio.get_running_loop()
        job = self.pool.submit(simulate_part, key[0], replications)
        job.add_done_callback(lambda _: loop.is_closed() or loop.call_soon_threadsafe(self.free.release))
        part = await asyncio.wrap_future(job)
        self.made[key] = part
        if len(self.made) > KEPT:
            self.made.popitem(last=False)
        return part

    async def answers(self, moved: Moved) -> AsyncIterator[tuple[Part, Part]]:
        """The file's option and the explored one under the same futures: few at first, then more up to all."""
        designs = design_of(moved.plan, moved.option), design_of(moved.plan, moved.name)
        file: list[Part] = []
        now: list[Part] = []
        done, asked = 0, designs[0].replications
        while done < asked:
            stage = min(asked, next((stage for stage in STAGES if stage > done), 2 * done))
            # No more at once than there are workers: others' first answers come before this one's refinement.
            while done < stage:
                starts = range(done, stage, SIZE)[: self.workers]
                some = [range(first, min(first + SIZE, asked)) for first in starts]
                made = await asyncio.gather(*(self.part(design, part) for part in some for design in designs))
                file.extend(made[::2])
                now.extend(made[1::2])
                done = some[-1].stop
            yield joined(file), joined(now)
