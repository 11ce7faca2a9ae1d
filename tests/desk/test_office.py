"""The desk in the office's network: only over TLS, only with an account, nothing mixed up."""

from __future__ import annotations

import io
import re
import socket
import ssl
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pypdf
import pytest
from click.testing import CliRunner
from playwright.sync_api import Browser, expect

from handouts.cli.main import cli
from handouts.desk.accounts import IDLE_SECONDS, Accounts, Sessions, SignInTries
from handouts.errors import ContentError
from tests.deliver.mail.certificates import Certificates, make_certificates
from tests.desk.conftest import RunningDesk, make_clinic_folder
from tests.desk.test_handout_page import faults

pytestmark = [pytest.mark.enable_socket, pytest.mark.slow]
PASSWORDS = {"reception": "violet ladder soup", "dana": "seven quiet kettles"}
PEOPLE = 20


def run(folder: Path, *arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    """Run ``handouts desk`` where it comes to its end by itself; without a terminal."""
    return subprocess.run(
        [sys.executable, "-m", "handouts", "--folder", str(folder), "desk", "--no-browser",
         *arguments],
        input=typed, capture_output=True, text=True, timeout=60, start_new_session=True,
        check=False,
    )  # fmt: skip


def refused(folder: Path, *arguments: str) -> str:
    """Return how the same command says in words why it is not done."""
    words = ["--folder", str(folder), "desk", "--no-browser", *arguments]
    done = CliRunner().invoke(cli, words, input="too short\n" * 2)
    assert done.exit_code == 1
    return done.output


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make_certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="module")
def office(
    tmp_path_factory: pytest.TempPathFactory, certificates: Certificates
) -> Iterator[RunningDesk]:
    """Return a desk of the network with two accounts, which the command line has added."""
    folder = make_clinic_folder(tmp_path_factory.mktemp("office"))
    for name, password in PASSWORDS.items():
        assert run(folder, "--add-account", name, typed=f"{password}\n" * 2).returncode == 0
    pem = str(certificates.good)
    hosts = ("--host", "0.0.0.0", "--host", "127.0.0.1")  # noqa: S104 - as an office does
    with RunningDesk(folder, *hosts, "--certificate", pem, "--key", pem) as desk:
        desk.address = desk.entrance.rstrip("/")
        yield desk


def visitor(desk: RunningDesk, certificates: Certificates, **headers: str) -> httpx.Client:
    """Return somebody's browser, which has not signed in."""
    known = {"Origin": desk.address, "Accept": "text/html", **headers}
    trusted = ssl.create_default_context(cafile=certificates.authority)
    return httpx.Client(base_url=desk.address, headers=known, timeout=120, trust_env=False,
                        verify=trusted)  # fmt: skip


def sign_in(client: httpx.Client, name: str, password: str = "") -> httpx.Response:
    return client.post("/sign-in", data={"name": name, "password": password or PASSWORDS[name]})


def handout_of(client: httpx.Client, name: str) -> str:
    """Make a handout for somebody; return the text of its PDF."""
    begun = client.post("/handout", data={"program": "si-joint-calm", "clinic": "riverbend"})
    assert begun.status_code == 303
    where = begun.headers["location"]
    assert client.post(f"{where}/person", data={"name": name}).status_code == 303
    pdf = client.get(f"{where}/handout.pdf")
    assert pdf.status_code == 200
    pages = pypdf.PdfReader(io.BytesIO(pdf.content)).pages
    return " ".join(" ".join(page.extract_text().split()) for page in pages)


def test_what_is_missing_is_said_before_anybody_can_come_in(
    tmp_path: Path, certificates: Certificates
) -> None:
    folder = make_clinic_folder(tmp_path)
    everywhere = ("--host", "0.0.0.0")  # noqa: S104 - it is refused
    pem = ("--certificate", str(certificates.good), "--key", str(certificates.good))
    authority = ("--certificate", str(certificates.authority), "--key", str(certificates.good))
    for arguments, said in (
        ((*everywhere, *pem), "needs an account"),
        (("--trust-host", "desk.clinic.example"), "needs an account"),
        (("--add-account", "dana"), "fewer than 12 characters"),
        (("--remove-account", "dana"), "there is no such account"),
    ):
        assert said in refused(folder, *arguments)
    assert run(folder, "--add-account", "dana", typed="seven quiet kettles\n" * 2).returncode == 0
    for arguments, said in (
        (everywhere, "needs a TLS certificate"),
        ((*everywhere, *authority), "are no certificate and its key"),
        (("--host", "no.such.name.invalid", *pem), "is no name of this machine"),
    ):
        assert said in refused(folder, *arguments)
    file = folder / ".desk" / "accounts.json"
    assert file.stat().st_mode & 0o077 == 0
    assert "kettles" not in file.read_text("utf-8")
    assert "$argon2id$" in file.read_text("utf-8")


