"""A clinic's settings become the transport they name; folders hold whole, private messages."""

from __future__ import annotations

import mailbox
import stat
import subprocess
import sys
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
import yaml

from handouts import Library, Workspace
from handouts.deliver.mail.graph import GraphTransport
from handouts.deliver.mail.message import MailMaker, mail_of
from handouts.deliver.mail.office import EmlFolder, MailDir, open_transport
from handouts.deliver.mail.sign_in import SERVICE
from handouts.deliver.mail.smtp import SmtpTransport
from handouts.errors import ContentError, DeliveryError
from handouts.model.clinic import Clinic
from tests.deliver.mail.keys import MemoryKeyring
from tests.deliver.mail.letters import clinic, letter
from tests.deliver.mail.server import HOST, PASSWORD, TOKEN, USER, MailServer

MARIA = "maria@mail.example"
RIVERBEND = Workspace().builtin("data/clinics/riverbend.yaml").read_text("utf-8")


def own(home: Path, /, **mail: Any) -> tuple[Workspace, Clinic]:
    """Return a clinic in a folder of its own, with mail settings."""
    path = home / "clinics" / "own.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    text = RIVERBEND.replace("  logo: riverbend.svg\n", "")
    path.write_text(text + yaml.safe_dump({"mail": {"from": USER, **mail}}), "utf-8")
    workspace = Workspace(home)
    return workspace, Library(workspace).clinic("own")


@pytest.fixture(scope="session")
def message(library: Library) -> EmailMessage:
    """Return a finished message."""
    return MailMaker(library, clinic(library)).make(letter(display_name="Zoë"))


# --- folders --------------------------------------------------------------------------------


def test_without_more_said_messages_become_files(tmp_path: Path, message: EmailMessage) -> None:
    workspace, found = own(tmp_path)
    with open_transport(workspace, found, tmp_path / "monday") as transport:
        assert not transport.network
        receipt = transport.deliver(message, USER, MARIA)
        transport.deliver(message, USER, MARIA)
    (file,) = (tmp_path / "monday" / "outbox").iterdir()
    assert file.read_bytes() == message.as_bytes()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert (receipt.code, receipt.reply) == (None, f"written as {file.name}")
    assert "maria" not in file.name
    read = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert str(read["To"]) == f"Zoë <{MARIA}>"


def test_a_maildir_holds_each_message_once(tmp_path: Path, library: Library) -> None:
    workspace, found = own(tmp_path, transport="maildir", folder="post")
    maker = MailMaker(library, clinic(library))
    first, second = (maker.make(letter(message_id=f"<{n}@clinic.example>")) for n in "12")
    with open_transport(workspace, found, tmp_path) as transport:
        assert isinstance(transport, MailDir)
        transport.deliver(first, USER, MARIA)
        box = mailbox.Maildir(tmp_path / "post", create=False)
        (key,) = box.keys()
        read = box.get_message(key)
        read.set_subdir("cur")
        read.set_flags("S")
        box[key] = read
        transport.deliver(first, USER, MARIA)
        transport.deliver(second, USER, MARIA)
    assert {str(item["Message-ID"]) for item in mailbox.Maildir(tmp_path / "post")} == {
        "<1@clinic.example>",
        "<2@clinic.example>",
    }
    assert len(mailbox.Maildir(tmp_path / "post")) == 2
    assert list((tmp_path / "post" / "tmp").iterdir()) == []


@pytest.mark.parametrize("transport", ["folder", "maildir"])
@pytest.mark.parametrize(
    "folder",
    ["../../etc", "/etc", "..", ".", "out/../..", "out//in", "..\\out", "C:\\out", "C:out", "out/"],
)
def test_messages_are_written_nowhere_but_into_the_batch(
    tmp_path: Path, folder: str, transport: str
) -> None:
    with pytest.raises(ContentError, match="must be inside the batch's folder") as caught:
        own(tmp_path, transport=transport, folder=folder)
    (problem,) = caught.value.problems
    assert problem.location.line > 1
    assert "outbox" in problem.hint
    assert own(tmp_path, transport=transport, folder="post/today")


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path, message: EmailMessage) -> None:
    (tmp_path / "outbox").write_text("a file")
    with pytest.raises(DeliveryError, match="cannot be written"):
        EmlFolder(tmp_path / "outbox").deliver(message, USER, MARIA)


# --- servers --------------------------------------------------------------------------------


@pytest.mark.loopback
def test_smtp_of_a_clinics_file_sends(
    tmp_path: Path, mail_server: MailServer, keys: MemoryKeyring, message: EmailMessage
) -> None:
    keys.set_password(SERVICE, USER, PASSWORD)
    server = {
        "host": HOST,
        "port": mail_server.ports["tls"],
        "security": "tls",
        "certificates": "authority.pem",
    }
    workspace, found = own(tmp_path, transport="smtp", smtp=server)
    (tmp_path / "clinics" / "authority.pem").write_bytes(mail_server.authority.read_bytes())
    with open_transport(workspace, found, tmp_path) as transport:
        assert transport.network
        transport.deliver(message, USER, MARIA)
    assert len(mail_server.accepted()) == 1


