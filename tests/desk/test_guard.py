"""Only the desk's own page speaks to the desk, and the browser is told to load nothing else."""

from __future__ import annotations

import asyncio
import html
import http.client
import re
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from handouts.desk.guard import COOKIE, LARGEST_BODY, Access, Guard
from handouts.desk.language import USUAL, words_of
from tests.desk.conftest import RunningDesk, get, make_clinic_folder

pytestmark = pytest.mark.enable_socket


def test_the_first_address_lets_in_once_and_hides_its_secret(desk: RunningDesk) -> None:
    """Its secret becomes a cookie that no script reads and no other site's request carries."""
    answer = get(desk.entrance)
    assert answer.status_code == 303
    assert "key" not in answer.headers["location"]
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie


def test_without_the_secret_nothing_is_shown(desk: RunningDesk) -> None:
    for path in ("/", "/patients", "/clinic", "/picture/bird-dog", "/static/desk.js"):
        assert get(desk.address + path).status_code == 403
    wrong = get(desk.address, cookies={COOKIE: "guess"})
    assert wrong.status_code == 403


def test_who_looks_at_a_page_of_a_desk_that_was_closed_is_told(desk: RunningDesk) -> None:
    """On a page that shows and loads nothing else of the desk, whatever was asked."""
    known = {"Accept": "text/html", "Origin": desk.address}
    with httpx.Client(base_url=desk.address, headers=known, trust_env=False) as stranger:
        for answer in (stranger.get("/"), stranger.post("/clinic/riverbend", data={"name": "x"})):
            assert answer.status_code == 403
            assert words_of(USUAL)("guard_stranger") in html.unescape(answer.text)
            assert re.findall('(?:href|src|action)="([^"]+)"', answer.text) == [
                "data:,", "/static/desk.css", "#main"
            ]  # fmt: skip
        assert stranger.get("/static/desk.css").status_code == 200


def test_another_name_for_this_machine_is_refused(desk: RunningDesk) -> None:
    """A page of elsewhere whose name leads here (DNS rebinding) has its own name in Host."""
    with desk.client() as client:
        assert client.get("/", headers={"Host": "evil.example"}).status_code == 421
        port = urlsplit(desk.address).port
        assert client.get("/", headers={"Host": f"evil.example:{port}"}).status_code == 421
        assert client.get("/", headers={"Host": f"localhost:{port}"}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
    ],
)
def test_a_change_comes_from_the_desks_own_page(desk: RunningDesk, headers: dict[str, str]) -> None:
    with desk.client() as client:
        wanted = {"program": "si-joint-calm", "clinic": "riverbend"}
        assert client.post("/handout", data=wanted).status_code == 303
        assert client.post("/handout", data=wanted, headers=headers).status_code == 403
        del client.headers["Origin"]
        assert client.post("/handout", data=wanted).status_code == 403


def test_every_answer_forbids_what_is_from_elsewhere(desk: RunningDesk) -> None:
    """Also a refusal, which a page of elsewhere could otherwise frame or keep."""
    with desk.client() as client:
        answers = [client.get(path) for path in ("/", "/static/desk.js", "/no/such/page")]
        answers.append(client.get("/", headers={"Host": "evil.example"}))
    answers += [get(desk.address), get(desk.entrance)]
    assert [answer.status_code for answer in answers] == [200, 200, 404, 421, 403, 303]
    for answer in answers:
        headers = answer.headers
        policy = dict(
            each.split(maxsplit=1) for each in headers["content-security-policy"].split("; ")
        )
        assert policy.pop("img-src") == "'self' data:"
        assert {"default-src", "frame-ancestors", "form-action", "base-uri"} < policy.keys()
        assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
        assert set(policy.values()) == {"'none'", "'self'"}
        assert headers["cache-control"] in ("no-store", "private")
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "same-origin"
        for kind in ("opener", "resource"):
            assert headers[f"cross-origin-{kind}-policy"] == "same-origin"
        for device in ("geolocation", "microphone", "payment", "usb"):
            assert f"{device}=()" in headers["permissions-policy"]
        assert "server" not in headers


def posting(desk: RunningDesk, client: httpx.Client) -> http.client.HTTPConnection:
    """Return a connection on which a list is about to be posted: its length and end are left."""
    where = urlsplit(desk.address)
    connection = http.client.HTTPConnection(where.hostname or "", where.port)
    connection.putrequest("POST", "/patients")
    connection.putheader("Cookie", f"{COOKIE}={client.cookies[COOKIE]}")
    connection.putheader("Origin", desk.address)
    connection.putheader("Content-Type", "multipart/form-data; boundary=x")
    return connection


