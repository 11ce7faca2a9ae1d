"""SMTP against a real server: what is sent is what arrives, and every fault has its own meaning."""

from __future__ import annotations

import logging
import smtplib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from typing import Any

import pytest

from handouts import Library, Workspace
from handouts.deliver.mail import smtp
from handouts.deliver.mail.message import MailMaker
from handouts.deliver.mail.smtp import SmtpTransport
from handouts.deliver.mail.transport import MailFault, NotNow, Refused, Stopped, Unsure, read_codes
from handouts.model.mail import Smtp
from tests.deliver.mail.conftest import ServerMaker
from tests.deliver.mail.letters import clinic, letter
from tests.deliver.mail.server import HOST, PASSWORD, TOKEN, USER, MailServer

pytestmark = [pytest.mark.loopback, pytest.mark.slow]
MARIA = "maria@mail.example"
CODES = read_codes(Workspace())


@pytest.fixture(scope="session")
def message(library: Library) -> EmailMessage:
    """Return a finished message."""
    return MailMaker(library, clinic(library)).make(letter())


def transport_to(server: MailServer, secret: str = PASSWORD, **choices: Any) -> SmtpTransport:
    """Return a transport to a server of these tests."""
    security = choices.pop("security", "starttls")
    known = {"host": HOST, "port": server.ports[security], "security": security, "timeout": 10}
    settings = Smtp.model_validate({**known, **choices})
    return SmtpTransport(settings, USER, lambda _: secret, CODES, server.authority)


# --- what arrives ---------------------------------------------------------------------------


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_what_arrives_is_what_was_made(
    mail_server: MailServer, message: EmailMessage, security: str
) -> None:
    with transport_to(mail_server, security=security) as transport:
        receipt = transport.deliver(message, USER, MARIA)
    (taken,) = mail_server.accepted()
    assert taken.content == message.as_bytes()
    assert (taken.sender, taken.recipients) == (USER, (MARIA,))
    assert (receipt.code, receipt.reply) == (250, "250 2.0.0 4F0001Q")
    assert transport.network


@pytest.mark.parametrize("mechanisms", [["PLAIN", "LOGIN"], ["LOGIN"], ["PLAIN"]])
def test_signs_in_with_a_password_beyond_ascii(
    start_server: ServerMaker, message: EmailMessage, mechanisms: list[str]
) -> None:
    server = start_server(mechanisms=mechanisms)
    with transport_to(server) as transport:
        transport.deliver(message, USER, MARIA)
    assert server.events("auth") == 1


def test_signs_in_with_a_token_and_renews_it_once(
    mail_server: MailServer, message: EmailMessage
) -> None:
    asked: list[bool] = []

    def tokens(fresh: bool) -> str:
        asked.append(fresh)
        return TOKEN if fresh else "out of date"

    transport = transport_to(mail_server, auth="xoauth2", token_command=["true"])
    transport._secret = tokens
    with transport:
        transport.deliver(message, USER, MARIA)
    assert asked == [False, True]
    assert (mail_server.events("sign-in-failed"), mail_server.events("auth")) == (1, 1)


def test_lines_that_start_with_a_dot_arrive(mail_server: MailServer) -> None:
    message = EmailMessage()
    message["Message-ID"] = "<1@clinic.example>"
    message.set_content(".\n..\n.a\nb\n.\n", cte="7bit")
    with transport_to(mail_server) as transport:
        transport.deliver(message, USER, MARIA)
    (taken,) = mail_server.accepted()
    assert taken.content.endswith(b"\r\n\r\n.\r\n..\r\n.a\r\nb\r\n.\r\n")


def test_a_large_message_arrives_whole(start_server: ServerMaker, library: Library) -> None:
    server = start_server()
    pdf = b"%PDF-1.7\n" + b".\r\n" * 700_000
    message = MailMaker(library, clinic(library)).make(letter(pdf=pdf))
    with transport_to(server) as transport:
        transport.deliver(message, USER, MARIA)
    (taken,) = server.accepted()
    (attachment,) = taken.message.iter_attachments()
    assert attachment.get_content() == pdf


