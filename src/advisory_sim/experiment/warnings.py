"""What a reader of the answer should be warned of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from advisory_sim.experiment.precision import needed_by
from advisory_sim.scenario.figures import figures

if TYPE_CHECKING:
    from advisory_sim.experiment.study import Study
    from advisory_sim.scenario.model import Scenario


OVERLOADED = 0.9  # busy time over time on duty from which the demand is beyond the staff


def warnings(study: Study) -> list[str]:
    """Warnings in plain words; none where nothing is amiss."""
    return [
        *too_few(study), *mandates(study), *decisions(study), *extensions(study), *work(study), *academies(study),
        *targets(study), *inputs(study)
    ]  # fmt: skip


def too_few(study: Study) -> list[str]:
    """A precision that was not reached."""
    if not study.design.precision or needed_by(study).since is not None:
        return []
    if study.replications < study.design.replications:
        return []
    return ["Figures are not known as well as was asked; --replications with a larger number and --resume goes on."]


def work(study: Study) -> list[str]:
    """More work than the staff can do."""
    if not study.scenario.activities:
        return []
    found = []
    summary = study.summary(["open_at_end", "served", "lost"], window="horizon")
    busy = study.summary("utilisation", scope="role", window="mandate")
    for option in study.options:
        mine = busy[(busy["option"] == option) & (busy["mean"] > OVERLOADED)]
        for role, share in zip(mine["name"], mine["mean"], strict=True):
            found.append(
                f"'{option}': every {role} on duty is busy {100 * share:.0f} % of the time: demand beyond staff."
            )
        counts = summary[(summary["option"] == option) & (summary["scope"] == "activity")]
        counts = counts.set_index(["measure", "name"])["mean"]
        for name in study.scenario.activities:
            waiting = counts["open_at_end", name]
            if waiting > 5 and waiting > 0.1 * (counts["served", name] + counts["lost", name]):
                found.append(f"'{option}': {waiting:,.0f} of '{name}' still wait at the end.")
    return found


def academies(study: Study) -> list[str]:
    """Academies in which no class starts."""
    if study.scenario.academy is None:
        return []
    found = []
    for option in study.options:
        none = float((study.column(option, "classes_started", "academy") == 0).mean())
        if none > 0:
            found.append(f"'{option}': no class of the academy starts in {100 * none:.0f} % of the futures.")
    return found


def mandates(study: Study) -> list[str]:
    """Mandates that do not begin, and shares that do not compare."""
    found = []
    for option in study.options:
        began = study.column(option, "mandate_began").mean()
        if began < 1:
            found.append(f"'{option}': the mandate begins in {100 * began:.0f} % of the futures only.")
    if len({mandate_length(variant) for _, variant in study.design.variants}) > 1:
        found.append("Options have mandates of different lengths: shares over the mandate do not compare; totals do.")
    return found


def mandate_length(variant: Scenario) -> tuple[str, ...]:
    """An option's mandate and what its decisions add to it, in words."""
    extensions = (decision.extend for _, decision in variant.taken)
    return str(variant.mandate.length), *(str(extend) for extend in extensions if extend is not None)


def decisions(study: Study) -> list[str]:
    """Decisions that take effect in no future, or that move nothing."""
    found = []
    for option, variant in study.design.variants:
        for (name, _), days in zip(variant.taken, study.effects(option).T, strict=True):
            if np.isinf(days).all():
                found.append(f"'{option}': the decision '{name}' takes effect in none of the futures.")
    return found


def extensions(study: Study) -> list[str]:
    """Extensions that come too late for the contracts in force."""
    found = []
    for i, (option, variant) in enumerate(study.design.variants):
        ends = [k for k, (_, decision) in enumerate(variant.taken) if decision.extend is not None]
        notice = max((role.notice.mean_seconds() for role in variant.roles.values()), default=0)
        if len(ends) != 1 or notice == 0:
            continue
        effects, clock = study.blocks.effects(i), study.blocks.clock(i)
        effect = effects[:, ends[0]]
        agreed = effect < 2**62
        length = variant.mandate.length
        if not agreed.any() or length.kind != "constant":
            continue
        from advisory_sim.scenario.calendar import at_middle, duration_from

        expiry = np.array([duration_from(int(b), at_middle(length), variant.start) for b in clock[agreed, 0]])
        late = np.mean(effect[agreed] + notice > expiry)
        if late > 0.05:
            found.append(
                f"'{option}': where it is agreed, the extension comes too late to hold those in post in "
                f"{100 * late:.0f} % of futures (notice); they leave and are replaced."
            )
    return found


def targets(study: Study) -> list[str]:
    """Targets that the replications do not tell apart."""
    if not study.scenario.targets or len(study.options) < 2:
        return []
    found = []
    summary = study.summary("target_met").set_index(["option", "name"])
    first = study.options[0]
    for name in study.scenario.targets:
        noisy = [
            option
            for option in study.options[1:]
            if summary.loc[(option, name), "mean"] != summary.loc[(first, name), "mean"]
            and summary.loc[(option, name), "ci_low"] <= summary.loc[(first, name), "ci_high"]
            and summary.loc[(first, name), "ci_low"] <= summary.loc[(option, name), "ci_high"]
        ]
        if noisy:
            listed = ", ".join(f"'{option}'" for option in noisy)
            found.append(f"Target '{name}': {listed} and '{first}' differ by no more than noise.")
    return found


def inputs(study: Study) -> list[str]:
    """Figures that nobody knows but that are taken as if they were known."""
    found = [f for f in figures(study.scenario) if f.grade == "assumed"]
    fixed = [f for f in found if not f.is_range]
    if study.design.inputs == "middle" and len(fixed) < len(found):
        return ["Uncertain inputs were taken at their middle: the ranges are narrower than what may happen."]
    return []