def test_nobody_comes_in_without_an_account(
    office: RunningDesk, certificates: Certificates
) -> None:
    with visitor(office, certificates) as client:
        for path in ("/", "/patients", "/clinic", "/?key=anything"):
            assert client.get(path).headers["location"] == "/sign-in"
        assert client.post("/handout", data={}).status_code == 303
        assert client.get("/patients", headers={"Accept": "*/*"}).status_code == 401
        assert client.get("/sign-in", headers={"Host": "evil.example"}).status_code == 421
        foreign = {"Origin": "https://evil.example"}
        given = {"name": "dana", "password": PASSWORDS["dana"]}
        assert client.post("/sign-in", data=given, headers=foreign).status_code == 403
        answer = sign_in(client, "dana")
        cookie = answer.headers["set-cookie"].lower()
        assert all(each in cookie for each in ("httponly", "secure", "samesite=strict"))
        assert "Signed in as dana" in client.get("/").text
        assert client.post("/sign-out").status_code == 303
        assert client.get("/").headers["location"] == "/sign-in"


def test_handouts_belong_to_who_began_them(office: RunningDesk, certificates: Certificates) -> None:
    """Another account cannot open them, nor the same one in another browser; leaving forgets."""
    with (
        visitor(office, certificates) as dana,
        visitor(office, certificates) as other,
        visitor(office, certificates) as dana_elsewhere,
    ):
        sign_in(dana, "dana")
        sign_in(other, "reception")
        sign_in(dana_elsewhere, "dana")
        where = dana.post("/handout", data={"program": "si-joint-calm", "clinic": "riverbend"})
        path = where.headers["location"]
        assert dana.get(path).status_code == 200
        for client in (other, dana_elsewhere):
            for name in ("", "/handout.pdf", "/page/1", "/text"):
                assert client.get(path + name).status_code == 410
            for name in ("person", "undo", "closing", "email"):
                assert client.post(f"{path}/{name}", data={"name": "x"}).status_code == 410
        dana.post("/sign-out")
        sign_in(dana, "dana")
        assert dana.get(path).status_code == 410


def test_wrong_passwords_make_wait(office: RunningDesk, certificates: Certificates) -> None:
    """After some, also for who would know it; no account is said to be one."""
    with visitor(office, certificates) as client:
        answers = [sign_in(client, "nobody", "guess of a word") for _ in range(6)]
        assert [each.status_code for each in answers] == [403] * 5 + [429]
        assert int(answers[-1].headers["retry-after"]) > 0
        assert "The name or the password is wrong" in answers[0].text
        assert sign_in(client, "dana").status_code == 303


def test_a_session_ends_when_nobody_is_there(tmp_path: Path) -> None:
    now, forgotten = [0.0], list[str]()
    accounts = Accounts(tmp_path)
    accounts.add("dana", PASSWORDS["dana"])
    sessions = Sessions(accounts, forgotten.append, lambda: now[0])
    token, other = sessions.begin("dana"), sessions.begin("dana")
    found = sessions.of(token)
    assert found is not None
    now[0] += IDLE_SECONDS - 1
    assert sessions.of(token) == found
    now[0] += 2
    assert sessions.of(other) is None
    assert sessions.of(token) is not None
    assert len(forgotten) == 1
    # Another password, or no account any more, ends it at once.
    accounts.add("dana", "another long password")
    assert sessions.of(token) is None
    assert forgotten[-1] == found.owner
    with pytest.raises(ContentError):
        accounts.remove("nobody")
    assert not accounts.knows("nobody", "another long password")


