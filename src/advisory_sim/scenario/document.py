"""A file's text -> plain mappings, lists and scalars, with the position of each.

YAML 1.2, read from the parser's events, so that whatever a scenario may not hold (aliases, tags, keys given twice,
endless depth) is refused where it stands, and never acted upon.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from advisory_sim.errors import Problem, ScenarioError

LARGEST = 2 * 2**20  # bytes
DEEPEST = 20
LONGEST_NAME = 100
INTEGER = re.compile(r"[-+]?[0-9]{1,19}")
FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")

Path_ = tuple[str | int, ...]


class Position(NamedTuple):
    """Where something stands: in the scenario's file, or in a cell of a table beside it (`sheet` is not None)."""

    line: int
    column: int
    file: str = ""
    sheet: str | None = None


START = Position(1, 1)


@dataclass
class Document:
    """A scenario file as it was read."""

    file: str
    text: str
    tree: dict[str, Any] = field(default_factory=dict)
    positions: dict[Path_, Position] = field(default_factory=dict)  # of values
    keys: dict[Path_, Position] = field(default_factory=dict)  # of keys
    from_preset: dict[Path_, str] = field(default_factory=dict)  # path -> the path in the preset that it came from
    own: set[Path_] = field(default_factory=set)  # paths within those that have been given another value since
    refused: set[Path_] = field(default_factory=set)  # paths taken out, as they cannot be read
    beside: dict[str, bytes] = field(default_factory=dict)  # the files that it speaks of, by name, as they were read

    def position(self, path: Path_, key: bool = False) -> Position:
        """Where a value (or its key) stands, or the nearest thing around it."""
        if key and path in self.keys:
            return self.keys[path]
        while path and path not in self.positions:
            path = path[:-1]
        return self.positions.get(path, START)

    def problem(self, path: Path_, text: str, key: bool = False) -> Problem:
        """A problem at a path."""
        return self.problem_at(self.position(path, key), dotted(path), text)

    def problem_at(self, at: Position, path: str, text: str) -> Problem:
        """A problem at a position, of what has this path."""
        return Problem(at.line, at.column, path, text, at.file or self.file, at.sheet)


def dotted(path: Path_) -> str:
    """A path as people write it: roles.adviser.recruitment[0].call."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def read_text(file: Path, what: str = "a scenario", largest: int = LARGEST) -> str:
    """A file's text.

    Parameters
    ----------
    what, largest
        What the file should hold, and its size at most, in bytes.

    Raises
    ------
    ScenarioError
        If it is not there, not readable, too large, empty, or not text.
    """

    def refuse(why: str) -> ScenarioError:
        return ScenarioError([Problem(0, 0, "", why, str(file))])

    try:
        if file.is_dir():
            raise refuse("is a folder, not a file")
        size = file.stat().st_size
        if size > largest:
            raise refuse(f"is too large for {what} ({size:,} bytes; at most {largest:,})")
        with file.open("rb") as stream:
            content = stream.read(largest + 1)
    except FileNotFoundError:
        raise refuse("there is no such file") from None
    except (OSError, ValueError) as problem:
        raise refuse(f"cannot be read: {getattr(problem, 'strerror', None) or problem}") from None
    if b"\0" in content:
        raise refuse("is not text (it holds null bytes)")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = content[: problem.start].count(b"\n") + 1
        raise ScenarioError([Problem(line, 1, "", "is not UTF-8 text", str(file))]) from None
    if not text.strip():
        raise refuse("is empty")
    return text


def scalar(text: str, plain: bool) -> Any:
    """A scalar by YAML 1.2's core rules; what is no finite number stays text."""
    if not plain:
        return text
    if text in ("", "~", "null", "Null", "NULL"):
        return None
    if text in ("true", "True", "TRUE", "false", "False", "FALSE"):
        return text.lower() == "true"
    if INTEGER.fullmatch(text):
        return int(text)
    if FLOAT.fullmatch(text) and math.isfinite(float(text)):
        return float(text)
    return text


@dataclass
class Open:
    """A mapping or list that is being read."""

    path: Path_
    value: dict[str, Any] | list[Any]
    flow: bool
    key: str | None = None  # the key whose value comes next
    skip: bool = False  # that value is not kept
    unbalanced: int = 0  # brackets left open by a value in {...} or [...]


