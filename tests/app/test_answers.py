"""What the page says is what a run of the file that it hands on says."""

import asyncio

import numpy as np
import pytest

from advisory_sim import loads, run
from advisory_sim.app.answers import DIFFERENCE, FILE, MOVED, answer, table
from advisory_sim.app.moved import moved
from advisory_sim.app.parts import design_of, joined, simulate_part
from advisory_sim.app.simulator import Simulator

EXPAND = '"><img src=x onerror=alert(2)>'
VALUES = {f"decisions.{EXPAND}.at": "day 5", "taken.later": "yes", "teams.Ош.posts.adviser": "6"}
COLUMNS = ["n", "mean", "std_error", "ci_low", "ci_high", "p05", "p50", "p95"]


def parts(found, ranges):
    for option in (found.option, found.name):
        packed = design_of(found.plan, option).packed
        yield joined([simulate_part(packed, replications) for replications in ranges])


@pytest.fixture(scope="module")
def found(plan):
    return moved(plan, "more", VALUES)


@pytest.fixture(scope="module")
def both(found):
    return tuple(parts(found, [range(7), range(7, 30)]))


def test_it_is_what_a_run_of_the_downloaded_file_gives(found, both):
    study = run(loads(found.text), replications=30, progress=False)
    frame = table(found, *both)
    keys = ["measure", "scope", "name", "window"]
    whole_summary = study.summary().set_index("option")
    for which, option in ((FILE, "more"), (MOVED, "as explored")):
        whole = whole_summary.loc[option].set_index(keys)
        mine = frame[frame["plan"] == which].set_index(keys)
        assert {"officer_days", "covered_days", "worst_unit", "attended", "cost", "coverage", "target_met"} == {
            measure for measure, *_ in mine.index
        }
        # The figures of each future are the same to the bit; sums of them may be taken in another order.
        np.testing.assert_allclose(mine[COLUMNS], whole.loc[mine.index, COLUMNS], rtol=1e-12)
    paired = study.differences(to="more").query("option == 'as explored'").set_index(keys)
    mine = frame[frame["plan"] == DIFFERENCE].set_index(keys)
    np.testing.assert_allclose(mine["mean"], paired.loc[mine.index, "mean"], rtol=1e-12)
    days = study.daily("deployed").query("option == 'as explored'")
    shown = answer(found, *both)["strength"]["deployed"]
    np.testing.assert_allclose(shown, days[["p05", "p50", "p95"]].to_numpy().T, atol=0.006)


def test_nothing_moved_makes_no_difference(plan):
    found = moved(plan, "more", {})
    said = answer(found, *parts(found, [range(5)]))
    assert said["changes"] == []
    assert {measure["difference"] for measure in said["measures"]} <= {"+0", "+0 points"}
    assert said["strength"]["file"] == said["strength"]["deployed"][1]


def test_units_and_marks(found, both):
    said = answer(found, *both)
    assert [unit["name"] for unit in said["units"]] == list(found.plan.units)
    assert {"consent", "mandate begins", EXPAND, "mandate ends"} <= {mark["name"] for mark in said["marks"]}
    assert next(mark for mark in said["marks"] if mark["name"] == EXPAND) == {
        "day": 5.0,
        "date": "2001-01-06",
        "name": EXPAND,
    }
    assert said["replications"] == 30
    assert said["asked"] == 60


# ---------------------------------------------------------------- who is answered first


class Slow:
    """Workers that are free when the test says so."""

    def __init__(self):
        from concurrent.futures import Future

        self.make, self.jobs = Future, []

    def submit(self, work, packed, replications):
        job = self.make()
        job.set_running_or_notify_cancel()
        self.jobs.append((packed, replications, job))
        return job

    def shutdown(self, **_):
        pass


@pytest.fixture
def simulator(monkeypatch):
    def make():
        found = Simulator()
        found.pool.shutdown()
        found.pool, found.workers, found.free = Slow(), 1, asyncio.Semaphore(1)
        return found

    return make


async def settle():
    for _ in range(20):
        await asyncio.sleep(0)


def test_what_nobody_waits_for_is_not_begun(plan, simulator):
    async def scene():
        sim = simulator()
        designs = [
            design_of(moved(plan, "more", {"mandate.length": f"{n} days"}).plan, "as explored") for n in range(40, 90)
        ]
        waiting = [asyncio.create_task(sim.part(design, range(10))) for design in designs]
        await settle()
        for task in waiting[:-1]:  # fifty fast moves: forty-nine are broken off
            task.cancel()
        await settle()
        assert [packed for packed, _, _ in sim.pool.jobs] == [designs[0].packed]  # it had begun
        sim.pool.jobs[0][2].set_result("old")
        await settle()
        assert [packed for packed, _, _ in sim.pool.jobs] == [designs[0].packed, designs[-1].packed]
        sim.pool.jobs[1][2].set_result("new")
        assert await waiting[-1] == "new"
        assert list(sim.made.values()) == ["new"]
        assert not sim.wanted

    asyncio.run(scene())


def test_who_asks_for_the_same_shares_it_and_one_may_leave(plan, simulator):
    async def scene():
        sim = simulator()
        design = design_of(moved(plan, "more", {}).plan, "more")
        one, other = (asyncio.create_task(sim.part(design, range(10))) for _ in range(2))
        await settle()
        one.cancel()
        await settle()
        assert len(sim.pool.jobs) == 1
        sim.pool.jobs[0][2].set_result("part")
        assert await other == "part"
        assert await sim.part(design, range(10)) == "part"  # kept
        assert len(sim.pool.jobs) == 1

    asyncio.run(scene())


def test_answers_come_from_more_and_more_futures(plan):
    async def scene():
        sim = Simulator()
        try:
            found = moved(plan, "more", {"mandate.length": "30 days"})
            return [(len(file.values), len(now.values)) async for file, now in sim.answers(found)]
        finally:
            sim.close()

    assert asyncio.run(scene()) == [(20, 20), (50, 50), (60, 60)]


@pytest.mark.parametrize(("replications", "shown"), [("60", 60), ("5000", 400), ("auto", 400)])
def test_as_many_futures_as_a_meeting_waits_for(plan, replications, shown):
    asked = loads(plan.text.replace("replications: 60", f"replications: {replications}"))
    assert design_of(asked, "more").replications == shown
