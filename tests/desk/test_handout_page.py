"""One handout at the desk, as it is made in a browser; counted in actions."""

from __future__ import annotations

import html
import re
import time
from pathlib import Path

import pypdf
import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from handouts import ContentError, Library, OrderRequest, Workspace, make_order
from handouts.desk.changes import written_dose
from handouts.desk.language import USUAL, id_of, languages, words_of
from handouts.files import make_folder, sha256_of
from tests.desk.conftest import (
    CHROMIUM,
    LOCALES,
    SOON,
    RunningDesk,
    follow,
    installed,
    make_clinic_folder,
)
from tests.photos import room, saved

pytestmark = [pytest.mark.enable_socket, pytest.mark.slow]
NAME = "Zaphod Beeblebrox"


class Hand:
    """Counts what a person does: a click, a field that is filled in, a key that moves something."""

    def __init__(self, page: Page) -> None:
        self.page, self.actions, self.begun = page, 0, time.monotonic()

    def click(self, selector: str) -> None:
        """Click."""
        self.actions += 1
        self.page.click(selector)

    def fill(self, selector: str, text: str) -> None:
        """Fill a field in."""
        self.actions += 1
        self.page.fill(selector, text)

    def choose(self, selector: str, value: str) -> None:
        """Choose from a list."""
        self.actions += 1
        self.page.select_option(selector, value)

    @property
    def seconds(self) -> float:
        """How long it took until now."""
        return time.monotonic() - self.begun


def begin(page: Page, desk: RunningDesk, program: str = "si-joint-calm") -> None:
    """Begin a handout of a program, or of none, as the first page does with a click."""
    asked = page.request.post(
        f"{desk.address}/handout",
        form={"clinic": "riverbend", **({"program": program} if program else {})},
        headers={"Origin": desk.address},
        max_redirects=0,
    )
    page.goto(desk.address + asked.headers["location"])
    if program:
        expect(page.locator("#preview img").first).to_be_visible()


def click_begin(page: Page, program: str = "SI joint: calm") -> None:
    """Begin a handout on the first page."""
    page.get_by_role("button", name=f"Begin with {program}", exact=True).click()
    page.wait_for_url("**/handout/*")
    page.wait_for_load_state("domcontentloaded")
    expect(page.locator("#preview img").first).to_be_visible()


def printed(page: Page) -> str:
    """Return the text of the PDF as the button gives it, which waits for what runs."""
    with page.expect_download() as got:
        page.click("#download")
    pages = pypdf.PdfReader(got.value.path()).pages
    return " ".join(" ".join(each.extract_text().split()) for each in pages)


def faults(page: Page) -> list[str]:
    """Return what axe finds, once the page is whole."""
    page.wait_for_load_state()
    found = Axe().run(page).response["violations"]
    return [f"{each['id']}: {[node['target'] for node in each['nodes']]}" for each in found]


def test_from_a_program_in_ten_actions(page: Page, desk: RunningDesk) -> None:
    """A handout for a patient from a built-in program: at most ten actions, and a minute."""
    page.goto(desk.address)
    hand = Hand(page)
    hand.click("button[aria-label='Begin with SI joint: calm']")
    hand.fill("#name", NAME)
    hand.choose("#sore", "left")
    hand.fill("#start", SOON)
    hand.fill("#items > li:nth-child(1) [name=dose]", "2 x 8, hold 5 s")
    expect(page.locator("#items > li:nth-child(1) .said")).to_contain_text("2 sets of 8")
    expect(page.locator("#chart")).to_have_value(re.compile("2 sets of 8"))
    text = printed(page)
    assert NAME in text
    assert "2 sets of 8" in text
    assert hand.actions + 1 <= 10
    assert hand.seconds < 60


def test_four_exercises_from_nothing_in_twenty_actions(page: Page, desk: RunningDesk) -> None:
    page.goto(desk.address)
    hand = Hand(page)
    hand.click("text=Start from nothing")
    for words, name in (("bird", "bird-dog"), ("bridge", "glute-bridge"), ("clam", "clamshell"),
                        ("knee drop", "knee-drop")):  # fmt: skip
        hand.fill("#q", words)
        hand.click(f"#add-{name}")
        expect(page.locator(f"#items img[src^='/picture/{name}']")).to_be_visible()
    hand.fill("#name", NAME)
    hand.choose("#sore", "right")
    expect(page.locator("#print")).to_be_visible()
    expect(page.locator("#chart")).to_have_value(re.compile(r"4\. Knee drop"))
    assert NAME in printed(page)
    assert hand.actions + 1 <= 20
    assert hand.seconds < 120


def test_exercises_are_moved_with_the_keyboard_and_taken_back(
    page: Page, desk: RunningDesk
) -> None:
    """The focus stays on the exercise that moves, and it is said where it is now."""
    begin(page, desk)
    names = page.locator("#items h3")
    before = names.all_text_contents()
    page.locator("#items > li:nth-child(1) button[id^=down-]").focus()
    page.keyboard.press("Enter")
    expect(names.nth(1)).to_have_text(before[0])
    expect(page.locator("#live")).to_contain_text("is number 2 now")
    assert page.evaluate("document.activeElement.id").startswith("down-")
    page.keyboard.press("Enter")
    expect(names.nth(2)).to_have_text(before[0])
    page.locator("#items > li:nth-child(3) button[id^=remove-]").click()
    expect(names).to_have_count(len(before) - 1)
    for _ in range(3):
        page.click("#undo")
        page.wait_for_timeout(200)
    expect(names).to_have_text(before)


def test_what_is_pressed_twice_by_accident_is_done_once(page: Page, desk: RunningDesk) -> None:
    """And twice if it is meant: a program may have an exercise twice."""
    begin(page, desk, "")
    items = page.locator("[data-item]")
    page.dblclick("#add-bird-dog")
    page.focus("#add-glute-bridge")
    page.keyboard.down("Enter")
    page.keyboard.down("Enter")
    page.keyboard.up("Enter")
    expect(items).to_have_count(2)
    page.click("#add-bird-dog")
    expect(items).to_have_count(3)
    # The next one comes to lie under the pointer.
    items.first.get_by_label("Remove").dblclick(delay=300)
    expect(items).to_have_count(2)
    page.click("#after summary:has-text('Save')")
    page.fill("#program-name", "Pressed twice")
    page.dblclick("#save-program")
    expect(page.locator("#live")).to_contain_text("pressed-twice")
    page.wait_for_timeout(500)
    expect(page.locator("#actions .bad")).to_have_count(0)
    expect(items).to_have_count(2)


