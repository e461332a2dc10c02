"""Options: a scenario with an option's settings and decisions in place."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from advisory_sim.errors import Problem, ScenarioError
from advisory_sim.scenario import reading
from advisory_sim.scenario.calendar import add_months, at_middle, duration_from, moment_second
from advisory_sim.scenario.document import Document, Path_, name_problem
from advisory_sim.scenario.quantities import DAY

if TYPE_CHECKING:
    from advisory_sim.scenario.model import Decision, Option, Scenario

SAME_FOR_ALL = ("format", "title", "start", "horizon", "currency", "preset", "options", "runs", "sources", "targets")
TOP_LEVEL = ("title", "start", "horizon", "currency", "preset")
FIXED_NAMES = ("teams", "units", "roles", "decisions", "reentry")


class NoSuchPath(Exception):  # noqa: N818  (caught where it is raised)
    """A path that leads nowhere; the text says why."""


def locate(tree: dict[str, Any], path: str, forbidden: tuple[str, ...]) -> Path_:
    """A dotted path as a path of the tree; steps of recruitment go by name or by number.

    Raises
    ------
    NoSuchPath
        Where a part of the path before its last is not there, or the path may not differ between options.
    """
    parts = path.replace("[", ".").replace("]", "").split(".")
    if parts[0] in forbidden:
        raise NoSuchPath(f"'{parts[0]}' is the same for all options")
    if parts[0] in FIXED_NAMES and len(parts) < 3:
        raise NoSuchPath(f"an option sets what stands below a name: {parts[0]}.NAME.SETTING")
    located: list[str | int] = []
    node: Any = tree
    for i, part in enumerate(parts):
        last = i == len(parts) - 1
        if isinstance(node, list):
            names = [next(iter(item)) for item in node if isinstance(item, dict) and len(item) == 1]
            if part.isdigit() and int(part) < len(node):
                located.append(int(part))
                node = node[int(part)]
                continue
            if part not in names:
                raise NoSuchPath(f"no '{part}' in {'.'.join(parts[:i])}{reading.near(part, names)}")
            located += [names.index(part), part]
            node = node[names.index(part)][part]
        elif isinstance(node, dict) and (part in node or (last and (i > 0 or part in TOP_LEVEL))):
            located.append(part)
            node = node.get(part)
        elif isinstance(node, dict):
            named = parts[0] in FIXED_NAMES
            above = 1 if named else 0 if parts[0] == "academy" else -1  # what must be there
            if i > above and (named or parts[0] in ("mandate", "coverage", "academy", "runs")):
                located.append(part)  # a section of settings that the file leaves to its defaults
                node = {}
                continue
            raise NoSuchPath(f"no '{part}'{' in ' + '.'.join(parts[:i]) if i else ''}{reading.near(part, list(node))}")
        else:
            raise NoSuchPath(f"'{'.'.join(parts[:i])}' holds nothing below it")
    return tuple(located)


def put(tree: dict[str, Any], path: Path_, value: Any) -> None:
    """Set a value, making the mappings on its way."""
    node: Any = tree
    for part in path[:-1]:
        if isinstance(node, dict) and (part not in node or node[part] is None):
            node[part] = {}
        node = node[part]
    node[path[-1]] = copy.deepcopy(value)


def overlaid(
    document: Document, settings: dict[str, Any], position: Path_ | None, forbidden: tuple[str, ...]
) -> tuple[Document, list[Problem]]:
    """A document with other values at dotted paths; their positions are those of the option that sets them."""
    changed = Document(
        document.file,
        "",
        copy.deepcopy(document.tree),
        dict(document.positions),
        dict(document.keys),
        dict(document.from_preset),
        set(document.own),
    )
    problems = []
    for path, value in settings.items():
        at = (*position, path) if position is not None else ()
        try:
            located = locate(document.tree, path, forbidden)
        except NoSuchPath as wrong:
            problems.append(document.problem(at, str(wrong), key=True))
            continue
        put(changed.tree, located, value)
        for known in [known for known in changed.positions if known[: len(located)] == located]:
            del changed.positions[known]
        for known in [known for known in changed.from_preset if known[: len(located)] == located]:
            del changed.from_preset[known]
        changed.positions[located] = document.position(at)
        changed.own.add(located)
    return changed, problems


def rebuilt(document: Document) -> Scenario:
    """A scenario from a changed document.

    Raises
    ------
    ScenarioError
        Where the change is wrong.
    """
    from advisory_sim.scenario.load import build

    return build(document, [])


def variant(scenario: Scenario, option: Option, name: str) -> Scenario:
    """The scenario with an option's settings; problems stand at the option."""
    from advisory_sim.scenario.check import check
    from advisory_sim.scenario.load import validated

    if not option.set:
        return scenario
    assert scenario._document is not None
    changed, problems = overlaid(scenario._document, option.set, ("options", name, "set"), SAME_FOR_ALL)
    if not problems:
        other, problems = validated(changed)
        if other is not None:
            problems = check(other, changed)
            if not problems:
                return other
    raise ScenarioError(problems)


def overlay_problems(scenario: Scenario) -> list[Problem]:
    """What is wrong with the settings of options."""
    from advisory_sim.scenario.fields import LONGEST_HORIZON

    problems: list[Problem] = []
    for name, option in scenario.options.items():
        try:
            variant(scenario, option, name)
        except ScenarioError as wrong:
            problems += wrong.problems
    if not problems and scenario.horizon_seconds > LONGEST_HORIZON:
        assert scenario._document is not None
        days = scenario.horizon_seconds / DAY
        text = f"every option is observed over {days:,.0f} days; allowed: 1 day to 30 years"
        problems.append(scenario._document.problem(("options",), text, key=True))
    return problems


