"""Which rows of a roster still say what their handouts were made from."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable
from dataclasses import dataclass, field

from handouts.deliver.fingerprint import content_digest, fingerprint, shared_by_all
from handouts.deliver.manifest import Entry
from handouts.deliver.token import Key
from handouts.model.choices import Mode, Paper
from handouts.model.roster import RosterRow
from handouts.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Pair:
    """A line of the manifest and the row of its patient, with the password of the file."""

    entry: Entry
    row: RosterRow
    password: str | None = field(default=None, repr=False)


def changed(
    pairs: Iterable[Pair], key: Key, workspace: Workspace, made: dt.date
) -> frozenset[str] | None:
    """Return the tokens whose row was changed since; None if that cannot be known.

    A fingerprint stands for row, content and options together. Where none agrees the content is
    another by now, which says nothing about rows; where some agree it is the same, and a row
    whose own does not was changed. ``made`` is the day of the batch; its mode and paper are tried.
    """
    content = content_digest(workspace)
    papers = (None, *Paper)
    shared = [
        shared_by_all(content, made, mode, paper) for mode, paper in itertools.product(Mode, papers)
    ]
    same: set[str] = set()
    others: set[str] = set()
    for pair in pairs:
        for place, text in enumerate(shared):
            if fingerprint(pair.row, pair.password, text, key) == pair.entry.fingerprint:
                # The next was most likely made alike.
                shared.insert(0, shared.pop(place))
                same.add(pair.entry.token)
                break
        else:
            others.add(pair.entry.token)
    return frozenset(others) if same else None
