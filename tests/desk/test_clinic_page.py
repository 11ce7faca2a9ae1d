"""The clinic at the desk: its file, reviews, exercises of its own."""

from __future__ import annotations

import html
import io
import re
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import httpx
import pytest
from PIL import ExifTags, Image
from playwright.sync_api import FilePayload, Page, expect

from tests.desk.conftest import RunningDesk, follow
from tests.desk.test_handout_page import begin, faults, printed

pytestmark = [pytest.mark.enable_socket, pytest.mark.slow]

EXERCISE = {
    "name": "Heel raise at home",
    "position": "standing at a counter",
    "purpose": "Makes your calves stronger.",
    "steps": "Stand at a counter. Rest both hands on it.\nLift both heels slowly.\n"
    "Lower your heels slowly. {repeat}",
    "feel_it": "the backs of your lower legs working.",
    "watch_out": "do not lean on your hands.",
    "dosage": "2 x 10, 3 days a week",
}
FIGURE = """\
works: both
props: [counter]
start:
  {step: 1, base: standing, feet: flat, plant: {feet: [2, null]}, hand: flat_floor,
   reach: {hands: counter.edge}}
end: {step: 2, pelvis: [6.5, 55.6], feet: toes, heel_up: 32, keep: [feet]}
arrows: [{at: right_heel, offset: [-8, -3], dir: [0, 9]}]
"""


def clinic_file(desk: RunningDesk) -> Path:
    return desk.folder / "clinics" / "riverbend.yaml"


def press_save(page: Page, button: str = "#save-clinic") -> None:
    """Save a form; its page comes anew once the desk has said that it would take the form."""
    follow(page, button)


def test_what_is_not_changed_stays_as_it_was_written(page: Page, desk: RunningDesk) -> None:
    """Comments, quotes and order too; what is wrong is said, and nothing is written."""
    file = clinic_file(desk)
    before = file.read_text("utf-8") + "# a comment of ours\n"
    file.write_text(before, "utf-8")
    page.goto(desk.address)
    follow(page, "text=The clinic")
    assert faults(page) == []
    page.fill("#phone", "(555) 010-0199")
    press_save(page)
    expect(page.locator("main [role=status]")).to_have_text("Saved.")
    assert file.read_text("utf-8") == before.replace("010-0142", "010-0199")
    page.fill("#primary", "#12")
    page.locator("#primary").evaluate("field => field.removeAttribute('pattern')")
    press_save(page)
    expect(page.locator("[role=alert]")).to_contain_text("Main colour must be a colour")
    expect(page.locator("#phone")).to_have_value("(555) 010-0199")
    assert faults(page) == []
    assert "#12" not in file.read_text("utf-8")
    page.fill("#primary", "#0f7c8a")
    # The contrast is that of the colours as they are typed.
    drawn = page.locator("#drawn svg rect").nth(1)
    with page.expect_response("**/colours"):
        page.fill("#primary", "#ffcc00")
    expect(drawn).to_have_attribute("fill", "#ffcc00")
    with page.expect_response("**/colours"):
        page.get_by_label("Choose: Main colour").fill("#224466")
    expect(page.locator("#primary")).to_have_value("#224466")
    expect(drawn).to_have_attribute("fill", "#224466")
    page.fill("#primary", "#0f7c8a")
    page.fill("#locale", "zz")
    press_save(page)
    expect(page.locator("[role=alert]")).to_contain_text("zz")
    assert "zz" not in file.read_text("utf-8")


