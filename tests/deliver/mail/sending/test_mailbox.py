"""Addresses: what can be mailed, what is the same mailbox, what looks like a slip."""

from __future__ import annotations

import pytest

from handouts import Workspace
from handouts.deliver.mail.message import read_mailbox
from handouts.deliver.mail.send_plan import Domains
from handouts.deliver.mail.transport import Refused


@pytest.mark.parametrize(
    ("text", "address", "same"),
    [
        ("Maria.N@Example.ORG", "Maria.N@example.org", "maria.n@example.org"),
        ("x@bücher.example", "x@bücher.example", "x@xn--bcher-kva.example"),
        ("x@xn--bcher-kva.example", "x@bücher.example", "x@xn--bcher-kva.example"),
        ("josé@patients.example", "josé@patients.example", "josé@patients.example"),
        ("o'brien+phys@patients.example",) * 3,
    ],
)
def test_mailbox(text: str, address: str, same: str) -> None:
    found = read_mailbox(text)
    assert (found.address, found.same) == (address, same)
    assert "@" not in repr(found)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "maria",
        "a..b@x.example",
        ".a@x.example",
        "a@localhost",
        "a@x.test",
        "a@[127.0.0.1]",
        "a b@x.example",
        "a@x.example\nBcc: b@x.example",
        "Maria <a@x.example>",
        "a@x.example, b@x.example",
        f"{'a' * 65}@x.example",
        "a@-x.example",
    ],
)
def test_no_mailbox(text: str) -> None:
    with pytest.raises(Refused) as caught:
        read_mailbox(text)
    (problem,) = caught.value.problems
    assert problem.message == "email is not an address that mail can be sent to"
    assert problem.hint


@pytest.mark.parametrize(
    ("domain", "meant"),
    [
        ("gmial.com", "gmail.com"),
        ("gmail.co", "gmail.com"),
        ("gmai.com", "gmail.com"),
        ("GMAIL.CON", "gmail.com"),
        ("hotmial.com", "hotmail.com"),
        ("yaho.com", "yahoo.com"),
        ("btintenet.com", "btinternet.com"),
        ("t-onlin.de", "t-online.de"),
        ("gmail.com", None),
        ("mail.com", None),
        ("ymail.com", None),
        ("gmx.at", None),
        ("clinic.example", None),
        ("riverbend-physio.example", None),
    ],
)
def test_slips(workspace: Workspace, domain: str, meant: str | None) -> None:
    assert Domains(workspace).likely_domain(domain) == meant


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("maria.nunez@gmail.com", "m…@gmail.com"),
        ("me@nunez-family.example", "m…@n….example"),
        ("m@gmial.com", "m…@g….com"),
    ],
)
def test_masked(workspace: Workspace, address: str, shown: str) -> None:
    assert Domains(workspace).masked(read_mailbox(address)) == shown
