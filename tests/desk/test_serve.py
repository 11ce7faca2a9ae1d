"""The desk begins and ends cleanly, and says in words what it cannot do."""

from __future__ import annotations

import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import webbrowser
from pathlib import Path

import httpx
import pytest
import uvicorn
from click.testing import CliRunner

from handouts.cli.main import cli
from handouts.desk import lists
from handouts.desk.language import words_of
from handouts.desk.lists import PatientLists, Reading
from handouts.desk.serve import open_browser
from handouts.errors import DeliveryError
from tests.desk.conftest import RunningDesk, get, make_clinic_folder
from tests.desk.test_lists_page import until
from tests.photos import room, saved

pytestmark = [pytest.mark.enable_socket, pytest.mark.slow]
PROGRAM = {"program": "si-joint-calm", "clinic": "riverbend"}
EXERCISE = {
    "name": "Wall push", "kind": "strength", "dose_kind": "reps", "position": "standing",
    "purpose": "Makes your arms stronger.", "steps": "Push the wall away. {repeat}",
    "feel_it": "your arms work.", "watch_out": "your back stays straight.", "sides": "both",
    "region-shoulder": "on", "dosage": "2 x 8", "photo_alt": "A man pushes a wall.",
}  # fmt: skip


def test_a_port_that_is_taken() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = CliRunner().invoke(cli, ["desk", "--no-browser", "--port", port])
    assert done.exit_code == 1
    assert f"port {port} of 127.0.0.1 cannot be used" in done.output
    assert "if a desk is open there" in done.output
    assert "--port" in done.output


def test_a_folder_that_another_desk_has_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until that one is gone, however it ended, nobody can replace what it has saved."""
    served: list[str] = []

    def run(_: uvicorn.Server, sockets: list[socket.socket]) -> None:
        sockets[0].close()
        served.append("served")

    monkeypatch.setattr(uvicorn.Server, "run", run)
    second = ["--folder", str(tmp_path), "desk", "--no-browser"]
    with RunningDesk(make_clinic_folder(tmp_path)) as desk:
        done = CliRunner().invoke(cli, second)
        assert done.exit_code == 1
        assert "a desk is already open with" in done.output
        assert not served
        desk.kill()
    for _ in range(2):
        assert CliRunner().invoke(cli, second).exit_code == 0
    assert len(served) == 2


def test_where_no_browser_opens_the_address_is_to_be_copied(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """And with a lasting secret, which is never printed, where that stands."""

    def refuse(_: str) -> bool:
        raise webbrowser.Error("no browser")

    for opened in (refuse, lambda _: False):
        monkeypatch.setattr(webbrowser, "open", opened)
        said: list[str] = []
        open_browser("http://127.0.0.1:1/?key=x", None, said.append)
        open_browser("http://127.0.0.1:1/?key=x", Path("desk-secret"), said.append)
        assert len(said) == 2
        assert all("copy the address above" in each and "key=x" not in each for each in said)
        assert "desk-secret" in said[1]
    monkeypatch.setattr(webbrowser, "open", lambda _: True)
    open_browser("http://127.0.0.1:1/?key=x", None, pytest.fail)


def test_it_starts_from_nothing(tmp_path: Path) -> None:
    """The desks of other tests are forked from a process that has loaded the program."""
    command = [sys.executable, "-m", "handouts", "desk", "--no-browser"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=tmp_path) as desk:
        assert desk.stdout is not None
        (address,) = re.findall(r"The desk is open at (\S+)", desk.stdout.readline())
        assert get(address, follow_redirects=True).status_code in (200, 403)
        desk.send_signal(signal.SIGINT)
        assert desk.stdout.read().endswith("The desk is closed.\n")
    assert desk.returncode == 0


def test_ctrl_c_while_requests_run_and_a_list_is_made(tmp_path: Path) -> None:
    """Both end; the list can be gone on with."""
    folder = make_clinic_folder(tmp_path)
    rows = "".join(f"C-{number},si-joint-calm,riverbend\n" for number in range(300))
    with RunningDesk(folder) as desk, desk.client() as client:
        files = {"list": ("today.csv", f"reference,program,clinic\n{rows}".encode())}
        where = client.post("/patients", files=files).headers["location"]
        assert client.post(f"{where}/make").status_code == 303
        until(lambda: 'id="bar"' in client.get(where).text)
        begun = client.post("/handout", data=PROGRAM).headers["location"]

        def ask() -> None:
            try:
                while True:
                    client.get(f"{begun}/handout.pdf")
            except httpx.HTTPError:
                pass

        asking = [threading.Thread(target=ask) for _ in range(3)]
        for each in asking:
            each.start()
        time.sleep(0.5)
        said = desk.end()
        for each in asking:
            each.join()
    assert desk.process.exit_code == 0
    assert said.strip().endswith("The desk is closed.")
    assert "Traceback" not in said
    (left,) = PatientLists(folder).all
    assert left.begun
    assert not left.task.running


def test_a_folder_that_cannot_be_written_and_then_is_gone(tmp_path: Path) -> None:
    """A handout is made all the same; what is to be kept is refused in words."""
    folder = make_clinic_folder(tmp_path / "clinic")
    for name in (".desk", "batches", "programs", "photos"):
        (folder / name).write_bytes(b"a file is in the way")
    files = {"list": ("today.csv", b"reference\nA-1\n")}
    with RunningDesk(folder) as desk, desk.client() as client:
        where = client.post("/handout", data=PROGRAM).headers["location"]
        assert client.get(f"{where}/handout.pdf").content.startswith(b"%PDF")
        answer = client.post("/patients", files=files)
        assert answer.status_code == 400
        assert "batches" in answer.text
        liked = client.post("/favourite", data={"program": "si-joint-calm", "liked": "1"})
        assert liked.status_code == 400
        answer = client.post(f"{where}/program", data={"name": "Our calm"})
        assert (answer.status_code, "programs" in answer.text) == (400, True)
        picture = ("wall.jpg", saved(room()))
        answer = client.post("/clinic/exercise", data=EXERCISE, files={"photo": picture})
        assert (answer.status_code, "photos" in answer.text) == (400, True)
        assert not list(folder.glob("exercises/*"))
        (folder / "photos").unlink()
        (folder / "exercises").write_bytes(b"a file is in the way")
        answer = client.post("/clinic/exercise", data=EXERCISE, files={"photo": picture})
        assert (answer.status_code, "exercises" in answer.text) == (400, True)
        assert not list(folder.glob("photos/*"))
        shutil.rmtree(folder)
        for path in ("/", "/patients", "/clinic", where):
            answer = client.get(path)
            assert answer.status_code in (200, 400, 409), (path, answer.text)
            assert "bug" not in answer.text
        assert client.post("/patients", files=files).status_code in (303, 400)
        said = desk.end()
    assert "bug" not in said
    assert "Traceback" not in said


def test_a_list_that_cannot_be_kept_whole_is_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, content: bytes) -> None:
        if path.name == "desk.json":
            raise DeliveryError("the disk is full")
        path.write_bytes(content)

    monkeypatch.setattr(lists, "write_whole", full)
    with pytest.raises(DeliveryError):
        PatientLists(tmp_path).add(b"reference\nA-1\n", Reading(), words_of("en"))
    assert list((tmp_path / "batches").iterdir()) == []
