"""What the desk keeps of a patient goes when its page is closed, and what was made of it too."""

from __future__ import annotations

import html
import json
import re
import tempfile
import time
from functools import partial
from pathlib import Path

import anyio
import httpx
import pytest
from anyio.from_thread import start_blocking_portal
from msgspec.structs import replace

from handouts import Library, OrderRequest, Workspace, make_order
from handouts.desk import lists, making, prescribing
from handouts.desk.accounts import Accounts
from handouts.desk.changes import differences
from handouts.desk.guard import Access
from handouts.desk.language import USUAL, words_of
from handouts.desk.lists import PatientList, Reading
from handouts.desk.program_file import ProgramFile, program_file, program_of
from handouts.desk.serve import create_app
from handouts.desk.state import Desk
from handouts.desk.worksheet import (
    CLOSING_SECONDS,
    IDLE_SECONDS,
    LEFT_SECONDS,
    MOST,
    Item,
    Person,
    SheetPhase,
    Worksheet,
    Worksheets,
)
from handouts.errors import ContentError, DeliveryError
from handouts.files import make_folder
from handouts.load.roster import RosterOptions, read_roster
from handouts.load.yaml_file import with_items
from handouts.model.order import Order
from handouts.model.roster import RosterRow
from handouts.workspace import Unsaved
from tests.conftest import TODAY
from tests.desk.conftest import make_clinic_folder

pytestmark = pytest.mark.slow


def asking(desk: Desk) -> httpx.AsyncClient:
    """Return who asks a desk as a program does that knows the secret."""
    app = create_app(desk, Access("secret", frozenset({"desk"})))
    secret = {"Authorization": "Bearer secret"}
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://desk", headers=secret
    )


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        """Begin at nothing."""
        self.now = 0.0

    def __call__(self) -> float:
        """Return the seconds that it shows."""
        return self.now


def test_what_was_made_goes_with_the_worksheet() -> None:
    """Closed and not asked for again, left for long, signed out, or one of too many."""
    clock, gone = Clock(), list[int]()
    sheets = Worksheets(clock, lambda: gone.append(1))
    closed, kept = sheets.begin(Worksheet()), sheets.begin(Worksheet(), owner="reception")
    sheets.closing(closed)
    clock.now += CLOSING_SECONDS - 1
    assert sheets.get(kept) is not None
    assert not gone
    clock.now += 2
    sheets.sweep()
    assert (sheets.get(closed), len(gone)) == (None, 1)
    sheets.forget_of("reception")
    assert (sheets.get(kept), len(gone)) == (None, 2)
    left = sheets.begin(Worksheet())
    clock.now += IDLE_SECONDS + 1
    assert (sheets.get(left), len(gone)) == (None, 3)
    for _ in range(MOST + 1):
        sheets.begin(Worksheet())
    assert len(gone) == 4


def test_a_page_that_is_loaded_again_is_not_forgotten() -> None:
    clock = Clock()
    sheets = Worksheets(clock)
    key = sheets.begin(Worksheet())
    sheets.closing(key)
    clock.now += CLOSING_SECONDS - 1
    assert sheets.get(key) is not None
    clock.now += CLOSING_SECONDS + 1
    assert sheets.get(key) is not None
    # Where two pages show it, both must be closed.
    for _ in range(2):
        sheets.opened(key)
    for found in (True, False):
        sheets.closing(key)
        clock.now += CLOSING_SECONDS + 1
        sheets.sweep()
        assert (sheets.get(key) is not None) == found
    # Another page of the desk that is opened beside it does not make it one that was left.
    key = sheets.begin(Worksheet())
    sheets.opened(key)
    sheets.left(key)
    clock.now += CLOSING_SECONDS + 1
    sheets.closing(key)
    clock.now += CLOSING_SECONDS + 1
    assert sheets.get(key) is None


@pytest.mark.enable_socket
@pytest.mark.parametrize("closed_first", [True, False])
def test_a_page_that_was_left_is_kept_over_lunch(*, closed_first: bool) -> None:
    """For another page of the desk: a browser says so before or after that it was closed."""
    clock, desk = Clock(), Desk(None)
    desk.worksheets = Worksheets(clock)

    async def answers() -> list[int]:
        found = []
        async with asking(desk) as client:
            begun = await client.post("/handout", data={"program": "si-joint-calm"})
            address = begun.headers["location"]
            for seconds in (LEFT_SECONDS - 1, LEFT_SECONDS + 1):
                found.append((await client.get(address)).status_code)
                for closes in (closed_first, not closed_first):
                    if closes:
                        await client.post(f"{address}/closing")
                    else:
                        await client.get("/patients", headers={"Referer": f"http://desk{address}"})
                clock.now += seconds
            return [*found, (await client.get(address)).status_code]

    with start_blocking_portal() as portal:
        assert portal.call(answers) == [200, 200, 410]