def test_three_quick_clicks_take_three_rows_away(page: Page, desk: RunningDesk) -> None:
    """At one place, where the next row comes to lie; all of them can be taken back."""
    begin(page, desk, "si-joint-build")
    names = page.locator("#items h3")
    before = names.all_text_contents()
    # A row may change while the button of the mouse is down, and the last time the desk is slow.
    for delay, at in ((20, 0), (60, 1), (60, 2), (90, 0)):
        if delay == 90:
            page.evaluate(SLOWLY)
        remove = page.locator("#items button[id^=remove-]").nth(at)
        remove.scroll_into_view_if_needed()
        box = remove.bounding_box() or {"x": 0, "y": 0}
        page.mouse.click(box["x"] + 9, box["y"] + 9, click_count=3, delay=delay)
        expect(names).to_have_text([*before[:at], *before[at + 3 :]])
        for _ in range(3):
            page.click("#undo")
            page.wait_for_timeout(200)
        expect(names).to_have_text(before)


SLOWLY = """const now = fetch; window.fetch = async (...asked) => {
  await new Promise((done) => { setTimeout(done, 400); }); return now(...asked); }"""


def test_what_is_pressed_faster_than_the_desk_answers_is_all_done(
    page: Page, desk: RunningDesk
) -> None:
    """Also by a key; and Enter that is held saves a program once."""
    begin(page, desk, "si-joint-build")
    names = page.locator("#items h3")
    before = names.all_text_contents()
    page.evaluate(SLOWLY)
    page.locator("#items > li:nth-child(1) button[id^=down-]").focus()
    for _ in range(4):
        page.keyboard.press("Enter")
    expect(names).to_have_text([*before[1:5], before[0], *before[5:]])
    for _ in range(3):
        page.click("#undo")
    expect(names).to_have_text([before[1], before[0], *before[2:]])
    page.click("#after summary:has-text('Save')")
    page.fill("#program-name", "Held")
    for _ in range(15):
        page.keyboard.down("Enter")
        page.wait_for_timeout(80)
    page.keyboard.up("Enter")
    expect(page.locator("#live")).to_contain_text("Saved as held")
    page.wait_for_timeout(600)
    expect(page.locator("#warning")).to_have_count(0)


def test_what_is_refused_is_said_once_and_all_goes_on(page: Page, desk: RunningDesk) -> None:
    """Also what the desk says without a page around it; nothing that was said before is said."""
    begin(page, desk)
    page.locator("#items > li:nth-child(1) button[id^=remove-]").click()
    expect(page.locator("#live")).to_contain_text("is removed")
    page.evaluate("""window.heard = []; new MutationObserver(() => {
      window.heard.push(document.getElementById("live").textContent);
    }).observe(document.getElementById("live"), { childList: true })""")
    page.route("**/add", lambda route: route.fulfill(status=500, body="Please report this"))
    page.click("#add-bird-dog")
    expect(page.locator("#warning")).to_have_text("Please report this")
    assert [said for said in page.evaluate("window.heard") if said] == ["Please report this"]
    page.unroute("**/add")
    page.click("#add-bird-dog")
    expect(page.locator("#items img[src^='/picture/bird-dog']")).to_be_visible()
    expect(page.locator("#warning")).to_have_count(0)


def test_a_page_that_the_browser_has_kept_works_when_it_is_gone_back_to(
    browser: Browser, desk: RunningDesk
) -> None:
    """Most browsers keep pages as they are; this one does so for real people, in a window, only."""
    keeping = browser.browser_type.launch(
        executable_path=installed(CHROMIUM), args=["--no-sandbox"],
        ignore_default_args=["--disable-back-forward-cache"],
    )  # fmt: skip
    page = keeping.new_page()
    page.add_init_script(
        "navigator.sendBeacon = () => { sessionStorage.closed = 1 + +(sessionStorage.closed ?? 0) }"
    )
    page.goto(desk.entrance)
    page.evaluate("window.keptAs = 'it was'")
    click_begin(page)
    # At once: what was pressed there before is pressed once more.
    page.evaluate("history.back()")
    expect(page.locator("#nothing")).to_be_visible()
    assert page.evaluate("window.keptAs") == "it was"
    click_begin(page, "SI joint: build")
    handout = page.url
    page.evaluate("delete sessionStorage.closed")
    page.click("nav >> text=list")
    page.wait_for_url("**/patients")
    page.evaluate("history.back()")
    page.wait_for_url(handout)
    expect(page.locator("#preview img").first).to_be_visible()
    page.wait_for_timeout(1000)
    # It is one page, which was closed once: another one that shows the handout still counts.
    assert page.evaluate("sessionStorage.closed") == "1"
    keeping.close()


def test_what_is_typed_as_the_page_is_left_is_kept(page: Page, desk: RunningDesk) -> None:
    begin(page, desk)
    handout = page.url
    page.focus("#note")
    # A letter and the click in one blink: quicker than Playwright presses one after the other.
    page.evaluate(
        "document.execCommand('insertText', false, 'Mind the cat');"
        "document.querySelector('nav a[href=\"/patients\"]').click()"
    )
    page.wait_for_url("**/patients")
    page.goto(handout)
    expect(page.locator("#note")).to_have_value("Mind the cat")


def test_what_concerns_all_exercises(page: Page, desk: RunningDesk) -> None:
    """One dose for all, the order by position, who should ask first; all of it can be undone."""
    begin(page, desk, "")
    page.select_option("#region", "low-back")
    page.select_option("#place", "floor")
    for name in ("bird-dog", "glute-bridge", "cat-camel", "knee-drop"):
        with page.expect_response(lambda reply: "q=" in reply.url):
            page.fill("#q", name.replace("-", " "))
        page.click(f"#add-{name}")
        expect(page.locator(f"#items img[src^='/picture/{name}']")).to_be_visible()
    expect(page.locator("#state")).to_contain_text("3 changes of position, 1 would do")
    names = page.locator("#items h3")
    before = names.all_text_contents()
    page.click("#by-position")
    expect(names).to_have_text([before[0], before[2], before[1], before[3]])
    expect(page.locator("#live")).to_contain_text("now follow each other")
    expect(page.locator("#by-position")).to_have_count(0)
    expect(page.locator("#state")).not_to_contain_text("changes of position")
    page.click("summary:has-text('Same dose for all')")
    page.fill("#dose-all", "2 x 7, every other day")
    page.click("#dose-all-use")
    said = page.locator("#items .said")
    expect(said).to_have_text([re.compile("2 sets of 7.*every other day")] * 4)
    assert printed(page).count("2 sets of 7") >= 4
    page.click("#undo")
    expect(said.first).not_to_contain_text("2 sets of 7")
    page.click("#undo")
    expect(names).to_have_text(before)
    page.fill("#q", "cobra")
    page.select_option("#place", "")
    page.click("#add-cobra")
    expect(page.locator("#items li").last).to_contain_text("Ask us first")