def test_a_message_too_large_for_the_server_is_not_sent(
    start_server: ServerMaker, message: EmailMessage
) -> None:
    server = start_server(size=5000)
    with (
        transport_to(server) as transport,
        pytest.raises(Refused, match=r"has [\d,]+ bytes, but the server accepts at most 5,000"),
    ):
        transport.deliver(message, USER, MARIA)
    assert server.events("mail") == 0


def test_one_connection_carries_many_messages(
    mail_server: MailServer, message: EmailMessage
) -> None:
    with transport_to(mail_server) as transport:
        for _ in range(5):
            transport.deliver(message, USER, MARIA)
    assert len(mail_server.accepted()) == 5
    assert mail_server.events("connect") == mail_server.events("auth") == 1


def test_connection_is_renewed(
    mail_server: MailServer, message: EmailMessage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "RENEW_AFTER", 2)
    with transport_to(mail_server) as transport:
        for _ in range(5):
            transport.deliver(message, USER, MARIA)
    assert len(mail_server.accepted()) == 5
    assert mail_server.events("connect") == 3


@pytest.mark.parametrize("faults", [{"*": "hang_up"}, {"*": "enough"}])
def test_a_connection_that_the_server_closed_between_messages_is_renewed(
    mail_server: MailServer, message: EmailMessage, faults: dict[str, str]
) -> None:
    mail_server.faults(faults)
    with transport_to(mail_server) as transport:
        for _ in range(3):
            transport.deliver(message, USER, MARIA)
            time.sleep(0.2)
    assert len(mail_server.accepted()) == 3
    assert mail_server.events("connect") == 3


def test_a_connection_that_was_left_alone_is_renewed(
    mail_server: MailServer, message: EmailMessage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "_IDLE_SECONDS", 0.0)
    with transport_to(mail_server) as transport:
        transport.deliver(message, USER, MARIA)
        transport.deliver(message, USER, MARIA)
    assert mail_server.events("connect") == 2


