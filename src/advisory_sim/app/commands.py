"""What `advisory-sim explore` does."""

from __future__ import annotations

import threading
import webbrowser
from pathlib import Path

import click

from advisory_sim.scenario.load import load

MISSING = "the live page needs starlette and uvicorn: pip install 'advisory-sim[app]'"


def explore_command(file: Path, port: int, browser: bool, boundaries: Path | None) -> None:
    """Serve a plan's live page until Ctrl-C.

    Parameters
    ----------
    port
        0: any that is free.
    browser
        Whether to open the page.
    """
    plan = load(file)
    if not plan.teams:
        raise click.UsageError(f"{file} has no teams: the live page moves teams, decisions and roles")
    try:
        from advisory_sim.app.server import HOST, application, bound, serve
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] not in ("starlette", "uvicorn"):
            raise
        raise click.UsageError(MISSING) from None
    from advisory_sim.experiment.commands import boundaries_of, compile_at_first

    drawn_on = None if boundaries is None else boundaries_of(plan, boundaries)
    try:
        at = bound(port)
    except OSError:
        why = f"port {port} is in use; --port NUMBER takes another one, --port 0 any that is free"
        raise click.BadParameter(why, param_hint="--port") from None
    compile_at_first()
    address = f"http://{HOST}:{at.getsockname()[1]}/"
    click.echo(f"{plan.title}: {address} (this machine only; Ctrl-C ends it)")
    if browser:
        threading.Timer(0.5, webbrowser.open, [address]).start()
    serve(application(plan, file.name, drawn_on), at)
