"""The manual's tables of settings, written from the records themselves."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from advisory_sim.scenario import academy, decision, model, reentry
from advisory_sim.scenario.catalogue import MEASURES
from advisory_sim.scenario.dump import as_written

SECTIONS: tuple[tuple[str, type[BaseModel]], ...] = (
    ("Top level", model.Scenario),
    ("mandate", model.Mandate),
    ("mandate.consent", model.Consent),
    ("roles.NAME", model.Role),
    ("roles.NAME.recruitment[].STEP, roles.NAME.refill[].STEP", model.Stage),
    ("roles.NAME.sickness", model.Sickness),
    ("roles.NAME.cost", model.Cost),
    ("roles.NAME.rota", model.Rota),
    ("units.NAME", model.Unit),
    ("units.NAME.suspension", model.Suspension),
    ("teams.NAME", model.Team),
    ("teams.NAME.cost", model.TeamCost),
    ("coverage", model.Coverage),
    ("reentry.NAME", reentry.Reentry),
    ("reentry.NAME.stages[].STAGE", reentry.ReentryStage),
    ("decisions.NAME", decision.Decision),
    ("activities.NAME", model.Activity),
    ("academy", academy.Academy),
    ("academy.applicants", academy.Applicants),
    ("academy.target", academy.AcademyTarget),
    ("decisions.NAME.when", decision.When),
    ("decisions.NAME.agreement", decision.Agreement),
    ("options.NAME", model.Option),
    ("targets.NAME", model.Target),
    ("runs", model.Runs),
    ("sources.PATH", model.Source),
)


def default_of(value: Any, required: bool) -> str:
    """A default as the file would write it."""
    if required:
        return "must be given"
    written = as_written(value)
    return "" if written in (None, {}, [], "") or isinstance(value, BaseModel | dict) else str(written)


def table(record: type[BaseModel]) -> list[str]:
    """A record's settings as a Markdown table: key, meaning, default."""
    lines = ["| key | meaning | left out |", "| --- | --- | --- |"]
    for name, field in record.model_fields.items():
        if (field.json_schema_extra or {}).get("hidden"):  # type: ignore[union-attr]
            continue
        default = default_of(field.default, field.is_required())
        lines.append(f"| `{field.alias or name}` | {field.description} | {default} |")
    return lines


def settings_tables() -> str:
    """Every section of the file."""
    blocks = []
    for title, record in SECTIONS:
        blocks += [f"### `{title}`" if title != "Top level" else f"### {title}", "", *table(record), ""]
    return "\n".join(blocks)


def measures_table() -> str:
    """The vocabulary of measures."""
    lines = ["| measure | unit | meaning | scopes | windows |", "| --- | --- | --- | --- | --- |"]
    for measure in MEASURES.values():
        scopes, windows = ", ".join(measure.scopes), ", ".join(measure.windows)
        lines.append(f"| `{measure.name}` | {measure.unit} | {measure.meaning} | {scopes} | {windows} |")
    return "\n".join(lines) + "\n"