@pytest.mark.parametrize("step", ["_send_body", "_finish"])
def test_an_interruption_leaves_nothing_half_sent(
    mail_server: MailServer, message: EmailMessage, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def interrupted(_: SmtpTransport, client: smtplib.SMTP, *__: Any) -> None:
        client.send(b"Subject: half a message\r\n")
        raise KeyboardInterrupt

    with transport_to(mail_server) as transport:
        with monkeypatch.context() as patched:
            patched.setattr(SmtpTransport, step, interrupted)
            with pytest.raises(KeyboardInterrupt):
                transport.deliver(message, USER, MARIA)
        transport.deliver(message, USER, "next@mail.example")
    (taken,) = mail_server.accepted()
    assert taken.recipients == ("next@mail.example",)
    assert taken.content == message.as_bytes()


def test_nothing_is_opened_before_the_first_message(mail_server: MailServer) -> None:
    with transport_to(mail_server):
        assert mail_server.events("connect") == 0


# --- addresses ------------------------------------------------------------------------------


def test_address_beyond_ascii_uses_smtputf8(mail_server: MailServer, library: Library) -> None:
    message = MailMaker(library, clinic(library)).make(letter(recipient="zoë@bücher.example"))
    with transport_to(mail_server) as transport:
        transport.deliver(message, USER, "zoë@bücher.example")
    (taken,) = mail_server.accepted()
    assert taken.recipients == ("zoë@xn--bcher-kva.example",)
    assert "SMTPUTF8" in taken.options
    assert "\r\nTo: zoë@xn--bcher-kva.example\r\n".encode() in taken.content


def test_address_beyond_ascii_is_refused_where_the_server_cannot(
    start_server: ServerMaker, library: Library, message: EmailMessage
) -> None:
    server = start_server(smtputf8=False)
    foreign = MailMaker(library, clinic(library)).make(letter(recipient="zoë@mail.example"))
    with transport_to(server) as transport:
        with pytest.raises(Refused, match="no SMTPUTF8") as caught:
            transport.deliver(foreign, USER, "zoë@mail.example")
        transport.deliver(message, USER, MARIA)
    assert "zoë" not in str(caught.value)
    assert [taken.recipients for taken in server.accepted()] == [(MARIA,)]


@pytest.mark.parametrize(
    "recipient", ["a@mail.example>\r\nRCPT TO:<eve@mail.example", "a@b.example, c@d.example"]
)
def test_no_address_is_a_command(
    mail_server: MailServer, message: EmailMessage, recipient: str
) -> None:
    with transport_to(mail_server) as transport, pytest.raises(Refused):
        transport.deliver(message, USER, recipient)
    assert mail_server.accepted() == []


def test_half_line_ends_are_refused(mail_server: MailServer) -> None:
    class Odd(EmailMessage):
        def as_bytes(self, *_: Any, **__: Any) -> bytes:
            return b"To: maria@mail.example\r\n\r\na\n.\nMAIL FROM:<eve@mail.example>"

    message = Odd()
    with transport_to(mail_server) as transport, pytest.raises(Refused, match="lone CR or LF"):
        transport.deliver(message, USER, MARIA)


# --- refusals and drops ---------------------------------------------------------------------

FAULTS = [
    ("refuse", Refused, 550, "no mailbox of that address (550 5.1.1)", 0),
    ("full", Refused, 552, "the mailbox is full (552 5.2.2)", 0),
    ("greylist", NotNow, 451, "greylisting", 0),
    ("unavailable", NotNow, 421, "too many connections", 0),
    ("drop_mail", NotNow, None, "before the message was sent", 0),
    ("drop_before", NotNow, None, "before the message was sent", 0),
    ("drop_after", Unsure, None, "the server may have it", 1),
    ("lost", Unsure, None, "the server may have it", 0),
    ("spam", Refused, 554, "often against spam", 0),
    ("later", NotNow, 451, "a problem of its own", 0),
    ("no_data", NotNow, 451, "a problem of its own", 0),
    ("early", NotNow, None, "before the message was sent", 0),
    ("gibberish", Unsure, -1, "no valid answer", 0),
]


@pytest.mark.parametrize(("fault", "kind", "code", "words", "taken"), FAULTS)
@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_each_fault_has_its_meaning_and_the_next_message_goes(  # noqa: PLR0917 - columns of FAULTS
    mail_server: MailServer,
    message: EmailMessage,
    security: str,
    fault: str,
    kind: type[MailFault],
    code: int | None,
    words: str,
    taken: int,
) -> None:
    mail_server.faults({MARIA: fault})
    with transport_to(mail_server, security=security) as transport:
        transport.deliver(message, USER, "first@mail.example")
        with pytest.raises(kind) as caught:
            transport.deliver(message, USER, MARIA)
        transport.deliver(message, USER, "next@mail.example")
    assert type(caught.value) is kind
    assert caught.value.code == code
    assert words in caught.value.problems[0].message
    assert caught.value.problems[0].hint
    assert caught.value.retry is (kind is NotNow)
    everybody = [recipient for item in mail_server.accepted() for recipient in item.recipients]
    assert everybody.count(MARIA) == taken
    assert len(everybody) == 2 + taken
    shown = f"{caught.value}{caught.value.__cause__}"
    assert "maria" not in shown.lower()
    assert "mail.example" not in shown


def test_a_drop_in_a_large_message_is_before_its_end(
    mail_server: MailServer, library: Library
) -> None:
    large = MailMaker(library, clinic(library)).make(letter(pdf=b"%PDF-1.7\n" + b"x" * 6_000_000))
    mail_server.faults({MARIA: "drop_before"})
    with transport_to(mail_server) as transport, pytest.raises(NotNow):
        transport.deliver(large, USER, MARIA)


def test_greylisted_mail_goes_the_second_time(
    mail_server: MailServer, message: EmailMessage
) -> None:
    mail_server.faults({MARIA: "greylist"}, times=1)
    with transport_to(mail_server) as transport:
        with pytest.raises(NotNow):
            transport.deliver(message, USER, MARIA)
        transport.deliver(message, USER, MARIA)
    assert len(mail_server.accepted()) == 1
    assert mail_server.events("connect") == 1


def test_a_slow_server_is_waited_for(mail_server: MailServer, message: EmailMessage) -> None:
    mail_server.faults({MARIA: "slow"}, seconds=1.5)
    with transport_to(mail_server, timeout=1) as transport:
        transport.deliver(message, USER, MARIA)
    assert len(mail_server.accepted()) == 1


def test_a_server_too_slow_after_the_dot_leaves_nobody_sure(
    mail_server: MailServer, message: EmailMessage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "_AFTER_DOT_SECONDS", 0.2)
    mail_server.faults({MARIA: "slow"}, seconds=30)
    with transport_to(mail_server, timeout=1) as transport, pytest.raises(Unsure):
        transport.deliver(message, USER, MARIA)


@pytest.mark.parametrize(
    ("fault", "kind", "retry", "words"),
    [
        ("day_limit", Stopped, True, "all it may send in a day"),
        ("too_big", Refused, False, "too large"),
    ],
)
def test_refusals_of_the_sender(
    mail_server: MailServer,
    message: EmailMessage,
    fault: str,
    kind: type[MailFault],
    retry: bool,
    words: str,
) -> None:
    mail_server.faults({"*": fault})
    with transport_to(mail_server) as transport, pytest.raises(kind, match=words) as caught:
        transport.deliver(message, USER, MARIA)
    assert caught.value.retry is retry


# --- what stops the run ---------------------------------------------------------------------


@contextmanager
def listener(talk: Callable[[socket.socket], object]) -> Iterator[int]:
    """Give the port of a server that talks to one client."""
    with socket.create_server((HOST, 0)) as server:

        def serve() -> None:
            try:
                client, _ = server.accept()
            except OSError:
                return
            with client:
                talk(client)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield server.getsockname()[1]
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join()


def stopped(message: EmailMessage, transport: SmtpTransport) -> Stopped:
    with transport, pytest.raises(Stopped) as caught:
        transport.deliver(message, USER, MARIA)
    assert caught.value.problems[0].hint
    return caught.value


def test_a_wrong_password_stops(mail_server: MailServer, message: EmailMessage) -> None:
    fault = stopped(message, transport_to(mail_server, secret="hunter2"))  # noqa: S106 - a wrong one
    assert (fault.code, fault.retry) == (535, False)
    assert "does not accept this user and password" in fault.problems[0].message
    assert "hunter2" not in str(fault)
    assert mail_server.accepted() == []


def test_a_refused_token_stops(mail_server: MailServer, message: EmailMessage) -> None:
    transport = transport_to(mail_server, "old", auth="xoauth2", token_command=["true"])
    fault = stopped(message, transport)
    assert (fault.code, fault.problems[0].message.endswith("(535 5.7.3)")) == (535, True)
    assert mail_server.events("sign-in-failed") == 2


@pytest.mark.parametrize(
    ("mechanisms", "auth", "words"),
    [
        (["XOAUTH2"], {}, "no sign-in with a password"),
        (["PLAIN"], {"auth": "xoauth2", "token_command": ["true"]}, "no sign-in with a token"),
    ],
)
def test_a_sign_in_that_is_not_offered_stops(
    start_server: ServerMaker,
    message: EmailMessage,
    mechanisms: list[str],
    auth: dict[str, Any],
    words: str,
) -> None:
    server = start_server(mechanisms=mechanisms)
    assert words in stopped(message, transport_to(server, **auth)).problems[0].message


@pytest.mark.parametrize(
    ("certificate", "words"),
    [
        ("wrong_name", "is not valid for"),
        ("expired", "certificate has expired"),
        ("stranger", "unable to get local issuer certificate"),
    ],
)
@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_wrong_certificate_stops(
    start_server: ServerMaker, message: EmailMessage, security: str, certificate: str, words: str
) -> None:
    server = start_server(certificate)
    fault = stopped(message, transport_to(server, security=security))
    assert fault.problems[0].message.startswith(f"the certificate of {HOST} cannot be trusted: ")
    assert words in fault.problems[0].message
    assert not fault.retry
    assert (server.events("mail"), server.events("sign-in-failed"), server.events("auth")) == (
        (0, 0, 0)
    )


def test_a_server_without_encryption_gets_no_password(
    start_server: ServerMaker, message: EmailMessage
) -> None:
    server = start_server(starttls=False)
    fault = stopped(message, transport_to(server))
    assert "offers no encryption" in fault.problems[0].message
    assert server.events("auth") == 0


def test_encryption_of_the_wrong_kind_stops(mail_server: MailServer, message: EmailMessage) -> None:
    wrong = mail_server.ports["starttls"]
    fault = stopped(message, transport_to(mail_server, security="tls", port=wrong))
    assert "have no encryption method in common" in fault.problems[0].message
    assert "port 465" in fault.problems[0].hint


def test_no_server_stops(mail_server: MailServer, message: EmailMessage) -> None:
    transport = transport_to(mail_server)
    mail_server.stop()
    fault = stopped(message, transport)
    assert "refuses connections" in fault.problems[0].message
    assert fault.retry


@pytest.mark.usefixtures("loopback")
def test_a_host_that_can_be_no_name_stops(message: EmailMessage) -> None:
    settings = Smtp.model_validate({"host": f"{'a' * 80}.example"})
    fault = stopped(message, SmtpTransport(settings, USER, lambda _: PASSWORD, CODES))
    assert fault.problems[0].message.endswith(".example:587 cannot be found")


def test_a_server_that_goes_away_may_come_back(
    mail_server: MailServer, message: EmailMessage
) -> None:
    with transport_to(mail_server) as transport:
        transport.deliver(message, USER, MARIA)
        mail_server.stop()
        assert stopped(message, transport).retry


@pytest.mark.parametrize(
    ("greeting", "words", "retry"),
    [
        (b"554 5.7.1 no service for 10.0.0.1\r\n", "refused the connection", False),
        (b"421 4.3.2 too many connections\r\n", "too many connections", True),
        (b"hello\r\n", "does not answer like a mail server", False),
        (b"", "closed the connection", True),
    ],
)
@pytest.mark.usefixtures("loopback")
def test_a_server_that_does_not_greet_stops(
    message: EmailMessage, greeting: bytes, words: str, retry: bool
) -> None:
    with listener(lambda client: client.sendall(greeting)) as port:
        settings = Smtp.model_validate({"host": HOST, "port": port, "timeout": 5})
        transport = SmtpTransport(settings, USER, lambda _: PASSWORD, CODES)
        fault = stopped(message, transport)
    assert words in fault.problems[0].message
    assert fault.retry is retry
    assert "10.0.0.1" not in str(fault)


@pytest.mark.parametrize("security", ["starttls", "tls"])
@pytest.mark.usefixtures("loopback")
def test_a_server_that_hangs_up_in_the_handshake_may_come_back(
    message: EmailMessage, security: str
) -> None:
    """It was said to have no encryption, and stopped a run that had sent before."""

    def talk(client: socket.socket) -> None:
        if security == "starttls":
            for answer in (b"220 hi", b"250-hi\r\n250 STARTTLS", b"220 go on"):
                client.sendall(answer + b"\r\n")
                client.recv(1024)
        else:
            client.recv(1024)

    with listener(talk) as port:
        known = {"host": HOST, "port": port, "security": security, "timeout": 5}
        settings = Smtp.model_validate(known)
        fault = stopped(message, SmtpTransport(settings, USER, lambda _: PASSWORD, CODES))
    assert fault.problems[0].message.endswith("closed the connection")
    assert fault.retry


@pytest.mark.usefixtures("loopback")
def test_a_silent_server_stops(message: EmailMessage) -> None:
    done = threading.Event()
    with listener(lambda _: done.wait(20) and None) as port:
        settings = Smtp.model_validate({"host": HOST, "port": port, "timeout": 1})
        fault = stopped(message, SmtpTransport(settings, USER, lambda _: PASSWORD, CODES))
        done.set()
    assert "does not answer in time" in fault.problems[0].message
    assert fault.retry


def test_a_missing_authority_stops(mail_server: MailServer, message: EmailMessage) -> None:
    transport = transport_to(mail_server)
    transport._certificates = mail_server.folder / "none.pem"
    assert "none.pem cannot be read" in stopped(message, transport).problems[0].message


# --- secrets --------------------------------------------------------------------------------


def test_nothing_private_is_logged_or_printed(
    mail_server: MailServer,
    message: EmailMessage,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    mail_server.faults({MARIA: "refuse"})
    with caplog.at_level(logging.DEBUG), transport_to(mail_server) as transport:
        transport.deliver(message, USER, "first@mail.example")
        with pytest.raises(Refused):
            transport.deliver(message, USER, MARIA)
    with caplog.at_level(logging.DEBUG), pytest.raises(Stopped):
        transport_to(mail_server, "hunter2").deliver(message, USER, MARIA)
    printed = capfd.readouterr()
    everything = caplog.text + printed.out + printed.err
    for private in (PASSWORD, "hunter2", "maria", "mail.example", "UGE1"):
        assert private not in everything