def test_an_exercise_is_put_into_another_part_of_the_program(page: Page, desk: RunningDesk) -> None:
    begin(page, desk, "achilles")
    names = page.locator("#items h3")
    first = names.first.inner_text()
    part = page.get_by_label("Part of the program").first
    options = part.locator("option").all_text_contents()
    assert any("from week" in each for each in options)
    part.select_option(index=1)
    expect(names.first).not_to_have_text(first)
    chosen = page.locator("#items > li", has_text=first).locator("[name=phase]")
    expect(chosen).to_have_js_property("selectedIndex", 1)
    assert first in printed(page)
    page.click("#undo")
    expect(names.first).to_have_text(first)
    # And into one that is added; also where there was no program.
    begin(page, desk, "")
    for name in ("bird-dog", "glute-bridge"):
        with page.expect_response(lambda reply: "q=" in reply.url):
            page.fill("#q", name.replace("-", " "))
        page.click(f"#add-{name}")
        expect(page.locator(f"#items img[src^='/picture/{name}']")).to_be_visible()
    expect(part).to_have_count(0)
    page.click("summary:has-text('in a later week')")
    page.fill("#part-week", "3")
    page.fill("#part-name", "When it is easy")
    page.click("#part-add")
    expect(page.locator("#live")).to_contain_text("choose which part it belongs to")
    # A part comes after those before it: the program says so of its phases.
    expect(page.locator("#part-week")).to_have_attribute("min", "4")
    bridge = page.get_by_label("Part of the program Bridge")
    bridge.select_option(index=1)
    expect(page.locator("#items > li").last).to_contain_text("When it is easy · from week 3")
    said = printed(page)
    assert "When it is easy" in said
    assert "From week 3" in said
    page.click("text=Save as a program of your own")
    page.fill("#program-name", "In two parts")
    page.click("#save-program")
    expect(page.locator("#live")).to_contain_text("Saved as in-two-parts")
    saved = Path(desk.folder, "programs", "in-two-parts.yaml").read_text("utf-8")
    assert "from_week: 3" in saved
    expect(bridge).to_have_js_property("selectedIndex", 1)
    # One that is added can be removed: its exercises join the part before.
    page.click("summary:has-text('in a later week')")
    page.fill("#part-week", "4")
    page.click("#part-add")
    bridge.select_option(index=2)
    expect(page.locator("#remove-part-1")).to_have_count(0)  # that of the program stays
    page.get_by_role("button", name="Remove Part 3").click()
    expect(page.locator("#live")).to_contain_text("The part is removed")
    expect(bridge).to_have_js_property("selectedIndex", 1)
    page.click("#undo")
    expect(bridge).to_have_js_property("selectedIndex", 2)


def test_exercises_are_dragged(page: Page, desk: RunningDesk) -> None:
    begin(page, desk)
    names = page.locator("#items h3")
    before = names.all_text_contents()
    page.drag_and_drop("#items > li:nth-child(2) .number", "#items > li:nth-child(1) .number")
    expect(names.first).to_have_text(before[1])


def test_a_wrong_dose_is_said_at_once_and_never_printed(page: Page, desk: RunningDesk) -> None:
    begin(page, desk)
    dose = page.locator("#items > li:nth-child(2) [name=dose]")
    dose.fill("lots of it")
    wrong = page.locator("#items > li:nth-child(2) .wrong[id$='-dose']")
    expect(wrong).to_contain_text("not understood")
    described = dose.get_attribute("aria-describedby") or ""
    assert wrong.get_attribute("id") in described.split()
    expect(page.locator("#print")).to_have_count(0)
    expect(page.locator("#preview")).to_contain_text("from before the last change")
    # What else is typed goes on, and the other doses are still said.
    expect(page.locator("#items > li:nth-child(1) .said")).to_contain_text("3 times")
    dose.fill("3 x 12")
    expect(page.locator("#items > li:nth-child(2) .said")).to_contain_text("3 sets of 12")
    expect(page.locator("#print")).to_be_visible()


def test_all_that_is_wrong_is_said_at_once(desk: RunningDesk) -> None:
    """With where it is; doses that are right are still said, none of before beside a new one."""
    with desk.client() as client:
        begun = client.post("/handout", data={"program": "si-joint-calm", "clinic": "riverbend"})
        where = begun.headers["location"]
        keys = re.findall(r'data-item="([^"]+)"', client.get(where).text)
        for field, typed in (("next_visit", "soon"), ("note", "\u202e")):
            client.post(f"{where}/person", data={field: typed})
        for key, dose in zip(keys, ("lots", "3 x 1000", "2 x 7"), strict=False):
            client.post(f"{where}/item", data={"item": key, "dose": dose})
        said = client.get(where).text
    actions = said.partition('id="actions"')[2].partition("<form")[0]
    linked = [f"dose-{keys[0]}", f"dose-{keys[1]}", "next_visit", "note"]
    assert {f"#{each}" for each in linked} == set(re.findall(r'href="(#[^"]+)"', actions))
    assert all(f'id="{each}"' in said for each in linked)
    doses = dict(re.findall(r'id="said-([^"]+)" data-part>([^<]*)<', said))
    assert [doses[key] for key in keys[:2]] == ["", ""]
    assert doses[keys[2]].startswith("2 sets of 7")
    assert doses[keys[3]]


def test_who_hears_the_page_is_told_what_is_wrong_when_leaving_a_field(
    page: Page, desk: RunningDesk
) -> None:
    begin(page, desk)
    live, first = page.locator("#live"), page.locator("#items > li:nth-child(1) [name=dose]")
    for field, typed in ((first, "lots"), (page.locator("#next_visit"), "soon")):
        field.fill(typed)
        expect(field).to_have_attribute("aria-invalid", "true")
        described = (field.get_attribute("aria-describedby") or "").split()
        wrong = page.locator(f"#{described[-1]}")
        expect(wrong).not_to_be_empty()
        assert wrong.inner_text() not in live.inner_text()  # while somebody types
        field.press("Tab")
        expect(live).to_contain_text(wrong.inner_text())
    page.fill("#q", "bridge")
    expect(page.locator("#found-said")).to_have_text("3 exercises")
    page.fill("#q", "abductors")
    expect(page.locator("#found-said")).to_contain_text("No exercise has “abductors”; these have")
    page.fill("#q", "qqxyzzy-wwxyzzy")
    once = re.compile("^No exercise has “qqxyzzy-wwxyzzy”. (?!No exercise)")
    expect(page.locator("#found-said")).to_have_text(once)


HIDDEN = """() => {
  const at = document.activeElement, box = at.getBoundingClientRect();
  const live = document.getElementById("live");
  const covers = (x, y) => { const top = document.elementFromPoint(x, y);
    return !(top && (top === at || at.contains(top) || top.contains(at) || live.contains(top))); };
  const middle = box.left + box.width / 2;
  return at !== document.body && box.width > 0
    && covers(middle, box.top + 3) && covers(middle, box.bottom - 3) ? at.id || at.outerHTML : "";
}"""


STAYING = """() => { const near = document.getElementById("actions");
  return getComputedStyle(near).position === "sticky" ? near.offsetHeight / innerHeight : 0; }"""
"""How much of the window is taken by what stays in sight."""


