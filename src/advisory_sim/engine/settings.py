"""A scenario's option as the arrays and rows that one replication runs on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import cached_property, partial

import numpy as np

from advisory_sim.engine import arrays
from advisory_sim.engine.activities import Activities, rota_toggles
from advisory_sim.engine.arrays import DIST_KINDS, CellRow, RoleRow, name_key
from advisory_sim.engine.drawn import Drawn, MandateRow, Review, Taken
from advisory_sim.engine.school import Schools, layout_of
from advisory_sim.engine.tables import CDF_STEPS, NOTHING, Figures, Luck, Table, Value, pert_cdf
from advisory_sim.record.columns import DAY, EQUIPMENT, INTERNATIONAL, LOCAL, NEVER
from advisory_sim.record.record import Layout, Prices
from advisory_sim.scenario.calendar import duration_from, moment_second, whole
from advisory_sim.scenario.decision import Decision, When
from advisory_sim.scenario.model import Role, Scenario, Stage
from advisory_sim.scenario.quantities import Duration, Hours, middle
from advisory_sim.scenario.reentry import Attended, ReentryStage
from advisory_sim.scenario.rules_common import returning, scope_of
from advisory_sim.scenario.rules_reentry import day_parts, length_of

YEAR = 365.25 * 86_400
KINDS = {"international": INTERNATIONAL, "local": LOCAL, "equipment": EQUIPMENT}
AT_ONCE = Duration("constant", (0.0,), "day")


class Settings:
    """An option of a scenario, compiled; `draw` gives what a replication runs on.

    Parameters
    ----------
    scenario
        The scenario of the option (`scenario.for_option(name)`).
    cells
        (team, role) pairs that any option of the file may fill, in the file's order: see `all_cells`.
    """

    def __init__(self, scenario: Scenario, cells: list[tuple[str, str]]) -> None:
        self.scenario = scenario
        self.start = scenario.start
        self.horizon = scenario.horizon_seconds
        self.role_place = {name: i for i, name in enumerate(scenario.roles)}
        self.team_place = {name: i for i, name in enumerate(scenario.teams)}
        self.dates: list[int] = []
        self.toggles: list[tuple[int, int, int]] = []
        self.tabled = 0  # rows of tables
        self.seen: list[tuple[int, np.ndarray]] = []  # first row, and values, of each column of seen durations
        self.dists, self.stages, self.roles = Table(arrays.DIST), Table(arrays.STAGE), Table(arrays.ROLE)
        for name, role in scenario.roles.items():
            self._add_role(name, role)
        consent = scenario.mandate.consent
        self.consent_takes = self._dist(consent.takes if consent else AT_ONCE, "mandate.consent.takes")
        self.agreement_takes = {
            name: self._dist(
                decision.agreement.takes if decision.agreement else AT_ONCE,
                f"decisions.{name}.agreement.takes",
            )
            for name, decision in scenario.taken
        }
        self.returns = Table(arrays.RETURN_STAGE)
        self._lay_out(cells)
        self.activities = Activities(scenario, self._dist)
        self.schools = None
        if scenario.academy is not None:
            self.schools = Schools(scenario, scenario.academy, self._dist, self._cells_of)
        self.means = Figures(self.activities.mean_seconds)
        self.prices = Figures(self._prices)
        self.mandate_length = Figures(lambda value: settled(scenario.mandate.length, "mandate.length", value))
        self.taken = [Figures(partial(self._take, name, decision)) for name, decision in scenario.taken]
        self.cdfs = np.zeros((max(1, self.tabled), CDF_STEPS + 1))
        for row in self.dists.rows:
            self._table_pert(row, self.cdfs)
        for first, values in self.seen:
            self.cdfs[first:].ravel()[: len(values)] = values

    # ---- distributions, stages, roles

    def _dist(self, duration: Duration, path: str) -> int:
        kind, unit = DIST_KINDS.index(duration.kind), duration.unit_seconds
        table = -1
        if duration.kind == "pert":
            table, self.tabled = self.tabled, self.tabled + 1
        if duration.kind == "empirical":
            values, table = np.array(duration.args, float) * unit, self.tabled
            self.tabled += -(-len(values) // (CDF_STEPS + 1))
            self.seen.append((table, values))
            return self.dists.add(lambda value: (kind, 0.0, float(len(values)), 0.0, table))

        def build(value: Value) -> tuple:
            args = [value(arg, path) for arg in duration.args]
            if duration.kind == "lognormal":
                mean, sd = args
                variance = np.log1p((sd / mean) ** 2)
                return kind, float(np.log(mean * unit) - variance / 2), float(np.sqrt(variance)), 0.0, table
            a, b, c = (*(arg * unit for arg in args), 0.0, 0.0, 0.0)[:3]
            if duration.kind == "pert" and a == c:
                return DIST_KINDS.index("constant"), a, 0.0, 0.0, table
            return kind, a, b, c, table

        return self.dists.add(build)

    def _table_pert(self, row: tuple, cdfs: np.ndarray) -> None:
        _, a, b, c, table = row
        if table >= 0 and c > a:
            cdfs[int(table)] = pert_cdf((b - a) / (c - a))

    def _add_stage(self, stage: Stage, path: str) -> int:
        takes = self._dist(stage.takes, f"{path}.takes")
        key = name_key(stage.name)
        first_date = len(self.dates)
        begins = moment_second(stage.from_, self.start) if stage.from_ else 0
        every = stage.every
        if every and every.is_calendar:
            second, n = begins, 0
            while second < self.horizon:
                self.dates.append(second)
                n += 1
                step = Duration("constant", (middle(every.args[0]) * n,), every.unit)
                second = duration_from(begins, step, self.start)
        last_date = len(self.dates)

        def build(value: Value) -> tuple:
            interval = 0
            if every and not every.is_calendar:
                interval = max(1, whole(value(every.args[0], f"{path}.every") * every.unit_seconds))
            return (
                key, takes, int(every is not None), begins, interval, first_date, last_date,
                value(stage.fails.value, f"{path}.fails"),
            )  # fmt: skip

        return self.stages.add(build)

    def _add_stages(self, stages: Iterable[Stage], path: str) -> tuple[int, int]:
        places = [self._add_stage(stage, f"{path}.{stage.name}") for stage in stages]
        return (places[0], places[-1] + 1) if places else (0, 0)

    def _add_role(self, name: str, role: Role) -> None:
        path = f"roles.{name}"
        recruitment = self._add_stages(role.recruitment, f"{path}.recruitment")
        refill = recruitment if role.refill is None else self._add_stages(role.refill, f"{path}.refill")
        travel = self._dist(role.travel, f"{path}.travel")
        early = gap = lasting = -1
        if role.early_departure is not None:
            if role.early_departure.after is not None:
                early = self._dist(role.early_departure.after, f"{path}.early_departure")
            else:
                share = role.early_departure.share_per_year.value
                early = self.dists.add(lambda value: self._yearly(value(share, f"{path}.early_departure")))
        if role.sickness is not None:
            spell = role.sickness.lasting
            lasting = self._dist(spell, f"{path}.sickness.lasting")
            if role.sickness.gap is not None:
                gap = self._dist(role.sickness.gap, f"{path}.sickness.gap")
            elif role.sickness.share is not None:
                sick = role.sickness.share.value

                def between_spells(value: Value) -> tuple:
                    share = value(sick, f"{path}.sickness.share")
                    mean = spell.mean_seconds(lambda arg: value(arg, f"{path}.sickness.lasting"))
                    gap = mean * (1 - share) / share if share > 0 else NEVER / 1e3
                    return DIST_KINDS.index("exponential"), gap, 0.0, 0.0, -1

                gap = self.dists.add(between_spells)

        toggles = (len(self.toggles), len(self.toggles) + len(rota_toggles(role)))
        self.toggles += rota_toggles(role)
        shifts = len(role.rota.shifts) if role.rota is not None else 0

        def build(value: Value) -> tuple:
            def length(duration: Duration | None, key: str) -> int:
                if duration is None:
                    return 0
                return whole(value(duration.args[0], f"{path}.{key}") * duration.unit_seconds)

            leave = role.leave
            return (
                *recruitment, *refill, travel, early,
                value(role.stays_on.value, f"{path}.stays_on"),
                length(role.tour, "tour"), length(role.successor_sought, "successor_sought"),
                length(role.handover, "handover"), length(role.minimum_stay, "minimum_stay"),
                length(role.notice, "notice"), length(role.induction, "induction"), length(role.checkout, "checkout"),
                length(leave.lasting, "leave") if leave else 0, length(leave.every, "leave") if leave else 0,
                int(leave.staggered) if leave else 0, gap, lasting, shifts, *toggles,
            )  # fmt: skip

        self.roles.add(build)

    @staticmethod
    def _yearly(share: float) -> tuple:
        """Early departure with a share a year: exponential, hazard -ln(1 - share) a year."""
        mean = -YEAR / np.log1p(-share) if share > 0 else NEVER / 1e3
        return DIST_KINDS.index("exponential"), mean, 0.0, 0.0, -1

    # ---- teams, units, pools

    def _lay_out(self, cells: list[tuple[str, str]]) -> None:
        scenario = self.scenario
        default = scenario.coverage.minimum
        team_rows: list[tuple[int, ...]] = []
        cell_rows: list[tuple] = []
        self.cell_of = {}
        pool_of: dict[tuple[str, ...], int] = {}
        pools: list[tuple[list[int], list[int]]] = []
        unit_place = self.unit_place = {name: i for i, name in enumerate(scenario.units)}
        roles_of: dict[str, list[str]] = {}
        for team_name, role in cells:
            roles_of.setdefault(team_name, []).append(role)
        teams_of: dict[str, list[int]] = {}
        for t, (name, team) in enumerate(scenario.teams.items()):
            if not team.units or team.units not in pool_of:
                pool_of[team.units or (name, "")] = len(pools)
                pools.append(([], [unit_place[u] for u in team.units]))
            for served in team.units:
                teams_of.setdefault(served, []).append(t)
            pool = pool_of[team.units or (name, "")]
            pools[pool][0].append(t)
            minimum = team.minimum if team.minimum is not None else default
            first = len(cell_rows)
            for role in roles_of.get(name, ()):
                r = self.role_place[role]
                self.cell_of[t, r] = len(cell_rows)
                need = minimum.get(role, 0) if minimum is not None else 0
                counts = KINDS[scenario.roles[role].kind]
                cell_rows.append((name_key(f"{name}/{role}"), t, r, counts, need))
            team_rows.append((pool, first, len(cell_rows), int(minimum is None)))
        pools += [([], [i]) for name, i in unit_place.items() if name not in teams_of]

        self.teams = np.array(team_rows, arrays.TEAM)
        self.cells = np.array(cell_rows, arrays.CELL)
        self.cell_rows = [CellRow(*row) for row in cell_rows]
        self.teams_with_unit = [self.team_place[name] for name, team in scenario.teams.items() if team.units]
        self.deploy_from = [
            moment_second(team.deploy_from, self.start) if team.deploy_from else 0 for team in scenario.teams.values()
        ]
        self.initial_cells = [
            self.cell_of[self.team_place[name], self.role_place[role]]
            for name, team in scenario.teams.items()
            for role, number in team.posts.items()
            for _ in range(number)
        ]
        pool_teams = [t for teams, _ in pools for t in teams]
        pool_units = [u for _, units in pools for u in units]
        rows, team_at, unit_at = [], 0, 0
        for teams, units in pools:
            rows.append((team_at, team_at + len(teams), unit_at, unit_at + len(units)))
            team_at, unit_at = team_at + len(teams), unit_at + len(units)
        self.pools = np.array(rows, arrays.POOL)

        hours, stages_of = self._returns()
        unit_teams: list[int] = []
        self.teams_of_unit: list[list[int]] = []
        unit_rows = []
        for name, unit in scenario.units.items():
            mine = teams_of.get(name, [])
            first_stage, stages = stages_of.get(name, (0, ()))
            closed = unit.closed or (stages[0].from_ if stages else None)
            opens = moment_second(closed, self.start) if closed else 0
            gap = lasting = -1
            if unit.suspension:
                gap = self._dist(unit.suspension.gap, f"units.{name}.suspension.gap")
                lasting = self._dist(unit.suspension.lasting, f"units.{name}.suspension.lasting")
            unit_rows.append(
                (
                    name_key(name),
                    opens,
                    int(unit.lost_when_closed),
                    gap,
                    lasting,
                    len(unit_teams),
                    len(unit_teams) + len(mine),
                    hours.index(stages[0].hours or scenario.coverage.hours) if stages else 0,
                    first_stage,
                    first_stage + len(stages),
                )
            )
            unit_teams += mine
            self.teams_of_unit.append(mine)
        self.units = np.array(unit_rows, arrays.UNIT)

        parts = day_parts(scenario)
        self.hours = np.array(
            [(span.from_second if span else 0, length_of(span), parts // length_of(span)) for span in hours], np.int64
        )
        names = list(dict.fromkeys(stage.name for _, stages in stages_of.values() for stage in stages))
        unit_stages = np.full((len(scenario.units), max((len(s) for _, s in stages_of.values()), default=0)), -1)
        for name, (_, stages) in stages_of.items():
            unit_stages[unit_place[name], : len(stages)] = [names.index(stage.name) for stage in stages]
        self.geography = (
            self.teams, self.units, self.pools, np.array(pool_teams, np.int64), np.array(pool_units, np.int64),
            np.array(unit_teams, np.int64), self.hours, scenario.coverage.count == "on duty",
        )  # fmt: skip
        self.layout = Layout(
            teams=tuple(scenario.teams),
            roles=tuple(scenario.roles),
            units=tuple(scenario.units),
            cell_team=self.cells["team"].copy(),
            cell_role=self.cells["role"].copy(),
            cell_counts=self.cells["counts"].copy(),
            team_has_unit=np.array([bool(team.units) for team in scenario.teams.values()], bool),
            activities=tuple(scenario.activities),
            pool_of_team=np.array([row[0] for row in team_rows], np.int64),
            pools=len(self.pools),
            population=np.array(
                [np.nan if unit.population is None else unit.population for unit in scenario.units.values()]
            ),
            day_parts=parts,
            stages=tuple(names),
            unit_stages=unit_stages,
            school=layout_of(scenario.academy) if scenario.academy is not None else None,
        )
        groups = self.layout.groups
        self.cell_groups = np.full((len(cell_rows), 4), -1, np.int64)
        for g, (scope, _, members) in enumerate(groups):
            self.cell_groups[members, ("mission", "team", "role", "team-role").index(scope)] = g

    def _returns(self) -> tuple[list[Hours | None], dict[str, tuple[int, tuple[ReentryStage, ...]]]]:
        """Every span of hours in which units are to be covered; of each returning unit its first stage's row, and all.

        Units of a plan share its rows.
        """
        scenario = self.scenario
        hours = [scenario.coverage.hours]
        kinds = list(scenario.activities)
        rows: dict[str, int] = {}
        for plan, about in scenario.reentry.items():
            rows[plan] = len(self.returns.rows)
            for stage in about.stages:
                span = stage.hours or scenario.coverage.hours
                if span not in hours:
                    hours.append(span)
                begins = moment_second(stage.from_, self.start) if stage.from_ else 0
                self.returns.add(partial(self._return_stage, begins, stage, f"reentry.{plan}.stages.{stage.name}",
                                         kinds, hours.index(span)))  # fmt: skip
        of_plan = {id(about): (rows[plan], about.stages) for plan, about in scenario.reentry.items()}
        return hours, {unit: of_plan[id(about)] for unit, about in returning(scenario).items()}

    @staticmethod
    def _return_stage(
        begins: int, stage: ReentryStage, path: str, kinds: list[str], hours: int, value: Value
    ) -> tuple[int, ...]:
        after = stage.after
        if isinstance(after, Attended):
            return begins, kinds.index(after.activity), after.number, 0, hours
        lasting = whole(value(after.args[0], f"{path}.after") * after.unit_seconds) if after is not None else 0
        return begins, -1, 0, lasting, hours

    # ---- one replication

    def draw(self, seed: int, replication: int, inputs: str = "ranges", given: Mapping[str, float] = NOTHING) -> Drawn:
        """What one replication runs on.

        Parameters
        ----------
        inputs
            `ranges`: what nobody knows yet is drawn; `middle`: the middle of each is taken.
        given
            Quantiles in (0, 1) of what nobody knows yet, by path, in place of the draws; all else stays this
            replication's.
        """
        luck = Luck(seed, replication, given)
        value: Value = luck.shared if inputs == "ranges" else middle
        dists, cdfs = self.dists.drawn(value), self.cdfs
        shared_pert = [i for i in self.dists.shared if self.dists.rows[i][4] >= 0]
        if shared_pert:
            cdfs = cdfs.copy()
            for i in shared_pert:
                self._table_pert(tuple(dists[i]), cdfs)
        luck.dists, luck.cdfs = dists, cdfs
        stages, roles = self.stages.drawn(value), self.roles.drawn(value)
        consent_chance = self._consent_chance(value)
        consent = NEVER
        if self.scenario.mandate.consent is None:
            consent = 0
        elif luck.uniform("consent", "") < consent_chance:
            consent = luck.seconds("consent takes", "", self.consent_takes)
        mandate = self.scenario.mandate
        return Drawn(
            layout=self.layout,
            start=self.start,
            horizon=self.horizon,
            luck=luck,
            consent=consent,
            mandate=MandateRow(
                mandate.begins,
                self.mandate_length.drawn(value),
                self.consent_takes,
                consent_chance,
            ),
            taken=[decision.drawn(value) for decision in self.taken],
            cells=self.cells,
            teams=self.teams,
            units=self.units,
            pools=self.pools,
            cell_rows=self.cell_rows,
            role_rows=self._fixed_role_rows if roles is self.roles.template else role_rows(roles),
            refill_dated=self._refill_dated,
            cell_of=self.cell_of,
            cell_groups=self.cell_groups,
            initial_cells=self.initial_cells,
            teams_with_unit=self.teams_with_unit,
            teams_of_unit=self.teams_of_unit,
            deploy_from=self.deploy_from,
            hours=self.hours,
            returns=self.returns.drawn(value),
            for_searches=(luck.words, self.cells, roles, stages, self._dates, dists, cdfs),
            for_counting=(luck.words, self.cells, roles, dists, cdfs),
            geography=self.geography,
            toggles=self._toggles,
            duty_classes=self._duty_classes,
            weekday=self.start.weekday(),
            work=self.activities.drawn(value),
            means=self.means.drawn(value),
            work_roles=self.activities.work_roles,
            prices=self.prices.drawn(value),
            school=self.schools.drawn(value) if self.schools is not None else None,
        )

    def _cells_of(self, role: str) -> np.ndarray:
        """Places of a role's cells."""
        return np.flatnonzero(self.cells["role"] == self.role_place[role])

    @cached_property
    def _toggles(self) -> np.ndarray:
        return np.array(self.toggles, np.int64).reshape(-1, 3)

    @cached_property
    def _duty_classes(self) -> int:
        return 7 * max([1, *(int(shifts) for shifts in self.roles.template["shifts"])])

    @cached_property
    def _dates(self) -> np.ndarray:
        return np.array(self.dates, np.int64)

    @cached_property
    def _refill_dated(self) -> list[bool]:
        series = self.stages.template["series"]
        return [bool(series[row.refill_first : row.refill_last].any()) for row in role_rows(self.roles.template)]

    @cached_property
    def _fixed_role_rows(self) -> list[RoleRow]:
        return role_rows(self.roles.template)

    def _consent_chance(self, value: Value) -> float:
        consent = self.scenario.mandate.consent
        return 1.0 if consent is None else value(consent.chance.value, "mandate.consent.chance")

    def _take(self, name: str, decision: Decision, value: Value) -> Taken:
        path = f"decisions.{name}"
        when = decision.when
        moment = decision.at if when is None else when.after
        agreement = decision.agreement
        leaves_after = settled(decision.leaves_after, f"{path}.leaves_after", value)
        return Taken(
            name=name,
            moment=moment,
            unless_consent=when is not None and when.consent is not None,
            review=None if when is None or when.measure is None else review_of(when, self.start),
            placed=decision.placed if isinstance(decision.placed, str) else "evenly",
            agreement_takes=self.agreement_takes[name],
            agreement_chance=1.0 if agreement is None else value(agreement.chance.value, f"{path}.agreement.chance"),
            posts=[
                (None if team is None else self.team_place[team], self.role_place[role], number)
                for team, role, number in decision.expansion
            ],
            roles=[(self.role_place[role], number) for role, number in decision.reduction.items()],
            leaves_after=duration_from(0, leaves_after, self.start),
            length=settled(decision.extend, f"{path}.extend", value) if decision.extend else None,
            opens=[self.unit_place[unit] for unit in decision.open_unit],
            closes=[self.unit_place[unit] for unit in decision.close_unit],
            cost=value(decision.cost, f"{path}.cost"),
        )

    def _prices(self, value: Value) -> Prices:
        scenario = self.scenario
        roles = [
            (value(role.cost.per_day, f"roles.{name}.cost.per_day"),
             value(role.cost.per_arrival, f"roles.{name}.cost.per_arrival"))
            for name, role in scenario.roles.items()
        ]  # fmt: skip
        cells = np.array([roles[row.role] for row in self.cell_rows], float).reshape(-1, 2)
        return Prices(
            per_day=cells[:, 0],
            per_arrival=cells[:, 1],
            team_per_day=np.array(
                [value(team.cost.per_day, f"teams.{name}.cost.per_day") for name, team in scenario.teams.items()],
                float,
            ),
            decisions=np.array(
                [value(decision.cost, f"decisions.{name}.cost") for name, decision in scenario.taken], float
            ),
        )


def review_of(when: When, start: dt.date) -> Review:
    """A decision's review, in days since day 0."""
    assert when.measure is not None
    over = None if when.over is None else duration_from(0, when.over, start) // DAY
    every = duration_from(0, when.every, start) // DAY
    first = moment_second(when.from_, start) // DAY if when.from_ is not None else over if over is not None else every
    scope, name = scope_of(when.measure, when.scope)
    below = when.below is not None
    bound = when.below if when.below is not None else when.above
    assert bound is not None
    return Review((when.measure, scope, name, "horizon"), below, bound, over, every, first)


def settled(duration: Duration, path: str, value: Value) -> Duration:
    """A fixed duration with this replication's number in it."""
    return Duration(duration.kind, tuple(value(arg, path) for arg in duration.args), duration.unit)


def role_rows(roles: np.ndarray) -> list[RoleRow]:
    """The roles as Python's own numbers, quick to read one by one."""
    return [RoleRow(*row) for row in roles.tolist()]
