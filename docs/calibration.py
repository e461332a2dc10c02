"""How quickly posts were filled in earlier operations, and the recruitment inputs frozen from them.

Only rows of ramps.csv whose use is `calibration` are read for the inputs; those of use `prediction` are held against
them.
"""

from __future__ import annotations

import csv
import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from statistics import median

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Ramp:
    """So many posts were asked for, and on a later day so many people had been counted."""

    case: str
    use: str  # calibration or prediction
    asked: dt.date
    posts: int
    asked_more: dt.date | None
    more_posts: int
    counted: dt.date
    deployed: int
    source: str
    why_not: str  # shown where the published figure is outside the band

    @property
    def all_posts(self) -> int:
        return self.posts + self.more_posts

    @property
    def days(self) -> float:
        """Days from asking to counting, weighted by posts."""
        days = self.posts * (self.counted - self.asked).days
        if self.asked_more:
            days += self.more_posts * (self.counted - self.asked_more).days
        return days / self.all_posts

    @property
    def mean_days_to_fill(self) -> float:
        """Mean m of the exponential time that fills a post, in days.

        Of n posts that fill independently after exponential times of mean m, the k-th is filled after
        m (1/n + 1/(n - 1) + .. + 1/(n - k + 1)) days in the mean: the time counted over that sum is the estimate.
        It exists also where all posts were filled; where n is large it is -t / ln(1 - k/n).
        """
        left = self.all_posts - self.deployed
        return self.days / sum(1 / i for i in range(left + 1, self.all_posts + 1))


def ramps() -> list[Ramp]:
    """The rows of ramps.csv."""
    with (FOLDER / "ramps.csv").open(encoding="utf-8", newline="") as file:
        return [
            Ramp(
                row["case"], row["use"], dt.date.fromisoformat(row["asked"]), int(row["posts"]),
                dt.date.fromisoformat(row["asked_more"]) if row["asked_more"] else None, int(row["more_posts"] or 0),
                dt.date.fromisoformat(row["counted"]), int(row["deployed"]), row["source"], row["why_not"],
            )
            for row in csv.DictReader(file)
        ]  # fmt: skip


def frozen() -> str:
    """The time that fills a post, as a scenario file says it: fastest, median and slowest of the calibration cases."""
    means = [ramp.mean_days_to_fill for ramp in ramps() if ramp.use == "calibration"]
    return f"exponential(between({min(means):.0f} {median(means):.0f} {max(means):.0f})) days"


def plan_of(ramp: Ramp, most: int = 300) -> str:
    """A scenario of nothing but a ramp, its posts filled as the frozen inputs say; at most so many posts.

    Shares are compared, and what is shared by all posts spreads them far more than the luck of 300.
    """
    scale = min(1, most / ramp.all_posts)
    more = "" if ramp.asked_more is None else (
        f"decisions: {{more: {{at: {ramp.asked_more}, expand: {{officer: {round(scale * ramp.more_posts)}}}}}}}\n"
        "options: {plan: [more]}\n"
    )  # fmt: skip
    return (
        f"format: 1\ntitle: {ramp.case}\nstart: {ramp.asked}\n"
        f"mandate: {{length: {(ramp.counted - ramp.asked).days + 1} days}}\n"
        f"roles: {{officer: {{recruitment: [{{fill: {frozen()}}}]}}}}\n"
        f"teams: {{Mission: {{posts: {{officer: {round(scale * ramp.posts)}}}}}}}\n"
        f"{more}"
    )
