"""The documentation builds as a site, without a warning, and its gallery shows every figure."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from advisory_sim import plots

ROOT = Path(__file__).parent.parent
FIGURES = {name for name in plots.__all__ if name.islower() and not name.endswith("_panel") and name != "save"}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The built site; notebooks are executed by tests of their own."""
    out = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-b", "html", "-c", "docs",
         "-t", "pages", ".", str(out)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return out


def test_every_page_is_in_the_site(site):
    pages = {file.stem for file in (ROOT / "docs").glob("*.md")}
    assert {file.stem for file in (site / "docs").glob("*.html")} == pages


def test_the_gallery_shows_every_figure(site):
    text = (ROOT / "docs" / "gallery.md").read_text(encoding="utf-8")
    called = re.findall(r"^sim\.plots\.(\w+)\(", text, re.M)
    assert set(called) == FIGURES
    page = (site / "docs" / "gallery.html").read_text(encoding="utf-8")
    shown = re.findall(r'<img [^>]*src="\.\./(_images/[^"]+\.png)"', page)
    assert len(shown) == len(called)
    assert all((site / file).stat().st_size > 5000 for file in shown)


def test_links_to_headings_lead_somewhere(site):
    for file in (site / "docs").glob("*.html"):
        page = file.read_text(encoding="utf-8")
        ids = set(re.findall(r'id="([^"]+)"', page))
        for target in re.findall(r'href="#([^"]+)"', page):
            assert target in ids, f"{file.name}: #{target}"