def test_a_handout_is_made_again_when_the_content_has_changed(tmp_path: Path) -> None:
    """And it is not kept once its worksheet is forgotten."""
    (tmp_path / "exercises").mkdir()
    desk = Desk(tmp_path, today=TODAY)
    sheet = prescribing.begin(desk.library, "si-joint-calm", "riverbend")
    first = desk.press.make(desk.library, sheet)
    assert desk.press.make(desk.library, sheet) is first
    own = "schema: 1\nextends: glute-bridge\ndosage: 3 x 9\n"
    (tmp_path / "exercises" / "glute-bridge.yaml").write_text(own, "utf-8")
    again = desk.press.make(desk.library, sheet)
    assert "3 sets of 9" in again.text
    assert "3 sets of 9" not in first.text
    key = desk.worksheets.begin(sheet)
    desk.worksheets.closing(key)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(desk.worksheets, "_clock", lambda: 1e12)
        desk.worksheets.sweep()
    assert desk.press.make(desk.library, sheet) is not again


def test_a_mailed_handout_is_the_one_that_was_looked_at(tmp_path: Path) -> None:
    """All that a worksheet says is in its list of one, or in how that is made."""
    library = Library(Workspace(today=TODAY))
    person = Person("Ann Other", "Annie", "left", "2026-12-01", "2026-12-29", "Slowly.", "R-1")
    sheet = replace(
        prescribing.begin(library, "low-back-begin", "riverbend"),
        person=person, clinician="dana-whitfield", layout="large-print", language="es",
        from_week=5,
    )  # fmt: skip
    dosed = sheet.changed(sheet.items[1].key, dose="1 x 6, twice a day")
    shown = making.make(library, dosed).order
    assert shown is not None
    file = tmp_path / "list.csv"
    file.write_bytes(prescribing.list_of_one(library, dosed, "ann@example.org", TODAY))
    (row,) = read_roster(library, [file], RosterOptions()).rows()
    assert isinstance(row, RosterRow)
    mailed = make_order(library, row.request)
    assert replace(mailed, patient=shown.patient) == shown
    assert mailed.patient.start_date == shown.patient.start_date


def test_a_part_that_was_added_is_known_by_its_code_without_its_name(tmp_path: Path) -> None:
    """The name may be a patient's; a hint at the desk is not one for lists."""
    desk = Desk(tmp_path, today=TODAY)
    sheet = prescribing.begin(desk.library, "si-joint-calm", "riverbend")
    *others, last = sheet.items
    named = SheetPhase("When Zaphod is back", 3)
    sheet = replace(sheet, items=(*others, replace(last, phase=1)), parts=(named,))
    handout = desk.printed(sheet, making.make(desk.library, sheet))
    assert handout is not None
    known = desk.of_code(handout.code)
    assert known is not None
    assert known.parts == (SheetPhase("", 3, "1"),)
    assert [item.phase for item in known.items] == [0, 0, 0, 1]
    assert "Zaphod" not in (tmp_path / ".desk" / "memory.json").read_text("utf-8")
    back = replace(known, items=tuple(replace(item, phase=0) for item in known.items))
    (change,) = differences(known, back, {}, desk.words)
    assert change == f"{last.exercise}: Part 2 → Part 1"
    (late,) = making.make(desk.library, replace(sheet, person=Person(start="2060-01-01"))).problems
    assert (late.field, late.hint) == ("start", "correct or empty it")


def test_weeks_of_a_list_of_ones_own_are_those_of_a_choice() -> None:
    """They count from the first phase that is left."""
    library = Library(Workspace(today=TODAY))
    whole = prescribing.begin(library, "achilles", "riverbend")
    for week in (1, 2, 3):
        sheet = replace(whole, items=whole.items[2:], from_week=week)
        sheet = sheet.changed(sheet.items[0].key, note="Slowly.")
        own = making.make(library, sheet).order
        chosen = OrderRequest("achilles", "riverbend", exercises="3", from_week=week)
        assert own is not None
        assert [item.weeks for item in own.exercises] == [
            item.weeks for item in make_order(library, chosen).exercises
        ]