def test_what_has_the_focus_is_never_hidden(page: Page, desk: RunningDesk) -> None:
    """Also behind the buttons that stay in sight, with all that is wrong above them."""
    begin(page, desk)
    for field in ("name", "next_visit", "note"):
        page.fill(f"#{field}", "\u202e")
    expect(page.locator("#actions .bad li")).to_have_count(3)
    # The last is a screen that is magnified four times.
    for width, height in ((1280, 720), (360, 640), (320, 256)):
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate(STAYING) <= 0.5
        page.focus("#after summary >> nth=-1")
        hidden: list[str] = []
        for _ in range(22):
            page.keyboard.press("Shift+Tab")
            hidden += filter(None, [page.evaluate(HIDDEN)])
        assert hidden == []


def test_reload_back_and_two_tabs(page: Page, context: BrowserContext, desk: RunningDesk) -> None:
    """A page that is loaded again has lost nothing; two tabs hold two patients apart."""
    begin(page, desk)
    page.fill("#name", NAME)
    expect(page.locator("#chart")).to_be_attached()
    page.wait_for_timeout(600)
    page.reload()
    expect(page.locator("#name")).to_have_value(NAME)
    page.goto(desk.address + "/patients")
    page.go_back()
    expect(page.locator("#name")).to_have_value(NAME)
    other = context.new_page()
    begin(other, desk, "si-joint-build")
    other.fill("#name", "Trillian Astra")
    other.wait_for_timeout(800)
    assert "Trillian" in printed(other)
    assert NAME not in printed(other)
    assert NAME in printed(page)


def test_one_handout_in_two_tabs(page: Page, context: BrowserContext, desk: RunningDesk) -> None:
    """A tab with older fields does not write over the other's; nor does closing one forget both."""
    begin(page, desk)
    other = context.new_page()
    other.goto(page.url)
    with page.expect_response("**/person"):
        page.fill("#name", NAME)
    with page.expect_response("**/item"):
        page.locator("#items > li:nth-child(2) [name=dose]").fill("3 x 6")
    with other.expect_response("**/person"):
        other.fill("#note", "Mind the step")
    with other.expect_response("**/item"):
        side = other.locator("#items > li:nth-child(2) [name=side]")
        side.focus()
        side.select_option("left")
    expect(other.locator("#name")).to_have_value(NAME)
    text = printed(other)
    assert NAME in text
    assert "3 sets of 6" in text
    assert "Mind the step" in text
    # What is taken back stays so when something else is typed.
    other.click("#undo")
    other.click("#undo")
    expect(other.locator("#note")).to_have_value("")
    with other.expect_response("**/person"):
        other.fill("#preferred_name", "Zaph")
    assert "Mind the step" not in printed(other)
    # A dose that was typed in the same blink as another exercise is moved is not lost.
    other.locator("#items > li:nth-child(2) [name=dose]").fill("2 x 7")
    other.locator("#items > li:nth-child(1) button[id^=down-]").click()
    expect(other.locator("#items > li:nth-child(1) [name=dose]")).to_have_value("2 x 7")
    # What was sent long ago is not sent again with what is typed beside it.
    for tab, name in ((page, NAME[:6]), (other, "Trillian Astra")):
        with tab.expect_response("**/person"):
            tab.fill("#name", name)
    with page.expect_response("**/person"):
        page.fill("#note", "Mind the cat")
    assert "Trillian Astra" in printed(page)


def test_an_older_tab_changes_only_what_it_shows(desk: RunningDesk) -> None:
    """What it names may be gone or numbered anew; then nothing is done, and the newest is shown."""
    with desk.client() as client:
        begun = client.post("/handout", data={"clinic": "riverbend"}).headers["location"]
        for name in ("bird-dog", "glute-bridge", "cat-camel"):
            client.post(f"{begun}/add", data={"exercise": name})
        for name in ("Second", "Third", "Fourth"):
            client.post(f"{begun}/part", data={"name": name, "from_week": "3"})
        older = client.get(begun).text
        first, second, third = re.findall(r'data-item="([^"]+)"', older)
        parts = re.findall(r'<option value="([^"]+)">(?:Second|Third|Fourth)', older)[:3]
        (version,) = set(re.findall(r'name="version" value="(\d+)"', older))
        client.post(f"{begun}/remove-part", data={"phase": parts[0]})
        client.post(f"{begun}/item", data={"item": third, "phase": parts[2]})
        client.post(f"{begun}/remove", data={"item": first})
        now = client.get(begun).text
        # What is gone, and what concerns all that another tab shows.
        for what, form in (
            ("remove", {"item": first}),
            ("move", {"item": first, "way": "down"}),
            ("move", {"item": second, "onto": first}),
            ("item", {"item": first, "dose": "1 x 5"}),
            ("fields", {"item": first, "sets": "2"}),
            ("usual", {"item": first, "dose": "1 x 5"}),
            ("remove-part", {"phase": parts[0]}),
            ("item", {"item": second, "phase": parts[0]}),
            ("undo", {"version": version}),
            ("dose-all", {"version": version, "dose": "1 x 5"}),
            ("by-position", {"version": version}),
            ("program", {"version": version, "name": "Older"}),
        ):
            answer = client.post(f"{begun}/{what}", data=form)
            assert answer.status_code == 409, what
            assert words_of(USUAL)("outdated") in answer.text, what
        again = client.get(begun).text
        assert again == now
        # What is there still is meant, wherever it stands now.
        assert client.post(f"{begun}/remove-part", data={"phase": parts[1]}).status_code == 303
        assert client.post(f"{begun}/move", data={"item": third, "onto": second}).is_redirect
        now = client.get(begun).text
        assert re.findall(r'data-item="([^"]+)"', now) == [third, second]
        assert "Fourth · from week 3" in now
        assert "Third" not in now


def test_an_older_tab_shows_what_was_changed_in_another(
    page: Page, context: BrowserContext, desk: RunningDesk
) -> None:
    begin(page, desk)
    other = context.new_page()
    other.goto(page.url)
    page.locator("#items > li:nth-child(1) button[id^=remove-]").click()
    left = page.locator("#items h3")
    expect(left).to_have_count(3)
    other.locator("#items > li:nth-child(1) [name=dose]").fill("1 x 5")
    expect(other.locator("#outdated")).to_be_visible()
    expect(other.locator("#items h3")).to_have_text(left.all_text_contents())
    other.locator("#items > li:nth-child(1) [name=dose]").fill("1 x 5")
    expect(other.locator("#outdated")).to_have_count(0)
    page.click("#undo")
    expect(page.locator("#outdated")).to_be_visible()
    expect(page.locator("#items > li:nth-child(1) [name=dose]")).to_have_value("1 x 5")
    page.click("#undo")
    expect(page.locator("#items > li:nth-child(1) [name=dose]")).to_have_value("")


