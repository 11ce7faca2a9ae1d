"""FHIR requests over HTTP and as files: what comes back is a document of the patient."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import subprocess
import sys
from pathlib import Path

import pypdf
import pytest

from tests.desk.conftest import ROOT, SOON, RunningDesk
from tests.desk.test_fhir import PATIENT, PRESCRIPTION, PROGRAM, bundle, changed


@pytest.mark.enable_socket
def test_a_body_becomes_a_document(desk: RunningDesk) -> None:
    later = {"start": SOON}
    request = changed(PRESCRIPTION, code={"coding": [PROGRAM]}, occurrencePeriod=later)
    body = json.dumps(bundle(PATIENT, request)).encode()
    with desk.program(**{"Content-Type": "application/fhir+json"}) as program:
        answer = program.post("/fhir", content=body)
        wrong = program.post("/fhir", content=json.dumps(bundle(PATIENT)).encode())
        where = program.post("/fhir?layout=wide", content=body)
        large = program.post("/fhir", content=b" " * (2 * 1024 * 1024) + body)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("application/fhir+json")
    told = answer.json()
    (document,) = (each["resource"] for each in told["entry"])
    assert document["resourceType"] == "DocumentReference"
    assert (document["status"], document["docStatus"]) == ("current", "preliminary")
    assert document["type"]["coding"][0]["code"] == "69730-0"
    assert document["subject"] == {
        "reference": "http://example.org/fhir/Patient/Scen1PatientKhatun"
    }
    related = document["context"]["related"]
    assert related == [{"reference": "http://example.org/fhir/ServiceRequest/Scen1ExerciseRx"}]
    code = document["identifier"][0]["value"]
    assert document["description"].splitlines()[0].endswith(f"({code})")
    assert len(document["description"].splitlines()) == 5
    pdf, text = (each["attachment"] for each in document["content"])
    content = base64.b64decode(pdf["data"])
    assert len(content) == pdf["size"]
    assert base64.b64decode(pdf["hash"]) == hashlib.sha1(content, usedforsecurity=False).digest()
    assert "Jorin Khatun" in pypdf.PdfReader(io.BytesIO(content)).pages[0].extract_text()
    assert b"Jorin Khatun" in base64.b64decode(text["data"])
    # Only the document itself is the patient's.
    for each in (pdf, text):
        del each["data"]
    assert "Jorin" not in json.dumps(told)
    assert (wrong.status_code, where.status_code, large.status_code) == (422, 422, 413)
    assert wrong.json()["resourceType"] == "OperationOutcome"
    assert wrong.json()["issue"][0]["severity"] == "error"


def test_a_file_becomes_a_handout(tmp_path: Path) -> None:
    """The example that `handouts new fhir` writes says all that is read."""
    example = tmp_path / "request.json"
    content = (ROOT / "data" / "templates" / "fhir.json").read_text()
    # With the mark of UTF-8 in front, as systems for Windows write it.
    example.write_text(content.replace("2026-12-01", SOON), "utf-8-sig")

    def run(*options: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "handouts", "fhir", str(example), *options]
        return subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)

    done = run("--clinic", "riverbend", "-o", "maria.pdf")
    assert done.returncode == 0, done.stderr
    assert done.stderr == (
        "a draft: no clinician of riverbend has checked its texts yet; "
        "handouts review si-joint-calm --clinic riverbend\n"
    )
    text = pypdf.PdfReader(tmp_path / "maria.pdf").pages[0].extract_text()
    assert all(each in text for each in ("Maria Ann Moss", "Begin gently."))
    told = json.loads((tmp_path / "maria.fhir.json").read_bytes())
    attachment = told["entry"][0]["resource"]["content"][0]["attachment"]
    assert base64.b64decode(attachment["data"]) == (tmp_path / "maria.pdf").read_bytes()
    example.write_text(example.read_text().replace("si-joint-calm", "none"))
    done = run("--clinic", "riverbend", "-o", "none.pdf")
    assert done.returncode == 1
    assert 'request.json: Bundle.entry[1].resource.code: there is no program "none"' in done.stderr
    assert "Moss" not in done.stderr
    assert not (tmp_path / "none.pdf").exists()
