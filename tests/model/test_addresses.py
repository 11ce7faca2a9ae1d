"""An address that a list takes is one that mail can be sent to."""

from __future__ import annotations

import pytest

from handouts.deliver.mail.message import read_mailbox
from handouts.deliver.mail.transport import Refused
from handouts.model.roster import _address

ADDRESSES = (
    "maria@mail.example", "m.n-o'b+x@sub.mail.example", "MARIA@Mail.Example", "josé@mail.example",
    "maria@bücher.example", "a@b.co", "x_y@mail.example", "1@2.example",
    "maria@mail.test", "maria@MAIL.TEST", "maria@localhost", "maria@printer.local", "m@x.invalid",
    "m@x.onion", "m@x.arpa", "m..n@mail.example", ".m@mail.example", "m.@mail.example",
    "m@mail..example", "m@-mail.example", "m@mail-.example", "m@ma_il.example", "m@mail.example.",
    "m@1.2.3.4", "m@mail.123", f"{'m' * 65}@mail.example", f"m@{'x' * 64}.example", "m@mail",
    "m n@mail.example", "m@mail.example, n@mail.example", "<m@mail.example>", "@mail.example", "",
)  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_list_takes_what_mail_can_be_sent_to(address: str) -> None:
    try:
        _address(address)
    except ValueError:
        taken = False
    else:
        taken = True
    try:
        read_mailbox(address)
    except Refused:
        sendable = False
    else:
        sendable = True
    assert taken == sendable
