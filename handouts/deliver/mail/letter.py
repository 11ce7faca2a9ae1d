"""What one message is made of: the finished handout, whom it is for, and nothing more."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Letter:
    """One handout on its way to one patient.

    ``message_id`` is derived from the ledger's entry: ``<...@clinic.example>``, angle brackets or
    not. ``when`` is aware of its zone. ``twin`` is one sentence of the plain-text twin that may
    stand in a mail, the stop rule; None prints the locale's general one. An ``encrypted`` letter
    never shows it. ``display_name`` is the patient's name for the To header, None for none.
    """

    reference: str
    token: str
    code: str
    language: str
    recipient: str = field(repr=False)
    display_name: str | None = field(repr=False)
    pdf: bytes = field(repr=False)
    encrypted: bool
    message_id: str
    when: dt.datetime
    twin: str | None