def test_a_program_that_has_an_exercise_twice_is_that_program() -> None:
    """Then its reviews hold; a dose for one of the two is a list of one's own."""
    library = Library(Workspace(today=TODAY))
    sheet = prescribing.begin(library, "achilles", "riverbend")
    order = making.make(library, sheet).order
    assert order is not None
    assert order.program.id == "achilles"
    own = making.make(library, sheet.changed(sheet.items[2].key, dose="1 x 15")).order
    assert own is not None
    assert own.program.id == making.COMPOSED
    assert [item.dosage.sets for item in own.exercises[:2]] == [
        item.dosage.sets for item in order.exercises[:2]
    ]


def test_what_is_wrong_stands_where_it_was_typed() -> None:
    """Also if only the whole shows it; what is only unusual names the exercise as people do."""
    library = Library(Workspace(today=TODAY))
    sheet = prescribing.begin(library, "low-back-begin", "riverbend")
    for_one = sheet.changed(sheet.items[0].key, dose="3 x 1000")
    assert {(each.field, each.key) for each in making.make(library, for_one).problems} == {
        ("dose", sheet.items[0].key)
    }
    (weeks,) = making.make(library, replace(sheet, weeks=30)).problems
    assert weeks.field == "weeks"
    many = making.make(library, sheet.changed(sheet.items[0].key, dose="2 x 25"))
    name = library.exercise(sheet.items[0].exercise).name
    assert {each.message.partition(": ")[0] for each in many.warnings} == {name}


DAMAGED = [b'{"favourites":["\xff"]}', b"{", b"[]"]


@pytest.mark.parametrize("known", DAMAGED)
def test_damaged_files_of_the_desk_are_no_bug(tmp_path: Path, known: bytes) -> None:
    """Without them nothing is remembered; who may come in is never guessed."""
    desk = Desk(tmp_path)
    kept = desk.lists.add(b"reference,name\n", Reading(clinic="riverbend"), desk.words)
    for name in (".desk/memory.json", ".desk/accounts.json", f"batches/{kept.id}/desk.json",
                 f"batches/{kept.id}/task.json"):  # fmt: skip
        make_folder((tmp_path / name).parent)
        (tmp_path / name).write_bytes(known)
    again = Desk(tmp_path)
    assert again.memory.favourites == []
    again.memory.set_favourite("si-joint-calm", liked=True)
    assert (tmp_path / ".desk" / "memory.damaged.json").read_bytes() == known
    assert Desk(tmp_path).memory.favourites == ["si-joint-calm"]
    (found,) = again.lists.all
    assert (found.reading, found.task.doing, found.finished) == (Reading(), "", False)
    # What another program has written there is not known to be damaged.
    if known != DAMAGED[0]:
        for use in (found.make, found.look_at_mails, found.send):
            with pytest.raises(ContentError):
                use(desk.words)
    found.read_as(Reading(clinic="riverbend"))
    assert [each.reading_lost for each in again.lists.all] == [False]
    with pytest.raises(DeliveryError, match="cannot be read"):
        Accounts(tmp_path).knows("reception", "a long password")


def test_a_code_of_an_earlier_version_still_opens(tmp_path: Path) -> None:
    """Its parts had no key; without two of their own, a form of one would change the other."""
    (tmp_path / ".desk").mkdir()
    parts = [{"from_week": 3}, {"from_week": 5}]
    item = {"key": "1", "exercise": "bird-dog", "phase": 1}
    known = {"codes": {"OWN-ABCDEF": {"items": [item], "parts": parts, "weeks": 6}}}
    (tmp_path / ".desk" / "memory.json").write_text(json.dumps(known), "utf-8")
    sheet = Desk(tmp_path).of_code("own-abcdef")
    assert sheet is not None
    assert [part.from_week for part in sheet.parts] == [3, 5]
    assert len({part.key for part in sheet.parts if part.key}) == len(parts)


def test_every_program_can_be_saved_as_ones_own() -> None:
    library = Library(Workspace(today=TODAY))
    for name in library.workspace.ids("programs"):
        sheet = prescribing.begin(library, name, "riverbend")
        file = program_file(library, sheet, "Our own", "our-own").content
        assert file.count(b"exercise:") >= len(sheet.items), name


OURS = """\
# What we give most.
schema: 1
extends: si-joint-calm  # our texts
name: Ours
choose: 5  # one patient gets at most five
phases:
  # In the first days.
  - exercises:
      # to begin with
      - exercise: knee-drop  # on a mat
        dosage: hold 20 s x 3, once a day
        side_required: true
      - {exercise: glute-bridge, dosage: 3 x 8}

      # only if it helps
      - exercise: cat-camel
        note: >-
          Slowly, and
          # only as far as it is easy.
# What to ask first.
precautions: [Tell us if it hurts.]
weeks: 4
"""
"""A program as somebody writes it."""


