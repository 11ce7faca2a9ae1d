"""What the tests of e-mail share: a certificate authority, and servers on this machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import keyring
import pytest
from pytest_socket import socket_allow_hosts

from tests.deliver.mail.certificates import Certificates, make_certificates
from tests.deliver.mail.keys import MemoryKeyring
from tests.deliver.mail.server import MailServer

ServerMaker = Callable[..., MailServer]


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """Return the certificates of a test authority."""
    return make_certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def loopback(socket_enabled: None) -> None:
    """Open sockets of this test to this machine, and to no other."""
    del socket_enabled
    socket_allow_hosts(["127.0.0.1"], allow_unix_socket=True)


@pytest.fixture
def start_server(
    tmp_path: Path, certificates: Certificates, loopback: None
) -> Iterator[ServerMaker]:
    """Return a maker of mail servers, which end with the test; see `MailServer` for choices."""
    del loopback
    with ExitStack() as running:

        def start(certificate: str = "good", **choices: Any) -> MailServer:
            started = len(list(tmp_path.glob("server-*")))
            folder = tmp_path / f"server-{started + 1}"
            pem = getattr(certificates, certificate)
            return running.enter_context(MailServer(folder, certificates.authority, pem, **choices))

        yield start


@pytest.fixture
def mail_server(start_server: ServerMaker) -> MailServer:
    """Return a mail server without faults."""
    return start_server()


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> Iterator[MemoryKeyring]:
    """Put a keyring in memory in the place of the system's."""
    monkeypatch.delenv("HANDOUTS_MAIL_PASSWORD", raising=False)
    before, ours = keyring.get_keyring(), MemoryKeyring()
    keyring.set_keyring(ours)
    yield ours
    keyring.set_keyring(before)
