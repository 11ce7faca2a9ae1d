"""A list of patients at the desk: looked at, corrected, made, stopped, gone on with, mailed."""

from __future__ import annotations

import csv
import datetime as dt
import errno
import io
import json
import os
import re
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pypdf
import pytest
from playwright.sync_api import Browser, FilePayload, Page, Route, expect

from handouts.deliver.guards import take_lock
from handouts.desk.language import words_of
from handouts.desk.lists import PatientLists, Reading
from handouts.desk.task import Task
from handouts.errors import DeliveryError
from tests.deliver.mail.certificates import make_certificates
from tests.deliver.mail.server import PASSWORD, USER, MailServer
from tests.desk.conftest import SOON, RunningDesk, follow, make_clinic_folder
from tests.desk.test_handout_page import begin, faults

pytestmark = [pytest.mark.enable_socket, pytest.mark.slow]
HEADER = ("Patient Number", "Full Client Name", "program", "start_date", "affected_side")
PEOPLE = [
    (f"A-{1000 + number}", f"Testa Nummer{chr(65 + number)}", "si-joint-calm", SOON, "left")
    for number in range(20)
]


def table(rows: Sequence[tuple[str, ...]], encoding: str = "utf-8") -> bytes:
    """Return rows as a CSV file."""
    stream = io.StringIO()
    csv.writer(stream).writerows(rows)
    return stream.getvalue().encode(encoding)


def bring(page: Page, desk: RunningDesk, content: bytes, name: str = "today.csv") -> None:
    """Give a list to the page that asks for one."""
    page.goto(f"{desk.address}/patients")
    kind = "application/octet-stream"
    page.set_input_files("#list", {"name": name, "mimeType": kind, "buffer": content})
    follow(page, "button:text-is('Look at the list')")


def bring_corrected(page: Page, content: bytes) -> None:
    """Bring rows that failed back, corrected."""
    file: FilePayload = {"name": "failed.csv", "mimeType": "text/csv", "buffer": content}
    page.set_input_files("#corrected", file)
    follow(page, "#correct")


def made(page: Page) -> None:
    """Wait until what runs has come to its end."""
    expect(page.locator("#progress[data-running='0']")).to_be_attached(timeout=40_000)


def batch_of(page: Page, folder: Path) -> Path:
    """Return the folder of the list that a page shows."""
    return folder / "batches" / page.url.rsplit("/", 1)[-1]


def manifest(batch: Path) -> dict[str, str]:
    """Return the file of each patient, as the manifest has them."""
    path = batch / "handouts" / "manifest.jsonl"
    text = path.read_text("utf-8") if path.exists() else ""
    entries = [json.loads(line) for line in text.splitlines(keepends=True) if line.endswith("\n")]
    return {each["reference"]: each["file"] for each in entries if each.get("status") == "made"}


def listed(batch: Path) -> list[Path]:
    """Return the files that the manifest has."""
    return [batch / "handouts" / name for name in manifest(batch).values()]


def until(done: Callable[[], bool]) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + 60
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def text_of(pdf: Path) -> str:
    return " ".join(" ".join(page.extract_text().split()) for page in pypdf.PdfReader(pdf).pages)


HEARD = """window.heard = []; new MutationObserver(() => {
  window.heard.push(document.getElementById("live").textContent);
}).observe(document.getElementById("live"), { childList: true })"""
MOVES = "window.moves = 0; addEventListener('focusin', () => { window.moves += 1; })"


