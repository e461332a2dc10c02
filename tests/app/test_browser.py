"""The page in a real browser: what is moved is answered, the last move last, and text stays text."""

import json
import re
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote, unquote

import pytest

from advisory_sim import loads

playwright = pytest.importorskip("playwright.sync_api", reason="no playwright here")
expect = playwright.expect
ALL = re.compile(r"^60 of 60 futures\.$")
CSS = Path(__file__).parents[2] / "src" / "advisory_sim" / "app" / "page.css"
MORE = "?option=more"


def field(page, key):
    return page.locator(f"[data-key={json.dumps(key, ensure_ascii=False)}]")


def set_slider(page, key, value):
    """Move a slider as a hand does: its value and the event that tells of it."""
    page.evaluate(
        """([key, value]) => {
            const field = [...document.querySelectorAll('[data-key]')].find((f) => f.dataset.key === key);
            const slider = document.querySelector(`[data-for="${field.id}"]`);
            slider.value = value;
            slider.dispatchEvent(new Event('input', { bubbles: true }));
        }""",
        [key, value],
    )


def answered(page):
    expect(page.locator("#status")).to_have_text(ALL, timeout=60_000)
    expect(page.locator("#answers")).not_to_have_class(re.compile("old"))


def changes(page):
    return page.locator("#changes li").all_inner_texts()


def test_a_move_is_answered_with_its_difference_to_the_file(opened):
    page = opened(MORE)
    answered(page)
    assert changes(page) == ["As in the file."]
    rows = page.locator("#measures tr")
    before = rows.first.locator("td").all_inner_texts()
    assert before[0] == before[1]
    assert before[2] == "+0"
    page.get_by_text("Team sizes").click()
    set_slider(page, "teams.Ош.posts.adviser", 9)
    expect(page.locator("#changes")).to_have_text("teams.Ош.posts.adviser = 9 (the file: 3)")
    answered(page)
    after = rows.first.locator("td").all_inner_texts()
    assert after[0] == before[0]
    assert re.fullmatch(r"\+[\d,]+ ± \d+", after[2])
    assert re.match(r"Strength over time: at most \d+ deployed", page.locator("#strength").get_attribute("aria-label"))
    assert field(page, "teams.Ош.posts.adviser").input_value() == "9"
    assert page.said == []


def test_fifty_fast_moves_end_on_the_last(opened):
    page = opened(MORE)
    answered(page)
    for value in range(5, 55):
        set_slider(page, "mandate.length", value)
        page.wait_for_timeout(value % 5 * 20)  # some are asked, some are overtaken before
    expect(page.locator("#changes")).to_have_text("mandate.length = 54 days (the file: 60 days)", timeout=60_000)
    answered(page)
    assert changes(page) == ["mandate.length = 54 days (the file: 60 days)"]
    shown = page.locator("#measures").inner_text()
    again = opened(MORE + "#" + quote(json.dumps({"mandate.length": "54 days"})))
    answered(again)
    assert again.locator("#measures").inner_text() == shown
    assert page.said == []


def test_an_old_answer_that_comes_late_is_not_shown(opened):
    page = opened(MORE)
    answered(page)
    held = []
    page.route(
        "**/ask", lambda route: held.append(route) if '"20 days"' in route.request.post_data else route.continue_()
    )
    set_slider(page, "mandate.length", 20)
    page.wait_for_timeout(300)
    assert len(held) == 1
    set_slider(page, "mandate.length", 30)
    expect(page.locator("#changes")).to_have_text("mandate.length = 30 days (the file: 60 days)", timeout=60_000)
    answered(page)
    with suppress(playwright.Error):  # nobody waits for it any more
        held[0].fulfill(response=held[0].fetch())
    page.wait_for_timeout(300)
    assert changes(page) == ["mandate.length = 30 days (the file: 60 days)"]


def test_two_browsers_do_not_disturb_each_other(opened):
    one, other = opened(MORE), opened(MORE)
    for step in range(6):
        set_slider(one, "mandate.length", 20 + step)
        set_slider(other, "mandate.length", 90 - step)
    for page, days in ((one, 25), (other, 85)):
        expect(page.locator("#changes")).to_have_text(
            f"mandate.length = {days} days (the file: 60 days)", timeout=60_000
        )
        answered(page)


