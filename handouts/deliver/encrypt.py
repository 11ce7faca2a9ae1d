"""Turn a PDF into one that opens only with a password: AES-256 (ISO 32000-2, 7.6, revision 6)."""

from __future__ import annotations

import contextlib
import io
import secrets

import pikepdf

from handouts.errors import ContentError

_OWNER_BYTES = 24
_ARCHIVE = ("pdfaid:part", "pdfaid:conformance")
"""An archive must open without a key: PDF/A knows no encryption (ISO 19005-2, 6.1.3)."""


def encrypt(pdf: bytes, password: str) -> bytes:
    """Return a PDF encrypted under a password; whoever has that may also print and copy.

    The owner's password is random and thrown away. The file no longer claims PDF/A.
    """
    stream = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        with opened.open_metadata(set_pikepdf_as_editor=False) as about:
            for claim in _ARCHIVE:
                with contextlib.suppress(KeyError):
                    del about[claim]
        lock = pikepdf.Encryption(
            user=password, owner=secrets.token_urlsafe(_OWNER_BYTES), R=6, aes=True, metadata=True
        )
        opened.save(stream, encryption=lock)
    return stream.getvalue()


def open_pdf(pdf: bytes, password: str | None, name: str) -> pikepdf.Pdf:
    """Return an opened PDF; ``name`` names it in messages.

    Raises:
        ContentError: if the password is not its, or it is damaged.
    """
    try:
        return pikepdf.open(io.BytesIO(pdf), password=password or "")
    except pikepdf.PasswordError:
        raise ContentError(f"{name} does not open with the password of its row") from None
    except pikepdf.PdfError:
        raise ContentError(
            f"{name} is not a PDF, or is damaged", "make it again: remove it and use --resume"
        ) from None
