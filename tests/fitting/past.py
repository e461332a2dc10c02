"""Made-up past deployments whose truth is known."""

import datetime as dt

import numpy as np

AS_OF = dt.date(2010, 6, 30)
MEAN, SD = 42.0, 18.0  # days from nomination to selection, lognormal
LOST = 0.12  # of the candidates, at selection
LEAVE_EARLY = 0.10  # a year
TOUR = 365


def log_moments(mean=MEAN, sd=SD):
    variance = np.log1p((sd / mean) ** 2)
    return np.log(mean) - variance / 2, np.sqrt(variance)


def past(seed=1, n=200):
    """A table as CSV: post, role, nominated, selected, arrived, left, planned_end, reason; open on AS_OF."""
    draws = np.random.default_rng(seed)
    begin = AS_OF - dt.timedelta(days=900)
    rows = ["post,role,nominated,selected,arrived,left,planned_end,reason"]

    def seen(day):
        return str(day) if day <= AS_OF else ""

    for i in range(n):
        nominated = begin + dt.timedelta(days=int(draws.integers(0, 900)))
        selected = nominated + dt.timedelta(days=round(draws.lognormal(*log_moments())))
        lost = draws.random() < LOST
        arrived = selected + dt.timedelta(days=round(draws.triangular(10, 20, 45)))
        planned = arrived + dt.timedelta(days=TOUR)
        early = arrived + dt.timedelta(days=round(draws.exponential(-365.25 / np.log(1 - LEAVE_EARLY))))
        left = min(planned, early)
        if lost:
            rows.append(f"P{i},adviser,{nominated},,,{seen(selected)},,{'withdrawn' if seen(selected) else ''}")
            continue
        why = ("early departure: own wish" if early < planned else "end of tour") if seen(left) else ""
        end = planned if seen(arrived) else ""
        rows.append(f"P{i},adviser,{nominated},{seen(selected)},{seen(arrived)},{seen(left)},{end},{why}")
    return "\n".join(rows) + "\n"
