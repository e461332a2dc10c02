"""The live page's server: on this machine only, without a state of its own, so that pages do not disturb each other."""

from __future__ import annotations

import json
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from advisory_sim.app.answers import answer, table
from advisory_sim.app.controls import controls
from advisory_sim.app.moved import Moved, moved
from advisory_sim.app.page import page
from advisory_sim.app.simulator import Simulator
from advisory_sim.errors import ScenarioError

if TYPE_CHECKING:
    from advisory_sim.scenario.boundaries import Boundaries
    from advisory_sim.scenario.model import Scenario

HOST = "127.0.0.1"
LARGEST = 2**20  # bytes of a question
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


class Refused(Exception):  # noqa: N818  (an answer)
    """What is asked cannot be answered: which control it is about, by its key (none: the plan as a whole), and why."""

    def __init__(self, problems: list[tuple[str | None, str]]) -> None:
        super().__init__(problems)
        self.problems = problems


def asked(plan: Scenario, question: Any) -> Moved:
    """The plan that a question is about.

    Parameters
    ----------
    question
        {"option": name, "values": {key of a control: text}}.

    Raises
    ------
    Refused
        With every problem.
    """
    body = question if isinstance(question, dict) else {}
    option, values = body.get("option"), body.get("values", {})
    texts = [option, *values.values()] if isinstance(values, dict) else [None]
    if not all(isinstance(text, str) for text in texts) or option not in plan.options:
        raise Refused([(None, "is not a question of this page")])
    try:
        return moved(plan, option, values)
    except KeyError as wrong:
        raise Refused([(None, str(wrong.args[0]))]) from None
    except ScenarioError as wrong:
        places = {control.place: control.key for control in controls(plan, option)}
        raise Refused([placed(problem.path, problem.problem, places) for problem in wrong.problems]) from None


def placed(path: str, text: str, places: Mapping[str, str]) -> tuple[str | None, str]:
    """A problem at its control; with its path where there is none."""
    return (places[path], text) if path in places else (None, f"{path}: {text}" if path else text)


def application(plan: Scenario, name: str, boundaries: Boundaries | None = None) -> Starlette:
    """The page of a plan.

    Parameters
    ----------
    name
        Of the plan's file.
    boundaries
        What the map is drawn on; left out, outlines of countries.
    """

    @asynccontextmanager
    async def life(app: Starlette) -> AsyncIterator[None]:
        app.state.simulator = Simulator()
        yield
        app.state.simulator.close()

    async def index(request: Request) -> Response:
        option = request.query_params.get("option", next(iter(plan.options)))
        if option not in plan.options:
            return PlainTextResponse(f"no option {option!r}", 404, HEADERS)
        return HTMLResponse(await run_in_threadpool(page, plan, option, name, boundaries), headers=HEADERS)

    async def questioned(request: Request) -> Moved:
        """What a request of this page asks, by its body or its query; other sites' pages may not ask."""
        if request.headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
            raise Refused([(None, "is not a question of this page")])
        if request.method == "GET":
            content = request.query_params.get("question", "").encode()
        else:
            if request.headers.get("content-type") != "application/json":
                raise Refused([(None, "is not a question of this page")])
            content = b""
            async for some in request.stream():
                content += some
                if len(content) > LARGEST:
                    raise Refused([(None, "is too large")])
        try:
            question = json.loads(content)
        except (ValueError, RecursionError):
            raise Refused([(None, "is not a question of this page")]) from None
        return await run_in_threadpool(asked, plan, question)

    async def ask(request: Request) -> Response:
        found = await questioned(request)

        async def lines() -> AsyncIterator[str]:
            async for file, now in request.app.state.simulator.answers(found):
                yield json.dumps(await run_in_threadpool(answer, found, file, now), allow_nan=False) + "\n"

        return StreamingResponse(lines(), media_type="application/x-ndjson", headers=HEADERS)

    async def scenario(request: Request) -> Response:
        found = await questioned(request)
        return attachment(await run_in_threadpool(lambda: found.text), "explored.yaml", "application/yaml")

    async def measures(request: Request) -> Response:
        found = await questioned(request)
        async for file, now in request.app.state.simulator.answers(found):
            last = file, now
        frame = await run_in_threadpool(table, found, *last)
        return attachment(frame.to_csv(index=False, lineterminator="\n"), "explored.csv", "text/csv")

    async def refused(request: Request, wrong: Exception) -> Response:
        assert isinstance(wrong, Refused)
        found = [{"key": key, "problem": text} for key, text in wrong.problems]
        return JSONResponse({"problems": found}, 422, HEADERS)

    def shipped(file: str, kind: str) -> Route:
        content = files("advisory_sim").joinpath("app", file).read_text(encoding="utf-8")
        return Route(f"/{file}", lambda request: Response(content, media_type=kind, headers=HEADERS))

    return Starlette(
        routes=[
            Route("/", index),
            Route("/ask", ask, methods=["POST"]),
            Route("/explored.yaml", scenario),
            Route("/explored.csv", measures),
            shipped("page.js", "text/javascript"),
            shipped("page.css", "text/css"),
        ],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=[HOST, "localhost"], www_redirect=False)],
        exception_handlers={Refused: refused},
        lifespan=life,
    )


def attachment(text: str, name: str, kind: str) -> Response:
    """A file to keep."""
    return Response(text, media_type=kind, headers={**HEADERS, "Content-Disposition": f'attachment; filename="{name}"'})


def bound(port: int) -> socket.socket:
    """A socket of this machine that nobody else can reach.

    Raises
    ------
    OSError
        Where the port is in use.
    """
    found = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind((HOST, port))
        found.listen(64)
    except OSError:
        found.close()
        raise
    return found


def serve(app: Starlette, at: socket.socket) -> None:
    """Answer until Ctrl-C."""
    settings = uvicorn.Config(app, log_level="warning", access_log=False, timeout_graceful_shutdown=1)
    uvicorn.Server(settings).run(sockets=[at])
