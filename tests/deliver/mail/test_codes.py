"""Servers' answers in words: each known one is explained, none quotes what the server said."""

from __future__ import annotations

import pickle

import pytest

from handouts import Workspace
from handouts.deliver.mail.transport import (
    MailFault,
    NotNow,
    Refused,
    Stage,
    Stopped,
    Unsure,
    cleaned,
    read_codes,
    status_of,
)
from handouts.errors import DeliveryError
from handouts.load.models import build_model
from handouts.load.yaml import parse
from handouts.model.mail import MailCodes

CODES = read_codes(Workspace())
SIGN_IN, SENDER, RECIPIENT, MESSAGE = Stage.SIGN_IN, Stage.SENDER, Stage.RECIPIENT, Stage.MESSAGE


@pytest.mark.parametrize(
    ("code", "reply", "stage", "kind", "retry", "words"),
    [
        (535, b"5.7.139 basic authentication is disabled", SIGN_IN, Stopped, False, "no password"),
        (550, b"5.7.30 Basic authentication is not", SIGN_IN, Stopped, False, "no passwords"),
        (535, b"5.7.8 Username and Password", SIGN_IN, Stopped, False, "user and password"),
        (535, b"nothing more", SIGN_IN, Stopped, False, "user and password"),
        (534, b"5.7.9 Application-specific", SIGN_IN, Stopped, False, "app password"),
        (454, b"4.7.0 Too many login attempts", SIGN_IN, Stopped, True, "cannot check"),
        (421, b"4.7.0 try later", SIGN_IN, Stopped, True, "slow down"),
        (530, b"5.7.57 Client not authenticated", SENDER, Stopped, False, "nobody is signed in"),
        (550, b"5.7.60 SMTP; Client does not have", MESSAGE, Stopped, False, "the address in from"),
        (554, b"5.2.252 SendAsDenied; a@b.example", MESSAGE, Stopped, False, "address in from"),
        (550, b"5.4.5 Daily user sending limit", MESSAGE, Stopped, True, "in a day"),
        (550, b"5.7.236 too many", RECIPIENT, Stopped, True, "100 outside addresses"),
        (432, b"4.3.2 Concurrent connections limit", SENDER, NotNow, True, "too many connections"),
        (432, b"", SIGN_IN, Stopped, True, "new password"),
        (421, b"4.3.2 too many connections", SENDER, NotNow, True, "too many connections"),
        (451, b"4.7.1 Greylisted", RECIPIENT, NotNow, True, "greylisting"),
        (452, b"4.2.2 over quota", RECIPIENT, NotNow, True, "mailbox is full"),
        (552, b"5.2.2 over quota", RECIPIENT, Refused, False, "mailbox is full"),
        (550, b"5.1.1 a@b.example no such user", RECIPIENT, Refused, False, "no mailbox"),
        (550, b"5.7.515 Access denied", MESSAGE, Stopped, False, "SPF"),
        (552, b"5.3.4 too big", SENDER, Refused, False, "too large"),
        (550, b"5.1.1 what", SENDER, Stopped, False, "refused the sender (550 5.1.1)"),
        (499, b"4.9.9 what", RECIPIENT, NotNow, True, "refused the recipient (499 4.9.9)"),
        (599, b"what", RECIPIENT, Refused, False, "refused the recipient (599)"),
        (450, b"5.1.1 contradicts itself", RECIPIENT, NotNow, True, "cannot be reached now"),
        (550, b"4.7.1 contradicts itself", RECIPIENT, Refused, False, "this address or message"),
        (-1, b"", MESSAGE, NotNow, True, "refused the message (-1)"),
        (-1, b"", RECIPIENT, NotNow, True, "refused the recipient (-1)"),
        (-1, b"", Stage.END, Unsure, False, "no valid answer (-1)"),
        (354, b"what", Stage.END, Unsure, False, "no valid answer (354)"),
        (451, b"", Stage.END, NotNow, True, "a problem of its own"),
        (599, b"", Stage.END, Refused, False, "refused the finished message (599)"),
        (250, b"", Stage.GREETING, Stopped, False, "refused the connection (250)"),
    ],
)
def test_an_answer_has_a_meaning(
    code: int, reply: bytes, stage: Stage, kind: type[MailFault], retry: bool, words: str
) -> None:
    fault = CODES.fault(code, reply, stage)
    assert (type(fault), fault.code, fault.retry) == (kind, code, retry)
    assert words in fault.problems[0].message
    assert fault.problems[0].hint
    assert "example" not in str(fault)


def test_every_known_answer_is_explained() -> None:
    workspace = Workspace()
    data = workspace.builtin("data/mail/codes.yaml").read_bytes()
    known = build_model(MailCodes, parse(data, "codes.yaml"), name="mail-codes")
    assert len(known.codes) > 40
    for entry in known.codes:
        reply = (entry.status or "").encode()
        fault = CODES.fault(entry.code or int(f"{reply[:1].decode()}50"), reply, MESSAGE)
        assert fault.problems[0].message.startswith(entry.means), entry
        assert fault.problems[0].hint == entry.do
        assert entry.means[0].islower() or entry.means.startswith("Microsoft")


@pytest.mark.parametrize(
    ("reply", "status"),
    [
        (b"5.7.1 no", "5.7.1"),
        (b"5.7.139", "5.7.139"),
        (b"5.1.1\n5.1.1 more", "5.1.1"),
        (b"no 5.7.1", None),
        (b"5.7.1.2 no", None),
        (b"1.2.3 no", None),
        (b"\xff", None),
    ],
)
def test_status_stands_first(reply: bytes, status: str | None) -> None:
    assert status_of(reply) == status


@pytest.mark.parametrize(
    ("reply", "kept"),
    [
        (b"2.0.0 Ok: queued as 4FxYz12", "250 2.0.0 4FxYz12"),
        (
            b"2.0.0 OK  1732280400 a640c23a62f3a-aa5-7 - gsmtp",
            "250 2.0.0 1732280400 a640c23a62f3a-aa5-7",
        ),
        (b"2.6.0 <1a2b@clinic.example> Maria Nunez queued 44kk1", "250 2.6.0 44kk1"),
        (b"saved for maria1985@mail.example in maria1985.42", "250"),
        (b"\xff\xfe 1\r\n", "250"),
        (b"", "250"),
    ],
)
def test_a_receipt_keeps_identifiers_only(reply: bytes, kept: str) -> None:
    assert cleaned(250, reply, "maria1985@mail.example") == kept


@pytest.mark.parametrize("kind", [Refused, NotNow, Unsure, Stopped])
def test_a_fault_survives_another_process(kind: type[MailFault]) -> None:
    fault = kind("no", code=550, hint="do this", retry=True, wait=3.0)
    again = pickle.loads(pickle.dumps(fault))  # noqa: S301 - our own
    assert type(again) is kind
    assert isinstance(again, DeliveryError)
    assert (
        again.problems[0].message,
        again.code,
        again.problems[0].hint,
        again.retry,
        again.wait,
    ) == (("no", 550, "do this", True, 3.0))
    assert str(again) == str(fault) == "no\n    hint: do this"