@pytest.mark.loopback
def test_a_token_command_signs_in(
    tmp_path: Path, mail_server: MailServer, message: EmailMessage
) -> None:
    server = {
        "host": HOST,
        "port": mail_server.ports["starttls"],
        "auth": "xoauth2",
        "token_command": [sys.executable, "-c", f"print('{TOKEN}')"],
        "certificates": str(mail_server.authority),
    }
    workspace, found = own(tmp_path, transport="smtp", smtp=server)
    with open_transport(workspace, found, tmp_path) as transport:
        transport.deliver(message, USER, MARIA)
    assert len(mail_server.accepted()) == 1


@pytest.mark.loopback
def test_a_server_on_this_machine_needs_no_sign_in(
    tmp_path: Path, start_server: Any, message: EmailMessage
) -> None:
    server = start_server(auth=False)
    settings = {"host": HOST, "port": server.ports["none"], "security": "none", "auth": "none"}
    workspace, found = own(tmp_path, transport="smtp", smtp=settings)
    with open_transport(workspace, found, tmp_path) as transport:
        transport.deliver(message, USER, MARIA)
    assert len(server.accepted()) == 1


@pytest.mark.parametrize(
    "sign_in",
    [
        {"provider": "microsoft", "client_id": "id"},
        {"provider": "google", "client_file": "client.json"},
    ],
)
def test_a_sign_in_is_taken_up(tmp_path: Path, sign_in: dict[str, str]) -> None:
    server = {"host": "smtp.clinic.example", "auth": "xoauth2", "sign_in": sign_in}
    workspace, found = own(tmp_path, transport="smtp", smtp=server)
    assert isinstance(open_transport(workspace, found, tmp_path), SmtpTransport)


def test_graph_is_taken_up(tmp_path: Path) -> None:
    graph = {"sign_in": {"provider": "microsoft", "client_id": "id"}}
    workspace, found = own(tmp_path, transport="graph", graph=graph)
    transport = open_transport(workspace, found, tmp_path)
    assert isinstance(transport, GraphTransport)
    assert transport.network


def test_a_clinic_that_says_nothing_cannot_send(library: Library, tmp_path: Path) -> None:
    silent = library.clinic("riverbend")
    for call in (
        lambda: mail_of(library.workspace, silent),
        lambda: open_transport(library.workspace, silent, tmp_path),
    ):
        with pytest.raises(ContentError, match="says nothing about e-mail"):
            call()


# --- settings -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mail", "words"),
    [
        ({"smtp": {"host": "h.example", "auth": "none"}}, "auth must be password or xoauth2"),
        ({"smtp": {"host": "127.evil.example", "security": "none"}}, "security must be"),
        (
            {"smtp": {"host": "h.example", "auth": "xoauth2"}},
            "either token_command or sign_in",
        ),
        ({"smtp": {"host": "h.example", "token_command": ["x"]}}, "auth: password uses no token"),
        (
            {"smtp": {"host": "h.example", "user": "boss@clinic.example"}},
            "user must be the address",
        ),
        ({"smtp": {"host": "h.example", "token": "x"}}, "token must not be in this file"),
        ({"password": "x"}, "password must not be in this file"),
        ({"graph": {"sign_in": {"provider": "google", "client_file": "x"}}}, "must be microsoft"),
        ({"graph": {"sign_in": {"provider": "microsoft"}}}, "needs client_id"),
        ({"smtp": {"host": "h.example\r\nRCPT"}}, "host"),
        ({"from": "a@b.example\nBcc: c@d.example"}, "from must be an e-mail address"),
        ({"smtp": {"host": "h.example", "password_command": "pass show x"}}, "must be a list"),
        ({"rate": 0}, "rate"),
    ],
)
def test_settings_that_cannot_work_are_refused(
    tmp_path: Path, mail: dict[str, Any], words: str
) -> None:
    with pytest.raises(ContentError, match=words) as caught:
        own(tmp_path, **mail)
    assert all(problem.hint and problem.location.line for problem in caught.value.problems)


def test_settings_have_sensible_defaults(tmp_path: Path) -> None:
    _, found = own(tmp_path, transport="smtp", smtp={"host": "h.example"})
    assert found.mail is not None
    assert found.mail.smtp is not None
    server = found.mail.smtp
    assert (found.mail.rate, server.security, server.actual_port) == (20, "starttls", 587)
    _, other = own(tmp_path, smtp={"host": "h.example", "security": "tls", "user": "apikey"})
    assert other.mail is not None
    assert other.mail.smtp is not None
    assert other.mail.smtp.actual_port == 465
    own(tmp_path, smtp={"host": "h.example", "user": "boss@clinic.example", "send_as": True})


def test_a_clinic_without_mail_settings_costs_nothing() -> None:
    """Every command reads a clinic: what only sending needs must not slow the others."""
    code = (
        "import sys; from handouts import Library, Workspace;"
        "import handouts.cli.main; Library(Workspace()).clinic('riverbend');"
        "print([name for name in ('email_validator', 'jinja2', 'keyring', 'smtplib', 'msal',"
        " 'handouts.deliver.mail') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