class Builder:
    """Builds a document from the parser's events, without recursion."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.problems: list[Problem] = []
        self.open: list[Open] = []
        self.documents = 0
        self.stopped = False
        self.refused = False

    def note(self, path: Path_, mark, text: str) -> None:
        self.problems.append(Problem(mark.line + 1, mark.column + 1, dotted(path), text, self.document.file))

    def stop(self, path: Path_, mark, text: str) -> None:
        """What follows cannot be read safely."""
        self.note(path, mark, text)
        self.stopped = True

    def refuse(self, path: Path_, mark, text: str) -> None:
        """The file is read on, but only for what else may not be in it."""
        self.note(path, mark, text)
        self.refused = True

    def _expects_key(self) -> bool:
        parent = self.open[-1] if self.open else None
        return parent is not None and isinstance(parent.value, dict) and parent.key is None

    def take(self, event) -> None:
        kind = type(event).__name__
        here = self.open[-1].path if self.open else ()
        if kind == "DocumentStartEvent":
            self.documents += 1
            if self.documents > 1:
                self.stop((), event.start_mark, "a second document ('---'); a file holds one scenario")
        elif kind == "AliasEvent":
            self.refuse(here, event.start_mark, "aliases (*) are not allowed; write the value again")
            if self._expects_key():
                self.open[-1].key, self.open[-1].skip = "*", True
            else:
                self._place(None, event.start_mark)
        elif kind in ("MappingStartEvent", "SequenceStartEvent", "ScalarEvent"):
            if event.anchor is not None:
                self.refuse(here, event.start_mark, "anchors (&) are not allowed")
            if event.tag is not None and not (kind == "ScalarEvent" and event.tag == "!"):
                self.refuse(here, event.start_mark, f"tags ({event.tag}) are not allowed")
            if kind == "ScalarEvent":
                self._scalar(event)
            else:
                self._begin(event, {} if kind == "MappingStartEvent" else [])
        elif kind in ("MappingEndEvent", "SequenceEndEvent"):
            self.open.pop()

    def _begin(self, event, value: dict | list) -> None:
        if len(self.open) >= DEEPEST:
            self.stop(self.open[-1].path, event.start_mark, f"nested more than {DEEPEST} levels deep")
            return
        if self._expects_key():
            self.stop(self.open[-1].path, event.start_mark, "a key must be text, not a mapping or a list")
            return
        path = self._place(value, event.start_mark)
        self.open.append(Open(path, value, bool(event.flow_style)))

    def _scalar(self, event) -> None:
        parent = self.open[-1] if self.open else None
        plain = event.implicit[0] and event.style is None
        if parent is not None and self._expects_key():
            self._key(parent, event)
            return
        if parent is not None and parent.flow and plain:
            balance = event.value.count("(") - event.value.count(")")
            if parent.unbalanced > 0:  # a list item, or a value, torn off by a comma within brackets
                parent.unbalanced = max(0, parent.unbalanced + balance)
                parent.key, parent.skip = None, False
                return
            if balance > 0:
                path = (*parent.path, parent.key if parent.key is not None else len(parent.value))
                brackets = "{...}" if isinstance(parent.value, dict) else "[...]"
                self.note(
                    path,
                    event.start_mark,
                    f"found '{event.value}'; unbalanced bracket, as a comma ends a value within {brackets}: "
                    "use blanks, or quote it",
                )
                parent.unbalanced = balance
                parent.key, parent.skip = None, False
                return
        self._place(scalar(event.value, plain), event.start_mark)

    def _key(self, parent: Open, event) -> None:
        name, mark = event.value, event.start_mark
        parent.key, parent.skip = name, True
        path = (*parent.path, name)
        if parent.unbalanced > 0:
            # The rest of a value torn apart by a comma: `20` and `60) days` in {takes: pert(5, 20, 60) days}.
            parent.unbalanced = max(0, parent.unbalanced + name.count("(") - name.count(")"))
            return
        if name in parent.value:
            line = self.document.keys[path][0]
            self.note(path, mark, f"the key is given twice; first on line {line}")
        else:
            # What cannot be a name is read on, so that what stands below it and speaks of it is looked at.
            parent.skip = not name.strip()
            self.document.keys[path] = Position(mark.line + 1, mark.column + 1)
            wrong = name_problem(name, dots=holds_paths(parent.path))
            if wrong is not None:
                shown = repr(name)[1:-1]
                shown = shown if len(shown) <= LONGEST_NAME else shown[:20] + "…"
                self.note((*parent.path, shown) if shown.strip() else parent.path, mark, wrong)

    def _place(self, value: Any, mark) -> Path_:
        """Put a value where it belongs; returns its path."""
        if not self.open:
            if isinstance(value, dict):
                self.document.tree = value
            else:
                self.stop((), mark, f"a scenario is a mapping of settings (key: value), not {kind_of(value)}")
            self.document.positions[()] = Position(mark.line + 1, mark.column + 1)
            return ()
        parent = self.open[-1]
        if isinstance(parent.value, list):
            path = (*parent.path, len(parent.value))
            parent.value.append(value)
        else:
            assert parent.key is not None
            path = (*parent.path, parent.key)
            if not parent.skip:
                parent.value[parent.key] = value
            parent.key, parent.skip = None, False
        place = Position(mark.line + 1, mark.column + 1)
        if value is None:  # nothing is given: it stands where its key does
            place = self.document.keys.get(path, place)
        self.document.positions.setdefault(path, place)
        return path


def name_problem(name: str, dots: bool = False) -> str | None:
    """Why a text cannot be a name; None where it can. `dots`: where paths are keys."""
    if not name.strip():
        return "a key is empty"
    if name != name.strip():
        return "a name begins or ends with a blank"
    if len(name) > LONGEST_NAME and not dots:
        return f"a name is longer than {LONGEST_NAME} characters"
    if not name.isprintable():
        return "a name holds a character that cannot be printed"
    if "." in name and not dots:
        return "a name holds a dot, which paths are written with"
    return None


def holds_paths(path: Path_) -> bool:
    """Whether the keys of a mapping are dotted paths: sources, and an option's settings."""
    return path == ("sources",) or (len(path) == 3 and path[0] == "options")


