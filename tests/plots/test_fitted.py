"""The figure of a fit shows the curve, its band and the families that come near."""

import io

import numpy as np
import pandas as pd
from fitting.past import AS_OF, past

import advisory_sim as sim
from advisory_sim.plots.fitted import fitted_curves


def test_plotted_values():
    fit = sim.fit(pd.read_csv(io.StringIO(past(n=150))), as_of=AS_OF)
    figure = sim.plots.fitted(fit)
    (role,) = fit.roles
    for ax, found in zip(figure.axes, role.settings, strict=False):
        lines = {line.get_label(): line for line in ax.get_lines()}
        curve = lines["Kaplan-Meier"]
        np.testing.assert_array_equal(curve.get_xdata(), [0, *found.curve.days])
        np.testing.assert_array_equal(curve.get_ydata(), [1, *found.curve.share])
        for name, shares in fitted_curves(found, lines["Kaplan-Meier"].get_xdata()).items():
            drawn = lines[name]
            np.testing.assert_allclose(
                np.interp(curve.get_xdata(), drawn.get_xdata(), drawn.get_ydata()), shares, atol=0.02
            )
        assert ax.get_xlabel().startswith("days since ")
    selection = role.stages[0]
    label = f"{selection.chosen.family.name} (AIC +0.0)"
    assert label in [line.get_label() for line in figure.axes[0].get_lines()]
    title = figure.axes[0].get_title(loc="left").replace("\n", " ")
    times = selection.sample
    assert title == f"adviser, selection: {times.n} cases, {times.events} ended, {times.censored} censored"
