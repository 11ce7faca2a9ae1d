"""A clinic and a handout's code into the name of the attachment: plain ASCII, no patient."""

from __future__ import annotations

import re
import unicodedata

from handouts.model.clinic import Clinic

_CLINIC_CHARACTERS = 40
_CODE_CHARACTERS = 60
_OTHER = re.compile(r"[^A-Za-z0-9]+")


def attachment_name(clinic: Clinic, code: str, *, encrypted: bool) -> str:
    """Return ``Riverbend-SIJ-CALM-3F9A2C.pdf``, of an encrypted file ``Riverbend-3F9A2C.pdf``.

    ASCII only: some mail programs show any other name garbled, with RFC 2231 or without. A clinic
    whose name has no Latin letters is named by its id.
    """
    folded = unicodedata.normalize("NFKD", clinic.name).encode("ascii", "ignore").decode()
    letters = sum(char.isalnum() for char in clinic.name)
    kept = sum(char.isalnum() for char in folded)
    name = _plain(folded if 2 * kept > letters else clinic.id, _CLINIC_CHARACTERS)
    shown = mark(code) if encrypted else code
    return f"{name or clinic.id}-{_plain(shown, _CODE_CHARACTERS)}.pdf"


def mark(code: str) -> str:
    """Return the part of a code that says nothing of the program: ``3F9A2C``."""
    return code.rpartition("-")[2]


def _plain(text: str, most: int) -> str:
    return _OTHER.sub("-", text)[:most].strip("-")
