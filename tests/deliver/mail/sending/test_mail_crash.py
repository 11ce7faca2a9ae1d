"""Killed again and again, with a server that fails at random: nobody gets two, or another's."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from handouts.deliver.mail.events import EventKind
from handouts.files import sha256_of
from tests.deliver.mail.certificates import Certificates
from tests.deliver.mail.sending.conftest import make_batch
from tests.deliver.mail.sending.world import CLINIC, World, patients, write_clinic
from tests.deliver.mail.server import PASSWORD, USER, MailServer

ROOT = Path(__file__).parents[4]
FAULTS = {
    "refuse": 0.03,
    "later": 0.05,
    "drop_mail": 0.03,
    "drop_before": 0.04,
    "drop_after": 0.03,
    "lost": 0.03,
    "spam": 0.02,
    "unavailable": 0.02,
}
COUNT = 120
KILLS = 7


def clinic(server: MailServer, certificates: Certificates) -> str:
    """Return the clinic's file with the settings of a server."""
    mail = f"""\
mail:
  from: {USER}
  transport: smtp
  smtp:
    host: 127.0.0.1
    port: {server.ports["starttls"]}
    certificates: {certificates.authority}
    timeout: 10
"""
    return CLINIC.replace("mail: {from: reception@clinic.example, rate: 30}\n", mail)


@pytest.mark.slow
@pytest.mark.loopback
@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
def test_kills_and_a_server_that_fails(
    tmp_path: Path, mail_server: MailServer, certificates: Certificates
) -> None:
    root = tmp_path / "world"
    root.mkdir()
    make_batch(root, patients(COUNT))
    write_clinic(root / "clinic", clinic(mail_server, certificates))
    mail_server.faults(at_random=FAULTS, seed=20261122)
    done = subprocess.run(
        [sys.executable, "-m", "tests.deliver.mail.sending.killed", str(root), str(KILLS), "17"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "HANDOUTS_MAIL_PASSWORD": PASSWORD},
        capture_output=True,
        text=True,
        check=True,
    )
    counts = list(map(int, done.stdout.split()))
    assert len(counts) == KILLS
    assert counts == sorted(counts), "what was written stays"
    assert len(set(counts)) == KILLS, "kills fell into the work"
    assert "sign-in" not in done.stderr
    check(World(root), mail_server)


def check(world: World, server: MailServer) -> None:
    """Compare what the server took with what the ledger says of each patient."""
    accepted = server.accepted()
    for message in accepted:
        assert len(message.recipients) == 1
    taken = Counter(message.recipients[0] for message in accepted)
    assert set(taken.values()) == {1}, "nobody got two"
    files = {message.recipients[0]: attachment(message.message) for message in accepted}
    with world.ledger() as ledger:
        assert ledger.verify().number > 2 * COUNT
        last = {event.delivery.reference: event for event in ledger.events()}
    assert len(last) == COUNT
    ends = Counter(event.kind for event in last.values())
    for row in world.rows():
        kind, count = last[row["reference"]].kind, taken[row["email"]]
        assert kind in (EventKind.SENT, EventKind.UNKNOWN, EventKind.REFUSED, EventKind.LATER)
        if kind is EventKind.SENT:
            assert count == 1, row["reference"]
        elif kind is not EventKind.UNKNOWN:
            assert count == 0, row["reference"]
        if count:
            assert files[row["email"]] == world.entry(row["reference"])["sha256"]
    assert ends[EventKind.SENT] > COUNT * 0.7
    assert 0 < ends[EventKind.UNKNOWN] < COUNT * 0.3
    unknown = [row for row in world.rows() if last[row["reference"]].kind is EventKind.UNKNOWN]
    assert {taken[row["email"]] for row in unknown} == {0, 1}, "and nobody can know which"


def attachment(message: object) -> str:
    """Return the SHA-256 of the one file of a message."""
    (part,) = message.iter_attachments()  # type: ignore[attr-defined]
    return sha256_of(part.get_content())
