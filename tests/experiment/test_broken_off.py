"""What is broken off while it is written leaves nothing in part."""

import os

import pyarrow as pa
import pytest

from advisory_sim.experiment import run, store


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
        store.write_tables(tables(), tmp_path / "daily.parquet")
    assert not list(tmp_path.iterdir())
