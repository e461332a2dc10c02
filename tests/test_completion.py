"""The shell completes commands, options and their values."""

import os
import subprocess
import sys

import pytest

COMMAND = [sys.executable, "-c", "import sys; sys.argv[0] = 'advisory-sim'; from advisory_sim.cli import main; main()"]


@pytest.mark.parametrize(
    ("shell", "holds"),
    [
        ("bash", "complete -o nosort -F _advisory_sim_completion advisory-sim"),
        ("zsh", "#compdef advisory-sim"),
        ("fish", "complete --no-files --command advisory-sim"),
    ],
)
def test_the_script_of_a_shell(shell, holds):
    done = subprocess.run([*COMMAND, "completion", shell], capture_output=True, text=True, check=True)
    assert holds in done.stdout
    assert f"_ADVISORY_SIM_COMPLETE={shell}_complete" in done.stdout


@pytest.mark.parametrize(
    ("words", "place", "given"),
    [
        ("advisory-sim tra", 1, ["plain,trace"]),
        ("advisory-sim trace plan.yaml --rep", 3, ["plain,--replication"]),
        ("advisory-sim run plan.yaml --inputs ", 4, ["plain,ranges", "plain,middle"]),
        ("advisory-sim completion z", 2, ["plain,zsh"]),
        ("advisory-sim fit pa", 2, ["file,pa"]),
    ],
)
def test_what_is_completed(words, place, given):
    environment = {
        **os.environ, "COMP_WORDS": words, "COMP_CWORD": str(place), "_ADVISORY_SIM_COMPLETE": "bash_complete"
    }  # fmt: skip
    done = subprocess.run(COMMAND, capture_output=True, text=True, check=False, env=environment)
    assert done.stdout.splitlines() == given
