"""A Dask cluster gives the same bytes, workers may be lost, and what cannot be used is refused by name."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from importlib.metadata import version

import pytest
from click.testing import CliRunner

from advisory_sim.cli import main
from advisory_sim.errors import ClusterError
from advisory_sim.experiment.cluster import checked, identity, refusal

PLAN = """\
format: 1
title: small
start: 2001-01-01
mandate: {length: 30 days}
roles: {adviser: {recruitment: [{fill: exponential(5) days}]}}
teams: {A: {posts: {adviser: 3}}, B: {units: none, posts: {adviser: 1}}}
decisions: {more: {at: day 10, expand: {adviser: 2}}}
options: {plain: [], more: [more]}
runs: {replications: 60}
"""
HERE = ({"advisory-sim": "1", "numpy": "2.0"}, "code")


@pytest.fixture(scope="module")
def plan(tmp_path_factory):
    file = tmp_path_factory.mktemp("plan") / "plan.yaml"
    file.write_text(PLAN, encoding="utf-8")
    return file


def run(file, out, *more):
    return CliRunner().invoke(main, ["run", str(file), "--out", str(out), *map(str, more)])


def content(folder):
    """Every file's bytes, by name, without the seconds that the run took."""
    found = {
        file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()
    }  # fmt: skip
    found["run.json"] = re.sub(rb'"seconds": [0-9.]+', b"", found["run.json"])
    return found


def free_port():
    with socket.socket() as any_port:
        any_port.bind(("127.0.0.1", 0))
        return any_port.getsockname()[1]


def test_workers_that_differ_are_named():
    workers = {
        "tcp://a:1": HERE,
        "tcp://b:1": ({"advisory-sim": "1", "numpy": "2.1"}, "code"),
        "tcp://c:1": ({"advisory-sim": "0", "numpy": "2.1"}, "other"),
        "tcp://d:1": (HERE[0], "other"),
        "tcp://e:1": ModuleNotFoundError("No module named 'advisory_sim'"),
    }
    assert refusal("tcp://s:1", HERE, workers) == (
        "tcp://s:1: workers are not as this program is:\n"
        "  tcp://b:1: numpy: 2.0 here, 2.1 there\n"
        "  tcp://c:1: advisory-sim: 1 here, 0 there; numpy: 2.0 here, 2.1 there\n"
        "  tcp://d:1: advisory-sim: the same version 1, but other code\n"
        "  tcp://e:1: no advisory_sim of this version answers there (No module named 'advisory_sim')"
    )
    assert refusal("tcp://s:1", HERE, {}) == "tcp://s:1: the cluster has no workers"
    assert refusal("tcp://s:1", HERE, {"tcp://a:1": HERE}) == ""


def test_a_worker_that_joins_later_is_looked_at_too():
    assert checked(identity(), int, "7") == 7
    versions, code = identity()
    with pytest.raises(ClusterError) as wrong:
        checked(({**versions, "numpy": "1.2"}, code), int, "7")
    assert str(wrong.value) == (
        f"a worker of the cluster is not as this program is: numpy: 1.2 here, {version('numpy')} there"
    )


