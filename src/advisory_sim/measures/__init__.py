"""What it means: pure functions from records to figures; one measure one function, in one table (`registry`)."""

from advisory_sim.measures import strength, coverage, work, returns, council, academy  # noqa: F401, I001  (in the order of summary.csv)
from advisory_sim.measures.batch import Batch, stack
from advisory_sim.measures.registry import REGISTRY, Row, figures, rows
from advisory_sim.measures.reviews import reviewed

__all__ = ["REGISTRY", "Batch", "Row", "figures", "reviewed", "rows", "stack"]