def test_the_wait_grows_and_passes() -> None:
    now = [0.0]
    tries = SignInTries(lambda: now[0])
    waits = []
    for _ in range(9):
        tries.failed("dana", "here")
        waits.append(tries.wait("dana", "elsewhere"))
        now[0] += waits[-1]
    assert waits[:4] == [0, 0, 0, 0]
    assert waits[4:] == sorted(set(waits[4:]))
    assert tries.wait("reception", "here") == 0
    tries.succeeded("dana")
    tries.failed("dana", "here")
    assert tries.wait("dana", "here") == 0
    for number in range(10):
        tries.failed(f"guess {number}", "here")
    assert tries.wait("reception", "here") > 0


def test_twenty_at_once(
    office: RunningDesk, certificates: Certificates, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each gets the own patient's handout, and no other name is on it; p95 is reported."""
    names = [f"Patient{chr(65 + number)}quist" for number in range(PEOPLE)]

    def timed(client: httpx.Client, name: str) -> tuple[float, str]:
        begun = time.monotonic()
        text = handout_of(client, name)
        return time.monotonic() - begun, text

    clients = [visitor(office, certificates) for _ in names]
    try:
        for number, client in enumerate(clients):
            assert sign_in(client, list(PASSWORDS)[number % 2]).status_code == 303
        timed(clients[0], names[0])
        alone = statistics.median(timed(clients[0], names[0])[0] for _ in range(3))
        with ThreadPoolExecutor(PEOPLE) as people:
            found = list(people.map(timed, clients, names))
    finally:
        for client in clients:
            client.close()
    for name, (_, text) in zip(names, found, strict=True):
        assert re.findall(r"Patient[A-Z]quist", text)
        assert set(re.findall(r"Patient[A-Z]quist", text)) == {name}
    p95 = sorted(seconds for seconds, _ in found)[int(PEOPLE * 0.95) - 1]
    with capsys.disabled():
        ratio = f"p95 is {p95:.1f} s, {p95 / alone:.1f} times one alone"
        sys.stdout.write(f"\n{PEOPLE} at once: {ratio}\n")


def test_the_page_to_sign_in(browser: Browser, office: RunningDesk) -> None:
    context = browser.new_context(ignore_https_errors=True, bypass_csp=True)
    page = context.new_page()
    page.goto(office.address)
    assert faults(page) == []
    page.get_by_label("Name").fill("dana")
    page.get_by_label("Password").fill(PASSWORDS["dana"])
    page.keyboard.press("Enter")
    expect(page.locator("header")).to_contain_text("Signed in as dana")
    assert faults(page) == []
    page.goto(f"{office.address}/clinic/riverbend")
    page.fill("#hours", "Mo to Fr")
    context.clear_cookies()
    page.click("#save-clinic")
    expect(page.locator("#warning")).to_contain_text("Sign in first.")
    page.request.post(f"{office.address}/sign-in", headers={"Origin": office.address},
                      form={"name": "dana", "password": PASSWORDS["dana"]})  # fmt: skip
    page.click("#save-clinic")
    expect(page.locator("main [role=status]")).to_be_visible()
    assert "hours: Mo to Fr" in (office.folder / "clinics/riverbend.yaml").read_text("utf-8")
    page.click("#sign-out")
    expect(page.locator("h1")).to_have_text("Sign in to the desk")
    context.close()


def test_behind_a_reverse_proxy(tmp_path: Path) -> None:
    """TLS is the proxy's; only the names that it is trusted for are the desk's."""
    folder = make_clinic_folder(tmp_path)
    typed = f"{PASSWORDS['dana']}\n" * 2
    assert run(folder, "--add-account", "dana", typed=typed).returncode == 0
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    name = "desk.clinic.example"
    with RunningDesk(folder, "--trust-host", name, "--port", str(port)) as desk:
        assert desk.entrance == f"https://{name}/"
        known = {"Host": name, "Origin": f"https://{name}", "Accept": "text/html"}
        inner = f"http://127.0.0.1:{port}"
        with httpx.Client(base_url=inner, headers=known, trust_env=False, timeout=60) as client:
            assert client.get("/").headers["location"] == "/sign-in"
            answer = sign_in(client, "dana")
            assert answer.status_code == 303
            assert "secure" in answer.headers["set-cookie"].lower()
            assert client.get("/", headers={"Host": "evil.example"}).status_code == 421