def kind_of(value: Any) -> str:
    return "a list" if isinstance(value, list) else "a single value"


def parse(text: str, file: str) -> tuple[Document, list[Problem]]:
    """A document and what is wrong with it as YAML."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    document = Document(file, text)
    builder = Builder(document)
    try:
        for event in YAML(typ="safe", pure=True).parse(text):
            builder.take(event)
            if builder.stopped:
                break
    except MarkedYAMLError as wrong:
        mark = wrong.problem_mark or wrong.context_mark
        what = " ".join(filter(None, (wrong.context, wrong.problem)))
        line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
        builder.problems.append(Problem(line, column, "", f"is not YAML: {what}{hint(text, line, what)}", file))
        builder.stopped = True
    except YAMLError as wrong:
        line = text[: getattr(wrong, "position", 0) or 0].count("\n") + 1
        reason = getattr(wrong, "reason", None) or str(wrong).splitlines()[0]
        builder.problems.append(Problem(line, 1, "", f"is not YAML: {reason}", file))
        builder.stopped = True
    except (ValueError, OverflowError, RecursionError) as wrong:
        builder.problems.append(Problem(1, 1, "", f"is not YAML: {wrong}", file))
        builder.stopped = True
    if not builder.documents and not builder.problems:
        builder.problems.append(Problem(0, 0, "", "is empty", file))
        builder.stopped = True
    if builder.stopped or builder.refused:
        raise ScenarioError(builder.problems)
    return document, builder.problems


def hint(text: str, line: int, what: str) -> str:
    """What may be behind a syntax error."""
    lines = text.splitlines()
    around = " ".join(lines[max(0, line - 2) : line])
    if around.count("(") != around.count(")"):
        return " (an unbalanced bracket? within {...} use blanks between numbers, or quote the text)"
    if "\t" in around:
        return " (a tab? indent with blanks)"
    if "mapping values" in what and re.search(r": .*: ", around):
        return " (text with a colon in it? quote it)"
    return ""