def test_what_is_not_changed_in_a_program_stays_as_it_was_written(tmp_path: Path) -> None:
    (tmp_path / "programs").mkdir()
    written = tmp_path / "programs" / "ours.yaml"
    written.write_text(OURS, "utf-8")
    library = Library(Workspace(tmp_path, today=TODAY))
    sheet = prescribing.begin(library, "ours", "riverbend")
    drop, bridge, camel = sheet.items
    assert program_file(library, sheet, "Ours", "ours") == ProgramFile(OURS.encode())

    def after(*items: Item, name: str = "Ours", weeks: int = 4) -> str:
        changed = replace(sheet, items=items, weeks=weeks)
        file = program_file(library, changed, name, "ours")
        assert (file.whole, file.comments, file.original) == (False, False, "")
        later = Library(Unsaved(library.workspace, {written: file.content}))
        again = prescribing.of_program(later, changed, "ours")
        assert prescribing.choice_of(later, again) is not None
        return file.content.decode()

    dosed = after(drop, replace(bridge, dose="2 x 7"), camel)
    old = "      - {exercise: glute-bridge, dosage: 3 x 8}\n"
    lines = ("- exercise: glute-bridge", "  dosage:", "    sets: 2", "    repetitions: 7")
    assert dosed == OURS.replace(old, "".join(f"      {line}\n" for line in lines))
    moved = after(bridge, camel, drop)
    for kept in (OURS.partition("      # to begin")[0], OURS.partition("# What to ask")[2]):
        assert kept in moved
    assert moved.index("# to begin with\n      - exercise: knee-drop") > moved.index("# only if it")
    added = after(drop, bridge, camel, Item("new", "clamshell", note="Slowly."))
    new = "      - exercise: clamshell\n        note: Slowly.\n"
    assert added == OURS.replace("# What to", f"{new}# What to")
    assert after(drop, bridge, camel, weeks=6) == OURS.replace("weeks: 4", "weeks: 6")
    assert after(drop, bridge, camel, name="Mine") == OURS.replace("name: Ours", "name: Mine")


def test_a_line_that_is_kept_in_a_file_keeps_its_break() -> None:
    """Another break within a text, such as U+2028 of a page of print, would be another text."""
    head, first, second = (
        '# Ours\r\nname: "A\u2028B"\r\nlist:\r\n',
        "  - id: a\r\n",
        "  - id: b\r\n",
    )
    written = (head + first + second).encode()
    left = with_items(written, "ours.yaml", [{"id": "b"}], "id", "list")
    assert left.decode() == head + second


@pytest.mark.parametrize(
    "exercises",
    [
        "[{exercise: knee-drop}, {exercise: glute-bridge}, {exercise: cat-camel}]",
        "\n  - &one {exercise: knee-drop}\n  - exercise: glute-bridge\n  - *one",
    ],
)
def test_a_program_that_is_written_in_another_way_is_changed_too(
    tmp_path: Path, exercises: str
) -> None:
    """As a whole, where its exercises are not on lines of their own."""
    (tmp_path / "programs").mkdir()
    head = "schema: 1\nextends: si-joint-calm  # our texts\nname: Ours\nphases:\n- exercises: "
    (tmp_path / "programs" / "ours.yaml").write_text(f"{head}{exercises}", "utf-8")
    library = Library(Workspace(tmp_path, today=TODAY))
    sheet = prescribing.begin(library, "ours", "riverbend")
    file = program_file(library, replace(sheet, items=sheet.items[1:]), "Ours", "ours")
    assert b"extends: si-joint-calm  # our texts" in file.content
    later = Unsaved(library.workspace, {tmp_path / "programs" / "ours.yaml": file.content})
    now = Library(later).program("ours").prescriptions
    assert [each.exercise for each in now] == [each.exercise for each in sheet.items[1:]]