def test_what_is_typed_while_the_desk_answers_stays(page: Page, desk: RunningDesk) -> None:
    """What comes back, or is dropped, takes no field from who writes or chooses in it."""
    begin(page, desk)
    waits = [700, 2500]  # before and after what is typed is answered

    def late(route: Route) -> None:
        answer = route.fetch()
        page.wait_for_timeout(waits.pop())
        route.fulfill(response=answer)

    page.route("**/move", late)
    dose = page.locator("#items > li:nth-child(3) [name=dose]")
    moved = page.locator("#items h3").first.inner_text()
    with page.expect_response("**/move"):
        page.locator("#items > li:nth-child(1) button[id^=down-]").click()
        page.focus("#name")
        page.keyboard.type(NAME, delay=60)
    expect(page.locator("#name")).to_have_value(NAME)
    expect(page.locator("#items h3").nth(1)).to_have_text(moved)
    with page.expect_response("**/move"):
        page.locator("#items > li:nth-child(1) button[id^=down-]").click()
        dose.focus()
        page.keyboard.type("2 x 8, hold 5 s", delay=60)
    expect(page.locator("#chart")).to_have_value(re.compile("2 sets of 8 .*hold 5 seconds"))
    expect(dose).to_have_value("2 x 8, hold 5 s")
    page.unroute("**/move")
    page.reload()
    expect(page.locator("#name")).to_have_value(NAME)
    expect(dose).to_have_value("2 x 8, hold 5 s")
    dose.fill("2 x 9")
    # Dragged in the same blink.
    page.evaluate("""() => {
        const init = { bubbles: true, cancelable: true, dataTransfer: new DataTransfer() };
        const cards = document.querySelectorAll("#items > li");
        for (const [kind, card] of [["dragstart", cards[0]], ["drop", cards[1]]])
            card.dispatchEvent(new DragEvent(kind, init));
    }""")
    expect(page.locator("#live")).to_contain_text("is number 2 now")
    expect(dose).to_have_value("2 x 9")
    # With the keyboard alone, a choice can be changed again: it keeps the focus.
    for name, values in (("#sore", ("left", "right")), ("#mode", ("gray", "saver"))):
        page.focus(name)
        for value in values:
            with page.expect_response(re.compile("/(person|look)$")):
                page.keyboard.press("ArrowDown")
            page.wait_for_timeout(300)
            expect(page.locator(name)).to_be_focused()
            expect(page.locator(name)).to_have_value(value)
    page.locator("#items > li:nth-child(1) button[id^=remove-]").press("Enter")
    expect(page.locator("#list-title")).to_be_focused()


def test_of_two_clinics_the_chosen_one_and_a_desk_that_is_gone(
    browser: Browser, tmp_path: Path
) -> None:
    with RunningDesk(make_clinic_folder(tmp_path, "riverbend", "oldmill")) as desk:
        page = browser.new_page()
        page.goto(desk.entrance)
        other = page.locator("#clinic option:not([selected])").last.get_attribute("value") or ""
        page.select_option("#clinic", other)
        click_begin(page)
        expect(page.locator("#clinic")).to_have_value(other)
        desk.kill()
        page.fill("#name", NAME)
        expect(page.locator("#actions .bad")).to_contain_text("The desk does not answer")
        page.close()


def test_a_sheet_is_opened_again_by_its_code(page: Page, desk: RunningDesk) -> None:
    """In six actions at most: the code, one dose, print. What changed is listed."""
    begin(page, desk)
    page.fill("#name", NAME)
    page.locator("#items > li:nth-child(1) [name=dose]").fill("2 x 6")
    expect(page.locator("#chart")).to_have_value(re.compile("2 sets of 6"))
    code = re.search(r"SIJ-CALM-\w+", printed(page))
    assert code is not None
    page.goto(desk.address)
    hand = Hand(page)
    hand.fill("#code", code[0].lower())
    hand.click("button:text-is('Reopen')")
    dose = page.locator("#items > li:nth-child(1) [name=dose]")
    expect(dose).to_have_value("2 x 6")
    expect(page.locator("#name")).to_have_value("")
    hand.fill("#items > li:nth-child(1) [name=dose]", "2 x 10")
    hand.fill("#name", NAME)
    expect(page.locator("#state")).to_contain_text("2 x 6 → 2 x 10")
    assert "2 sets of 10" in printed(page)
    assert hand.actions + 1 <= 6
    assert hand.seconds < 20
    with page.expect_response("**/look"):
        page.get_by_label("Starts in week").fill("5")
    expect(page.locator("#state")).to_contain_text("Starts in week: 1 → 5")
    said = printed(page)
    assert "Week 8" in said
    assert "Week 4" not in said
    expect(page.locator("#state")).not_to_contain_text("usual dose has changed")
    # The usual dose of one has another meaning now, and the sheet left it to that.
    own = desk.folder / "exercises" / "glute-bridge.yaml"
    own.parent.mkdir(exist_ok=True)
    own.write_text("schema: 1\nextends: glute-bridge\ndosage: 1 x 4\n", "utf-8")
    name, _, end = code[0].rpartition("-")
    with desk.client() as client:
        client.follow_redirects = True
        assert "usual dose has changed" in client.post("/reopen", data={"code": code[0]}).text
        own.unlink()
        # What no code has is what was read for it; what was typed can be corrected.
        misread = f"{name}-{end.replace('0', 'o').replace('1', 'l')}"
        assert "Reopened" in client.post("/reopen", data={"code": misread}).text
        unknown = client.post("/reopen", data={"code": "SIJ-CALM-XXXXXX"})
    assert 'id="unknown"' in unknown.text
    assert 'value="SIJ-CALM-XXXXXX"' in unknown.text
    assert "XXXXXX" not in str(unknown.url)


