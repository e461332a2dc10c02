"""The server: on this machine only, deaf to other sites, clear when it cannot start, gone when it is told to."""

import http.client
import json
import signal
import socket
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from advisory_sim import loads
from advisory_sim.app.ground import ground
from advisory_sim.app.page import page
from advisory_sim.app.server import bound
from advisory_sim.cli import main

from .conftest import PLAN, served

JSON = {"Content-Type": "application/json"}


def asked(address, method, path, body=None, **headers):
    host, port = address.split("/")[2].split(":")
    link = http.client.HTTPConnection(host, int(port), timeout=60)
    link.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
    answer = link.getresponse()
    return answer.status, answer.read().decode(), dict(answer.getheaders())


def test_it_is_bound_to_this_machine_alone(address):
    port = int(address.split(":")[2].rstrip("/"))
    with bound(0) as found:
        assert found.getsockname()[0] == "127.0.0.1"
    with pytest.raises(OSError), socket.create_connection(("127.0.0.2", port), timeout=5):  # noqa: PT011
        pass


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "localhost.evil.example"]
)
def test_other_names_of_this_host_are_refused(address, host):
    assert asked(address, "GET", "/", Host=host)[0] == 400
    assert asked(address, "POST", "/ask", "{}", Host=host, **JSON)[0] == 400


def test_other_sites_may_not_ask(address):
    text = json.dumps({"option": "more", "values": {}})
    assert asked(address, "POST", "/ask", text, Content_Type="text/plain")[0] == 422
    assert asked(address, "POST", "/ask", text, Content_Type="application/json", Sec_Fetch_Site="cross-site")[0] == 422
    assert asked(address, "OPTIONS", "/ask", Origin="http://evil.example")[0] == 405
    headers = asked(address, "GET", "/")[2]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "access-control-allow-origin" not in headers


@pytest.mark.parametrize(
    "body",
    ["", "{", "[]", "7", "null", "[" * 5000, '{"option": "other"}', '{"option": "more", "values": 5}',
     '{"option": ["more"]}', '{"option": "more", "values": {"mandate.length": 5}}', " " * 2**21],
)  # fmt: skip
def test_what_is_no_question_is_refused(address, body):
    status, text, _ = asked(address, "POST", "/ask", body, **JSON)
    assert status == 422
    assert [problem["key"] for problem in json.loads(text)["problems"]] == [None]


def test_problems_name_their_control(address):
    values = {"mandate.length": "5", "teams.Ош.posts.adviser": "x", "nothing": "1"}
    _, text, _ = asked(address, "POST", "/ask", json.dumps({"option": "more", "values": values}), **JSON)
    assert json.loads(text)["problems"] == [{"key": None, "problem": "no control 'nothing'"}]
    del values["nothing"]
    _, text, _ = asked(address, "POST", "/ask", json.dumps({"option": "more", "values": values}), **JSON)
    assert [(p["key"], p["problem"].split(";")[0]) for p in json.loads(text)["problems"]] == [
        ("mandate.length", "found '5'"),
        ("teams.Ош.posts.adviser", "found 'x'"),
    ]


def test_an_option_that_is_not_there(address):
    assert asked(address, "GET", "/?option=none")[:2] == (404, "no option 'none'")


def test_ctrl_c_ends_it_also_in_the_middle_of_an_answer():
    with served(PLAN, "--port", "0") as (program, address):
        host, port = address.split("/")[2].split(":")
        link = http.client.HTTPConnection(host, int(port), timeout=60)
        link.request("POST", "/ask", json.dumps({"option": "more"}), JSON)
        program.send_signal(signal.SIGINT)
        assert program.wait(30) == 130
        assert program.stdout.read().strip() == "interrupted"


def test_a_port_in_use():
    with bound(0) as taken:
        port = taken.getsockname()[1]
        done = CliRunner().invoke(main, ["explore", str(PLAN), "--no-browser", "--port", str(port)])
    assert done.exit_code == 2
    assert f"port {port} is in use; --port NUMBER takes another one, --port 0 any that is free" in done.output


def test_a_wrong_file_is_told_before_anything_is_served(tmp_path):
    file = tmp_path / "plan.yaml"
    file.write_text("format: 1\n")
    done = CliRunner().invoke(main, ["explore", str(file), "--no-browser"])
    assert done.exit_code == 2
    assert "title: is missing" in done.output


def test_a_plan_of_an_academy_alone_has_no_page():
    file = Path(__file__).parents[1] / "cases" / "academy-by-date.yaml"
    done = CliRunner().invoke(main, ["explore", str(file), "--no-browser"])
    assert done.exit_code == 2
    assert f"{file} has no teams: the live page moves teams, decisions and roles" in done.output


def test_downloads(address, plan):
    from urllib.parse import quote

    question = quote(json.dumps({"option": "more", "values": {"mandate.length": "50 days"}}))
    status, text, headers = asked(address, "GET", f"/explored.yaml?question={question}")
    assert status == 200
    assert headers["content-disposition"] == 'attachment; filename="explored.yaml"'
    assert list(loads(text).options) == [*plan.options, "as explored"]
    status, text, _ = asked(address, "GET", f"/explored.csv?question={question}")
    lines = text.splitlines()
    assert lines[0] == "plan,measure,scope,name,window,unit,n,mean,std_error,ci_low,ci_high,p05,p50,p95"
    assert {line.split(",")[0] for line in lines[1:]} == {"file", "explored", "difference"}
    assert lines[1].split(",")[6] == "60"  # every future of the file
    assert asked(address, "GET", "/explored.csv?question=x")[0] == 422


def test_without_its_libraries_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "starlette", None)
    for name in [name for name in sys.modules if name.startswith(("starlette.", "advisory_sim.app.server"))]:
        monkeypatch.delitem(sys.modules, name)
    done = CliRunner().invoke(main, ["explore", str(PLAN), "--no-browser"])
    assert done.exit_code == 2
    assert "the live page needs starlette and uvicorn: pip install 'advisory-sim[app]'" in done.output


def test_a_plan_without_locations_has_a_page_without_a_map():
    plain = loads("format: 1\ntitle: x\nstart: 2001-01-01\nmandate: {length: 9 days}\nteams: {A: {}}\n")
    text = page(plain, "plan", "plain.yaml")
    assert 'id="map"' not in text
    assert 'data-key="mandate.length"' in text


def test_the_map_is_that_of_the_figure(plan):
    drawn = ground(plan)
    north = next(sign for sign in drawn.signs if sign.unit == "Ош")
    south = next(sign for sign in drawn.signs if sign.unit != "Ош")
    assert north.y < south.y  # up is north
    assert north.x > south.x  # and right is east
    assert drawn.outlines
    assert drawn.shades[0] != drawn.shades[-1]