def test_what_is_lost_with_a_program_is_said_before_it_is_replaced(tmp_path: Path) -> None:
    """Comments; that it follows another; and all of it, if the new one began with another."""
    (tmp_path / "programs").mkdir()
    written = tmp_path / "programs" / "ours.yaml"
    written.write_text(OURS, "utf-8")
    library = Library(Workspace(tmp_path, today=TODAY))
    sheet = prescribing.begin(library, "ours", "riverbend")
    shorter = program_file(library, replace(sheet, items=sheet.items[:2]), "Ours", "ours")
    assert (shorter.comments, shorter.original, shorter.whole) == (True, "", False)
    other = prescribing.begin(library, "si-joint-build", "riverbend")
    assert program_file(library, other, "Ours", "ours").whole
    assert not program_file(library, other, "Mine", "mine").whole
    changes = "change: {glute-bridge: {dosage: 3 x 8}}"
    follows = f"schema: 1\nextends: si-joint-calm\nname: Ours\nchoose: 3 # at most\n{changes}\n"
    written.write_text(follows, "utf-8")
    library = Library(Workspace(tmp_path, today=TODAY))
    sheet = prescribing.begin(library, "ours", "riverbend")
    assert program_file(library, sheet, "Ours", "ours").content.decode() == follows
    file = program_file(library, replace(sheet, items=sheet.items[1:]), "Ours", "ours")
    original = library.program("si-joint-calm").name
    assert (file.comments, file.original, file.whole) == (False, original, False)
    said = file.content.decode()
    assert said.startswith("schema: 1\nextends: si-joint-calm\nname: Ours\nchoose: 3 # at most\n")
    assert "change:" not in said
    now = Library(Unsaved(library.workspace, {written: file.content})).program("ours")
    assert [each.exercise for each in now.prescriptions] == [
        each.exercise for each in sheet.items[1:]
    ]
    assert now.title == library.program("si-joint-calm").title


def test_a_list_of_ones_own_keeps_what_its_program_says_of_an_exercise(tmp_path: Path) -> None:
    """That it needs the sore side; and a note, in the language of the handout."""
    (tmp_path / "programs" / "es").mkdir(parents=True)
    (tmp_path / "programs" / "ours.yaml").write_text(OURS, "utf-8")
    library = Library(Workspace(tmp_path, today=TODAY))
    sheet = prescribing.begin(library, "ours", "riverbend")
    turned = replace(sheet, items=sheet.items[::-1])
    (wrong,) = making.make(library, turned).problems
    assert "side" in wrong.message
    there = program_of(library, library, turned)
    assert there["phases"][0]["exercises"][-1]["side_required"] is True
    build = prescribing.begin(library, "si-joint-build", "riverbend")
    (note,) = (item.note for item in build.items if item.note)
    order = making.make(library, replace(build, items=build.items[::-1], language="es")).order
    assert order is not None
    (printed,) = (item.note for item in order.program.prescriptions if item.note)
    assert printed != note


IN_TWO = """\
schema: 1
extends: si-joint-calm
name: Ours
weeks: 6
phases:
  - exercises: [{exercise: knee-drop, dosage: 1 x 6}]
  - {name: Standing, from_week: 3, when: you walk well, exercises: [{exercise: glute-bridge}]}
"""
LATER = """\
schema: 1
extends: si-joint-calm
name: Ours
weeks: 6
phases:
  - exercises: [{exercise: knee-drop, dosage: 2 x 9}]
  - {name: On the mat, from_week: 2, exercises: [{exercise: bird-dog}]}
  - {name: Standing, from_week: 5, exercises: [{exercise: glute-bridge}]}
"""
"""A program, and what somebody has made of it meanwhile."""


@pytest.mark.enable_socket
@pytest.mark.parametrize("reopened", [False, True])
def test_a_handout_keeps_the_phases_that_it_began_with(tmp_path: Path, *, reopened: bool) -> None:
    """While its program is replaced; what else follows is said, and nothing is printed unseen."""
    (tmp_path / "programs").mkdir()
    written = tmp_path / "programs" / "ours.yaml"
    written.write_text(IN_TWO, "utf-8")
    desk = Desk(tmp_path, today=TODAY)

    def weeks(order: Order | None) -> list[tuple[str, int]]:
        phases = order.program.phases if order else ()
        return [(each.name or "", each.from_week) for each in phases]

    async def ask() -> None:
        async with asking(desk) as client:
            begun = await client.post("/handout", data={"program": "ours", "clinic": "riverbend"})
            where = begun.headers["location"]
            page = (await client.get(where)).text
            assert desk.words("begun_since") not in page
            (pdf, _) = map(html.unescape, re.findall(r'href="(/handout/[^"]+pdf[^"]*)"', page))
            assert (await client.get(pdf)).status_code == 200
            written.write_text(LATER, "utf-8")
            if reopened:
                code = {"code": pdf.partition("code=")[2]}
                where = (await client.post("/reopen", data=code)).headers["location"]
            else:
                answer = await client.get(pdf)
                assert answer.status_code == 409
                assert desk.words("outdated") in answer.text
            page = (await client.get(where)).text
            (option,) = set(re.findall(r">(Standing[^<]*)</option>", page))
            assert option == "Standing · from week 3"
            said = desk.words("reopened_since" if reopened else "begun_since")
            assert f"{said}</strong> {desk.library.exercise('knee-drop').name}</p>" in page
            stored = desk.worksheets.get(where.rpartition("/")[2])
            assert stored is not None
            made = making.make(desk.library, stored.now)
            assert weeks(made.order) == [("", 1), ("Standing", 3)]
            assert prescribing.choice_of(desk.library, stored.now) is None
            # Saved now, it is what the page shows.
            file = program_file(desk.library, stored.now, "Ours", "ours").content
            now = Library(Unsaved(desk.library.workspace, {written: file})).program("ours")
            assert [(each.name, each.when) for each in now.phases] == [
                (None, None), ("Standing", "you walk well")
            ]  # fmt: skip

    with start_blocking_portal() as portal:
        portal.call(ask)


