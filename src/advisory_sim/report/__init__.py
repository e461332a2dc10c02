"""The report: one page, from a run folder or a study, that says what was asked, what came out and how sure it is."""

from advisory_sim.report.page import write_report
from advisory_sim.report.results import of_folder, of_study
from advisory_sim.report.workbook import require_openpyxl, write_workbook

__all__ = ["of_folder", "of_study", "require_openpyxl", "write_report", "write_workbook"]
