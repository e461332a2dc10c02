"""Documents stay true: their scenarios load, their examples run, their tables are the code's own."""

import re
import sys
from pathlib import Path

import pytest

from advisory_sim import loads

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
sys.path.insert(0, str(ROOT / "docs"))


def blocks(language):
    return [
        pytest.param(text, id=f"{page.stem}-{i}")
        for page in PAGES
        for i, text in enumerate(re.findall(rf"```{language}\n(.*?)```", page.read_text(encoding="utf-8"), re.S))
    ]


@pytest.mark.parametrize("text", blocks("yaml"))
def test_scenarios_in_the_docs_load(text):
    loads(text)


@pytest.mark.parametrize("text", blocks("python"))
def test_examples_in_the_docs_run(text, monkeypatch):
    monkeypatch.chdir(ROOT)
    exec(compile(text, "example", "exec"), {"__name__": "example"})


@pytest.mark.parametrize("name", ["scenario-file.md", "measures.md"])
def test_generated_tables_are_fresh(name):
    from make_reference import PARTS, with_part

    page = (ROOT / "docs" / name).read_text(encoding="utf-8")
    assert page == with_part(page, PARTS[name]()), "run docs/make_reference.py"


def test_links_lead_somewhere():
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
            if "://" not in target:
                assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_ci_runs_the_readmes_tests():
    command = next(
        line for line in (ROOT / "README.md").read_text(encoding="utf-8").splitlines() if line.endswith("-m pytest")
    )
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    for part in command.split(" && "):
        assert part in script