def test_phases_that_a_handout_keeps_are_in_its_language() -> None:
    """As long as its program has them; a name that nobody can translate is not printed."""
    library = Library(Workspace(today=TODAY))
    begun = prescribing.begin(library, "heel-pain", "riverbend")
    (_, second) = begun.phases
    sheet = replace(begun, language="es")
    for kept in (second, replace(second, from_week=2, key="moved")):
        made = making.make(library, replace(sheet, phases=(begun.phases[0], kept)))
        assert made.order is not None
        assert [each.name for each in made.order.program.phases] == [
            "Alívielo", "Fortalézcalo"
        ]  # fmt: skip
        assert "pasos de la mañana" in str(made.order.program.phases[1].when)
    gone = replace(second, name="On the mat")
    for language, count in (("es", 1), ("", 0)):
        now = replace(sheet, language=language, phases=(begun.phases[0], gone))
        said = [each.message for each in making.make(library, now).problems]
        assert said == [words_of("en")("phase_unspoken", name="On the mat")] * count
    # A part that somebody has added is printed as it was typed.
    added = replace(sheet, parts=(SheetPhase("On the mat", 3),))
    last = replace(sheet.items[0], key="last", phase=2)
    order = making.make(library, replace(added, items=(*sheet.items, last))).order
    assert order is not None
    assert order.program.phases[-1].name == "On the mat"


FOLLOWS = "schema: 1\nextends: ours\nname: Follows\ncode: FOLLOWS\nweeks: 6\n"


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ("change: {glute-bridge: {dosage: 3 x 8}}", 'ours has no exercise "glute-bridge"'),
        ("remove: [glute-bridge]", 'ours has no exercise "glute-bridge"'),
        ("remove: [knee-drop]", "nothing is left of phase 1"),
        ("add: [{exercise: bird-dog}]", "ours already has bird-dog"),
        ("weeks: 3", "from_week is 5, but the program has 3 weeks"),
    ],
)
def test_a_program_that_others_extend_is_not_replaced_by_what_breaks_them(
    tmp_path: Path, changes: str, wrong: str
) -> None:
    """Also one that extends a program that extends it; what is broken already is no reason."""
    (tmp_path / "programs").mkdir()
    ours = IN_TWO.replace("}]", "}, {exercise: clamshell}]", 1)
    ours = ours.replace("bridge}]", "bridge}, {exercise: cat-camel}]")
    follows = FOLLOWS.replace("weeks: 6\n", "") if "weeks" in changes else FOLLOWS
    for name, text in (
        ("ours", ours),
        ("follows", f"{follows}{changes}\n"),
        ("further", "schema: 1\nextends: follows\nname: Further\n"),
        ("broken", f"{FOLLOWS}remove: [no-such]\n"),
    ):
        (tmp_path / "programs" / f"{name}.yaml").write_text(text, "utf-8")
    library = Library(Workspace(tmp_path, today=TODAY))
    assert [library.program(name).name for name in ("follows", "further")]
    sheet = prescribing.begin(library, "ours", "riverbend")
    program_file(library, replace(sheet, weeks=5), "Ours", "ours")
    begun = prescribing.begin(library, "si-joint-calm", "riverbend")
    drop = Item("new", "knee-drop")
    other = replace(begun, items=(drop, Item("more", "bird-dog", phase=1)), weeks=6,
                    parts=(SheetPhase("", 5),))  # fmt: skip
    with pytest.raises(ContentError) as refused:
        program_file(library, other, "Ours", "ours")
    said = [each.message for each in refused.value.problems]
    assert [each for each in said if "Follows" in each or "Further" in each] == [
        words_of(USUAL)("save_program_breaks", name=name) for name in ("Follows", "Further")
    ]
    assert any(wrong in each for each in said)
    assert program_file(library, other, "Mine", "mine").content


