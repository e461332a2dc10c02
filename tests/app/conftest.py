"""The page of a plan whose every name is hostile, served as a user would have it served."""

import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

from advisory_sim import load

PLAN = Path(__file__).parent / "plan.yaml"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


@contextmanager
def served(file, *arguments):
    """A running `advisory-sim explore`, and its address."""
    command = [sys.executable, "-c", "from advisory_sim.cli import main; main()", "explore", str(file), "--no-browser"]
    program = subprocess.Popen([*command, *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        said = ""
        for line in program.stdout:
            said += line
            if "http://" in line:
                break
        else:
            raise AssertionError(said)
        yield program, said[said.rindex("http://") :].split()[0]
    finally:
        program.kill()
        program.wait()


@pytest.fixture(scope="session")
def plan():
    return load(PLAN)


@pytest.fixture(scope="session")
def address():
    with served(PLAN, "--port", "0") as (_, found):
        yield found


@pytest.fixture(scope="session")
def browser():
    if CHROMIUM is None:
        pytest.skip("no chromium here")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield found
        found.close()


@pytest.fixture
def opened(browser, address):
    """Opens the page in a browser of its own; what it says on the console, asks of the net and opens is kept."""
    contexts = []

    def open_page(path="", width=1280):
        context = browser.new_context(viewport={"width": width, "height": 900}, accept_downloads=True)
        contexts.append(context)
        page = context.new_page()
        page.said, page.asked = [], []
        page.on("console", lambda message: page.said.append(message.text))
        page.on("pageerror", lambda error: page.said.append(str(error)))
        page.on("dialog", lambda dialog: (page.said.append(dialog.message), dialog.dismiss()))
        page.on("request", lambda request: page.asked.append(request.url))
        page.goto(address + path)
        return page

    yield open_page
    for context in contexts:
        context.close()
