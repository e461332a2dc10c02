"""What is broken off leaves nothing in part: no file while it is written, no process."""

import multiprocessing
import os
import signal
import sys
import threading
import time

import pyarrow as pa
import pytest

from advisory_sim.experiment import parquet, run
from advisory_sim.experiment.workers import executor


def test_a_file_that_is_not_finished_leaves_no_part(tmp_path, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run.write_whole(tmp_path / "block.arrow", b"all of it")
    assert not list(tmp_path.iterdir())


def test_a_table_that_is_not_finished_leaves_no_part(tmp_path):
    def tables():
        yield pa.table({"option": ["as it is"], "value": [1.0]})
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        parquet.write_tables(tables(), tmp_path / "daily.parquet")
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is sent otherwise there")
def test_a_second_ctrl_c_leaves_no_process_behind():
    jobs = []

    def interrupted_twice():
        with executor(2) as pool:
            jobs.extend(pool.submit(time.sleep, 1.5) for _ in range(8))
            while not jobs[0].running():
                time.sleep(0.01)
            threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
            raise KeyboardInterrupt  # the first

    with pytest.raises(KeyboardInterrupt):
        interrupted_twice()
    assert not multiprocessing.active_children()
    assert jobs[-1].cancelled()
