"""A study as a labelled dataset says what its frames say, and survives a file."""

import numpy as np
import pytest

import advisory_sim as sim

xr = pytest.importorskip("xarray")

PLAN = """\
format: 1
title: labelled
start: 2010-07-22
horizon: 40 days
mandate: {length: 25 days, begins: first arrival}
roles:
  adviser: {recruitment: [{search: exponential(12) days}], sickness: {share: 10%, lasting: 2 days}}
  mediator: {kind: local}
teams:
  Osh: {posts: {adviser: 3, mediator: 1}}
  Uzgen: {posts: {adviser: 2}}
activities:
  patrol: {arrivals: 3 per day, needs: {adviser: 1}, lasting: 4 hours, patience: 2 hours}
decisions: {more: {at: day 10, expand: {adviser: 2}, placed: evenly}}
options: {as it is: [], more of them: [more]}
runs: {replications: 30}
"""


@pytest.fixture(scope="module")
def study():
    return sim.run(sim.loads(PLAN), progress=False)


@pytest.fixture(scope="module")
def dataset(study):
    return study.to_xarray()


def test_dimensions(dataset):
    assert dict(dataset.sizes) == {
        "option": 2, "replication": 30, "day": 40, "group": 2, "unit": 2, "activity": 1, "decision": 1,
        "figure": dataset.sizes["figure"],
    }  # fmt: skip
    assert dataset["deployed"].dims == ("option", "replication", "day", "group")
    assert str(dataset["date"].values[9])[:10] == "2010-07-31"
    assert dataset.attrs["seed"] == sim.loads(PLAN).runs.seed
    for name, variable in dataset.data_vars.items():
        assert variable.attrs["long_name"], name
        assert "units" in variable.attrs or name == "figure_value", name


def test_daily_series_are_the_studys(study, dataset):
    for series in ("authorised", "deployed", "present", "on_duty"):
        for option in study.options:
            frame = study.daily(series, team="Osh")
            mine = dataset[series].sel(option=option, group="Osh")
            np.testing.assert_allclose(
                mine.mean("replication"), frame.loc[frame["option"] == option, "mean"], rtol=1e-5, atol=1e-6
            )
    whole = study.to_xarray("mission")["deployed"].sel(group="")
    np.testing.assert_allclose(whole, dataset["deployed"].sum("group"), atol=1e-5)
    assert study.to_xarray("team-role").sizes["group"] == len(study.layout.cells)


def test_figures_are_the_studys(study, dataset):
    of = dataset["figure_value"].sel(option="more of them")
    chosen = of[:, (of["measure"] == "officer_days") & (of["scope"] == "mission") & (of["window"] == "horizon")]
    np.testing.assert_array_equal(chosen[:, 0], study.column("more of them", "officer_days"))
    assert chosen["unit_of_figure"].item() == "days"
    # Officer-days over the horizon are the daily means added up.
    np.testing.assert_allclose(
        chosen[:, 0], dataset["deployed"].sel(option="more of them").sum(["day", "group"]), rtol=1e-5
    )
    # A decision that an option does not take has no effect there, nor any figure.
    assert np.isnan(dataset["decision_effect"].sel(option="as it is")).all()
    assert (dataset["decision_effect"].sel(option="more of them", decision="more") == 10).all()
    agreed = dataset["measure"] == "agreed"
    assert np.isnan(dataset["figure_value"].sel(option="as it is")[:, agreed]).all()


def test_activities_are_the_studys(study, dataset):
    for name in ("served", "lost"):
        for option in study.options:
            np.testing.assert_array_equal(
                dataset[name].sel(option=option).sum(["day", "unit", "activity"]), study.column(option, name)
            )


def test_a_file_keeps_all(dataset, tmp_path):
    pytest.importorskip("h5netcdf")
    file = tmp_path / "study.nc"
    dataset.to_netcdf(file, engine="h5netcdf")
    with xr.open_dataset(file, engine="h5netcdf") as back:
        xr.testing.assert_equal(back.load(), dataset)
        assert back["deployed"].attrs["units"] == "people"


def test_scopes_are_named(study):
    with pytest.raises(KeyError, match="no scope 'unit'; scopes: mission, team, role, team-role"):
        study.to_xarray("unit")