def test_who_waits_at_a_button_is_left_there_and_led_to_the_end(
    page: Page, desk: RunningDesk
) -> None:
    """What is looked at again each second neither moves the focus nor is read again."""
    page.set_viewport_size({"width": 320, "height": 640})
    people = [(*row, f"{row[0]}@example.org", "yes 2026-11-01") for row in PEOPLE]
    bring(page, desk, table([(*HEADER, "email", "email_consent"), *people]))
    expect(page.locator("th select")).to_have_count(7)
    page.wait_for_load_state()
    for choice in page.locator("th select").all():
        choice.focus()
        expect(choice).to_be_in_viewport(ratio=1)
    page.get_by_label("Meaning of Full Client Name").select_option("name")
    follow(page, "#again")
    follow(page, "#make")
    page.focus("#stop")
    page.evaluate(MOVES)
    made(page)
    expect(page.locator("#state")).to_be_focused()
    expect(page.locator("#live")).to_contain_text("20 handouts, 0 rows failed")
    assert page.evaluate("window.moves") <= 2  # when the bar comes, and at the end
    page.check("[name=drafts]")
    follow(page, "#mails")
    page.focus("#stop")
    page.evaluate(HEARD)
    expect(page.locator("#progress [role=alert]")).to_contain_text("says nothing about e-mail")
    expect(page.locator("#state")).to_be_focused()
    page.wait_for_timeout(200)
    assert not any(page.evaluate("window.heard"))  # not that all is made


def test_a_desk_that_does_not_answer_is_said_once(page: Page, desk: RunningDesk) -> None:
    """It stays to be seen, and goes when the desk answers again."""

    def gone(route: Route) -> None:
        if "x-desk-fragment" in route.request.headers:
            route.abort()
        else:
            route.continue_()

    page.clock.install()
    page.route(re.compile(r"/patients/[\w-]+$"), gone)
    bring(page, desk, table([HEADER, *PEOPLE]))
    page.get_by_label("Meaning of Full Client Name").select_option("name")
    follow(page, "#again")
    follow(page, "#make")
    page.focus("#stop")
    page.evaluate(HEARD)
    with page.expect_event("requestfailed"):
        page.clock.run_for(700)
    for _ in range(3):
        with page.expect_event("requestfailed"):
            page.clock.run_for(5100)
    (said,) = filter(None, page.evaluate("window.heard"))
    expect(page.locator("#live")).to_have_text(said)
    page.unroute_all()
    page.clock.run_for(5100)
    page.clock.resume()
    made(page)
    expect(page.locator("#live")).to_contain_text("20 handouts")


def test_a_file_that_is_too_large_does_not_hinder_the_next_one(
    page: Page, desk: RunningDesk
) -> None:
    page.goto(f"{desk.address}/patients")
    page.evaluate("""() => {
      const field = document.getElementById("list"), large = new DataTransfer();
      large.items.add(new File([new ArrayBuffer((30 << 20) + 1)], "a.csv"));
      field.files = large.files;
      field.dispatchEvent(new Event("change", { bubbles: true }));
    }""")
    message = "document.getElementById('list').validationMessage"
    assert "too large" in page.evaluate(message)
    page.evaluate("""() => {
      const dropped = new DataTransfer();
      dropped.items.add(new File(["reference\\n1\\n"], "b.csv"));
      const given = { dataTransfer: dropped, bubbles: true, cancelable: true };
      document.querySelector("[data-drop]").dispatchEvent(new DragEvent("drop", given));
    }""")
    assert page.evaluate(message) == ""
    page.get_by_role("button", name="Look at the list").click()
    expect(page.locator("#reading")).to_be_visible()