def test_what_is_too_large_is_refused(desk: RunningDesk) -> None:
    """Also if its length is not said before."""
    head = b'--x\r\nContent-Disposition: form-data; name="list"; filename="l.csv"\r\n\r\n'
    piece = b"x" * 65536
    with desk.client() as client:
        connection = posting(desk, client)
        connection.putheader("Transfer-Encoding", "chunked")
        connection.endheaders()
        # Where the answer comes first, the rest is not taken.
        with suppress(BrokenPipeError, ConnectionResetError):
            for each in (head, *[piece] * (LARGEST_BODY // len(piece) + 2)):
                connection.send(b"%x\r\n%s\r\n" % (len(each), each))
            connection.send(b"0\r\n\r\n")
        with suppress(ConnectionResetError):
            assert connection.getresponse().status == 413
        connection.close()
        # It was not kept, and the desk goes on.
        assert client.get("/patients").status_code == 200
    assert not list((desk.folder / "batches").glob("*"))


@pytest.mark.parametrize(
    ("declared", "status"),
    [
        (str(LARGEST_BODY), 200),
        (str(LARGEST_BODY + 1), 413),
        ("9" * 30, 413),
        ("-1", 413),
        ("many", 413),
    ],
)
def test_what_is_declared_too_large_is_refused_before_it_is_read(
    declared: str, status: int
) -> None:
    begun: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        begun.append(scope["path"])
        await PlainTextResponse("let in")(scope, receive, send)

    async def asked() -> list[Message]:
        guard, sent = guarding(app), list[Message]()

        async def receive() -> Message:
            raise AssertionError("the body is read")

        async def send(message: Message) -> None:
            sent.append(message)

        headers = {"host": "desk", "authorization": "Bearer secret", "content-length": declared}
        await guard(
            {
                "type": "http", "method": "POST", "path": "/patients", "query_string": b"",
                "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
            },
            receive,
            send,
        )  # fmt: skip
        return sent

    assert in_thread(asked)[0]["status"] == status
    assert begun == (["/patients"] if status == 200 else [])


def test_what_is_sent_stays_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """A list names patients: nothing of it is in a temporary file, however long it is."""

    def on_disk(_: SpooledTemporaryFile[bytes]) -> None:
        raise AssertionError("what is sent is written to the disk")

    head = b'--x\r\nContent-Disposition: form-data; name="list"; filename="l.csv"\r\n\r\n'
    body = head + b"R-1,Maria Moss\n" * (8 * 1024 * 1024 // 15) + b"\r\n--x--\r\n"

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        async with Request(scope, receive).form() as form:
            (sent,) = form.values()
            assert not isinstance(sent, str)
            await PlainTextResponse(str(len(await sent.read())))(scope, receive, send)

    async def asked() -> httpx.Response:
        known = {
            "Authorization": "Bearer secret",
            "Content-Type": "multipart/form-data; boundary=x",
        }
        transport = httpx.ASGITransport(guarding(app))
        async with httpx.AsyncClient(transport=transport, headers=known) as client:
            return await client.post("http://desk/patients", content=body)

    monkeypatch.setattr(SpooledTemporaryFile, "rollover", on_disk)
    assert in_thread(asked).text == str(len(body) - len(head) - len(b"\r\n--x--\r\n"))


def guarding(app: ASGIApp) -> Guard:
    """Return the guard of an application; a program knows its secret."""
    return Guard(app, Access("secret", frozenset({"desk"})), lambda: words_of(USUAL))


def in_thread(asked: Callable[[], Coroutine[None, None, Any]]) -> Any:
    """Run what is asked; in this thread a browser of another test may have a loop that runs."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(asked())).result()


def test_who_goes_away_while_asking_is_no_bug(tmp_path: Path) -> None:
    with RunningDesk(make_clinic_folder(tmp_path)) as desk:
        with desk.client() as client:
            connection = posting(desk, client)
        connection.putheader("Content-Length", "1000")
        connection.endheaders(b"--x\r\n")
        time.sleep(0.5)  # until the desk waits for the rest
        connection.close()
        with desk.client() as client:
            assert client.get("/patients").status_code == 200
        assert "bug" not in desk.end()


def test_a_bug_is_told_without_what_its_error_says(capsys: pytest.CaptureFixture[str]) -> None:
    """The text of an error may name a patient."""

    async def failing(*_: object) -> None:
        raise ValueError("Maria Moss")

    async def asked() -> httpx.Response:
        transport, known = (
            httpx.ASGITransport(guarding(failing)),
            {"Authorization": "Bearer secret"},
        )
        async with httpx.AsyncClient(transport=transport, headers=known) as client:
            return await client.get("http://desk/")

    answer = in_thread(asked)
    assert answer.status_code == 500
    printed = capsys.readouterr().err
    assert printed.startswith("bug: ValueError at ")
    assert "Moss" not in answer.text + printed
