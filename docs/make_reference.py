"""Writes the generated parts of the manual; a test holds the pages against it.

.venv/bin/python docs/make_reference.py
"""

from pathlib import Path

from advisory_sim.scenario.manual import measures_table, settings_tables

FOLDER = Path(__file__).parent
PARTS = {"scenario-file.md": settings_tables, "measures.md": measures_table}
BEGIN, END = "<!-- generated: begin -->\n", "<!-- generated: end -->"


def with_part(page: str, part: str) -> str:
    """A page with its generated part in place."""
    before, rest = page.split(BEGIN)
    return before + BEGIN + part + END + rest.split(END)[1]


if __name__ == "__main__":
    for name, make in PARTS.items():
        file = FOLDER / name
        file.write_text(with_part(file.read_text(encoding="utf-8"), make()), encoding="utf-8")