def test_a_list_of_twenty_with_two_bad_rows(
    page: Page, clinic_folder: Path, desk: RunningDesk
) -> None:
    """Two columns have headers nobody knows; two rows fail, are corrected, and are made too."""
    rows = list(PEOPLE)
    rows[4] = (*rows[4][:2], "si-joint-calmm", *rows[4][3:])
    rows[11] = (*rows[11][:4], "lefft")
    bring(page, desk, table([HEADER, *rows]))
    # The columns as they are understood: the name's header means nothing yet.
    expect(page.locator("tbody tr")).to_have_count(3)
    name = page.get_by_label("Meaning of Full Client Name")
    expect(page.locator("#clinic")).to_have_value("riverbend")
    expect(page.locator("#unread, li:text('Full Client Name')")).to_have_count(1)
    expect(page.locator("form .note")).to_contain_text("No column is read as the name")
    expect(page.get_by_label("Meaning of Patient Number")).to_have_value("reference")
    name.select_option("name")
    follow(page, "#again")
    expect(page.get_by_label("Meaning of Full Client Name")).to_have_value("name")
    expect(page.locator("form .note, #unread")).to_have_count(0)
    page.click("a:text('2 rows are wrong.')[href='#wrong-rows']")
    expect(page.locator(".said")).to_have_text("18 rows are good. 2 rows are wrong.")
    wrong = page.locator(".faults > li")
    expect(wrong).to_have_count(2)
    expect(wrong.nth(0)).to_contain_text("row 6 · A-1004")
    expect(wrong.nth(0)).to_contain_text("si-joint-calm")
    expect(wrong.nth(1)).to_contain_text("row 13 · A-1011")
    assert faults(page) == []
    follow(page, "#make")
    made(page)
    expect(page.locator("#state")).to_contain_text("18 handouts, 2 rows failed")
    assert faults(page) == []
    batch = batch_of(page, clinic_folder)
    assert set(manifest(batch)) == {row[0] for row in PEOPLE} - {"A-1004", "A-1011"}
    zipped = page.request.get(page.url + "/handouts.zip").body()
    names = zipfile.ZipFile(io.BytesIO(zipped)).namelist()
    assert sorted(names) == sorted(manifest(batch).values())
    run = page.request.get(page.url + "/print.pdf").body()
    assert b"Nummer" not in page.request.get(page.url).body(), "what is made is not shown again"
    before = len(pypdf.PdfReader(io.BytesIO(run)).pages)
    # The rows that failed are corrected and brought back.
    failed = page.request.get(page.url + "/failed.csv").body().decode("utf-8-sig")
    assert len(list(csv.reader(io.StringIO(failed)))) == 3
    bring_corrected(page, table([HEADER, PEOPLE[0]]))
    expect(page.locator("main")).to_contain_text("not the file with the rows to correct")
    page.go_back()
    right = failed.replace("si-joint-calmm", "si-joint-calm").replace("lefft", "left").encode()
    bring_corrected(page, right)
    made(page)
    expect(page.locator("#state")).to_contain_text("20 handouts, 0 rows failed")
    expect(page.locator("#corrected")).to_have_count(0)
    assert set(manifest(batch)) == {row[0] for row in PEOPLE}
    run = page.request.get(page.url + "/print.pdf").body()
    assert len(pypdf.PdfReader(io.BytesIO(run)).pages) * 9 == before * 10
    for reference, who, *_ in (PEOPLE[4], PEOPLE[11]):
        assert who in text_of(batch / "handouts" / manifest(batch)[reference])
    assert batch.stat().st_mode & 0o077 == 0


def test_a_list_that_is_not_utf8_and_a_date_that_is_read_in_two_ways(
    page: Page, desk: RunningDesk
) -> None:
    """The encoding is chosen by how names read; a date is never guessed."""
    days = (dt.date.fromisoformat(SOON) + dt.timedelta(days=number) for number in range(60))
    begins = next(day for day in days if day.day <= 12 and day.day != day.month)
    start = f"{begins.day}/{begins.month}/{begins.year}"
    rows = [("reference", "name", "program", "clinic", "start_date"),
            ("B-1", "Zoë Müller", "si-joint-calm", "riverbend", start),
            ("B-2", "Jörg Weiß", "si-joint-calm", "riverbend", start)]  # fmt: skip
    bring(page, desk, table(rows, "cp1252"))
    expect(page.locator(".bad")).to_contain_text("not UTF-8")
    choice = page.locator("#encoding option", has_text="Zoë Müller")
    page.select_option("#encoding", choice.first.get_attribute("value") or "")
    follow(page, "#again")
    expect(page.locator("tbody")).to_contain_text("Jörg Weiß")
    expect(page.locator(".faults > li")).to_have_count(2)
    # Hints name fields of the page, not options of the command line.
    expect(page.locator(".faults")).to_contain_text("use “A date such as 3/4/2026”")
    assert "--" not in page.locator("main").inner_text()
    page.select_option("#dates", "dmy")
    follow(page, "#again")
    expect(page.locator(".cells").first).to_contain_text(start)
    expect(page.locator(".said")).to_have_text("2 rows are good.")
    # One meaning cannot be read from two columns.
    page.get_by_label("Meaning of program").select_option("name")
    follow(page, "#again")
    expect(page.locator("main")).to_contain_text("cannot be read from two columns")
    # What no page of the desk asks for is refused, and the list can still be looked at.
    with desk.client() as client:
        where = page.url.removeprefix(desk.address).removesuffix("/reading")
        assert client.post(f"{where}/reading", data={"dates": "zz"}).status_code == 400
        assert client.post(f"{where}/reading", data={"encoding": "\0"}).status_code == 303
        assert "is not an encoding" in client.get(where).text
        assert client.post(f"{where}/make").status_code == 303
        until(lambda: "is not an encoding" in client.get(where).text)
    # A list is removed on a second press only, and then wholly.
    page.go_back()
    name = page.url.rpartition("/")[2]
    expect(page.locator("#remove")).to_be_hidden()
    page.locator("summary", has_text="Remove this list").click()
    page.click("#remove")
    page.wait_for_url("**/patients")
    assert not list(desk.folder.glob(f"batches/{name}"))


