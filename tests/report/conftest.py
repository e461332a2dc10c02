"""A run of a plan whose every name is hostile, and the page of it."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from advisory_sim.cli import main

from .reading import read

HOSTILE = Path(__file__).parent / "hostile.yaml"


def command(*arguments):
    """The command's exit code, output and errors."""
    return CliRunner().invoke(main, [*map(str, arguments)])


@pytest.fixture(scope="session")
def kept_run(tmp_path_factory):
    out = tmp_path_factory.mktemp("report") / "run"
    done = command("run", HOSTILE, "--out", out)
    assert done.exit_code == 0, done.output
    return out


@pytest.fixture
def run(kept_run, tmp_path):
    """The folder of a run, to do with as one likes."""
    return Path(shutil.copytree(kept_run, tmp_path / "run"))


@pytest.fixture(scope="session")
def text(kept_run, tmp_path_factory):
    """The page of the run."""
    file = tmp_path_factory.mktemp("page") / "report.html"
    done = command("report", kept_run, "--out", file)
    assert done.exit_code == 0, done.output
    return file.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def page(text):
    """The same, read back."""
    return read(text)