def test_a_clinic_in_two_languages(page: Page, desk: RunningDesk) -> None:
    """What a handout in Spanish lacks of the clinic is typed at the desk."""
    begin(page, desk)
    page.select_option("#language", "es")
    expect(page.locator("#actions .bad")).to_contain_text("“The clinic” has a field for it")
    page.goto(f"{desk.address}/clinic/riverbend")
    page.get_by_label("Kind of practice (Spanish)").fill("Fisioterapia")
    press_save(page)
    expect(page.get_by_label("Kind of practice (Spanish)")).to_have_value("Fisioterapia")
    begin(page, desk)
    page.select_option("#language", "es")
    expect(page.locator("#print")).to_be_visible()
    assert "Fisioterapia" in printed(page)
    # Who works at the desk, and the chart, read doses in the desk's language.
    expect(page.locator("#chart")).to_contain_text("sets of")
    with desk.client() as client:
        begun = client.post("/handout", data={"clinic": "riverbend"}).headers["location"]
        client.post(f"{begun}/add", data={"exercise": "bird-dog"})
        client.post(f"{begun}/look", data={"language": "es"})
        assert "Own choice (OWN-" in client.get(begun).text
    assert sorted(each.name for each in (desk.folder / "clinics").iterdir()) == [
        "es", "riverbend.svg", "riverbend.yaml"
    ]  # fmt: skip
    translated = desk.folder / "clinics" / "es" / "riverbend.yaml"
    before = translated.read_bytes()
    page.goto(f"{desk.address}/clinic/riverbend")
    page.get_by_label("Kind of practice (Spanish)").fill("")
    press_save(page)
    expect(page.locator("[role=alert]")).to_be_visible()
    assert translated.read_bytes() == before
    # A person's comments stay.
    ours = translated.read_text("utf-8") + "# we say it as the hospital does\n"
    translated.write_text(ours, "utf-8")
    page.goto(f"{desk.address}/clinic/riverbend")
    page.get_by_label("Kind of practice (Spanish)").fill("Terapia física")
    press_save(page)
    expect(page.locator("main [role=status]")).to_have_text("Saved.")
    assert translated.read_text("utf-8") == ours.replace("Fisioterapia", "Terapia física")


def test_the_clinics_own_disclaimer(page: Page, desk: RunningDesk) -> None:
    """It stands in the place of the usual one, which the empty field shows; too long is refused."""
    page.goto(f"{desk.address}/clinic/riverbend")
    usual = page.locator("#disclaimer").get_attribute("placeholder") or ""
    assert "Do only these exercises" in usual
    own, short = (
        "Only what we practised together.\n \nOur insurer asks us to say so.",
        "As practised.",
    )
    save_clinic(page, desk, disclaimer=own, disclaimer_short="x" * 91)
    expect(page.locator("[role=alert]")).to_contain_text("at most 90")
    page.locator("#disclaimer_short").fill(short)
    press_save(page)
    expect(page.locator("main [role=status]")).to_contain_text("Saved.")
    assert faults(page) == []
    begin(page, desk)
    said = printed(page)
    assert " ".join(own.split()) in said
    assert f"disclaimer: {' '.join(own.split())}\n" in Path(
        desk.folder, "clinics", "riverbend.yaml"
    ).read_text("utf-8")
    assert short in said
    assert usual not in said
    # What a clinic says itself is said in each language, or there is no handout in it.
    page.select_option("#language", "es")
    expect(page.locator("#actions .bad")).to_contain_text("“The clinic” has a field for it")
    save_clinic(page, desk, disclaimer="", disclaimer_short="")
    begin(page, desk)
    assert usual in printed(page)


def save_clinic(page: Page, desk: RunningDesk, **typed: str) -> None:
    page.goto(f"{desk.address}/clinic/riverbend")
    for name, text in typed.items():
        page.locator(f"#{name}, #{name.replace('_', '-')}").fill(text)
    press_save(page)


FIELDS = (
    r'<input(?! type="(?:checkbox|color)")[^>]* name="([^"]+)"[^>]* value="([^"]*)"',
    r'<textarea[^>]* name="([^"]+)"[^>]*>([^<]*)',
    r'<select[^>]* name="([^"]+)">[^/]*?<option value="([^"]*)" selected',
)


def saved_clinic(client: httpx.Client, **typed: str) -> str:
    """Save the clinic's page with what is typed, as a browser does; return the page that says so.

    Where nothing is looked at but what is said, a browser would be most of a test's work.
    """
    form = client.get("/clinic/riverbend").text
    fields = {
        name: html.unescape(text)
        for pattern in FIELDS
        for name, text in re.findall(pattern, form, re.DOTALL)
    }
    said = {name.replace("_es", "-es"): text for name, text in typed.items()}
    assert {"seen", "paper", "disclaimer", *said} <= set(fields)
    saved = client.post("/clinic/riverbend", data={**fields, **said})
    assert saved.status_code == 200, saved.text
    return saved.text