def watched(page: Page) -> None:
    """Look at a list that is being made, as somebody without a mouse does."""
    page.locator("#stop").focus()
    for _ in range(2):
        with page.expect_response(lambda reply: "x-desk-fragment" in reply.request.headers):
            pass
    expect(page.locator("#stop")).to_be_focused()

    def removed(route: Route) -> None:
        if "x-desk-fragment" in route.request.headers:
            route.fulfill(status=404)
        else:
            route.continue_()

    # A list that another page has removed is no desk that is gone.
    with page.expect_navigation():
        page.route("**/patients/*", removed)
    page.unroute("**/patients/*")


MANY = 600
"""Patients, of whom some are left to be made wherever a test stops."""


def test_killed_in_the_middle_of_a_list(browser: Browser, tmp_path: Path) -> None:
    """What was made by itself goes on, what was killed is offered: nothing is made twice."""
    folder = make_clinic_folder(tmp_path)
    rows = [("reference", "name", "program", "clinic")]
    rows += [
        (f"K-{number}", f"Name {number}", "si-joint-calm", "riverbend") for number in range(MANY)
    ]
    page = browser.new_page()
    with RunningDesk(folder) as first:
        first.let_in(page)
        bring(page, first, table(rows))
        follow(page, "#make")
        batch = batch_of(page, folder)
        until(lambda: bool(manifest(batch)))
        first.kill()
    state = json.loads((batch / "task.json").read_bytes())
    kept = {path: path.stat().st_mtime_ns for path in listed(batch)}
    assert 0 < len(kept) < MANY
    os.killpg(state["process"], signal.SIGSTOP)
    with RunningDesk(folder) as second, second.client() as client:
        # Asked for again while it runs, there is still one process for the folder.
        assert 'data-running="1"' in client.get(f"/patients/{batch.name}").text
        assert client.post(f"/patients/{batch.name}/make").status_code == 303
        # A page from before it was made changes nothing of how the list is read.
        settings = (batch / "desk.json").read_bytes()
        other = {"clinic": "oldmill"}
        assert client.post(f"/patients/{batch.name}/reading", data=other).status_code == 303
        assert (batch / "desk.json").read_bytes() == settings
        second.let_in(page)
        page.goto(f"{second.address}/patients/{batch.name}")
        watched(page)
        assert json.loads((batch / "task.json").read_bytes()) == state
        second.kill()
    os.killpg(state["process"], signal.SIGKILL)
    with RunningDesk(folder) as third:
        third.let_in(page)
        page.goto(f"{third.address}/patients/{batch.name}")
        expect(page.locator("#state")).to_contain_text("not finished")
        follow(page, "#go-on")
        expect(page.locator("#bar")).to_be_visible(timeout=30_000)
        follow(page, "#stop")
        made(page)
        expect(page.locator("#state")).to_contain_text("not finished")
        follow(page, "#go-on")
        made(page)
        expect(page.locator("#state")).to_contain_text(f"{MANY} handouts, 0 rows failed")
    files = manifest(batch)
    assert len(files) == len(set(files.values())) == MANY
    assert set((batch / "handouts").glob("*.pdf")) == set(listed(batch))
    assert {path: path.stat().st_mtime_ns for path in kept} == kept, "made before, kept as it was"
    page.close()