def test_without_dask_it_is_said_how_to_get_it(plan, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    done = run(plan, tmp_path / "out", "--cluster", "tcp://127.0.0.1:1")
    assert (done.exit_code, done.output) == (2, "--cluster needs Dask: pip install 'advisory-sim[cluster]'\n")
    assert not (tmp_path / "out").exists()


class Dask:
    """A scheduler and workers on loopback, each a process of its own."""

    def __init__(self, workers, threads=1):
        self.address = f"tcp://127.0.0.1:{(port := free_port())}"
        self.processes = [
            self.start("scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard"),
            *(self.start("worker", self.address, "--no-nanny", "--nthreads", str(threads)) for _ in range(workers)),
        ]
        self.workers = self.processes[1:]
        from distributed import Client

        with Client(self.address, timeout=60, set_as_default=False) as client:
            if workers:
                client.wait_for_workers(workers, timeout=60)

    def start(self, kind, *arguments):
        code = f"from distributed.cli.dask_{kind} import main; main()"
        arguments = [*arguments, "--no-dashboard"] if kind == "worker" else arguments
        return subprocess.Popen(
            [sys.executable, "-c", code, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in reversed(self.processes):
            process.kill()
            process.wait()


def test_no_scheduler_is_said(plan, tmp_path, monkeypatch):
    pytest.importorskip("distributed")
    from advisory_sim.experiment import cluster

    monkeypatch.setattr(cluster.cluster.__wrapped__, "__defaults__", (1,))
    address = f"tcp://127.0.0.1:{free_port()}"
    done = run(plan, tmp_path / "out", "--cluster", address)
    assert (done.exit_code, done.output) == (2, f"{address}: no Dask scheduler answers there within 1 seconds\n")
    done = run(plan, tmp_path / "out", "--cluster", "nonsense://x")
    assert done.exit_code == 2
    assert done.output.startswith("nonsense://x: ")
    assert not (tmp_path / "out").exists()


def test_a_cluster_without_workers_is_refused(plan, tmp_path):
    pytest.importorskip("distributed")
    with Dask(workers=0) as dask:
        done = run(plan, tmp_path / "out", "--cluster", dask.address)
    assert (done.exit_code, done.output) == (2, f"{dask.address}: the cluster has no workers\n")


@pytest.mark.parametrize("number", [500, "auto"])
def test_threads_of_a_worker_do_not_mix(plan, tmp_path, number):
    pytest.importorskip("distributed")
    assert run(plan, tmp_path / "here", "--replications", number).exit_code == 0
    with Dask(workers=1, threads=4) as dask:
        done = run(plan, tmp_path / "there", "--replications", number, "--cluster", dask.address)
    assert done.exit_code == 0, done.output
    assert content(tmp_path / "there") == content(tmp_path / "here")


@pytest.mark.skipif(sys.platform == "win32", reason="has no kill -9")
def test_a_worker_lost_in_mid_run_moves_nothing(plan, tmp_path):
    pytest.importorskip("distributed")
    assert run(plan, tmp_path / "here", "--replications", 3000).exit_code == 0
    out, killed = tmp_path / "there", []

    def kill_one():
        while len(list((out / "blocks").glob("*.arrow"))) < 3:
            time.sleep(0.005)
        os.kill(dask.workers[0].pid, signal.SIGKILL)
        killed.append(len(list((out / "blocks").glob("*.arrow"))))

    with Dask(workers=2) as dask:
        killer = threading.Thread(target=kill_one, daemon=True)
        killer.start()
        done = run(plan, out, "--replications", 3000, "--cluster", dask.address)
        assert done.exit_code == 0, done.output
        killer.join(timeout=10)
    assert killed[0] < 120
    assert content(out) == content(tmp_path / "here")


def test_a_failing_block_comes_with_its_traceback():
    pytest.importorskip("distributed")
    import traceback

    from advisory_sim.experiment.blocks import simulate_block
    from advisory_sim.experiment.cluster import cluster

    with Dask(workers=1) as dask, cluster(dask.address) as pool:
        future = pool.submit(simulate_block, b"not a design", range(25))
        with pytest.raises(Exception, match="invalid load key") as wrong:
            future.result(timeout=60)
    assert "in simulate_block" in "".join(traceback.format_exception(wrong.value))


def test_a_worker_without_this_program_is_refused(plan, tmp_path):
    pytest.importorskip("distributed")
    from distributed import Client

    without = "import sys; sys.modules['advisory_sim'] = None; from distributed.cli.dask_worker import main; main()"
    with Dask(workers=0) as dask:
        arguments = [dask.address, "--no-nanny", "--no-dashboard"]
        dask.processes.append(
            subprocess.Popen(
                [sys.executable, "-c", without, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
        )
        with Client(dask.address, timeout=60, set_as_default=False) as client:
            client.wait_for_workers(1, timeout=60)
            (worker,) = client.scheduler_info()["workers"]
        done = run(plan, tmp_path / "out", "--cluster", dask.address)
    assert done.exit_code == 2
    said, why = done.output.split(" (", 1)
    assert said == (
        f"{dask.address}: workers are not as this program is:\n"
        f"  {worker}: no advisory_sim of this version answers there"
    )  # fmt: skip
    assert "No module named 'advisory_sim" in why
    assert not (tmp_path / "out").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="has no kill -9")
def test_a_lost_cluster_is_said_and_the_run_goes_on_here(plan, tmp_path):
    pytest.importorskip("distributed")
    assert run(plan, tmp_path / "here", "--replications", 3000).exit_code == 0
    out = tmp_path / "there"

    def kill_all(dask):
        while len(list((out / "blocks").glob("*.arrow"))) < 3:
            time.sleep(0.005)
        for process in dask.processes:
            process.kill()

    with Dask(workers=1) as dask:
        threading.Thread(target=kill_all, args=[dask], daemon=True).start()
        done = run(plan, out, "--replications", 3000, "--cluster", dask.address)
    assert (done.exit_code, done.output.splitlines()[-1]) == (
        2, f"{dask.address}: the cluster was lost; --resume goes on with the run",
    )  # fmt: skip
    assert run(plan, out, "--replications", 3000, "--resume").exit_code == 0
    assert content(out) == content(tmp_path / "here")


@pytest.mark.parametrize("command", [
    ["sweep", "--measure", "officer_days", "--replications", "30"],
    ["search", "--best", "officer_days", "--indifference", "20", "--at-most", "100"],
])  # fmt: skip
def test_points_on_a_cluster_come_to_the_same_bytes(plan, tmp_path, command):
    pytest.importorskip("distributed")
    name, *asked = command
    asked = [name, str(plan), "--option", "more", "--over", "decisions.more.expand.adviser=0..3/1", *asked]
    assert CliRunner().invoke(main, [*asked, "--out", str(tmp_path / "here")]).exit_code == 0
    with Dask(workers=1) as dask:
        done = CliRunner().invoke(main, [*asked, "--out", str(tmp_path / "there"), "--cluster", dask.address])
    assert done.exit_code == 0, done.output
    files = {file.relative_to(tmp_path / "here") for file in (tmp_path / "here").rglob("*") if file.is_file()}
    assert files == {file.relative_to(tmp_path / "there") for file in (tmp_path / "there").rglob("*") if file.is_file()}
    for file in files:
        assert (tmp_path / "here" / file).read_bytes() == (tmp_path / "there" / file).read_bytes()
