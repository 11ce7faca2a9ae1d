"""Letters to invented people, and a clinic that sends."""

from __future__ import annotations

import datetime as dt
from typing import Any

from handouts.deliver.mail.message import Letter
from handouts.load.library import Library
from handouts.model.clinic import Clinic
from handouts.model.mail import Mail

WHEN = dt.datetime(2026, 11, 22, 14, 30, tzinfo=dt.timezone(dt.timedelta(hours=1)))
PDF = b"%PDF-1.7\r\n.\r\n..a line of dots\n" + bytes(range(256)) * 40 + b"\n%%EOF\n"


def letter(**facts: Any) -> Letter:
    """Return a letter to Maria, but for what ``facts`` say."""
    known: dict[str, Any] = {
        "code": "SIJ-CALM-3F9A2C",
        "language": "en-US",
        "recipient": "maria@mail.example",
        "display_name": None,
        "pdf": PDF,
        "encrypted": False,
        "message_id": "<1a2b3c@clinic.example>",
        "when": WHEN,
        "stop_rule": "Stop if pain gets worse.",
    }
    return Letter(**{**known, **facts})


def clinic(library: Library, name: str = "riverbend", **mail: Any) -> Clinic:
    """Return a built-in clinic that sends from ``handouts@clinic.example``."""
    settings = Mail.model_validate({"from": "handouts@clinic.example", **mail})
    return library.clinic(name).model_copy(update={"mail": settings})