def test_nothing_of_a_patient_is_left_anywhere(page: Page, desk: RunningDesk) -> None:
    """Not in the folder, in an address, in the browser's stores, or in a file's name."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    begin(page, desk)
    page.fill("#name", NAME)
    page.fill("#note", "Mind the second head")
    page.wait_for_timeout(800)
    assert NAME in printed(page)
    answer = page.request.get(f"{desk.address}{page.locator('#download').get_attribute('href')}")
    assert "zaphod" not in answer.headers["content-disposition"].lower()
    assert not [url for url in asked if "zaphod" in url.lower()]
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    for file in desk.folder.rglob("*"):
        if file.is_file():
            assert b"Zaphod" not in file.read_bytes()
            assert b"second head" not in file.read_bytes()


def test_a_program_is_saved_as_the_command_line_reads_it(page: Page, desk: RunningDesk) -> None:
    begin(page, desk)
    page.fill("#q", "clamshell")
    page.click("#add-clamshell")
    expect(page.locator("#items > li")).to_have_count(5)
    page.click("text=Save as a program of your own")
    # Its notes go to every patient who gets it.
    hint = page.get_by_text(words_of(USUAL)("save_program_notes"))
    expect(hint).to_have_count(0)
    page.locator("#items > li:nth-child(5) summary", has_text="Note").click()
    page.fill("#items > li:nth-child(5) [name=note]", "Slowly.")
    expect(hint).to_be_visible()
    page.fill("#program-name", "Calm and clam")
    page.click("#save-program")
    expect(page.locator("#live")).to_contain_text("Saved as calm-and-clam")
    expect(page.locator("#live")).to_be_in_viewport(ratio=1)
    # It can be mailed then, as what a saved program has.
    page.locator("summary", has_text="E-mail").click()
    expect(page.locator("#after")).to_contain_text("An e-mail needs your own number")
    saved = Path(desk.folder, "programs", "calm-and-clam.yaml").read_text("utf-8")
    assert "exercise: clamshell" in saved
    # One of the clinic's own is replaced where that is asked and said, a built-in one never.
    page.fill("#items > li:nth-child(5) [name=dose]", "2 x 7")
    expect(page.locator("#items > li:nth-child(5) .said")).to_contain_text("2 sets of 7")
    expect(page.locator("#program-name")).to_have_value("Calm and clam")
    # What is replaced is called by its own name, whatever was typed.
    page.fill("#program-name", "CALM-and-clam")
    page.click("#save-program")
    asked = page.locator("#after [role=alert]")
    expect(asked).to_contain_text("“Calm and clam”. Replace it with this handout")
    expect(page.locator("#program-name")).to_have_value("CALM-and-clam")
    assert Path(desk.folder, "programs", "calm-and-clam.yaml").read_text("utf-8") == saved
    expect(page.locator("#undo")).to_be_enabled()
    page.fill("#program-name", "Calm and clam")
    # What somebody else has written there since is not replaced unseen.
    file = Path(desk.folder, "programs", "calm-and-clam.yaml")
    file.write_text(f"{saved}# Ask Mira.\n", "utf-8")
    page.click("#replace-program")
    newer = re.compile(sha256_of(file.read_bytes()))
    expect(page.locator("#replace-program")).to_have_attribute("formaction", newer)
    assert file.read_text("utf-8").endswith("# Ask Mira.\n")
    page.click("#replace-program")
    expect(page.locator("#after [role=alert]")).to_have_count(0)
    # What was there before was made with the phases that the program had.
    expect(page.locator("#undo")).to_be_disabled()
    saved = Path(desk.folder, "programs", "calm-and-clam.yaml").read_text("utf-8")
    assert "repetitions: 7" in saved
    page.fill("#program-name", "SI joint: calm")
    page.click("#save-program")
    expect(page.locator("#actions .bad")).to_contain_text("choose another name")
    page.goto(desk.address)
    expect(page.get_by_role("button", name="Begin with Calm and clam")).to_be_visible()


def test_nothing_is_saved_that_no_handout_could_be_made_of(desk: RunningDesk) -> None:
    """No program without exercises or with a wrong dose, and no usual dose beyond the limits."""
    known = sorted(each for each in desk.folder.rglob("*.yaml"))
    with desk.client() as client:
        begun = client.post("/handout", data={"clinic": "riverbend"}).headers["location"]
        assert client.post(f"{begun}/program", data={"name": "Empty"}).status_code == 409
        assert client.post(f"{begun}/add", data={"exercise": "no-such"}).status_code == 400
        client.post(f"{begun}/add", data={"exercise": "bird-dog"})
        (key,) = re.findall(r'data-item="([^"]+)"', client.get(begun).text)
        assert client.post(f"{begun}/usual", data={}).status_code == 400
        # Whether a dose is beyond the limits is not known while something else is wrong.
        client.post(f"{begun}/look", data={"weeks": "99"})
        beyond = {"item": key, "dose": "3 x 1000"}
        assert client.post(f"{begun}/usual", data=beyond).status_code == 409
        client.post(f"{begun}/look", data={"weeks": "4"})
        for dose in ("lots", "3 x 1000"):
            answer = client.post(f"{begun}/usual", data={"item": key, "dose": dose})
            assert answer.status_code == 400
            assert client.post(f"{begun}/program", data={"name": "Wrong"}).status_code == 409
        client.post(f"{begun}/item", data={"item": key, "dose": ""})
        for name in ("A\x07B", "long " * 100):
            assert client.post(f"{begun}/program", data={"name": name}).status_code == 400
        assert client.post(f"{begun}/look", data={"mode": ""}).status_code == 400
    assert sorted(each for each in desk.folder.rglob("*.yaml")) == known


def printed_by(page: str) -> str:
    """Return the address of the file that a page offers to print."""
    (found,) = re.findall(r'id="print" href="([^"]+)"', page)
    return html.unescape(found)


def test_drawings_stay_in_the_browser_until_they_change(tmp_path: Path) -> None:
    """Their address is another then; an older one shows the new picture, which is not kept.

    A photograph never is: who can be seen in it agreed for a time. Nothing is printed with another
    picture than its page shows.
    """
    folder = make_clinic_folder(tmp_path)
    address = re.compile(r'src="(/picture/glute-bridge\?variant=&amp;v=\w+)"')
    with RunningDesk(folder) as desk, desk.client() as client:
        begun = client.post("/handout", data={"clinic": "riverbend"}).headers["location"]
        client.post(f"{begun}/add", data={"exercise": "glute-bridge"})
        shown = printed_by(client.get(begun).text)

        def is_printed() -> bool:
            return {200: True, 409: False}[client.get(shown).status_code]

        assert is_printed()
        of_page = [address.findall(client.get(path).text) for path in ("/", begun)]
        (before,) = {html.unescape(each) for found in of_page for each in found}
        assert all(of_page)
        first = client.get(before)
        assert "immutable" in first.headers["cache-control"]
        own = folder / "exercises" / "glute-bridge.yaml"
        own.parent.mkdir()
        own.write_text("schema: 1\nextends: glute-bridge\nfigure: {end: {neck: 30}}\n", "utf-8")
        assert not is_printed()
        shown = printed_by(client.get(begun).text)
        own.with_stem("bird-dog").write_text("schema: 1\nextends: bird-dog\n", "utf-8")
        assert is_printed()
        logo = folder / "clinics" / "riverbend.svg"
        logo.write_bytes(logo.read_bytes().replace(b"#0f7c8a", b"#0a5c68") + b"\n")
        assert not is_printed()
        (after,) = map(html.unescape, set(address.findall(client.get(begun).text)))
        assert after != before
        again = client.get(after)
        assert "immutable" in again.headers["cache-control"]
        assert again.content != first.content
        for older in (before, before.partition("&")[0]):
            answer = client.get(older)
            assert (answer.content, answer.headers["cache-control"]) == (again.content, "no-store")
        make_folder(folder / "photos")
        (folder / "photos" / "bridge.jpg").write_bytes(saved(room()))
        seen = "picture: {file: bridge.jpg, alt: A man lifts his hips., people: none}"
        own.write_text(f"schema: 1\nextends: glute-bridge\n{seen}\n", "utf-8")
        photographs = re.findall(r'src="(/picture/glute-bridge[^"]*)"', client.get(begun).text)
        assert photographs
        for photograph in (*map(html.unescape, photographs), after):
            answer = client.get(photograph)
            kept = (answer.headers["content-type"], answer.headers["cache-control"])
            assert kept == ("image/jpeg", "no-store")


def test_files_that_are_gone_or_broken_meanwhile(tmp_path: Path) -> None:
    """An exercise that is gone can be removed; what is wrong with the only clinic is said."""
    folder = make_clinic_folder(tmp_path)
    own = folder / "exercises" / "own-bridge.yaml"
    own.parent.mkdir()
    bridge = "schema: 1\nextends: glute-bridge\nname: Own bridge\n"
    own.write_text(f"{bridge}variants:\n  low:\n    name: Low\n    dosage: 1 x 5\n", "utf-8")
    with RunningDesk(folder) as desk, desk.client() as client:
        begun = client.post("/handout", data={"clinic": "riverbend"}).headers["location"]
        for name in ("own-bridge", "bird-dog"):
            client.post(f"{begun}/add", data={"exercise": name})
        (item, _) = re.findall(r'data-item="([^"]+)"', client.get(begun).text)
        client.post(f"{begun}/item", data={"item": item, "variant": "low"})
        printed = client.get(f"{begun}/handout.pdf").headers["content-disposition"]
        code = printed.partition("handout-")[2].partition(".pdf")[0]
        own.write_text(bridge, "utf-8")
        again = client.post("/reopen", data={"code": code}, follow_redirects=True)
        assert "own-bridge has no variant" in again.text
        assert 'id="unknown"' in client.post("/reopen", data={"code": ""}).text
        own.unlink()
        said = client.get(begun).text
        assert "there is no exercise &#34;own-bridge&#34;" in said
        client.post(f"{begun}/remove", data={"item": re.findall(r'data-item="([^"]+)"', said)[0]})
        assert client.get(f"{begun}/handout.pdf").status_code == 200
        client.post(f"{begun}/program", data={"name": "Bridge"})
        (folder / "programs" / "bridge.yaml").write_text("schema: [\n", "utf-8")
        assert "programs/bridge.yaml:2:1: a [ or { is not closed" in client.get(begun).text
        file = folder / "clinics" / "riverbend.yaml"
        file.write_text("schema: 1\nname: [\n", "utf-8")
        for path in ("/", "/clinic", "/patients"):
            answer = client.get(path)
            assert answer.status_code == 400
            assert "clinics/riverbend.yaml:" in answer.text


def test_what_is_wrong_is_seen_wherever_it_was_typed(page: Page, desk: RunningDesk) -> None:
    """The buttons, and why there are none, stay in sight; pages of before are called that."""
    begin(page, desk)
    weeks = page.get_by_label("Weeks", exact=True)
    with page.expect_response("**/look"):
        weeks.fill("30")
    wrong = page.locator("#actions .bad")
    expect(wrong).to_have_text(re.compile("Weeks: must be a number from 1 to 12"))
    expect(wrong).to_be_in_viewport(ratio=1)
    expect(page.locator("#preview")).to_contain_text("from before the last change")
    weeks.fill("4")
    expect(page.locator("#print")).to_be_in_viewport(ratio=1)


def test_a_dose_becomes_the_usual_one(page: Page, desk: RunningDesk) -> None:
    """In a file that extends the built-in exercise and says nothing else; the command reads it."""
    begin(page, desk)
    dose = page.locator("#items > li:nth-child(4) [name=dose]")
    dose.fill("3 x 9")
    page.locator("#items > li:nth-child(4) [id^=usual-]").click()
    expect(page.locator("#live")).to_contain_text("3 x 9 is now your usual dose")
    saved = Path(desk.folder, "exercises", "glute-bridge.yaml")
    assert "extends: glute-bridge" in saved.read_text("utf-8")
    begin(page, desk, "")
    page.fill("#q", "bridge")
    page.click("#add-glute-bridge")
    expect(page.locator("#items .said")).to_contain_text("3 sets of 9")
    saved.unlink()


DOTS = """all => all.map(each => [each.clientWidth * devicePixelRatio,
  Number(new URL(each.currentSrc).searchParams.get("w"))])"""
"""How wide pictures of pages are shown, and how wide they are."""


def test_the_page_with_the_change_is_drawn_first(page: Page, desk: RunningDesk) -> None:
    """The other pages follow, and none is left as it was before."""
    begin(page, desk)
    expect(page.locator("#preview img")).to_have_count(4)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.locator("#items > li:nth-child(4) [name=dose]").fill("2 x 9")
    expect(page.locator("#preview img[srcset*='v=1&']")).to_have_count(4)
    expect(page.locator(".page.stale")).to_have_count(0)
    drawn = [url.partition("?")[0][-1] for url in asked if "/page/" in url]
    assert drawn == ["4", "1", "2", "3"]
    dots = page.locator("#preview img").evaluate_all(DOTS)
    assert [shown <= dots_there < 1.6 * shown for shown, dots_there in dots] == [True] * 4


SVG = "image/svg+xml"
BLANK = '<svg xmlns="http://www.w3.org/2000/svg" width="60" height="40"/>'
"""A picture of the shape that those of exercises have."""

CLIPPED = """all => all.filter(each => each.checkVisibility()
  && each.scrollWidth > each.clientWidth + 1).map(each => each.textContent)"""
CUT_EXAMPLES = """all => all.filter(each => each.checkVisibility()).filter(each => {
  const look = getComputedStyle(each), pen = document.createElement("canvas").getContext("2d");
  pen.font = look.font;
  const room = each.clientWidth - parseFloat(look.paddingLeft) - parseFloat(look.paddingRight);
  return pen.measureText(each.placeholder).width > room;
}).map(each => each.placeholder)"""


@pytest.mark.parametrize("language", languages())
def test_every_page_is_for_everybody(browser: Browser, tmp_path: Path, language: str) -> None:
    """Nothing is cut off, wide or narrow, nor a word on a button or a label; axe finds nothing.

    Axe looks at how pages are made, which is the same in every language: it is asked in one.
    Pictures are the same too, and are drawn for one.
    """
    folder = make_clinic_folder(tmp_path, locale=LOCALES[language])
    words = words_of(language)
    page = browser.new_context(bypass_csp=True).new_page()
    if language != USUAL:
        page.route("**/picture/*", lambda route: route.fulfill(body=BLANK, content_type=SVG))

    def check(*looked_at: int) -> None:
        assert page.locator("html").get_attribute("lang") == language
        for width in (1366, 800, 360):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert page.locator("button, .button, label:not(.unseen)").evaluate_all(CLIPPED) == []
            assert page.locator("#person input").evaluate_all(CUT_EXAMPLES) == []
            if language == USUAL and width in (360, *looked_at):
                assert faults(page) == []

    with RunningDesk(folder) as desk:
        desk.let_in(page)
        for path in ("patients", "clinic/riverbend", "clinic/riverbend/review",
                     "clinic/exercise", "no/such/page", ""):  # fmt: skip
            page.goto(f"{desk.address}/{path}")
            check()
        page.locator("button[value=si-joint-calm]").click()
        page.wait_for_url("**/handout/*")
        first = page.locator("#items > li:nth-child(1)")
        first.locator("details").last.locator("summary").click()
        check()
        first.locator("[name=sets]").fill("2")
        first.locator("[name=hold]").fill("20")
        first.locator("[id^=fields-]").click()
        dose = written_dose({"sets": "2", "hold": "20"}, words)
        expect(first.locator("[name=dose]")).to_have_value(dose)
        first.locator("[name=dose]").fill("lots")
        expect(first.locator(".wrong[id$='-dose']")).not_to_be_empty()
        check(1366)  # where the page has two columns
    page.context.close()


def test_the_clinic_that_is_chosen_stays(browser: Browser, tmp_path: Path) -> None:
    """While programs are searched, one becomes a favourite, and a code is not known."""
    folder = make_clinic_folder(tmp_path, "oldmill", "riverbend")
    with RunningDesk(folder) as desk:
        page = browser.new_page()
        page.goto(desk.entrance)
        chosen = page.get_by_label("Clinic", exact=True)
        chosen.select_option("riverbend")
        page.fill("#q", "knee")
        page.press("#q", "Enter")
        page.wait_for_url("**q=knee*")
        expect(chosen).to_have_value("riverbend")
        page.locator("[action='/favourite'] button").first.click()
        expect(page.get_by_role("heading", name="Favourites")).to_be_visible()
        expect(chosen).to_have_value("riverbend")
        expect(page.locator("#q")).to_have_value("knee")
        page.fill("#code", "NO-CODE")
        page.press("#code", "Enter")
        expect(page.locator("#unknown")).to_be_visible()
        expect(chosen).to_have_value("riverbend")
        page.get_by_role("button", name="Begin with").first.click()
        page.wait_for_url("**/handout/*")
        expect(page.locator("#clinic")).to_have_value("riverbend")
        assert "40 of " in page.inner_text("#found")
        page.fill("#q", "knee")
        expect(page.locator("#found-said")).to_have_text(re.compile(r"\d+ exercises"))
        page.close()


OWN = {
    "es": {
        "name": "Inclinarse en casa",
        "position": "de pie",
        "purpose": "Fortalece la espalda.",
        "steps": "Póngase de pie.\nInclínese hacia delante.\nLevántese despacio. {repeat}",
        "feel_it": "esfuerzo en la espalda.",
        "watch_out": "no se caiga.",
        "dosage": "2 x 10, 3 días a la semana",
        "program": "En casa",
    },
    "de": {
        "name": "Beugen zu Hause",
        "position": "im Stehen",
        "purpose": "Kräftigt den Rücken.",
        "steps": "Stehen Sie aufrecht.\nBeugen Sie sich vor.\nRichten Sie sich auf. {repeat}",
        "feel_it": "wie der Rücken arbeitet.",
        "watch_out": "fallen Sie nicht.",
        "dosage": "2 x 10, 3 x pro Woche",
        "program": "Zu Hause",
    },
}
"""An exercise and the name of a program, as a clinic writes them in a language."""


@pytest.mark.parametrize("language", [each for each in languages() if each != USUAL])
def test_in_the_language_of_the_clinic(tmp_path: Path, language: str) -> None:
    """The clinic's desk, what it offers, and what it writes itself: not taken for English."""
    folder = make_clinic_folder(tmp_path, locale=LOCALES[language])
    words, form = words_of(language), dict(OWN[language])
    program, own = form.pop("program"), id_of(form["name"])
    form |= {"kind": "strength", "dose_kind": "reps", "sides": "both", "limb": "leg",
             "region-low-back": "on"}  # fmt: skip
    bridge = Library(Workspace()).in_language(language).exercise("glute-bridge").name
    with RunningDesk(folder) as desk, desk.client() as client:
        assert f'lang="{language}"' in client.get("/").text
        begun = client.post("/handout", data={"clinic": "riverbend"}).headers["location"]
        assert bridge in client.get(f"{begun}/find", params={"q": bridge}).text
        client.post(f"{begun}/add", data={"exercise": "glute-bridge"})
        said = client.get(f"{begun}/text").text
        assert words("own_title") in said
        assert bridge in said
        said = client.post("/clinic/exercise", data=form).text
        assert (folder / "exercises" / f"{own}.yaml").is_file(), said
        begun = client.post("/handout", data={"clinic": "riverbend"}).headers["location"]
        client.post(f"{begun}/add", data={"exercise": own})
        client.post(f"{begun}/program", data={"name": program})
    for written in (f"exercises/{own}.yaml", f"programs/{id_of(program)}.yaml"):
        assert f"language: {language}\n" in (folder / written).read_text("utf-8")
    library = Library(Workspace(folder))
    order = make_order(library, OrderRequest(id_of(program), "riverbend", language=language))
    assert order.program.title == words("own_title")
    with pytest.raises(ContentError, match="has no text in English"):
        make_order(library, OrderRequest(id_of(program), "riverbend", language="en-US"))


