"""The options of ``handouts build`` → a handout, read, checked and laid out."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from handouts import Library, OrderRequest, make_order
from handouts import build as build_handout
from handouts.cli.patient import patient_from
from handouts.compose.own import shared_words, visits_from
from handouts.compose.wording import wording
from handouts.deliver.plates import Told
from handouts.model.choices import Mode, Paper
from handouts.pdf.write import Handout
from handouts.workspace import Workspace


def lay_out(
    workspace: Workspace, asked: Mapping[str, Any], patient: Path | None, person: Mapping[str, Any]
) -> tuple[Handout, Told]:
    """Return the handout for what is asked, for the patient of a file and of options.

    Beside it words for other patients of whom the same is asked, in its language.

    Raises:
        HandoutError: for wrong content, or what cannot be laid out.
    """
    library = Library(workspace)
    given = {name: asked[name] for name in ("affected_side", "start_date", "clinician")}
    request = OrderRequest(
        program=asked["program"],
        clinic=asked["clinic"],
        layout=asked["layout"],
        patient=patient_from(library, patient, {**person, **given}),
        language=asked["language"],
        paper=Paper(asked["paper"]) if asked["paper"] else None,
        mode=Mode(asked["mode"]),
    )
    order = make_order(library, request)
    handout = build_handout(order, workspace, fillable=asked["fillable"])
    words = wording(order.locale, order.language)
    shared = shared_words(order.patient, order.clinician, handout.plate.days, words)
    return handout, Told(visits_from(workspace.today, words), shared)
