"""A text into a CSV cell that no spreadsheet runs as a formula, and back.

Excel and LibreOffice run a cell that starts with ``= + - @``, also after white space; a leading
apostrophe makes it text (OWASP, "CSV Injection").
"""

from __future__ import annotations

import re

# A text that already has the apostrophe gets another, so that reading gives back what was written.
_LIVE = re.compile(r"'*\s*[=+\-@|＝＋－＠]|'*[\t\r\n]")


def guard(text: str) -> str:
    """Return ``text`` as it may be written into a CSV."""
    return f"'{text}" if _LIVE.match(text) else text


def unguard(text: str) -> str:
    """Return what was given to `guard`."""
    return text[1:] if text.startswith("'") and _LIVE.match(text[1:]) else text
