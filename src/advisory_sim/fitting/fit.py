"""What a table of past deployments says of the scenario's settings, role by role."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from advisory_sim.errors import Problem, ScenarioError
from advisory_sim.experiment.estimate import normal_quantile, wilson
from advisory_sim.fitting import sample as samples
from advisory_sim.fitting.cases import Case, Table, read_table
from advisory_sim.fitting.families import FAMILIES
from advisory_sim.fitting.likelihood import Estimate, Fitted, always, fitted, resampled
from advisory_sim.fitting.sample import HALF, Curve, Sample, kaplan_meier

if TYPE_CHECKING:
    import pandas as pd

FEWEST = 5  # ended cases below which nothing is fitted
FEW = 30  # below which it is warned
YEAR = 365.25


@dataclass(frozen=True, eq=False)
class Stage:
    """A stage of recruitment: how long it takes, and whether the candidate is lost at its end.

    Parameters
    ----------
    candidates
        The families, the chosen one first, the others by Akaike's criterion.
    fails
        The share of the ended that were lost.
    """

    name: str
    sample: Sample
    curve: Curve
    candidates: tuple[Fitted, ...]
    fails: Estimate
    warnings: tuple[str, ...]

    @property
    def chosen(self) -> Fitted:
        """The family that is written to the file."""
        return self.candidates[0]


@dataclass(frozen=True, eq=False)
class Early:
    """Early departures: as the file takes them, a constant risk from arrival on; `share` is a year's."""

    name = "early departure"
    sample: Sample
    curve: Curve
    share: Estimate
    person_years: float
    warnings: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Tour:
    """The length of a tour in days: the middle of those planned, or else the Kaplan-Meier median of those ended."""

    name = "tour"
    sample: Sample
    curve: Curve
    days: Estimate
    planned: bool
    warnings: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class RoleFit:
    """What the cases of one role say; what they are too few for is left out, and told in `warnings`."""

    role: str
    cases: int
    stages: tuple[Stage, ...]
    early: Early | None
    tour: Tour | None
    warnings: tuple[str, ...]

    @property
    def settings(self) -> tuple[Stage | Early | Tour, ...]:
        """All that was found."""
        return (*self.stages, *(found for found in (self.early, self.tour) if found is not None))

    @property
    def all_warnings(self) -> list[str]:
        """Its own and its settings', each with what it is of."""
        mine = [f"{self.role}: {text}" for text in self.warnings]
        return mine + [f"{self.role}, {found.name}: {text}" for found in self.settings for text in found.warnings]


@dataclass(frozen=True, eq=False, repr=False)
class Fit:
    """What a table says; shows itself as tables with what to paste into a scenario's file."""

    table: Table
    confidence: float
    roles: tuple[RoleFit, ...]

    @property
    def warnings(self) -> list[str]:
        """Everything to beware of, in sentences."""
        from advisory_sim.fitting.words import table_warnings

        return table_warnings(self.table) + [text for role in self.roles for text in role.all_warnings]

    @property
    def snippet(self) -> str:
        """The settings as YAML, to paste into a scenario's file."""
        from advisory_sim.fitting.snippet import snippet

        return snippet(self)

    @property
    def frame(self) -> pd.DataFrame:
        """Every figure.

        Returns
        -------
        pandas.DataFrame
            One row a role, setting, family and figure (mean, p90, the file's numbers as `argument ..`, share): unit,
            value, std_error, ci_low, ci_high; n, ended, censored; chosen; aic, distance and outside (largest distance
            to the Kaplan-Meier curve; share of days outside its band).
        """
        from advisory_sim.fitting.words import frame

        return frame(self)

    def __repr__(self) -> str:
        from advisory_sim.fitting.words import fit_text

        return fit_text(self)


def fit(
    table: str | Path | pd.DataFrame,
    *,
    as_of: dt.date | None = None,
    family: str | None = None,
    confidence: float = 0.95,
) -> Fit:
    """Recruitment stages, tours and early departures from a table of past deployments.

    Parameters
    ----------
    table
        FILE.csv, FILE.xlsx, FILE.xlsx#SHEET or a frame. One row a nomination, with the columns nominated, selected,
        arrived, left (dates; empty: not yet) and, if there, post, role, mission, planned_end, reason.
    as_of
        The date up to which the table tells what happened; left out, its latest date.
    family
        Take this kind of duration for the stages; left out, the one that Akaike's criterion prefers.
    confidence
        Of the intervals.

    Raises
    ------
    ScenarioError
        With everything that is wrong with the table, or where nothing in it has ended often enough.
    """
    if family is not None and family not in FAMILIES:
        raise ValueError(f"no family {family!r}; families: {', '.join(FAMILIES)}")
    read = read_table(table, as_of)
    by_role: dict[str, list[Case]] = {}
    for case in read.cases:
        by_role.setdefault(case.role, []).append(case)
    roles = tuple(role_fit(role, cases, read, family, confidence) for role, cases in by_role.items())
    if not any(role.settings for role in roles):
        text = f"nothing to fit: no stage, tour or early departure has ended in {FEWEST} cases of a role"
        raise ScenarioError([Problem(0, 0, "", text, str(table) if isinstance(table, str | Path) else read.name, "")])
    return Fit(read, confidence, roles)


