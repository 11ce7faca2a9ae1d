"""Graph against a small server: what is asked, and what each answer or silence means."""

from __future__ import annotations

import base64
import json
import logging
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest

from handouts import Library, Workspace
from handouts.deliver.mail.graph import GraphTransport
from handouts.deliver.mail.message import MailMaker
from handouts.deliver.mail.transport import MailFault, NotNow, Refused, Stopped, Unsure, read_codes
from tests.deliver.mail.letters import clinic, letter
from tests.deliver.mail.web import DROP, Asked, Told, Web

pytestmark = [pytest.mark.loopback, pytest.mark.usefixtures("loopback")]
USER, MARIA = "handouts@clinic.example", "maria@mail.example"
CODES = read_codes(Workspace())
LARGE = b"%PDF-1.7\n" + bytes(range(256)) * 20_000


@pytest.fixture(scope="session")
def make(library: Library) -> Callable[..., EmailMessage]:
    """Return a maker of messages."""
    maker = MailMaker(library, clinic(library))
    return lambda **facts: maker.make(letter(**facts))


def transport_to(web: Web, tokens: Callable[[bool], str] = lambda _: "token-1") -> GraphTransport:
    return GraphTransport(tokens, CODES, 5, f"{web.url}/v1.0", large_files=True)


def refusal(name: str) -> dict[str, Any]:
    return {"error": {"code": name, "message": f"not for {MARIA}, Maria"}}


def test_the_message_goes_as_it_is(make: Callable[..., EmailMessage]) -> None:
    told = Told(202, headers={"request-id": "6f9a-11"})
    with Web(told) as web, transport_to(web) as transport:
        receipt = transport.deliver(make(), USER, MARIA)
    (asked,) = web.asked
    assert (asked.method, asked.path) == ("POST", "/v1.0/me/sendMail")
    assert asked.headers["content-type"] == "text/plain"
    assert asked.headers["authorization"] == "Bearer token-1"
    assert base64.b64decode(asked.body) == make().as_bytes()
    assert (receipt.code, receipt.reply) == (202, "202 6f9a-11")


def test_a_large_file_is_uploaded_to_a_draft(make: Callable[..., EmailMessage]) -> None:
    kept = b""

    def answer(asked: Asked) -> Told:
        nonlocal kept
        if asked.method == "PUT":
            kept += asked.body
            return Told(201 if len(kept) == len(LARGE) else 200)
        if asked.path.endswith("/createUploadSession"):
            return Told(201, {"uploadUrl": f"{web.url}/upload?authtoken=abc"})
        return Told(202) if asked.path.endswith("/send") else Told(201, {"id": "AAMk/1="})

    with Web(answer=answer) as web, transport_to(web) as transport:
        receipt = transport.deliver(make(pdf=LARGE), USER, MARIA)
    assert receipt.code == 202
    assert [(asked.method, asked.path) for asked in web.asked] == [
        ("POST", "/v1.0/me/messages"),
        ("POST", "/v1.0/me/messages/AAMk%2F1%3D/attachments/createUploadSession"),
        ("PUT", "/upload?authtoken=abc"),
        ("PUT", "/upload?authtoken=abc"),
        ("POST", "/v1.0/me/messages/AAMk%2F1%3D/send"),
    ]
    draft = message_from_bytes(base64.b64decode(web.asked[0].body), policy=policy.default)
    assert isinstance(draft, EmailMessage)
    assert list(draft.iter_attachments()) == []
    assert draft["To"] == MARIA
    plain = draft.get_body(("plain",))
    assert plain is not None
    assert "your home exercises" in plain.get_content()
    assert json.loads(web.asked[1].body)["AttachmentItem"] == {
        "attachmentType": "file",
        "name": "Riverbend-SIJ-CALM-3F9A2C.pdf",
        "size": len(LARGE),
        "contentType": "application/pdf",
    }
    assert kept == LARGE
    size, step = len(LARGE), 3 * 1024 * 1024
    ranges = [asked.headers["content-range"] for asked in web.asked if asked.method == "PUT"]
    assert ranges == [f"bytes 0-{step - 1}/{size}", f"bytes {step}-{size - 1}/{size}"]
    assert all("authorization" not in asked.headers for asked in web.asked if asked.method == "PUT")


def test_without_the_permission_a_large_file_is_refused(make: Callable[..., EmailMessage]) -> None:
    with Web() as web:
        transport = GraphTransport(lambda _: "token-1", CODES, 5, f"{web.url}/v1.0")
        with pytest.raises(Refused, match=r"has [\d,]+ bytes, more than the 2,900,000") as caught:
            transport.deliver(make(pdf=LARGE), USER, MARIA)
    assert web.asked == []
    assert "large_files: true" in caught.value.problems[0].hint


@pytest.mark.parametrize(
    ("fails", "status", "kind"),
    [("PUT", 500, NotNow), ("/send", 403, Stopped), ("createUploadSession", DROP, NotNow)],
)
def test_a_draft_that_is_not_sent_is_removed(
    make: Callable[..., EmailMessage], fails: str, status: int, kind: type[MailFault]
) -> None:
    def answer(asked: Asked) -> Told:
        if fails in (asked.method, asked.path[-len(fails) :]):
            return Told(status)
        if asked.path.endswith("/createUploadSession"):
            return Told(201, {"uploadUrl": f"{web.url}/upload"})
        return Told(201, {"id": "1"})

    with Web(answer=answer) as web, transport_to(web) as transport, pytest.raises(kind):
        transport.deliver(make(pdf=LARGE), USER, MARIA)
    assert (web.asked[-1].method, web.asked[-1].path) == ("DELETE", "/v1.0/me/messages/1")


