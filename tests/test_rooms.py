"""Rooms, and what may pass between them: docs/architecture.md as a test."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).parent.parent / "src" / "advisory_sim"
# A room may import from itself and from the rooms that stand before it.
ORDER = ["errors", "scenario", "record", "engine", "measures", "experiment", "fitting", "plots", "report", "app", "cli"]
ONLY_IN = {
    "simpy": ("engine",),
    "numba": ("engine",),
    "matplotlib": ("plots",),
    "ruamel": ("scenario",),
    "jinja2": ("report", "app"),
    "distributed": ("experiment",),
    "starlette": ("app",),
    "uvicorn": ("app",),
    "click": ("cli",),
}
ALLOWED_UP = {
    ("measures", "scenario"),  # names of targets
    ("experiment", "plots"),  # the run command draws, within a function
    ("fitting", "plots"),  # the fit command draws, within a function
    ("experiment", "report"),  # `study.report`, within a function
}


def imports(file, everywhere=True):
    """(module, whether at the top) of everything that a file imports."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    typing_only = {
        id(node) for block in ast.walk(tree) if isinstance(block, ast.If) and "TYPE_CHECKING" in ast.dump(block.test)
        for node in ast.walk(block)
    }  # fmt: skip
    for node in ast.walk(tree):
        if id(node) in typing_only:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            if node.module == "advisory_sim":
                yield from (f"advisory_sim.{alias.name}" for alias in node.names)
            else:
                yield node.module


FILES = sorted(SOURCE.rglob("*.py"))


def room(file):
    parts = file.relative_to(SOURCE).with_suffix("").parts
    return parts[0]


@pytest.mark.parametrize("file", FILES, ids=lambda f: str(f.relative_to(SOURCE)))
def test_imports_go_down_only(file):
    here = room(file)
    if here == "__init__":
        return
    for module in imports(file):
        if module.startswith("advisory_sim."):
            there = module.split(".")[1]
            below = ORDER.index(there) <= ORDER.index(here)
            assert below or (here, there) in ALLOWED_UP, f"{here} imports {module}"


@pytest.mark.parametrize("library", ONLY_IN)
def test_a_library_stays_in_its_room(library):
    for file in FILES:
        for module in imports(file):
            if module.split(".")[0] == library and library != "click":
                assert room(file) in ONLY_IN[library], f"{file} imports {library}"


def test_help_imports_no_heavy_library():
    code = (
        "import sys; from advisory_sim.cli import main\n"
        "try: main(['--help'])\nexcept SystemExit: pass\n"
        "print(sorted({'numpy', 'pandas', 'numba', 'matplotlib', 'scipy', 'pydantic'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_reading_a_scenario_imports_no_numbers():
    code = (
        "import sys; from advisory_sim import loads\n"
        "loads('format: 1\\ntitle: x\\nstart: 2001-01-01\\nmandate: {length: 9 days}\\nteams: {A: {}}\\n')\n"
        "print(sorted({'numpy', 'pandas', 'numba', 'matplotlib', 'scipy', 'simpy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
