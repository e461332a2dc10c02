"""Figures: one function each, from a study; the panels take a frame and axes. The only room with matplotlib."""

from advisory_sim.plots.academy import classes, classes_panel, graduates, graduates_panel
from advisory_sim.plots.coverage import coverage, coverage_panel, work
from advisory_sim.plots.deadline import deadline, deadline_panel
from advisory_sim.plots.differences import differences, differences_panel
from advisory_sim.plots.explained import explained, explained_panel
from advisory_sim.plots.fitted import fitted, fitted_panel
from advisory_sim.plots.gantt import gantt, gantt_panel
from advisory_sim.plots.map import coverage_map, map_panel
from advisory_sim.plots.staffing import staffing, staffing_panel
from advisory_sim.plots.strength import strength, strength_panel
from advisory_sim.plots.style import save
from advisory_sim.plots.swept import curve_panel, heat_panel, swept
from advisory_sim.plots.tornado import tornado, tornado_panel
from advisory_sim.plots.waterfall import waterfall, waterfall_panel
from advisory_sim.plots.workload import hours, hours_panel, utilisation, utilisation_panel

FIGURES = {
    "graduates": graduates,
    "classes": classes,
    "strength": strength,
    "staffing": staffing,
    "coverage": coverage,
    "map": coverage_map,
    "work": work,
    "utilisation": utilisation,
    "hours": hours,
    "waterfall": waterfall,
    "differences": differences,
}

__all__ = [
    "FIGURES",
    "classes",
    "classes_panel",
    "coverage",
    "coverage_map",
    "coverage_panel",
    "curve_panel",
    "deadline",
    "deadline_panel",
    "differences",
    "differences_panel",
    "explained",
    "explained_panel",
    "fitted",
    "fitted_panel",
    "gantt",
    "gantt_panel",
    "graduates",
    "graduates_panel",
    "heat_panel",
    "hours",
    "hours_panel",
    "map_panel",
    "save",
    "staffing",
    "staffing_panel",
    "strength",
    "strength_panel",
    "swept",
    "tornado",
    "tornado_panel",
    "utilisation",
    "utilisation_panel",
    "waterfall",
    "waterfall_panel",
    "work",
]
