"""Make the same handout in different ways: each turns content and a patient's words into a PDF."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

DOTS_PER_INCH = 72
"""The resolution of a drawn page: 612 dots across, as the desk shows it on a screen of 1920."""

Patient = dict[str, Any]
"""What `benchmarks.content` writes for a patient, and their ``number``."""


class Maker(Protocol):
    """A peer that is ready to make handouts."""

    def make(self, patient: Patient) -> bytes:
        """Return the PDF of a patient, or pictures of pages."""


@dataclass(frozen=True, slots=True)
class Peer:
    """A way of making handouts; ``own``: its patients have their own doses and programs.

    ``drawn``: it draws pages for a screen, of one patient whose dose keeps changing.
    """

    name: str
    title: str
    module: str
    function: str = "prepare"
    own: bool = False
    drawn: bool = False

    def prepare(self, folder: Path) -> Maker:
        """Return its maker, with the content of ``folder`` (see `benchmarks.inputs`)."""
        module = import_module(f"benchmarks.peers.{self.module}")
        prepare: Callable[[Path], Maker] = getattr(module, self.function)
        return prepare(folder)

    @property
    def missing(self) -> bool:
        """Whether the package that it needs is not installed."""
        return self.module == "typst_" and find_spec("typst") is None


TYPST, TYPST_OWN, PLATYPUS = "typst", "typst-own", "platypus"
DESK, TYPST_DRAWN, TYPST_BARE = "desk", "typst-drawn", "typst-bare"
STAMPED, FULL, UNTAGGED, FULL_OWN = "stamped", "laid-out", "untagged", "laid-out-own"

PEERS = (
    Peer(TYPST, "Typst (tagged)", "typst_"),
    Peer(TYPST_OWN, "Typst (tagged), own doses", "typst_", own=True),
    Peer(PLATYPUS, "ReportLab Platypus, pictures as operators", "platypus"),
    Peer(STAMPED, "handouts, stamped", "ours", "prepare_stamped"),
    Peer(FULL, "handouts, laid out", "ours", "prepare_full"),
    Peer(UNTAGGED, "handouts, laid out, no tags", "ours", "prepare_untagged"),
    Peer(FULL_OWN, "handouts, laid out, own doses", "ours", "prepare_full_own", own=True),
    Peer(DESK, "the desk: a changed dose, its page drawn", "ours", "prepare_desk", drawn=True),
    Peer(TYPST_DRAWN, "Typst: the same, all pages drawn", "typst_", "prepare_drawn", drawn=True),
    Peer(TYPST_BARE, "Typst: the same, pages drawn as dots", "typst_", "prepare_bare", drawn=True),
)
BY_NAME = {peer.name: peer for peer in PEERS}
