"""The page in a real browser, where one is installed."""

import re
import shutil
import subprocess

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium here")


def chromium(tmp_path, *arguments):
    done = subprocess.run(
        [
            CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
            "--enable-logging=stderr", "--v=0", "--disable-background-networking", "--no-first-run",
            f"--user-data-dir={tmp_path / 'browser'}",
            *arguments,
        ],
        capture_output=True, text=True, encoding="utf-8", timeout=120, check=True,
    )  # fmt: skip
    assert "CONSOLE" not in done.stderr, done.stderr
    return done.stdout


@pytest.fixture
def file(text, tmp_path):
    file = tmp_path / "report.html"
    file.write_text(text, encoding="utf-8")
    return file


def test_it_is_read_as_it_was_meant(file, tmp_path, page):
    """The browser's own reading of the page: the same elements, and no script run."""
    found = chromium(tmp_path, "--dump-dom", file.as_uri())
    assert "<script" not in found
    for tag in ("section", "table", "figure", "svg", "h2", "li"):
        assert len(re.findall(rf"<{tag}[ >]", found)) == len(page.all(tag)), tag


def test_it_prints(file, tmp_path):
    chromium(tmp_path, f"--print-to-pdf={tmp_path / 'report.pdf'}", file.as_uri())
    content = (tmp_path / "report.pdf").read_bytes()
    assert content.startswith(b"%PDF")
    assert b"595" in content or b"594" in content  # points across an A4 page


@pytest.mark.parametrize("width", [400, 1280])
def test_nothing_is_wider_than_the_screen(file, tmp_path, width):
    """Wide tables scroll within themselves; the page does not."""
    frame = tmp_path / "frame.html"
    frame.write_text(
        f'<iframe id="f" src="{file.name}" style="width: {width}px; height: 900px; border: 0"></iframe><script>'
        "f.onload = () => { const r = f.contentDocument.documentElement;"
        " document.title = r.scrollWidth - r.clientWidth; }</script>"
    )
    found = chromium(
        tmp_path, "--allow-file-access-from-files", "--virtual-time-budget=5000", "--dump-dom", frame.as_uri()
    )
    assert "<title>0</title>" in found