def test_what_is_not_in_the_desks_language_comes_last_and_is_marked(tmp_path: Path) -> None:
    """German has the SI joint so far: its programs are first, the others are heard in English."""
    folder = make_clinic_folder(tmp_path, locale=LOCALES["de"])
    with RunningDesk(folder) as desk, desk.client() as client:
        spoken = re.findall(r'<h3 lang="(\w+)">([^<]+)', client.get("/").text)
        assert ("de", "ISG: beruhigen") in spoken
        assert ("en", "Heel pain") in spoken
        assert [language for language, _ in spoken] == sorted(each for each, _ in spoken)
        begun = client.post("/handout", data={"clinic": "riverbend"}).headers["location"]
        client.post(f"{begun}/add", data={"exercise": "heel-raise"})
        assert '<h3 lang="en">Heel raise' in client.get(begun).text
        spoken = re.findall(r'<div lang="(\w+)">', client.get(f"{begun}/find").text)
        assert set(spoken) == {"de", "en"}
        assert spoken == sorted(spoken)


def test_it_works_without_javascript(desk: RunningDesk, context: BrowserContext) -> None:
    quiet = context.browser
    assert quiet is not None
    page = quiet.new_context(java_script_enabled=False).new_page()
    page.goto(desk.entrance)
    follow(page, "button[aria-label='Begin with SI joint: calm']")
    page.locator("#items > li:nth-child(1) [name=dose]").fill("2 x 8")
    follow(page, "#items > li:nth-child(1) :is(noscript button, button:has-text('Save')) >> nth=0")
    expect(page.locator("#items > li:nth-child(1) .said")).to_contain_text("2 sets of 8")
    page.fill("#name", NAME)
    follow(page, "section[aria-labelledby=patient-title] button")
    expect(page.locator("#name")).to_have_value(NAME)
    # A search shows the page with what it finds, and adding goes on from there.
    page.fill("#q", "clamshell")
    follow(page, "#find button")
    expect(page.locator("#q")).to_have_value("clamshell")
    expect(page.locator("#name")).to_have_value(NAME)
    expect(page.locator("#found li")).to_have_count(page.locator("#found img").count())
    page.click("#add-clamshell")
    expect(page.locator("#items > li")).to_have_count(5)
