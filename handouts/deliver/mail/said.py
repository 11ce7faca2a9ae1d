"""What a manifest says of all its handouts alike: for a roster whose rows do not say it."""

from __future__ import annotations

from pathlib import Path

from handouts.deliver.manifest import MANIFEST, Status, read_manifest

_COLUMNS = ("program", "clinic", "layout")


def said_by_all(folder: Path) -> dict[str, str]:
    """Return program, clinic and layout of a batch, each only if all its handouts have the same.

    Raises:
        DeliveryError: if the manifest cannot be read.
        ContentError: if it holds what no manifest holds.
    """
    found: dict[str, set[str | None]] = {column: set() for column in _COLUMNS}
    path = folder / MANIFEST
    for entry in read_manifest(path) if path.exists() else ():
        if entry.status is Status.MADE:
            for column, values in found.items():
                values.add(getattr(entry, column))
    alone = {column: next(iter(values)) for column, values in found.items() if len(values) == 1}
    return {column: value for column, value in alone.items() if value is not None}