@pytest.mark.enable_socket
def test_files_that_cannot_be_read_are_named_where_they_are_missing(tmp_path: Path) -> None:
    """With the line and what is wrong; all others are there."""
    make_clinic_folder(tmp_path, "riverbend", "oldmill")
    wrong = {
        "clinics/oldmill.yaml": ("schema: 1\nname: [\n", ":3:1: "),
        "programs/ours.yaml": ("schema: 1\nextends: no-such\n", ":2:10: there is no program"),
        "exercises/mine.yaml": ("schema: 1\nextends: glute-bridge\nstep: [Stand.]\n", ":3:1: "),
        "exercises/good.yaml": ("schema: 1\nextends: glute-bridge\nname: Good bridge\n", ""),
    }
    for name, (text, _) in wrong.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    desk = Desk(tmp_path, today=TODAY)

    async def ask() -> None:
        async with asking(desk) as client:
            begun = await client.post("/handout", data={"clinic": "riverbend"})
            handout = begun.headers["location"]
            for path, kinds in (
                ("/", ("clinics", "programs", "exercises")),
                ("/clinic/riverbend", ("clinics", "programs", "exercises")),
                (handout, ("exercises",)),
            ):
                page = (await client.get(path)).text
                for name, (_, place) in wrong.items():
                    said = place and name.partition("/")[0] in kinds
                    assert bool(said) == (name in page), (path, name)
                    assert not said or f"{name}{place}" in page
            assert "Good bridge" in page
            # On the page of a single clinic too, and not for good.
            for name in wrong:
                (tmp_path / name).unlink()
            assert '<details class="box note"' not in (await client.get("/")).text

    with start_blocking_portal() as portal:
        portal.call(ask)


@pytest.mark.enable_socket
def test_what_is_not_read_of_a_list_is_said_once_and_what_is_lost_is_said(tmp_path: Path) -> None:
    """A column that a warning names is not listed again; how to read a list is chosen anew."""
    desk = Desk(make_clinic_folder(tmp_path), today=TODAY)
    content = b"reference,name,Emial,Shoe size\nA-1,Testa Nummer,x@y.example,38\n"
    kept = desk.lists.add(content, Reading(clinic="riverbend", program="si-joint-calm"), desk.words)
    address = f"/patients/{kept.id}"

    async def ask() -> None:
        async with asking(desk) as client:
            page = (await client.get(address)).text
            above = html.unescape(page.partition('<div class="scroll"')[0])
            assert (above.count("Emial"), above.count("Shoe size")) == (1, 1)
            assert desk.words("list_lost") not in page
            (kept.folder / "desk.json").write_bytes(b'{"clinic": "riverb')
            assert desk.words("list_lost") in (await client.get(address)).text
            for form in ({}, {"program": ""}):
                await client.post(f"{address}/make", data=form)
                assert not kept.begun
            await client.post(f"{address}/reading", data={"program": "si-joint-calm"})
            assert desk.words("list_lost") not in (await client.get(address)).text
            # One that is being made, or was, is not made or sent in another way.
            kept.handouts.mkdir()
            (kept.handouts / "manifest.jsonl").write_bytes(b"")
            (kept.folder / "desk.json").unlink()
            assert kept.begun
            said = html.escape(desk.words("list_lost_begun"))
            assert said in (await client.get(address)).text
            for what in ("make", "mails", "send"):
                answer = await client.post(f"{address}/{what}", data={"sure": "yes"})
                assert (answer.status_code, said in answer.text) == (400, True), what
            assert kept.task.doing == ""

    with start_blocking_portal() as portal:
        portal.call(ask)


@pytest.mark.enable_socket
@pytest.mark.parametrize("kind", ["program", "exercise"])
def test_of_two_people_who_save_one_new_name_the_second_is_asked(tmp_path: Path, kind: str) -> None:
    """At one instant: nothing that was saved is replaced unseen."""
    desk = Desk(make_clinic_folder(tmp_path), today=TODAY)

    async def ask() -> list[str]:
        async with asking(desk) as client:
            posts: list[tuple[str, dict[str, str]]] = []
            for program in ("si-joint-calm", "si-joint-build"):
                begun = await client.post(
                    "/handout", data={"program": program, "clinic": "riverbend"}
                )
                saved = f"{begun.headers['location']}/program"
                posts.append((saved, {"name": "Ours"}))
            if kind == "exercise":
                posts = [("/clinic/exercise", {**EXERCISE, "purpose": f"It makes {each} strong."})
                         for each in ("legs", "hips")]  # fmt: skip
            answers: list[str] = [""] * 2

            async def one(number: int) -> None:
                address, form = posts[number]
                answer = await client.post(address, data=form)
                answers[number] = "asked" if is_asked(answer) else str(answer.status_code)

            async with anyio.create_task_group() as group:
                for number in range(2):
                    group.start_soon(one, number)
            return sorted(answers)

    def is_asked(answer: httpx.Response) -> bool:
        asks = desk.words("exercise_taken", id="lean-at-home")
        return 'id="replace-program"' in answer.text or html.escape(asks) in answer.text

    with start_blocking_portal() as portal:
        assert portal.call(ask) == ["200" if kind == "exercise" else "303", "asked"]


