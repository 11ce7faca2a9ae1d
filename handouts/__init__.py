"""Turn exercise content and clinic branding into a PDF handout for a patient.

YAML           --load-->     Source      values with line and column
Source         --check-->    Order       validated, resolved, frozen
Order          --compose-->  Document    what is said: no points, no colours
Document       --layout-->   LaidOut     pages of ReportLab flowables, planned
LaidOut        --stamp-->    Handout     drawn through text and pdf: PDF bytes, pages, code
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from handouts.check.order import make_order
    from handouts.errors import (
        ContentError,
        DeliveryError,
        DoesNotFit,
        HandoutError,
        MissingError,
        Problem,
    )
    from handouts.load.library import Library
    from handouts.model.clinic import Mode, Paper, Pictures
    from handouts.model.dosage import Dosage
    from handouts.model.order import OrderRequest, Patient
    from handouts.stamp.build import Handout, build
    from handouts.workspace import Workspace

__version__ = "0.1.0"

_HOME = {
    "ContentError": "handouts.errors",
    "DeliveryError": "handouts.errors",
    "DoesNotFit": "handouts.errors",
    "Dosage": "handouts.model.dosage",
    "Handout": "handouts.stamp.build",
    "HandoutError": "handouts.errors",
    "Library": "handouts.load.library",
    "MissingError": "handouts.errors",
    "Mode": "handouts.model.clinic",
    "OrderRequest": "handouts.model.order",
    "Paper": "handouts.model.clinic",
    "Patient": "handouts.model.order",
    "Pictures": "handouts.model.clinic",
    "Problem": "handouts.errors",
    "Workspace": "handouts.workspace",
    "build": "handouts.stamp.build",
    "make_order": "handouts.check.order",
}

__all__ = [
    "ContentError",
    "DeliveryError",
    "DoesNotFit",
    "Dosage",
    "Handout",
    "HandoutError",
    "Library",
    "MissingError",
    "Mode",
    "OrderRequest",
    "Paper",
    "Patient",
    "Pictures",
    "Problem",
    "Workspace",
    "build",
    "make_order",
]


def __getattr__(name: str) -> Any:
    """Import a public name on first use, so that ``handouts --help`` starts at once."""
    if name not in _HOME:
        raise AttributeError(f"module 'handouts' has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415 - only when a name is first used

    return getattr(import_module(_HOME[name]), name)