def test_bad_values_are_refused_beside_their_control(opened):
    page = opened(MORE)
    answered(page)
    shown = page.locator("#measures").inner_text()
    page.get_by_text("Mandate", exact=True).click()
    box = field(page, "mandate.length")
    box.fill("54")
    said = page.locator(f"#{box.get_attribute('aria-describedby')}")
    expect(said).to_have_text(
        "found '54'; the unit is missing; allowed: a duration such as 45 days, 6 weeks, 4 months or between(3 5) days"
    )
    assert said.get_attribute("role") == "alert"
    expect(box).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#status")).to_have_text("Not simulated: a setting is wrong. Below is the last answer.")
    expect(page.locator("#answers")).to_have_class(re.compile("old"))
    assert page.locator("#measures").inner_text() == shown
    box.fill("54 days")
    answered(page)
    expect(said).to_be_hidden()
    expect(box).not_to_have_attribute("aria-invalid", "true")


def test_text_stays_text_and_nothing_is_fetched_from_elsewhere(opened, address, plan):
    page = opened()
    answered(page)
    page.get_by_label("Option of the file").select_option("more")
    page.wait_for_url("**/?option=more")
    answered(page)
    assert page.locator("h1").inner_text() == plan.title
    assert page.title() == f"{plan.title}: explore"
    assert list(plan.options) == page.locator("#option option").all_inner_texts()
    units = page.locator("#units th").all_inner_texts()
    assert units == list(plan.units)
    assert page.locator("img, #strength script, iframe").count() == 0
    assert page.locator("script").count() == 1
    assert {request.startswith(address) for request in page.asked} == {True}
    assert page.said == []


@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_is_wider_than_the_screen(opened, width):
    page = opened(MORE, width)
    answered(page)
    for group in page.locator("summary").all()[2:]:
        group.click()
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
    box = page.locator("#strength").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width


def test_the_keyboard_is_enough(opened):
    page = opened(MORE)
    answered(page)
    page.locator("#reset").focus()
    for _ in range(4):  # the group, whether it is taken, the slider of its day
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.type") == "range":
            break
    page.keyboard.press("ArrowRight")
    expect(page.locator("#changes")).to_have_text(re.compile(r"at = day 13 \(the file: day 12\)$"))
    page.get_by_role("checkbox", name="taken in this option").first.press("Space")
    expect(page.locator("#changes")).to_have_text(re.compile(r"^decision .* not taken$"))
    expect(field(page, 'decisions."><img src=x onerror=alert(2)>.at'.replace('"', '"'))).to_be_disabled()
    nameless = page.evaluate(
        "[...document.querySelectorAll('input, select, button')].filter((e) =>"
        " !(e.labels && e.labels.length) && !e.getAttribute('aria-label') && !e.textContent).length"
    )
    assert nameless == 0
    assert page.locator("#status").get_attribute("aria-live") == "polite"


def test_a_link_holds_the_state_and_reset_leaves_it(opened):
    page = opened(MORE)
    set_slider(page, "mandate.length", 33)
    answered(page)
    link = page.locator("#link").get_attribute("href")
    assert json.loads(unquote(link.split("#")[1])) == {"mandate.length": "33 days"}
    again = opened("?" + link.split("?")[1])
    expect(again.locator("#changes")).to_have_text("mandate.length = 33 days (the file: 60 days)", timeout=60_000)
    again.get_by_role("button", name="Reset to the file").click()
    expect(again.locator("#changes")).to_have_text("As in the file.")
    assert "#" not in again.url


def test_it_is_kept_as_a_file(opened):
    page = opened(MORE)
    set_slider(page, "mandate.length", 33)
    answered(page)
    with page.expect_download() as waiting:
        page.get_by_role("link", name="scenario file").click()
    text = Path(waiting.value.path()).read_text(encoding="utf-8")
    assert text.startswith("# 'more' as explored: mandate.length = 33 days (the file: 60 days)\n")
    assert str(loads(text).for_option("as explored").mandate.length) == "33 days"


def contrast(colour, ground="#ffffff"):
    """Of two colours (WCAG 2.2)."""

    def luminance(text):
        parts = [int(text[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    light, dark = sorted((luminance(colour), luminance(ground)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_colours_of_text_and_lines_stand_out():
    known = dict(re.findall(r"--(\w+): (#\w{6})", CSS.read_text(encoding="utf-8")))
    for name in ("ink", "quiet", "accent", "alert", "deployed", "present"):
        assert contrast(known[name]) >= 4.5, name
        assert contrast(known[name], "#f1f4f7") >= 4.5, name