@pytest.mark.enable_socket
def test_what_two_people_correct_in_a_list_at_one_instant_is_all_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(make_clinic_folder(tmp_path), today=TODAY)
    kept = desk.lists.add(b"reference,name\n1,A\n2,B\n", Reading(clinic="riverbend"), desk.words)

    def slowly(path: Path, content: bytes) -> None:
        time.sleep(0.2)
        path.write_bytes(content)

    monkeypatch.setattr(lists, "write_whole", slowly)
    monkeypatch.setattr(lists, "read_roster", lambda *_: None)
    monkeypatch.setattr(lists, "is_failures", lambda *_: True)
    monkeypatch.setattr(PatientList, "make", lambda *_: None)

    async def ask() -> None:
        async with asking(desk) as client, anyio.create_task_group() as group:
            for content in (b"one", b"two"):
                file = {"corrected": ("failed.csv", content)}
                group.start_soon(partial(client.post, files=file), f"/patients/{kept.id}/corrected")

    with start_blocking_portal() as portal:
        portal.call(ask)
    assert {each.read_bytes() for each in kept.folder.glob("corrected-*")} == {b"one", b"two"}


EXERCISE = {
    "name": "Lean at home", "kind": "strength", "dose_kind": "reps", "sides": "both",
    "limb": "leg", "region-low-back": "on", "position": "standing", "feel_it": "work in your back.",
    "steps": "Stand up.\nLean forward.\nStand up again. {repeat}", "watch_out": "Do not fall.",
    "dosage": "2 x 10",
}  # fmt: skip


def test_items_of_one_name_keep_their_own_lines() -> None:
    """Each is found by all that it says first, and taken once."""
    one, two = (
        "  # First\n  - {name: a, note: x} # one\n",
        "  # Second\n  - {name: a, note: y} # two\n",
    )
    content, x, y = f"all:\n{one}{two}".encode(), *({"name": "a", "note": each} for each in "xy")
    assert with_items(content, "a.yaml", [y, x], "name", "all").decode() == f"all:\n{two}{one}"
    new = with_items(content, "a.yaml", [x, {"name": "a", "note": "z"}], "name", "all").decode()
    assert new.startswith(f"all:\n{one}  # Second\n  - name: a\n")
    assert new.count("# First") == 1


def test_each_dose_of_a_program_stays_with_its_own_exercise(tmp_path: Path) -> None:
    """Also where one is there twice; the dose of another variant goes with that variant."""
    (tmp_path / "programs").mkdir()
    (tmp_path / "programs" / "ours.yaml").write_text(OURS_TWICE, "utf-8")
    library = Library(Workspace(tmp_path, today=TODAY))
    sheet = prescribing.begin(library, "ours", "riverbend")
    noted = sheet.changed(sheet.items[2].key, note="Slowly.")
    twice = program_of(library, library, noted)["phases"][0]["exercises"]
    assert [item["dosage"]["repetitions"] for item in twice] == [5, 9, 7]
    banded = sheet.changed(sheet.items[0].key, variant="band")
    first, *others = program_of(library, library, banded)["phases"][0]["exercises"]
    assert first == {"exercise": "glute-bridge", "variant": "band"}
    assert [item["dosage"]["repetitions"] for item in others] == [9, 7]


OURS_TWICE = """\
schema: 1
extends: si-joint-calm
phases:
  - exercises:
      - {exercise: glute-bridge, dosage: 1 x 5}
      - {exercise: glute-bridge, dosage: 2 x 9}
      - {exercise: bird-dog, dosage: 3 x 7}
"""


@pytest.mark.enable_socket
def test_an_uploaded_list_is_no_temporary_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A long one neither: it names patients."""
    monkeypatch.setattr(tempfile, "TemporaryFile", None)
    monkeypatch.setattr(tempfile.SpooledTemporaryFile, "rollover", None)
    desk = Desk(tmp_path)
    content = b"reference,name\n" + b"".join(b"%d,Testa Nummer\n" % n for n in range(150_000))

    async def answer() -> int:
        async with asking(desk) as client:
            return (await client.post("/patients", files={"list": ("a.csv", content)})).status_code

    with start_blocking_portal() as portal:
        assert portal.call(answer) == 303
    (kept,) = (tmp_path / "batches").glob("*/list.csv")
    assert kept.read_bytes() == content