def role_fit(role: str, cases: list[Case], table: Table, family: str | None, confidence: float) -> RoleFit:
    """What the cases of a role say."""
    stages, missing = [], []
    for name, steps in (("selection", samples.selection), ("arrival", samples.arrival)):
        times, lost = steps(cases, table.as_of)
        if times.events < FEWEST:
            missing.append(f"{name} has ended in {times.events} cases only, fewer than {FEWEST}: nothing is fitted")
        else:
            stages.append(stage(name, times, lost, family, confidence))
    early_times, tour_times = samples.stays(cases, table.as_of)
    early = None
    if early_times.n and table.tells_how_left:
        early = early_departure(early_times, confidence)
    elif early_times.n:
        missing.append("no column planned_end or reason: early departures cannot be told from ends of tours")
    planned = samples.planned_tours(cases)
    tour = None
    if len(planned) >= FEWEST:
        tour = tour_length(Sample(planned, np.ones(len(planned), bool)), True, confidence)
    elif tour_times.events >= FEWEST:
        tour = tour_length(tour_times, False, confidence)
    elif early_times.n:
        missing.append(f"fewer than {FEWEST} tours have a planned end, or have ended: no tour is given")
    return RoleFit(role, len(cases), tuple(stages), early, tour, tuple(missing))


def stage(name: str, times: Sample, lost: np.ndarray, family: str | None, confidence: float) -> Stage:
    """Fit every family to a stage's times, and the share that is lost."""
    curve = kaplan_meier(times, confidence)
    last = int(times.days[times.ended].max())
    if times.days[times.ended].min() == last >= times.days.max():
        candidates = [always(float(last), times)]
    else:
        candidates = [fitted(one, times, curve, confidence) for one in FAMILIES.values()]
    candidates.sort(key=lambda fit: fit.aic)
    if family is not None:
        candidates.sort(key=lambda fit: fit.family.name != family)
    chosen = resampled(candidates[0], times, confidence)
    share = np.array(lost.sum() / times.events)
    low, high = wilson(share, np.array(times.events), confidence)
    fails = Estimate(
        float(share), float(np.sqrt(share * (1 - share) / times.events)), float(low), float(high)
    )  # fmt: skip
    warnings = list(thin(times))
    if chosen.p90.value > last + HALF:
        warnings.append(
            f"the time within which 9 in 10 end, {chosen.p90.value:.0f} days, lies beyond the longest seen to end, "
            f"{last} days: it rests on the shape of the {chosen.family.name} alone"
        )
    if chosen.outside > 0.1:
        warnings.append(
            f"the {chosen.family.name} leaves the band of the Kaplan-Meier curve on {chosen.outside:.0%} of the days: "
            "look at the figure"
        )
    if loss_takes_other_time(times, lost):
        warnings.append(
            "candidates were lost after other times than the others took; the file's stage takes the same time for "
            "both, here that of all"
        )
    return Stage(name, times, curve, (chosen, *candidates[1:]), fails, tuple(warnings))


def loss_takes_other_time(times: Sample, lost: np.ndarray) -> bool:
    """Whether the times of the lost and of the others differ beyond chance (Mann and Whitney 1947, 5 %)."""
    gone, come = times.days[lost], times.days[times.ended & ~lost]
    if min(len(gone), len(come)) < FEWEST:
        return False
    from scipy.stats import mannwhitneyu

    return bool(mannwhitneyu(gone, come).pvalue < 0.05)


def early_departure(times: Sample, confidence: float) -> Early:
    """Departures a year of stay, as a share a year; the interval is Garwood's (1936), exact for a constant risk."""
    from scipy.special import gammaincinv

    years = float(times.days.sum()) / YEAR
    n, tail = times.events, (1 - confidence) / 2
    years = max(years, 1 / YEAR)

    def share(departures: float) -> float:
        return -float(np.expm1(-departures / years))

    low = share(gammaincinv(n, tail)) if n else 0.0
    high = share(gammaincinv(n + 1, 1 - tail))
    error = (1 - share(n)) * np.sqrt(n) / years
    curve = kaplan_meier(times, confidence)
    warnings = list(thin(times, heavy=1.0)) if n else [f"none in {years:.1f} years of stay"]
    if n >= FEWEST:
        constant, other = (fitted(FAMILIES[kind], times, curve, confidence) for kind in ("exponential", "lognormal"))
        if other.aic < constant.aic - 2:
            from advisory_sim.fitting.snippet import written

            warnings.append(
                f"the risk is not the same all along (AIC {constant.aic - other.aic:.1f} better for a lognormal): "
                f"the file takes `early_departure: {written(other)}` as well"
            )
    return Early(times, curve, Estimate(share(n), float(error), low, high), years, tuple(warnings))


def tour_length(times: Sample, planned: bool, confidence: float) -> Tour:
    """The median of tours and its interval, where the band of the curve crosses one half (Brookmeyer, Crowley 1982)."""
    curve = kaplan_meier(times, confidence)
    middle, low, high = (curve.first_at_most(0.5, shares) for shares in (curve.share, curve.low, curve.high))
    if not np.isfinite(middle):
        middle = float(times.days[times.ended].max())
    error = (min(high, times.days.max()) - low) / (2 * normal_quantile(confidence))
    warnings = list(thin(times))
    shortest, longest = (float(np.quantile(times.days[times.ended], share)) for share in (0.05, 0.95))
    if longest > 1.1 * shortest:
        warnings.append(
            f"9 in 10 {'are planned' if planned else 'that ended took'} for {shortest:.0f} to {longest:.0f} days; the "
            "file has one length for all, here the middle"
        )
    return Tour(times, curve, Estimate(middle, error, low, high), planned, tuple(warnings))


def thin(times: Sample, heavy: float = 0.5) -> Iterable[str]:
    """What is too little in a sample."""
    if times.events < FEW:
        yield f"{times.events} cases have ended, fewer than {FEW}: the intervals are rough"
    if times.censored > heavy * times.n:
        yield f"{times.censored} of {times.n} cases have not ended: the longer times are told by few"
