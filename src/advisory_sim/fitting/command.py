"""What `advisory-sim fit` does."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from advisory_sim.experiment.commands import check_places
from advisory_sim.experiment.run import write_whole
from advisory_sim.fitting.fit import fit


def fit_command(
    table: str, as_of: dt.date | None, family: str | None, csv: Path | None, yaml: Path | None, figure: Path | None
) -> None:
    """Print what a table of past deployments says, and write figures, settings and the picture where files are named.

    Parameters
    ----------
    family
        The kind of duration of the stages; left out, the best.
    """
    check_places(csv, figure, yaml=yaml)
    try:
        found = fit(table, as_of=as_of, family=family)
    except ValueError as wrong:
        raise click.BadParameter(str(wrong), param_hint="--family") from None
    click.echo(str(found), nl=False)
    if csv is not None:
        write_whole(csv, found.frame.to_csv(index=False, lineterminator="\n").encode())
    if yaml is not None:
        write_whole(yaml, found.snippet.encode())
    if figure is not None:
        from advisory_sim import plots

        plots.save(plots.fitted(found), figure)