def lacking(client: httpx.Client) -> int:
    """Return how often a handout in Spanish says that the clinic has no text for it."""
    begun = client.post("/handout", data={"program": "si-joint-calm", "clinic": "riverbend"})
    client.post(f"{begun.headers['location']}/look", data={"language": "es"})
    said = client.get(begun.headers["location"]).text
    return said.count("“The clinic” has a field for it")


KIND, HOURS = 'id="about-kind-es"', 'id="about-hours-es"'
"""What is said beside the Spanish of two texts."""


def test_a_text_whose_original_has_changed(page: Page, desk: RunningDesk) -> None:
    """It is said beside the field, until somebody corrects it or says that it is right."""
    translated = desk.folder / "clinics" / "es" / "riverbend.yaml"
    field = page.get_by_label("Kind of practice (Spanish)")
    about = page.locator("#about-kind-es")
    with desk.client() as client:
        save = partial(saved_clinic, client)
        assert KIND not in save(kind="Podiatry", kind_es="Podología")
        save_clinic(page, desk, kind="Foot care")
        expect(page.locator("main [role=status]")).to_contain_text("Look at the texts in other")
        expect(about).to_contain_text("The original has changed since this was checked")
        assert field.get_attribute("aria-describedby") == "about-kind-es"
        assert faults(page) == []
        # What nobody looked at again is not taken for checked when something else is saved.
        assert KIND in save(phone="(555) 010-0143")
        assert lacking(client) == 1
        page.goto(f"{desk.address}/clinic/riverbend")
        page.get_by_label("I have compared these texts").check()
        press_save(page)
        expect(page.locator("main [role=status]")).to_have_text("Saved.")
        expect(about).to_have_count(0)
        saved = translated.read_text("utf-8")
        assert "# Foot care\nkind: Podología" in saved
        save(kind="Physical therapy")
        assert KIND not in save(kind_es="Fisioterapia")
        # Hours that are new in the original are asked for; those that are gone are taken out.
        said = save(hours="Mon to Fri, 8 to 18", kind_es="Terapia física")
        assert "This text is missing" in said.partition(HOURS)[2].partition("</p>")[0]
        assert "kind: Terapia física" in translated.read_text("utf-8")
        assert lacking(client) == 1
        said = save(hours_es="Lun a vie, 8 a 18")
        assert HOURS not in said
        assert KIND not in said


def test_which_of_two_texts_has_changed_is_said(desk: RunningDesk) -> None:
    """Only that one is to be looked at; the file has each original above its text."""
    translated = desk.folder / "clinics" / "es" / "riverbend.yaml"
    with desk.client() as client:
        save = partial(saved_clinic, client)
        save(kind="Podiatry", hours="Mon to Fri, 8 to 18")
        assert ">Saved.</p>" in save(kind_es="Podología", hours_es="Lun a vie, 8 a 18")
        said = save(hours="Mon to Thu, 8 to 18")
        assert "has changed" in said.partition(HOURS)[2].partition("</p>")[0]
        assert KIND not in said
        assert KIND in save(kind="Foot care")
        said = save(kind_es="Cuidado del pie")
        assert KIND not in said
        assert HOURS in said
        assert ">Saved.</p>" in save(hours_es="Lun a jue, 8 a 18")
        saved = translated.read_text("utf-8")
        assert "# Foot care\nkind: Cuidado del pie\n" in saved
        assert "# Mon to Thu, 8 to 18\nhours: Lun a jue" in saved
        assert saved.count("# Mon") == saved.count("# Foot care") == 1
        save(hours="")
    saved = translated.read_text("utf-8")
    assert "hours" not in saved
    assert "# Mon" not in saved