def for_option(scenario: Scenario, name: str) -> Scenario:
    """The scenario of one option; the horizon is the one that all options share."""

    if name not in scenario.options:
        raise KeyError(f"no option {name!r}; options: {', '.join(scenario.options)}")
    option = scenario.options[name]
    return alone(variant(scenario, option, name), name, option, scenario.horizon_seconds)


def alone(base: Scenario, name: str, option: Option, horizon: int) -> Scenario:
    """A scenario, with an option's settings in place, as that option decides; it is observed for `horizon` seconds."""
    taken: list[tuple[str, Decision]] = []
    for take in option.take:
        decision = base.decisions[take.decision]
        taken.append((take.decision, decision.model_copy(update={"at": take.moment}) if take.moment else decision))
    one: Scenario = base.model_copy(update={"options": {name: option}})
    one._taken = tuple(taken)
    one._horizon = horizon
    one._document = None
    return one


def document_of(scenario: Scenario) -> Document:
    """The document of a plan.

    Raises
    ------
    ValueError
        For the scenario of one option.
    """
    if scenario._document is None:
        raise ValueError("the scenario of one option cannot be changed; change the plan that it is of")
    return scenario._document


def with_option(scenario: Scenario, name: str, take: Iterable[Any]) -> Scenario:
    """A scenario with one option more."""
    document = document_of(scenario)
    wrong = name_problem(name)
    if wrong is not None:
        raise ScenarioError([Problem(0, 0, f"options.{name}", wrong, document.file)])
    tree = copy.deepcopy(document.tree)
    tree.setdefault("options", {"plan": []})[name] = list(take)
    return rebuilt(_with_tree(document, tree))


def with_setting(scenario: Scenario, path: str, value: Any) -> Scenario:
    """A scenario with another value at a dotted path, for every option."""
    changed, problems = overlaid(
        document_of(scenario), {path: value}, None, ("format", "options", "sources", "targets")
    )
    if problems:
        raise ScenarioError(problems)
    return rebuilt(changed)


def _with_tree(document: Document, tree: dict[str, Any]) -> Document:
    """The document with another tree; its text is written anew when it is asked for."""
    from_preset, own = dict(document.from_preset), set(document.own)
    return Document(document.file, "", tree, document.positions, document.keys, from_preset, own)


def latest_expiry(scenario: Scenario) -> int:
    """The latest expiry that an option can reach, in seconds; 6 months more where its begin is a matter of chance."""
    return max(
        (expiry(variant(scenario, option, name), option) for name, option in scenario.options.items()), default=0
    )


def expiry(own: Scenario, option: Option) -> int:
    """The latest expiry that one option can reach, in seconds; `own` has its settings in place."""
    begins = own.mandate.begins
    end = moment_second(begins.moment, own.start) if begins.kind == "moment" and begins.moment else 0
    end = duration_from(end, at_middle(own.mandate.length), own.start)
    for take in option.take:
        extend = own.decisions[take.decision].extend
        if extend is not None:
            end = duration_from(end, at_middle(extend), own.start)
    return max(0, add_months(end, 6, own.start) if own.begins_by_chance else end)


def with_only(scenario: Scenario, option: str) -> Scenario:
    """A scenario with one of its options alone."""
    document = document_of(scenario)
    tree = copy.deepcopy(document.tree)
    tree["options"] = {option: tree.get("options", {"plan": []})[option]}
    return rebuilt(_with_tree(document, tree))


def at_point(scenario: Scenario, changes: dict[str, Any]) -> Scenario:
    """The only option of a scenario with other values at dotted paths, as a scenario of its own.

    It is observed for as long as the scenario says, else for as long as it needs itself.

    Raises
    ------
    ScenarioError
        Where a path or a value is wrong; as they stand nowhere in the file, problems have a path and no position.
    """
    from advisory_sim.scenario.fields import LONGEST_HORIZON

    ((name, own),) = scenario.options.items()
    option = own.model_copy(update={"set": {**own.set, **changes}})
    problems = [
        Problem(0, 0, path, "found nothing; give it a value, or leave it out", document_of(scenario).file)
        for path, value in changes.items()
        if value is None
    ]
    if problems:
        raise ScenarioError(problems)
    try:
        base = variant(scenario, option, name)
    except ScenarioError as wrong:
        prefix = f"options.{name}.set."
        raise ScenarioError(
            replace(problem, line=0, column=0, path=problem.path.removeprefix(prefix)) for problem in wrong.problems
        ) from None
    horizon = expiry(base, option) if scenario.horizon is None else scenario.horizon_seconds
    if horizon > LONGEST_HORIZON:
        text = f"observed over {horizon / DAY:,.0f} days; allowed: 1 day to 30 years"
        raise ScenarioError([Problem(0, 0, ", ".join(changes), text, document_of(scenario).file)])
    return alone(base, name, option, horizon)


def option_tree(scenario: Scenario, option: str) -> dict[str, Any]:
    """The tree of a plan's file, with its preset, as one of its options has it."""
    if option not in scenario.options:
        raise KeyError(f"no option {option!r}; options: {', '.join(scenario.options)}")
    changed, _ = overlaid(document_of(scenario), scenario.options[option].set, None, SAME_FOR_ALL)
    return changed.tree


def with_taken(scenario: Scenario, option: str, name: str, take: Iterable[Any], settings: dict[str, Any]) -> Scenario:
    """A scenario with an option more, last: one of its own with other decisions and other values at dotted paths.

    Raises
    ------
    ScenarioError
        Where a path or a value is wrong.
    """
    document = document_of(scenario)
    tree = copy.deepcopy(document.tree)
    entry = {"take": list(take), "set": {**scenario.options[option].set, **settings}}
    tree.setdefault("options", {"plan": []})[name] = entry
    return rebuilt(_with_tree(document, tree))
