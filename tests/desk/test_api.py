"""Programs of a practice make handouts over HTTP, as the desk makes them."""

from __future__ import annotations

import base64
import io
import json
import re
import stat
import time
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import openpyxl
import pypdf
import pytest

from handouts.desk.serve import lasting_secret
from handouts.errors import ContentError
from tests.desk.conftest import SOON, RunningDesk, make_clinic_folder

pytestmark = [pytest.mark.enable_socket, pytest.mark.slow]

NAME, FIRST = "Zaphod Beeblebrox", "Zaphod"
ORDER: dict[str, Any] = {
    "program": "si-joint-calm",
    "clinic": "riverbend",
    "patient": {"name": NAME, "side": "left", "start": SOON, "reference": "R-42"},
}


@pytest.fixture
def program(desk: RunningDesk) -> Iterator[httpx.Client]:
    """Return a program of the practice."""
    with desk.program() as client:
        yield client


def words(pdf: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return " ".join(" ".join(page.extract_text().split()) for page in pages)


def faults(answer: httpx.Response) -> dict[str, str]:
    """Return what is wrong, by field; nothing of the patient is in it."""
    assert answer.status_code == 422
    assert FIRST not in answer.text
    return {each["field"]: each["message"] for each in answer.json()["problems"]}


# -- one handout


def test_an_order_becomes_a_pdf(program: httpx.Client) -> None:
    answer = program.post("/handouts", json=ORDER)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/pdf"
    assert NAME in words(answer.content)
    code = answer.headers["x-handout-code"]
    assert code in words(answer.content)
    assert int(answer.headers["x-handout-pages"]) == len(
        pypdf.PdfReader(io.BytesIO(answer.content)).pages
    )
    assert answer.headers["content-disposition"].endswith(f'"si-joint-calm-{code}.pdf"')


def test_the_same_with_its_texts(program: httpx.Client) -> None:
    answer = program.post("/handouts", json=ORDER, headers={"Accept": "application/json"})
    made = answer.json()
    assert NAME in words(base64.b64decode(made["pdf"]))
    assert f"Name: {NAME}" in made["text"]
    assert made["draft"] is True
    date, *lines = made["chart"].splitlines()
    assert made["code"] in date
    assert len(lines) == 4
    assert NAME not in made["chart"]


def test_exercises_are_chosen_with_their_doses(program: httpx.Client) -> None:
    """What is left out is as the program has it; without a program as the exercise has it."""
    items = [
        {"exercise": "bird-dog", "dose": "2 x 6, hold 7 s, rest 1 min", "note": "Slowly."},
        {"exercise": "glute-bridge", "variant": "band"},
    ]
    order = {"exercises": items, "clinic": "riverbend", "weeks": 2}
    json = {"Accept": "application/json"}
    made = program.post("/handouts", json=order, headers=json).json()
    assert re.search(r"1\. Hands-and-knees reach: 2 sets of 6.*hold 7 seconds", made["chart"])
    assert "2. Bridge with band" in made["chart"]
    assert "Slowly." in made["text"]
    of_program = {**ORDER, "exercises": [{"exercise": "glute-bridge"}]}
    (_, only) = program.post("/handouts", json=of_program, headers=json).json()["chart"].split("\n")
    assert only.startswith("1. Bridge: 2 sets of 10")


def test_a_handout_begins_in_a_later_week(program: httpx.Client) -> None:
    json = {"Accept": "application/json"}
    order = {"program": "achilles", "clinic": "riverbend", "from_week": 5}
    made = program.post("/handouts", json=order, headers=json).json()
    assert "Week 8" in made["text"]
    assert "Week 4" not in made["text"]
    refused = program.post("/handouts", json={**order, "from_week": 60})
    assert refused.status_code == 422
    assert "from_week" in refused.text


def test_a_handout_of_a_program_is_reopened_at_the_desk(
    desk: RunningDesk, program: httpx.Client
) -> None:
    code = program.post("/handouts", json=ORDER).headers["x-handout-code"]
    with desk.client() as page:
        reopened = page.post("/reopen", data={"code": code}, follow_redirects=True)
    assert "Knee drop" in reopened.text
    assert NAME not in reopened.text
    assert NAME not in (desk.folder / ".desk" / "memory.json").read_text("utf-8")


def test_all_that_is_wrong_is_said_at_once(program: httpx.Client) -> None:
    order = {
        "program": "si-joint-calmer",
        "clinic": "riverbed",
        "layout": "wide",
        "exercises": [
            {"exercise": "bird-dog", "dose": NAME, "note": "\u202eZaphod"},
            {"exercise": "bird-dogg"},
            {"exercise": "glute-bridge", "variant": "zaphod"},
        ],
        "patient": {"name": f"{NAME}\x07", "side": NAME, "start": NAME, "next_visit": "soon"},
    }
    found = faults(program.post("/handouts", json=order))
    assert set(found) == {
        "program", "clinic", "layout", "exercises[0].dose", "exercises[0].note",
        "exercises[1].exercise", "exercises[2].variant", "patient.name", "patient.side",
        "patient.start",
        "patient.next_visit",
    }  # fmt: skip
    assert found["clinic"] == "there is no clinic of this id"


@pytest.mark.parametrize(
    ("order", "field"),
    [
        ({}, "exercises"),
        ({"program": "si-joint-calm", "clinician": NAME}, ""),
        ({"program": "si-joint-calm", "weeks": 99}, "weeks"),
        ({"program": "si-joint-calm", "mode": NAME}, "mode"),
        ({"program": "si-joint-calm", NAME: NAME}, ""),
        ({"program": NAME}, "program"),
        ({"program": "si-joint-calm", "patient": NAME}, "patient"),
        ({"program": "si-joint-calm", "patient": {"nmae": NAME}}, "patient"),
        ({"program": "si-joint-calm", "exercises": [{"exercise": 7}]}, "exercises[0].exercise"),
        ({"exercises": [{"exercise": "glute-bridge", "variant": "x"}]}, "exercises[0].variant"),
        ({"program": "si-joint-calm", "language": "xx"}, ""),
        ([], ""),
        (NAME, ""),
    ],
)
def test_what_is_wrong_has_its_field(program: httpx.Client, order: Any, field: str) -> None:
    assert field in faults(program.post("/handouts", json=order))


def test_what_is_no_json_is_refused(program: httpx.Client) -> None:
    json = {"Content-Type": "application/json"}
    assert faults(program.post("/handouts", content=b'{"Zaphod', headers=json)).keys() == {""}
    assert program.get("/zaphod").status_code == 404
    assert program.put("/handouts").json()["problems"][0]["message"]


def test_many_at_once_are_not_mixed_up(program: httpx.Client) -> None:
    """Each PDF holds its own patient's name, and no other's."""
    names = [f"{first} Prefect" for first in ("Ann", "Bea", "Cleo", "Dora", "Edda", "Flora")]

    def ask(name: str) -> str:
        return words(program.post("/handouts", json={**ORDER, "patient": {"name": name}}).content)

    with ThreadPoolExecutor(len(names)) as asking:
        printed = list(asking.map(ask, names))
    assert [[name for name in names if name in text] for text in printed] == [[n] for n in names]


# -- who may ask


def test_only_who_knows_the_secret_may_ask(desk: RunningDesk, program: httpx.Client) -> None:
    for given in ("", "Bearer guess", "Basic guess"):
        wrong = {"Authorization": given}
        assert program.post("/handouts", json=ORDER, headers=wrong).status_code == 403
        assert program.get("/openapi.json", headers=wrong).status_code == 403
    evil = {"Host": "evil.example"}
    assert program.post("/handouts", json=ORDER, headers=evil).status_code == 421
    # A page of elsewhere has the cookie at most, never the secret.
    with desk.client(Origin="http://evil.example") as page:
        assert page.post("/api/handouts", json=ORDER).status_code == 403


@pytest.mark.parametrize("path", ["/handouts", "/fhir", "/batches"])
def test_what_is_too_large_is_refused(program: httpx.Client, path: str) -> None:
    def body() -> Iterator[bytes]:
        yield b'{"patient": {"name": "'
        for _ in range(500):
            yield b"Z" * 65536

    json = {"Content-Type": "application/json"}
    try:
        answer = program.post(path, content=body(), headers=json)
    except httpx.WriteError:
        return
    assert answer.status_code == 413


def test_a_lasting_secret_is_its_owners_only(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    secret = lasting_secret(file)
    assert secret == file.read_text() == lasting_secret(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    running = RunningDesk(make_clinic_folder(tmp_path), "--secret-file", str(file))
    with running.program(Authorization=f"Bearer {secret}") as program:
        assert program.get("/clinics").status_code == 200
    assert secret not in running.entrance + running.end()
    file.chmod(0o640)
    with pytest.raises(ContentError, match="others can read this secret"):
        lasting_secret(file)
    file.write_text("short")
    file.chmod(0o600)
    with pytest.raises(ContentError, match="this is no secret"):
        lasting_secret(file)


# -- what there is


def test_exercises_are_found(program: httpx.Client) -> None:
    found = program.get("/exercises", params={"q": "bridge"}).json()
    assert "glute-bridge" in {each["id"] for each in found}
    bridge = next(each for each in found if each["id"] == "glute-bridge")
    assert bridge["variants"]["band"] == "Bridge with band"
    asked = {"region": "hip", "equipment": "none", "place": "floor"}
    free = [each for each in program.get("/exercises", params=asked).json() if each["fits"]]
    assert free
    assert all("hip" in each["regions"] for each in free)
    assert not any("band" in " ".join(each["equipment"]) for each in free)
    banded = program.get("/exercises", params={"q": "bridge", "equipment": "band"}).json()
    assert {"id": "glute-bridge", "fits": False}.items() <= banded[0].items()
    assert set(faults(program.get("/exercises", params={"place": NAME}))) == {"place"}


def test_programs_clinics_and_layouts_are_listed(program: httpx.Client) -> None:
    (calm,) = program.get("/programs", params={"q": "si-joint-calm"}).json()
    assert calm["exercises"][0]["exercise"] == "knee-drop"
    for asked in ("ankle sprain", "ANKEL", "sprian"):
        found = program.get("/programs", params={"q": asked}).json()
        assert "ankle-sprain-begin" in {each["id"] for each in found}, asked
    (clinic,) = program.get("/clinics").json()
    assert "dana-whitfield" in clinic["clinicians"]
    layouts = {each["id"]: each for each in program.get("/layouts").json()}
    assert layouts["standard"]["leaves_out"] == []


def test_it_is_described(program: httpx.Client) -> None:
    """Every path has a summary, and the body of an order all its fields."""
    described = program.get("/openapi.json").json()
    assert described["openapi"].startswith("3.")
    assert described["servers"] == [{"url": "/api"}]
    operations = [each for path in described["paths"].values() for each in path.values()]
    assert all(each.get("summary") and each.get("description") for each in operations)
    fields = described["components"]["schemas"]["OrderIn"]["properties"]
    assert set(ORDER) < set(fields)
    assert (
        "application/pdf" in described["paths"]["/handouts"]["post"]["responses"]["200"]["content"]
    )


def test_every_answer_is_described(program: httpx.Client) -> None:
    """With its status and the kind of its content; the description itself is whole."""
    described = program.get("/openapi.json").json()
    wanted = set(re.findall(r'"\$ref": "#/components/schemas/(\w+)"', json.dumps(described)))
    assert wanted <= set(described["components"]["schemas"])
    assert "$defs" not in json.dumps(described)
    operations = {
        (method, path): each
        for path, methods in described["paths"].items()
        for method, each in methods.items()
    }
    assert all(each["security"] for each in operations.values())
    fhir = "application/fhir+json"
    bodies: list[dict[str, Any]] = [
        {}, {"content": b"\xff", "headers": {"Content-Type": "application/json"}},
        {"content": b"{}", "headers": {"Content-Type": fhir}}, {"json": ORDER},
        {"params": {"zaphod": "1"}}, {"json": ORDER, "headers": {"Authorization": "Bearer no"}},
    ]  # fmt: skip
    for (method, path), each in operations.items():
        address = re.sub(r"\{\w+\}", "zaphod", path)
        for body in bodies if method == "post" else bodies[:1]:
            answer = program.request(method, address, **body)
            known = each["responses"][str(answer.status_code)]
            kind = answer.headers["content-type"].partition(";")[0]
            assert kind in known["content"], (method, path, answer.status_code)


# -- lists of patients

LIST = f"reference,name,affected_side\nA-1,{NAME},left\nA-2,Jo Reed,nowhere\nA-3,Al Roe,right\n"
ALL = {"clinic": "riverbend", "program": "si-joint-calm"}


def ended(program: httpx.Client, batch: str) -> dict[str, Any]:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        told: dict[str, Any] = program.get(f"/batches/{batch}").json()
        if told["state"] != "making":
            return told
        time.sleep(0.2)
    pytest.fail("it does not end")


def test_a_list_becomes_files(program: httpx.Client) -> None:
    csv = {"Content-Type": "text/csv"}
    answer = program.post("/batches", params=ALL, content=LIST.encode(), headers=csv)
    assert answer.status_code == 201
    told = answer.json()
    assert answer.headers["location"] == f"/api/batches/{told['id']}"
    assert told["total"] == 3
    assert [row["row"] for row in told["failures"]] == [3]
    done = ended(program, told["id"])
    assert done["state"] == "finished"
    assert (done["made"], done["failed"]) == (2, 1)
    assert set(done["files"]) == {"print.pdf", "failed.csv", "handouts.zip"}
    assert NAME not in str(told) + str(done)
    files = {name: program.get(f"/batches/{told['id']}/{name}").content for name in done["files"]}
    assert NAME in words(files["print.pdf"])
    with zipfile.ZipFile(io.BytesIO(files["handouts.zip"])) as archive:
        assert sum(NAME in words(archive.read(each)) for each in archive.namelist()) == 1
        assert len(archive.namelist()) == 2
    assert b"Jo Reed" in files["failed.csv"]
    assert program.delete(f"/batches/{told['id']}").status_code == 204
    assert program.get(f"/batches/{told['id']}").status_code == 404


def test_a_handout_of_a_list_is_reopened_at_the_desk(
    desk: RunningDesk, program: httpx.Client
) -> None:
    """With the row's exercises, doses and week, and without its patient; the code stays."""
    row = {"reference": "C-1", "name": NAME, "note": "Mind the towel", "program": "low-back-begin",
           "exercises": "1, 3", "from_week": "5", "layout": "large-print",
           "clinician": "Luis Herrera, PT"}  # fmt: skip
    third = program.get("/programs", params={"q": "low-back-begin"}).json()[0]["exercises"][2]
    row[f"dose:{third['exercise']}"] = "1 x 6"
    told = program.post("/batches", params={"clinic": "riverbend"}, json={"rows": [row]}).json()
    assert ended(program, told["id"])["made"] == 1
    folder = desk.folder / "batches" / told["id"] / "handouts"
    (line,) = (folder / "manifest.jsonl").read_text("utf-8").splitlines()
    code = json.loads(line)["code"]
    with desk.client() as page:
        answer = page.post("/reopen", data={"code": f"{code.lower()} TOKEN"})
        where = answer.headers["location"]
        reopened = page.get(where).text
        again = page.get(f"{where}/handout.pdf").headers["content-disposition"]
        unknown = page.post("/reopen", data={"code": f"{code[:-6]}000000"})
    assert reopened.count("data-item=") == 2
    assert 'value="1 x 6"' in reopened
    assert re.search('value="luis-herrera" selected|selected value="luis-herrera"', reopened)
    assert NAME not in reopened
    assert "Mind the towel" not in reopened
    assert code in again
    assert 'id="unknown"' in unknown.text
    program.delete(f"/batches/{told['id']}")


def test_rows_and_workbooks_are_lists_too(program: httpx.Client) -> None:
    rows = [{"reference": "B-1", "program": "si-joint-calm", "Vorname": NAME}]
    refused = program.post("/batches", params={"map": "Vorname"}, json={"rows": rows})
    assert refused.status_code == 422
    assert refused.json()["problems"][0]["message"] == "item 1 of map must be COLUMN=HEADER"
    asked = {"map": "name=Vorname", "make": "false"}
    told = program.post("/batches", params=asked, json={"rows": rows}).json()
    assert (told["state"], told["total"], told["failures"]) == ("waiting", 1, [])
    assert program.get(f"/batches/{told['id']}/handouts.zip").status_code == 404
    assert program.post(f"/batches/{told['id']}/make").status_code == 202
    assert ended(program, told["id"])["made"] == 1
    book, stream = openpyxl.Workbook(), io.BytesIO()
    assert book.active is not None
    for line in LIST.splitlines():
        book.active.append(line.split(","))
    book.save(stream)
    told = program.post(
        "/batches", params={**ALL, "make": "false"}, content=stream.getvalue()
    ).json()
    assert told["total"] == 3
    known = {each["id"] for each in program.get("/batches").json()}
    assert told["id"] in known


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("text/csv", b""),
        ("text/csv", b"x,y\nZaphod,2\n"),
        ("application/json", b'{"rows": [{"reference": 7, "name": "Zaphod"}]}'),
        ("application/json", b'{"rows": []}'),
        ("application/json", b'["Zaphod"'),
    ],
)
def test_what_is_no_list_is_refused_and_not_kept(
    desk: RunningDesk, program: httpx.Client, kind: str, content: bytes
) -> None:
    before = len(list((desk.folder / "batches").glob("*")))
    assert faults(program.post("/batches", content=content, headers={"Content-Type": kind}))
    assert len(list((desk.folder / "batches").glob("*"))) == before


def test_nothing_of_a_patient_is_said_by_the_process(tmp_path: Path) -> None:
    running = RunningDesk(make_clinic_folder(tmp_path))
    with running.program() as program:
        program.post("/handouts", json=ORDER)
        program.post("/handouts", json={**ORDER, "patient": {"name": NAME, "start": NAME}})
        program.get(f"/{NAME}")
    assert FIRST not in running.end()


def test_an_unknown_key_is_named_only_if_it_is_nearly_one_of_ours(program: httpx.Client) -> None:
    patient, item = ORDER["patient"], {"exercise": "bird-dog"}
    for key, wrong, meant in (
        ("", {**ORDER, FIRST: 1, "programm": "x"}, "program"),
        ("patient", {**ORDER, "patient": {**patient, FIRST: "x", "nme": "y"}}, "name"),
        ("exercises[0]", {**ORDER, "exercises": [{**item, FIRST: 1, "doze": "3"}]}, "dose"),
    ):
        answer = program.post("/handouts", json=wrong)
        assert FIRST not in answer.text
        told = [(each["field"], each["hint"]) for each in answer.json()["problems"]]
        assert sorted(told) == [(key, ""), (key, f'did you mean "{meant}"?')]
    answer = program.post("/batches", json={"rows": [{"name": "a"}], "rowz": []})
    assert answer.json()["problems"][0]["hint"] == 'did you mean "rows"?'


def test_hints_name_parameters_and_not_options_of_the_command(program: httpx.Client) -> None:
    csv, rows = {"content-type": "text/csv"}, "name,reference,start\nZo\xeb,1,3/4/2026\n"
    params = {"clinic": "riverbend", "program": "si-joint-calm", "make": "false"}
    answer = program.post("/batches", params=params, content=rows.encode("cp1252"), headers=csv)
    assert "such as encoding=cp1252," in answer.json()["problems"][0]["hint"]
    params["encoding"] = "cp1252"
    answer = program.post("/batches", params=params, content=rows.encode("cp1252"), headers=csv)
    ((told,),) = [each["problems"] for each in answer.json()["failures"]]
    assert told["hint"].startswith("use dates=dmy or dates=mdy, ")
    (told,) = program.post("/batches", content=b"a,b\n1,2\n", headers=csv).json()["problems"]
    assert told["hint"] == "name its header with map=reference=HEADER"
    (told,) = program.get("/exercises", params={"q": "x" * 300}).json()["problems"]
    assert told["message"] == "q must have at most 200 characters"
