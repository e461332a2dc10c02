"""A study: what a design's replications say, as tidy frames."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from functools import cached_property
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from advisory_sim.experiment.blocks import Blocks, Design, compiled, rows_of
from advisory_sim.experiment.estimate import (
    YES_OR_NO,
    Estimates,
    correlation,
    estimate,
    estimates_of,
    mean_of_known,
    quantiles,
    ratio_of_means,
)
from advisory_sim.record.academy import SCHOOL_SERIES
from advisory_sim.record.columns import DAY, SERIES
from advisory_sim.record.record import never_to_inf
from advisory_sim.scenario.catalogue import unit_of
from advisory_sim.scenario.quantities import middle

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from advisory_sim.measures import Row
    from advisory_sim.record.record import Layout, Record
    from advisory_sim.scenario.model import Scenario

KEYS = ["measure", "scope", "name", "window"]


class Study:
    """Options x replications, and what they come to.

    Made by `advisory_sim.run`. Frames have one row for what their docstring says; undefined figures are nan.
    """

    def __init__(self, scenario: Scenario, design: Design, blocks: Blocks, *, keep: Any = None) -> None:
        self.scenario, self.design, self.blocks = scenario, design, blocks
        self._keep = keep  # a temporary folder lives as long as the study
        self._seen: dict[tuple[str, str], np.ndarray] = {}
        self._rows: dict[str, list[Row]] = {}

    def __reduce__(self):  # to another process goes what it is of; what has been read of it stays here
        return Study, (self.scenario, self.design, self.blocks)

    # ---- what was run

    @property
    def options(self) -> tuple[str, ...]:
        """Names of the options, in the file's order; the others are compared with the first."""
        return tuple(name for name, _ in self.design.variants)

    @property
    def confidence(self) -> float:
        """Of the intervals."""
        return middle(self.scenario.runs.confidence.value)

    @cached_property
    def layout(self) -> Layout:
        """Names of teams, roles, units."""
        return self.layout_of(self.options[0])

    def layout_of(self, option: str) -> Layout:
        """The same in an option, whose settings may part units and teams into other pools."""
        return compiled(self.design.packed)[1][self._place(option)].layout

    @cached_property
    def replications(self) -> int:
        """How many were done."""
        return self.blocks.replications

    def _place(self, option: str) -> int:
        if option not in self.options:
            raise KeyError(f"no option {option!r}; options: {', '.join(self.options)}")
        return self.options.index(option)

    def _read(self, what: str, option: str, *of: Any) -> np.ndarray:
        """What the blocks hold of an option, taken from the files once."""
        if (what, option) not in self._seen:
            self._seen[what, option] = getattr(self.blocks, what)(self._place(option), *of)
        return self._seen[what, option]

    def values(self, option: str) -> np.ndarray:
        """Every figure of every replication, (replications, rows), for `rows(option)`."""
        return self._read("values", option)

    def strength(self, option: str) -> np.ndarray:
        """Daily means of the mission's international staff in every replication, (series, replications, days)."""
        return self._read("daily", option, self.layout.groups[0][2])

    def academy(self, option: str) -> np.ndarray:
        """The academy at each day's end in every replication, (1 + groups, SCHOOL_SERIES, replications, days)."""
        return self._read("academy", option)

    def rows(self, option: str) -> list[Row]:
        """What the columns of `values` are of."""
        if option not in self._rows:
            self._rows[option] = rows_of(self.design, self._place(option))
        return self._rows[option]

    def column(self, option: str, measure: str, scope: str = "mission", name: str = "", window: str = "horizon"):
        """One figure in every replication, (replications,).

        Raises
        ------
        KeyError
            Where there is no such figure.
        """
        from advisory_sim.measures import Row

        try:
            place = self.rows(option).index(Row(measure, scope, name, window))
        except ValueError:
            raise KeyError(f"no figure {measure} of {scope} {name!r} over {window} for option {option!r}") from None
        return self.values(option)[:, place]

    def clock(self, option: str) -> np.ndarray:
        """Begin and expiry of the mandate and consent, in days since day 0, (replications, 3); infinity for never."""
        return never_to_inf(self._read("clock", option))

    def effects(self, option: str) -> np.ndarray:
        """When each decision took effect, in days since day 0, (replications, decisions); infinity for never."""
        return never_to_inf(self._read("effects", option))

    def events(self, option: str) -> dict[str, np.ndarray]:
        """What happens to an option's mandate: days since day 0 in each replication, infinity where never."""
        clock = self.clock(option)
        variant = dict(self.design.variants)[option]
        found = {"consent": clock[:, 2]} if variant.mandate.consent else {}
        found["mandate begins"] = clock[:, 0]
        found |= {name: days for (name, _), days in zip(variant.taken, self.effects(option).T, strict=True)}
        found["mandate ends"] = clock[:, 1]
        return found

    # ---- tables

    def summary(
        self,
        measures: str | Iterable[str] | None = None,
        *,
        scope: str | None = None,
        name: str | None = None,
        window: str | None = None,
    ) -> pd.DataFrame:
        """Estimates of every figure.

        Parameters
        ----------
        measures, scope, name, window
            What to keep; left out, everything.

        Returns
        -------
        pandas.DataFrame
            One row an option, measure, scope, name and window: unit, n (replications in which it is defined), mean,
            std_error, ci_low and ci_high (of the mean; of shares of replications Wilson's), p05, p50, p95 (of the
            outcomes).
        """
        parts = []
        for option in self.options:
            rows = self.rows(option)
            kept = _kept(rows, measures, scope, name, window)
            mine = [rows[i] for i in kept]
            shares = np.array([row.measure in YES_OR_NO for row in mine], bool)
            found = estimates_of(self.values(option), kept, self.confidence, shares)
            self._correct_ratios(option, mine, found)
            parts.append((option, mine, found))
        return _frame(parts)

    def _correct_ratios(self, option: str, rows: list[Row], found: Estimates) -> None:
        """A ratio of means where the mean of ratios would mislead."""
        for i, row in enumerate(rows):
            if row.measure == "cost_per_covered_day":
                ratio = ratio_of_means(
                    self.column(option, "cost", window=row.window),
                    self.column(option, "covered_days", window=row.window),
                    self.confidence,
                )
                found.mean[i], found.std_error[i], found.ci_low[i], found.ci_high[i] = ratio

    def differences(
        self,
        measures: str | Iterable[str] | None = None,
        *,
        to: str | None = None,
        scope: str | None = None,
        name: str | None = None,
        window: str | None = None,
    ) -> pd.DataFrame:
        """Paired differences of every other option to one: each replication is the same future under both.

        Parameters
        ----------
        to
            The option to compare with; left out, the first.
        measures, scope, name, window
            What to keep; left out, everything that has a difference (times to a strength that may never be reached
            have none).

        Returns
        -------
        pandas.DataFrame
            As `summary`, with `against` (the option compared with) and the correlation of the pairs.
        """
        import pandas as pd

        to = self.options[0] if to is None else to
        reference_rows, reference = self.rows(to), self.values(to)
        place = {row: i for i, row in enumerate(reference_rows)}
        parts, correlations = [], []
        for option in self.options:
            if option == to:
                continue
            rows = self.rows(option)
            kept = [
                i
                for i in _kept(rows, measures, scope, name, window)
                if rows[i] in place and not rows[i].measure.startswith(("days_to_", "cost_per_"))
            ]
            mine, theirs = self.values(option)[:, kept], reference[:, [place[rows[i]] for i in kept]]
            parts.append((option, [rows[i] for i in kept], estimate(mine - theirs, self.confidence)))
            correlations.append(correlation(mine, theirs))
        if not parts:
            return pd.DataFrame(columns=["option", "against", *KEYS, "unit", *Estimates._fields, "correlation"])
        frame = _frame(parts)
        frame.insert(1, "against", to)
        frame["correlation"] = np.concatenate(correlations)
        return frame

    @cached_property
    def precision(self) -> pd.DataFrame:
        """How well the figures are known that a run of `auto` replications was to know.

        Returns
        -------
        pandas.DataFrame
            One row a measure and option, then its paired difference to the first option (`against`): scope, name,
            window and unit; n; mean, half_width of its interval, what is allowed of it, and whether that is met. Empty
            where a number of replications was asked for.
        """
        from advisory_sim.experiment.precision import precision_frame

        return precision_frame(self)

    def compare(
        self, measure: str, *, scope: str | None = None, name: str | None = None, window: str | None = None
    ) -> pd.DataFrame:
        """Every pair of options in one figure, each replication being the same future under both.

        Parameters
        ----------
        measure, scope, name, window
            The figure; of what is left out the mission's over the horizon, else the only one there is.

        Returns
        -------
        pandas.DataFrame
            One row a pair: option, against, the figure's keys and unit; n (futures in which both are defined); mean of
            option - against with std_error, ci_low and ci_high (simultaneous over the pairs); more, equal, less (shares
            of futures in which the option is above, as and below the other) with more_low and more_high; correlation;
            variance_ratio (as many times more futures are needed without common random numbers); test, p_value, p_holm
            (adjusted for the number of pairs) and differ, the decision. `pair_sentence` puts a row into words.

        Raises
        ------
        KeyError
            Where no such figure, or more than one, is there; it says what is.
        """
        from advisory_sim.experiment.comparison import comparison, find_row

        return comparison(self, find_row(self, measure, scope, name, window))

    def explain(self, a: str, b: str) -> pd.DataFrame:
        """Why one option differs from another over the horizon: the lines of a measure add up to its difference.

        Parameters
        ----------
        a, b
            Options; what is explained is b - a, each replication being the same future under both.

        Returns
        -------
        pandas.DataFrame
            One row a measure (officer_days, on_duty_days; with units covered_days, with activities served) and line:
            option (b), against (a), unit, n; before and after (means under a and b, losses negative); mean of the
            difference with std_error, ci_low and ci_high; share (of the measure's whole difference, its last line,
            `difference`); alike (share of futures with the same officers on the same days under both).
            `explain_sentence` puts the frame into words.

        Raises
        ------
        KeyError
            Where there is no such option, or a and b are the same; it says what there is.
        """
        from advisory_sim.experiment.explain import explain, pair_of

        return explain(self, *pair_of(self.options, (a, b)))

    def daily(
        self,
        series: str = "deployed",
        *,
        team: str | None = None,
        role: str | None = None,
        unit: str | None = None,
        group: str | None = None,
    ) -> pd.DataFrame:
        """Daily means over the replications.

        Parameters
        ----------
        series
            `authorised`, `deployed`, `present`, `on_duty` (people), or `coverage` (share of the day's covered hours);
            of an academy, at the day's end: `graduates` (since day 0), `waiting_applicants`, `in_course`,
            `in_field_training` (people).
        team, role, unit, group
            Whose: left out, the mission's international staff (of coverage: the mean over open units; of an academy:
            everybody).

        Returns
        -------
        pandas.DataFrame
            One row an option and date: mean, p05, p50, p95.
        """
        import pandas as pd

        frames = []
        for i, option in enumerate(self.options):
            if series == "coverage":
                cover = self.blocks.cover(i)
                days = cover[self.layout.units.index(unit)] if unit else mean_of_known(cover)
            elif series in SCHOOL_SERIES and self.layout.school is not None:
                row = 1 + self.layout.school.groups.index(group) if group else 0
                days = self.academy(option)[row, SCHOOL_SERIES.index(series)]
            elif series in SERIES:
                everyone = team is role is None
                daily = self.strength(option) if everyone else self.blocks.daily(i, self._cells(team, role))
                days = daily[SERIES.index(series)]
            else:
                known = (*SERIES, "coverage", *(SCHOOL_SERIES if self.layout.school is not None else ()))
                raise KeyError(f"no daily series {series!r}; series: {', '.join(known)}")
            frames.append(_daily_frame(option, days, self.dates))
        return pd.concat(frames, ignore_index=True)

    def by_hour(self) -> pd.DataFrame:
        """On duty and needed by hour of the day, means over the mandate.

        Returns
        -------
        pandas.DataFrame
            One row an option, role and hour (0 to 23, local time) of the mission (scope `mission`, no name: all teams
            that have a unit) and of each such team (scope `team`): on_duty_mean, on_duty_p05, on_duty_p50, on_duty_p95
            and demand_mean, .. in people. Demand is what the activities that arrived would hold, served or not; of a
            team that shares its units with another it is nan.
        """
        from advisory_sim.experiment.hours import by_hour

        return by_hour(self)

    def _cells(self, team: str | None, role: str | None) -> np.ndarray:
        scope = (
            "mission" if team is role is None else "team" if role is None else "role" if team is None else "team-role"
        )
        name = {"mission": "", "team": team, "role": role, "team-role": f"{team}/{role}"}[scope]
        for kind, label, cells in self.layout.groups:
            if (kind, label) == (scope, name):
                return cells
        raise KeyError(f"no {scope} {name!r}")

    @cached_property
    def dates(self) -> list[dt.date]:
        """The days of the horizon."""
        days = -(-self.scenario.horizon_seconds // DAY)
        return [self.scenario.start + dt.timedelta(days=day) for day in range(days)]

    # ---- one future, and measures of one's own

    def replication(self, option: str, number: int) -> Record:
        """One future, made anew from its names: the record with every change of every count.

        Parameters
        ----------
        option
            Name of the option.
        number
            Of the replication, from 0.
        """
        from advisory_sim.engine.simulation import replicate
        from advisory_sim.measures import reviewed

        settings = compiled(self.design.packed)[1][self._place(option)]
        if not 0 <= number < self.replications:
            raise IndexError(f"replication {number}: there are {self.replications}, from 0")
        return replicate(settings.draw(self.design.seed, number, self.design.inputs), reviewed, steps=True)

    def trace(self, option: str, number: int) -> pd.DataFrame:
        """One future, person by person and activity by activity.

        Parameters
        ----------
        option
            Name of the option.
        number
            Of the replication, from 0.

        Returns
        -------
        pandas.DataFrame
            One row an event, in order of time: day (since day 0) and time (local); what (`mission`, `decision`, `post`,
            `officer`, `activity`, `academy`) and its name (`team/role/number`, `unit/activity/number`); holder (of the
            post, 1 the first; 0: the post itself); event; detail (why he left, what an activity needs, which decision
            opened the post); team, role, unit. Whereabouts (`induction`, `present`, `leave`, `sick`, `checkout`,
            `withdrawn`) hold until the officer's next event.
        """
        from advisory_sim.experiment.tracing import trace_frame, trace_of

        return trace_frame(trace_of(self.design, option, number), self.scenario.start)

    def measure(self, function: Callable[[Record], float]) -> pd.DataFrame:
        """A measure of one's own on every record.

        Parameters
        ----------
        function
            From a record to a number; `advisory_sim.measure(unit=..)` gives it a unit.

        Returns
        -------
        pandas.DataFrame
            As `summary`, one row an option.
        """
        from advisory_sim.measures import Row

        row = Row(function.__name__, "mission", "", "horizon")
        parts = []
        for option in self.options:
            values = [float(function(self.replication(option, r))) for r in range(self.replications)]
            parts.append((option, [row], estimate(np.array(values)[:, None], self.confidence)))
        frame = _frame(parts)
        frame["unit"] = getattr(function, "unit", "")
        return frame

    # ---- shown and handed on

    def report(self, file: str | Path) -> None:
        """Write the study's report: one HTML page to read, print or hand on.

        Raises
        ------
        FolderError
            Where the file is there and is no report, or cannot be written.
        """
        from advisory_sim.report import of_study, write_report

        write_report(of_study(self), Path(file))

    def to_xarray(self, scope: str = "team") -> xr.Dataset:
        """All of the study as a labelled dataset; `.to_netcdf(file, engine="h5netcdf")` writes it (extra `research`).

        Parameters
        ----------
        scope
            Of the groups of the daily series: `mission`, `team`, `role` or `team-role`; mission and teams count
            international staff.

        Returns
        -------
        xarray.Dataset
            authorised, deployed, present, on_duty (option, replication, day, group) in people; coverage (option,
            replication, day, unit); served and lost (.., unit, activity); mandate_begins, mandate_ends, consent
            (option, replication) and decision_effect (.., decision) in days; figure_value (option, replication,
            figure), every figure of `summary`, with measure, scope, name, window and unit_of_figure as coordinates.

        Raises
        ------
        KeyError
            Where there is no such scope.
        """
        from advisory_sim.experiment.dataset import to_xarray

        return to_xarray(self, scope)

    def _repr_html_(self) -> str:
        from advisory_sim.experiment.answer import answer_html

        return answer_html(self)

    def __str__(self) -> str:
        from advisory_sim.experiment.answer import answer

        return answer(self)


def _kept(
    rows: list[Row],
    measures: str | Iterable[str] | None,
    scope: str | None,
    name: str | None,
    window: str | None,
) -> list[int]:
    wanted = None if measures is None else {measures} if isinstance(measures, str) else set(measures)
    unknown = (wanted or set()) - {row.measure for row in rows}
    if unknown:
        raise KeyError(f"no measure {', '.join(sorted(unknown))}")
    return [
        i
        for i, row in enumerate(rows)
        if (wanted is None or row.measure in wanted)
        and (scope is None or row.scope == scope)
        and (name is None or row.name == name)
        and (window is None or row.window == window)
    ]


def _frame(parts: list[tuple[str, list[Row], Estimates]]) -> pd.DataFrame:
    """One row an option and figure, from each option's rows and their estimates."""
    import pandas as pd

    rows = [row for _, mine, _ in parts for row in mine]
    columns: dict[str, Any] = {"option": [option for option, mine, _ in parts for _ in mine]}
    for i, key in enumerate(KEYS):
        columns[key] = list(map(itemgetter(i), rows))
    units = {measure: unit_of(measure) for measure in set(columns["measure"])}
    columns["unit"] = list(map(units.__getitem__, columns["measure"]))
    for i, name in enumerate(Estimates._fields):
        columns[name] = np.concatenate([found[i] for _, _, found in parts])
    return pd.DataFrame(columns)


def _daily_frame(option: str, days: np.ndarray, dates: list[dt.date]) -> pd.DataFrame:
    import pandas as pd

    p05, p50, p95 = quantiles(days)
    return pd.DataFrame(
        {
            "option": option,
            "date": pd.to_datetime(dates),
            "mean": mean_of_known(days),
            "p05": p05,
            "p50": p50,
            "p95": p95,
        }
    )