def test_what_runs_is_stopped_on_a_full_disk_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise DeliveryError("the disk is full")

    monkeypatch.setattr("handouts.desk.task.write_whole", full)
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as process:
        (tmp_path / "task.json").write_text(json.dumps({"process": process.pid}), "utf-8")
        lock = take_lock(tmp_path / "task.lock")
        assert lock is not None
        Task(tmp_path).stop()
        assert process.wait(30) != 0
    os.close(lock)


@pytest.mark.parametrize("written", [0, 1])
def test_what_cannot_be_noted_on_a_full_disk_is_not_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: int
) -> None:
    """A command that nobody could stop, and that the page says was not begun, sends nothing."""
    begun: list[bytes] = []

    def full(_: Path, content: bytes) -> None:
        if len(begun) >= written:
            raise DeliveryError("the disk is full")
        begun.append(content)

    monkeypatch.setattr("handouts.desk.task.write_whole", full)
    task = Task(tmp_path)
    with pytest.raises(DeliveryError):
        task.start("send", ["demo", "--output", str(tmp_path / "made")])
    assert not task.running
    assert (tmp_path / "send.txt").exists() == bool(written)
    # What a command says names rows: it is its owner's only.
    assert [file.stat().st_mode & 0o077 for file in tmp_path.glob("send.txt")] == [0] * written
    assert not (tmp_path / "made").exists()


def test_a_list_of_which_something_is_left_is_not_said_to_be_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lists = PatientLists(tmp_path)
    kept = lists.add(b"reference,name\nA-1,Testa Nummer\n", Reading(), words_of("en"))
    real = os.unlink

    def refused(path: str, **more: Any) -> None:
        if str(path).endswith("list.csv"):
            raise OSError(errno.EROFS, "Read-only file system")
        real(path, **more)

    with monkeypatch.context() as patched:
        patched.setattr(os, "unlink", refused)
        with pytest.raises(DeliveryError, match="read-only"):
            lists.remove(kept.id)
    assert [each.id for each in lists.all] == [kept.id]
    lists.remove(kept.id)
    assert lists.all == []


def test_titles_and_unknown_headers_in_a_workbook_of_two_sheets(desk: RunningDesk) -> None:
    """The sheet is chosen, the header is the widest row, and what is changed is looked at first."""
    book = openpyxl.Workbook()
    sheet, other = book.worksheets[0], book.create_sheet("Notes")
    other["A1"] = "x"
    for row in (
        ("Appointments of Tuesday",),
        (),
        ("Pat-Nr", "Who", "Insurer", "dose:glute-bridge"),
        (17, "Arthur Dent", "AOK", "2 x 8"),
    ):
        sheet.append(row)
    book.save(stream := io.BytesIO())
    with desk.client(Accept="text/html") as client:
        client.follow_redirects = True
        files = {"list": ("a.xlsx", stream.getvalue())}
        page = client.post("/patients", data={"program": "si-joint-calm"}, files=files)
        assert f'<option value="{sheet.title}"' in page.text
        address = page.url.path
        page = client.post(f"{address}/reading", data={"sheet": sheet.title})
        headers = re.findall(r'name="header-\d" value="([^"]*)"', page.text)
        assert headers == ["Pat-Nr", "Who", "Insurer", "dose:glute-bridge"]
        means = {"means-0": "reference", "means-1": "name", "means-2": "", "means-3": ""}
        form = {"sheet": sheet.title, "program": "si-joint-calm", **means}
        form |= {f"header-{place}": header for place, header in enumerate(headers)}
        page = client.post(f"{address}/make", data=form)
        assert "Look at it again" in page.text
        # A column that is taken for one of ours can be left out, and taken again.
        for name, shown in (("", False), ("name", True)):
            left = {**form, "means-1": name, "was-1": "name"}
            page = client.post(f"{address}/reading", data=left)
            assert ("<dd>Arthur Dent</dd>" in page.text) == shown
        assert "Arthur Dent" in page.text
        batch = desk.folder / "batches" / address.rsplit("/", 1)[-1]
        assert not (batch / "handouts").exists()
        page = client.post(f"{address}/make", data=form)
        assert 'data-running="1"' in page.text
        until(lambda: 'data-running="1"' not in client.get(address).text)
        (made,) = listed(batch)
    assert "2 sets of 8" in text_of(made)


