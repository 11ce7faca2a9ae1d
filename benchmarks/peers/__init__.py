"""Ways of making the same handout: each module turns content and a patient's words into a PDF."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

Patient = dict[str, Any]
"""What `benchmarks.patients.words_of` tells of a patient."""


class Maker(Protocol):
    """A way of making handouts, ready to work."""

    def make(self, patient: Patient) -> bytes:
        """Return the PDF of a patient."""


Write = Callable[[Patient, Path], int]
"""Makes the handout of a patient and writes it into a folder; returns its bytes."""


def writer(maker: Maker) -> Write:
    """Return how a maker's handouts are written: its own way, or plainly into a new file."""
    own: Write | None = getattr(maker, "write", None)

    def write(patient: Patient, folder: Path) -> int:
        return write_plainly(maker.make(patient), patient, folder)

    return own or write


def write_plainly(pdf: bytes, patient: Patient, folder: Path) -> int:
    """Write a handout into a new file; return its bytes."""
    with (folder / f"{patient['number']:07d}.pdf").open("wb") as file:
        return file.write(pdf)


@dataclass(frozen=True, slots=True)
class Peer:
    """A way of making handouts: ``needs`` are the packages it is made with.

    ``individual``: its patients have programs of their own.
    """

    name: str
    title: str
    module: str
    function: str = "prepare"
    needs: tuple[str, ...] = ()
    tagged: bool = False
    individual: bool = False

    def prepare(self, folder: Path) -> Maker:
        """Return its maker, with the content that lies in ``folder`` (see `benchmarks.inputs`)."""
        module = import_module(f"benchmarks.peers.{self.module}")
        prepare: Callable[[Path], Maker] = getattr(module, self.function)
        return prepare(folder)

    @property
    def missing(self) -> list[str]:
        """The packages it needs that are not installed, or lack a library of the system."""
        return [name for name in self.needs if not _works(name)]


def _works(package: str) -> bool:
    try:
        import_module(package)
    except (ImportError, OSError):
        return False
    return True


TYPST, FULL, STAMPED = "typst", "ours-full", "ours-stamped"
TYPST_OWN, FULL_OWN = "typst-own", "ours-full-own"
PLATYPUS, UNTAGGED = "platypus", "ours-untagged"

PEERS = (
    Peer(PLATYPUS, "ReportLab Platypus", "platypus"),
    Peer("platypus-tuned", "Platypus, pictures as operators", "platypus", "prepare_tuned"),
    Peer(TYPST, "Typst (tagged)", "typst_", needs=("typst",), tagged=True),
    Peer("typst-untagged", "Typst, no tags", "typst_", "prepare_untagged", needs=("typst",)),
    Peer("typst-ua", "Typst, PDF/UA-1", "typst_", "prepare_ua", needs=("typst",), tagged=True),
    Peer("fpdf2", "fpdf2", "fpdf", needs=("fpdf",)),
    Peer("weasyprint", "WeasyPrint", "weasy", needs=("weasyprint",)),
    Peer("pypdf", "pypdf overlay", "pypdf_overlay"),
    Peer("pikepdf", "pikepdf overlay", "pikepdf_overlay"),
    Peer(FULL, "handouts, laid out", "ours", "prepare_full", tagged=True),
    Peer(UNTAGGED, "handouts, laid out, no tags", "ours", "prepare_untagged"),
    Peer(STAMPED, "handouts, stamped", "ours", "prepare_stamped", tagged=True),
    Peer(TYPST_OWN, "Typst (tagged), own programs", "typst_", needs=("typst",), tagged=True,
         individual=True),
    Peer(FULL_OWN, "handouts, laid out, own programs", "ours", "prepare_full_own", tagged=True,
         individual=True),
)  # fmt: skip

BY_NAME = {peer.name: peer for peer in PEERS}