def test_nothing_that_changed_meanwhile_is_lost(page: Page, desk: RunningDesk) -> None:
    """Neither what another page saved, nor comments beside clinicians, nor what cannot be kept."""
    file = clinic_file(desk)
    page.goto(f"{desk.address}/clinic/riverbend")
    changed = file.read_text("utf-8").replace(
        "clinicians:\n", "clinicians: # the team\n"
    ).replace("010-0143", "010-0188")  # fmt: skip
    file.write_text(changed, "utf-8")
    page.fill("#clinician-0-short", "D. W.")
    press_save(page)
    expect(page.locator("[role=alert]")).to_contain_text("have changed since this page was opened")
    expect(page.locator("#clinician-0-short")).to_have_value("D. W.")
    assert file.read_text("utf-8") == changed
    # Of pages that are saved in the same moment one is.
    form = {"seen": page.locator("[name=seen]").get_attribute("value") or "", "name": "Riverbend"}
    with desk.client() as client, ThreadPoolExecutor() as threads:
        answers = threads.map(
            lambda email: client.post("/clinic/riverbend", data={**form, "email": email}),
            [f"desk{number}@riverbend.example" for number in range(4)],
        )
        assert sorted(answer.status_code for answer in answers) == [200, 400, 400, 400]
    page.goto(f"{desk.address}/clinic/riverbend")
    page.fill("#clinician-0-short", "D. W.")
    for number, name in ((2, "José Núñez"), (3, "José Nuñez")):
        page.fill(f"#clinician-{number}-name", name)
    press_save(page)
    expect(page.locator("main [role=status]")).to_be_visible()
    saved = file.read_text("utf-8")
    assert "clinicians: # the team\n" in saved
    assert "short_name: D. W." in saved
    assert "id: jose-nunez\n" in saved
    assert "id: jose-nunez-2\n" in saved
    for number in (2, 3):
        page.fill(f"#clinician-{number}-name", "")
    press_save(page)
    expect(page.locator("#clinician-2-name")).to_have_value("")
    assert "nunez" not in file.read_text("utf-8")


def test_a_logo_is_looked_at_before_it_is_kept(page: Page, desk: RunningDesk) -> None:
    page.goto(f"{desk.address}/clinic/riverbend")
    known = sorted(each.name for each in (desk.folder / "clinics").iterdir())
    broken: FilePayload = {
        "name": "logo.svg", "mimeType": "image/svg+xml", "buffer": b"<svg><script/></svg>",
    }  # fmt: skip
    page.set_input_files("#logo", broken)
    press_save(page)
    expect(page.locator("[role=alert]")).to_be_visible()
    assert sorted(each.name for each in (desk.folder / "clinics").iterdir()) == known


def test_a_reviewed_program_is_no_draft(page: Page, desk: RunningDesk) -> None:
    begin(page, desk)
    expect(page.locator("#state")).to_contain_text("DRAFT")
    page.goto(f"{desk.address}/clinic/riverbend/review?program=si-joint-calm")
    assert faults(page) == []
    # Nothing is ticked beforehand: who reviews ticks what was read, or says once that all was.
    ticks = page.locator("[name^=text-]")
    expect(page.locator("[name^=text-]:checked")).to_have_count(0)
    page.select_option("#by", "dana-whitfield")
    follow(page, "#record")
    expect(page.get_by_role("alert")).to_contain_text("tick the texts that you have read")
    expect(page.locator("#by")).to_have_value("dana-whitfield")
    ticks.first.check()
    follow(page, "#record")
    expect(page.locator(".said")).to_have_text("5 of 6 texts have to be reviewed.")
    expect(page.locator("summary").first).to_contain_text(
        re.compile(r"checked by Dana Whitfield, PT, \w+ \d+, 20")
    )
    expect(ticks).to_have_count(5)
    page.select_option("#by", "luis-herrera")
    follow(page, "#record-all")
    expect(page.locator(".said")).to_have_text("All texts are reviewed.")
    expect(page.locator("summary").nth(1)).to_contain_text(
        re.compile(r"checked by Luis Herrera, PT, \w+ \d+, 20")
    )
    begin(page, desk)
    expect(page.locator("#state")).not_to_contain_text("DRAFT")
    # Each language is reviewed for itself, at the desk too.
    page.goto(f"{desk.address}/clinic/riverbend/review?program=si-joint-calm&language=es")
    expect(page.get_by_label("Language")).to_have_value("es")
    expect(page.locator("pre").first).to_have_attribute("lang", "es")
    page.select_option("#by", "dana-whitfield")
    follow(page, "#record-all")
    expect(page.locator(".said")).to_have_text("All texts are reviewed.")
    # What is not translated is no text to be reviewed.
    page.goto(f"{desk.address}/clinic/riverbend/review?program=walking-plan&language=ar")
    expect(page.locator("[role=alert]")).to_contain_text("walking-plan has no text in Arabic")
    expect(page.locator("#record")).to_have_count(0)
    with desk.client() as client:
        form = {"program": "walking-plan", "language": "ar", "by": "luis-herrera", "all": "yes"}
        assert client.post("/clinic/riverbend/review", data=form).status_code == 400
        form["language"] = "zz"
        assert client.post("/clinic/riverbend/review", data=form).status_code == 400
    recorded = (desk.folder / "reviews.yaml").read_text("utf-8")
    assert set(re.findall(r'language: "(\w+)"', recorded)) <= {"en", "es"}
    assert 'language: "es"' in recorded
    begin(page, desk)
    # A dose of the patient's own is no other text; an exercise that nobody has read is.
    page.locator("#items > li:nth-child(1) [name=dose]").fill("2 x 8")
    expect(page.locator("#chart")).to_contain_text("2 sets of 8")
    expect(page.locator("#state")).not_to_contain_text("DRAFT")
    with page.expect_response(lambda reply: "q=bird" in reply.url):
        page.fill("#q", "bird dog")
    page.click("#add-bird-dog")
    expect(page.locator("#items > li")).to_have_count(5)
    expect(page.locator("#state")).to_contain_text("DRAFT")