@pytest.fixture
def office(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[tuple[Path, MailServer]]:
    """Return the folder of a clinic that mails, and the server that takes it."""
    folder = tmp_path / "clinic"
    folder.mkdir()
    make_clinic_folder(folder, "riverbend", "oldmill")
    certificates = make_certificates(tmp_path)
    monkeypatch.setenv("HANDOUTS_MAIL_PASSWORD", PASSWORD)
    with MailServer(tmp_path / "server", certificates.authority, certificates.good) as server:
        settings = {
            "from": USER, "transport": "smtp", "rate": 600,  # as fast as it goes
            "smtp": {"host": "127.0.0.1", "port": server.ports["starttls"],
                     "certificates": str(certificates.authority), "timeout": 90},
        }  # fmt: skip
        for clinic in (folder / "clinics").glob("*.yaml"):
            text = clinic.read_text("utf-8")
            clinic.write_text(f"{text}\nmail: {json.dumps(settings)}\n", "utf-8")
        yield folder, server


def taken(server: MailServer) -> dict[str, str]:
    """Return who got a message, and how the clinic's name begins that it is from."""
    return {each.recipients[0][:2]: str(each.message["From"])[:8] for each in server.accepted()}


def make_for_two_clinics(page: Page, desk: RunningDesk) -> None:
    """Bring a workbook whose rows call their clinic by id or name; make it, and print by clinic."""
    sheet = (book := openpyxl.Workbook()).active
    assert sheet is not None
    sheet.append(("reference", "name", "Branch", "program", "email", "email_consent"))
    branches = (
        "Riverbend Physiotherapy",
        "old mill",
        "riverbend",
        "oldmill",
        "Old Mill",
        "Mill",
        "",
    )
    for number, branch in enumerate(branches):
        domain = "gmial.com" if number == 3 else "patient.example"
        sheet.append((f"W-{number}", f"Name {number}", branch, "si-joint-calm",
                      f"w{number}@{domain}", "yes 2026-11-20"))  # fmt: skip
    book.save(stream := io.BytesIO())
    bring(page, desk, stream.getvalue(), "today.xlsx")
    expect(page.get_by_label("Meaning of Branch")).to_have_value("clinic")
    expect(page.locator(".faults > li")).to_have_count(2)
    expect(page.locator(".faults")).to_contain_text("“Clinic for rows that name none”")
    page.select_option("#sort", "clinic")
    follow(page, "#again")
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    follow(page, "#make")
    made(page)
    expect(page.locator("#state")).to_contain_text("5 handouts, 2 rows failed")
    run = pypdf.PdfReader(io.BytesIO(page.request.get(page.url + "/print.pdf").body()))
    titles = [str(each["/Title"]) for each in run.outline if isinstance(each, dict)]
    assert titles == ["W-1", "W-3", "W-4", "W-0", "W-2"]


def test_two_clinics_mail_once_though_asked_twice_and_killed(
    browser: Browser, office: tuple[Path, MailServer]
) -> None:
    """A dry run first; drafts only if it is said; one ledger, whatever happens to the desk."""
    folder, server = office
    page = browser.new_page(viewport={"width": 360, "height": 740})
    with RunningDesk(folder) as desk:
        desk.let_in(page)
        make_for_two_clinics(page, desk)
        follow(page, "#mails")
        made(page)
        expect(page.locator(".bad")).to_contain_text("run the batch again with “Continue”")
        expect(page.locator("#send")).to_have_count(0)
        expect(page.get_by_role("button", name="Continue", exact=True)).to_be_visible()
        page.check("[name=drafts]")
        follow(page, "#mails")
        made(page)
        expect(page.locator("#mail-state")).to_contain_text("5 mails are ready to go")
        first, other = sorted(page.locator(".mail").all_inner_texts())
        assert "w1@patient.example" in first
        assert "Riverbend" not in first
        assert "w0@patient.example" in other
        assert "Old Mill" not in other
        doubt = re.compile("W-3.*which looks like gmail.com", re.DOTALL)
        expect(page.locator("#mail-doubts + .faults > li")).to_have_text([doubt])
        assert faults(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") == 360
        server.faults({"*": "slow"}, seconds=60)  # until the next desk has been asked
        page.click("#send")
        expect(page.locator("#send")).to_be_visible()  # it asks to be sure
        assert taken(server) == {}
        page.check("[name=sure]")
        follow(page, "#send")
        until(lambda: bool(taken(server)))
        desk.kill()
    with RunningDesk(folder) as again, again.client() as client:
        address = f"{again.address}/patients/{page.url.rsplit('/', 1)[-1]}"
        sure = {"sure": "yes", "drafts": "yes"}
        assert client.post(f"{address}/send", data=sure).status_code == 303
        server.faults()
        again.let_in(page)
        page.goto(address)
        made(page)
        expect(page.locator("#mail-state")).to_contain_text("5 mails are sent")
        assert client.post(f"{address}/send", data=sure).status_code == 303
        page.goto(address)
        made(page)
        expect(page.locator("#mail-state")).to_contain_text("0 mails are sent")
    mill, bend = "Old Mill", "Riverben"
    assert taken(server) == {"w0": bend, "w1": mill, "w2": bend, "w3": mill, "w4": mill}
    assert len(server.accepted()) == 5
    assert (folder / ".desk" / "ledger.sqlite3").exists()
    page.close()


def test_one_handout_is_mailed_from_its_page(
    browser: Browser, office: tuple[Path, MailServer]
) -> None:
    """It goes the way of a list, through the same interlock and ledger, as a list of one."""
    folder, server = office
    with RunningDesk(folder) as desk:
        page = browser.new_page()
        desk.let_in(page)
        begin(page, desk)
        page.fill("#name", "Trillian Astra")
        page.locator("#items > li:nth-child(1) [name=dose]").fill("2 x 7")
        page.select_option("#paper", "a4")
        expect(page.locator("#chart")).to_have_value(re.compile("2 sets of 7"))
        page.locator("summary", has_text="E-mail").click()
        expect(page.locator("#after")).to_contain_text("needs your own number")
        page.fill("#reference", "T-42")
        page.fill("#email", "trillian@patient.example")
        page.check("[name=agreed]")
        page.get_by_role("button", name="Continue to the e-mail").dblclick()
        follow(page, "#make")
        made(page)
        page.check("[name=drafts]")
        follow(page, "#mails")
        made(page)
        expect(page.locator(".mail")).to_contain_text("trillian@patient.example")
        # Who hears the page is told of the mails, not of the handouts that were made before.
        expect(page.locator("#live")).to_have_text("This would be sent")
        page.check("[name=sure]")
        follow(page, "#send")
        made(page)
    assert len(list((folder / "batches").iterdir())) == 1, "a button was clicked twice"
    (message,) = server.accepted()
    (attached,) = message.message.iter_attachments()
    pages = pypdf.PdfReader(io.BytesIO(attached.get_content())).pages
    text = " ".join(" ".join(each.extract_text().split()) for each in pages)
    assert "Trillian Astra" in text
    assert "2 sets of 7" in text
    assert round(pages[0].mediabox.height) == 842
    page.close()