def test_a_draft_of_which_nobody_is_sure_stays(make: Callable[..., EmailMessage]) -> None:
    def answer(asked: Asked) -> Told:
        if asked.path.endswith("/createUploadSession"):
            return Told(201, {"uploadUrl": f"{web.url}/upload"})
        return Told(DROP) if asked.path.endswith("/send") else Told(201, {"id": "1"})

    with Web(answer=answer) as web, transport_to(web) as transport, pytest.raises(Unsure):
        transport.deliver(make(pdf=LARGE), USER, MARIA)
    assert "DELETE" not in {asked.method for asked in web.asked}


def test_an_upload_never_leaves_encryption(make: Callable[..., EmailMessage]) -> None:
    def answer(asked: Asked) -> Told:
        if asked.path.endswith("/createUploadSession"):
            return Told(201, {"uploadUrl": "http://elsewhere.example/upload"})
        return Told(201, {"id": "1"})

    with (
        Web(answer=answer) as web,
        transport_to(web) as transport,
        pytest.raises(Stopped, match="without encryption"),
    ):
        transport.deliver(make(pdf=LARGE), USER, MARIA)


@pytest.mark.parametrize(
    ("told", "kind", "retry", "words"),
    [
        (Told(400, refusal("ErrorInvalidRecipients")), Refused, False, "take this address"),
        (Told(400, refusal("Unheard")), Refused, False, "take this message (400 Unheard)"),
        (Told(403, refusal("ErrorAccessDenied")), Stopped, False, "may not send"),
        (Told(403, refusal("ErrorSendAsDenied")), Stopped, False, "address in from"),
        (Told(404, refusal("MailboxNotEnabledForRESTAPI")), Stopped, False, "not in Microsoft 365"),
        (Told(413), Refused, False, "too large"),
        (Told(429, refusal("TooManyRequests")), NotNow, True, "slow down"),
        (Told(429, refusal("ErrorExceededMessageLimit")), Stopped, True, "in a day"),
        (Told(503), NotNow, True, "asks to wait"),
        (Told(500), Unsure, False, "after it received the message"),
        (Told(504, refusal("UnknownError")), Unsure, False, "after it received the message"),
        (Told(302), Stopped, False, "refused the request (302)"),
        (Told(418, ["no", "object"]), Stopped, False, "refused the request (418)"),
        (Told(DROP), Unsure, False, "the server may have it"),
    ],
)
def test_each_answer_has_its_meaning(
    make: Callable[..., EmailMessage],
    told: Told,
    kind: type[MailFault],
    retry: bool,
    words: str,
) -> None:
    with Web(told) as web, transport_to(web) as transport, pytest.raises(kind) as caught:
        transport.deliver(make(), USER, MARIA)
    assert type(caught.value) is kind
    assert caught.value.retry is retry
    assert words in caught.value.problems[0].message
    assert caught.value.problems[0].hint
    assert caught.value.code == (None if told.status == DROP else told.status)
    assert "maria" not in str(caught.value).lower()
    assert len(web.asked) == 1


@pytest.mark.parametrize(("given", "wait"), [("17", 17.0), ("999999", 3600.0), ("soon", 0.0)])
def test_the_server_says_how_long_to_wait(
    make: Callable[..., EmailMessage], given: str, wait: float
) -> None:
    told = Told(429, headers={"Retry-After": given})
    with Web(told) as web, transport_to(web) as transport, pytest.raises(NotNow) as caught:
        transport.deliver(make(), USER, MARIA)
    assert caught.value.wait == wait


def test_a_refused_token_is_renewed_once(make: Callable[..., EmailMessage]) -> None:
    with Web(Told(401), Told(202)) as web:
        transport_to(web, lambda fresh: f"token-{fresh}").deliver(make(), USER, MARIA)
    assert [asked.headers["authorization"] for asked in web.asked] == [
        "Bearer token-False",
        "Bearer token-True",
    ]
    with Web(Told(401), Told(401)) as web, pytest.raises(Stopped, match="accept the token"):
        transport_to(web).deliver(make(), USER, MARIA)


def test_a_sign_in_that_is_busy_may_be_waited_for(make: Callable[..., EmailMessage]) -> None:
    def busy(_: bool) -> str:
        raise Stopped("the sign-in cannot be reached", retry=True)

    with Web() as web, pytest.raises(Stopped) as caught:
        transport_to(web, busy).deliver(make(), USER, MARIA)
    assert (caught.value.connecting, caught.value.retry, web.asked) == (True, True, [])


def test_a_server_that_is_away(make: Callable[..., EmailMessage]) -> None:
    with Web(Told(202)) as web:
        transport = transport_to(web)
        transport.deliver(make(), USER, MARIA)
    with pytest.raises(Stopped, match=r"127\.0\.0\.1 cannot be reached") as caught:
        transport.deliver(make(), USER, MARIA)
    assert caught.value.retry


def test_an_address_beyond_ascii_is_refused(make: Callable[..., EmailMessage]) -> None:
    message = make(recipient="zoë@mail.example")
    with Web() as web, transport_to(web) as transport, pytest.raises(Refused) as caught:
        transport.deliver(message, USER, "zoë@mail.example")
    assert web.asked == []
    assert "zoë" not in str(caught.value)


def test_no_token_is_logged(
    make: Callable[..., EmailMessage], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG), Web(Told(202)) as web:
        transport_to(web).deliver(make(), USER, MARIA)
    assert "token-1" not in caplog.text
    assert "maria" not in caplog.text