def fill_exercise(page: Page, **changes: str) -> None:
    for name, text in {**EXERCISE, **changes}.items():
        page.fill(f"#{name}", text)
    page.select_option("#kind", "strength")
    page.select_option("#dose_kind", "reps")
    page.check("[name=region-ankle-foot]")


def test_an_exercise_of_the_clinics_own(page: Page, desk: RunningDesk) -> None:
    """Its picture is drawn while the pose is written; it can be picked at once."""
    page.goto(f"{desk.address}/clinic/exercise")
    fill_exercise(page)
    press_save(page, "#save-exercise")
    expect(page.locator("[role=alert]")).to_contain_text("still the example")
    page.fill("#figure", "works: both\nstart: {step: 1, base: flying}\n")
    expect(page.locator("#drawn .wrong")).to_contain_text("flying")
    page.fill("#figure", FIGURE)
    expect(page.locator("#drawn svg")).to_be_visible()
    # The desk does not answer, or was started again meanwhile: what was typed stays.
    for ends in (lambda: page.route("**/here", lambda route: route.abort()),
                 page.context.clear_cookies):  # fmt: skip
        ends()
        page.click("#save-exercise")
        expect(page.locator("#warning")).to_contain_text("What you typed is still here")
        page.unroute_all()
    expect(page.locator("#warning")).to_contain_text("closed and started again")
    assert faults(page) == []
    desk.let_in(page)
    press_save(page, "#save-exercise")
    expect(page.locator("main [role=status]")).to_have_text("Saved as heel-raise-at-home.")
    assert (desk.folder / "exercises" / "heel-raise-at-home.yaml").exists()
    begin(page, desk, "")
    page.fill("#q", "heel raise at home")
    page.click("#add-heel-raise-at-home")
    expect(page.locator("#preview img").first).to_be_visible()


