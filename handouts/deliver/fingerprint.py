"""Turn everything that a handout is made from into a digest: equal digest, equal handout."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
from pathlib import Path

from handouts import __version__
from handouts.deliver.tokens import Key
from handouts.figures.library import SHIPPED
from handouts.model.clinic import Mode, Paper
from handouts.model.roster import RosterRow
from handouts.workspace import Kind, Workspace

_NOT_PRINTED = {"file", "row", "cells", "email", "email_consent", "shared_email", "password"}
"""Of a row: changing these changes no page."""
_SORTED = json.JSONEncoder(sort_keys=True)
"""As `json.dumps`, which makes an encoder for each text that it is not to write as usual."""


def content_digest(workspace: Workspace) -> str:
    """Return the digest of all content, built-in and the clinic's own, and of the software."""
    digest = hashlib.sha256(__version__.encode())
    for path in sorted(_content(workspace), key=workspace.display):
        digest.update(f"\n{workspace.display(path)}\n".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _content(workspace: Workspace) -> set[Path]:
    kinds = (folder for kind in Kind for folder in workspace.folders(kind))
    folders = [folder for folder in (*kinds, workspace.builtin(SHIPPED)) if folder.is_dir()]
    files = {path for folder in folders for path in folder.iterdir() if path.is_file()}
    reviews = workspace.reviews()
    reviewed = {reviews} if reviews and reviews.is_file() else set()
    return files | reviewed | set(workspace.limits())


def shared_by_all(content: str, today: dt.date, mode: Mode, paper: Paper | None) -> str:
    """Return what all handouts of a batch are made from, but where they are written."""
    return json.dumps([content, str(today), mode, paper])


def fingerprint(digest: str, password: str | None, shared: str, key: Key) -> str:
    """Return the digest of one handout, keyed: nobody can find the patient by trying names.

    ``digest`` is that of the row (`row_digest`), ``shared`` what all rows of the batch have in
    common: `shared_by_all`.
    """
    text = json.dumps([digest, password, shared])
    return hmac.digest(key.secret, f"fingerprint:{text}".encode(), hashlib.sha256).hex()[:32]


def row_digest(row: RosterRow, key: Key) -> str:
    """Return the digest of what a row alone gives to its handout, keyed as well."""
    printed = row.model_dump(mode="json", exclude=_NOT_PRINTED)
    text = _SORTED.encode(printed)
    return hmac.digest(key.secret, f"row:{text}".encode(), hashlib.sha256).hex()[:32]