def test_all_that_is_wrong_with_an_exercise_is_said_beside_its_fields(desk: RunningDesk) -> None:
    """At once, with a link to each field; nothing is written, and what was typed is still there."""
    before = sorted(desk.folder.rglob("*"))
    typed = {
        **EXERCISE, "name": "Bird dog", "position": "", "steps": "Stand tall.\nRise.",
        "dosage": "lots", "kind": "strength", "dose_kind": "reps", "sides": "both", "limb": "leg",
        "figure": "works: both\nstart: {step: 1, base: flying}", "photo_who": "staff",
        "feel_it": "",
    }  # fmt: skip
    wrong = {"name", "position", "regions", "dosage", "feel_it"}
    with desk.client() as client:
        form = client.get("/clinic/exercise").text
        example = re.search(r'<textarea id="figure"[^>]*>(.*?)</textarea>', form, re.DOTALL)
        assert example is not None
        typed["figure"] = html.unescape(example[1])
        for photo, fields in ((b"", {"figure"}), (b"no photograph", {"photo_alt", "photo_until"})):
            answer = client.post("/clinic/exercise", data=typed, files={"photo": ("x.jpg", photo)})
            assert answer.status_code == 400
            assert set(re.findall(r'<li><a href="#(\w+)"', answer.text)) == wrong | fields
            assert "::" not in answer.text  # a label may end with one
            for field in wrong | fields:
                said = re.search(rf'id="wrong-{field}">([^<]+)<', answer.text)
                assert said is not None, field
                shown = re.search(rf'<\w+ id="{field}"[^>]*', answer.text)
                assert shown is not None, field
                assert 'aria-invalid="true"' in shown[0]
                assert f"wrong-{field}" in shown[0]
        typed |= {"name": "Home rise", "position": "standing", "dosage": "2 x 8", "photo_alt": "x"}
        typed |= {"feel_it": "your legs work."}
        typed |= {"photo_until": "2030-01-01", "figure": ""}
        answer = client.post("/clinic/exercise", data=typed, files={"photo": ("x.jpg", photo)})
    # What only a whole exercise shows: its steps, and what is in the photograph.
    assert {"regions", "steps", "photo"} <= set(re.findall(r'<li><a href="#(\w+)"', answer.text))
    assert "Home rise" in answer.text
    assert sorted(desk.folder.rglob("*")) == before


def test_the_example_of_a_new_exercise_has_no_fault(desk: RunningDesk) -> None:
    with desk.client() as client:
        form = client.get("/clinic/exercise").text
        example = re.search(r'<textarea id="figure"[^>]*>(.*?)</textarea>', form, re.DOTALL)
        assert example is not None
        drawn = client.post("/clinic/draw", data={"figure": html.unescape(example[1])}).text
    assert "<svg" in drawn
    assert "wrong" not in drawn


def test_an_exercise_with_a_photograph(page: Page, desk: RunningDesk) -> None:
    """A side that is not said, and a photograph that is too small, are refused; nothing is left."""

    def photograph(size: tuple[int, int]) -> FilePayload:
        stream = io.BytesIO()
        told = Image.Exif()
        told[ExifTags.Base.ImageDescription] = "Zaphod Beeblebrox"
        told[ExifTags.Base.Orientation] = 6
        told.get_ifd(ExifTags.IFD.GPSInfo).update({1: "N", 2: (48.0, 12.0, 33.0)})
        picture = Image.effect_noise(size, 40).convert("RGB")
        picture.save(stream, "JPEG", exif=told.tobytes())
        return {"name": "x.jpg", "mimeType": "image/jpeg", "buffer": stream.getvalue()}

    page.goto(f"{desk.address}/clinic/exercise")
    fill_exercise(page, name="Heel raise seen")
    page.fill("#photo_alt", "A woman stands at a counter on her toes.")
    page.set_input_files("#photo", photograph((90, 60)))
    page.select_option("#photo_shows", "left")
    page.select_option("#photo_who", "staff")
    page.fill("#photo_until", "2030-01-01")
    press_save(page, "#save-exercise")
    expect(page.locator("[role=alert]")).to_be_visible()
    # Who has agreed to be seen, and which side it shows, is not forgotten.
    expect(page.get_by_text("Choose the file again")).to_be_visible()
    expect(page.locator("#photo_shows")).to_have_value("left")
    expect(page.locator("#photo_who")).to_have_value("staff")
    page.select_option("#photo_shows", "")
    page.select_option("#photo_who", "none")
    assert not list(desk.folder.rglob("heel-raise-seen*"))
    page.set_input_files("#photo", photograph((1200, 900)))
    page.check("[name=region-ankle-foot]")
    press_save(page, "#save-exercise")
    expect(page.locator("main [role=status]")).to_have_text("Saved as heel-raise-seen.")
    # Nothing that the camera wrote into it is kept, such as where it was taken; it stands upright.
    kept = desk.folder / "photos" / "heel-raise-seen.jpg"
    assert b"Beeblebrox" not in kept.read_bytes()
    with Image.open(kept) as picture:
        assert (picture.size, dict(picture.getexif())) == ((900, 1200), {})
    answer = page.request.get(f"{desk.address}/picture/heel-raise-seen")
    assert answer.headers["content-type"] == "image/jpeg"
