"""What ``build`` is asked for → one PDF on disk: stamped if one of its kind was made, else made."""

from __future__ import annotations

import gc
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from handouts.cli.basics import page_count, workspace_of
from handouts.deliver.again import Again, Stamped
from handouts.deliver.files import check_target, write_whole
from handouts.garbage import uncollected
from handouts.workspace import Workspace

if TYPE_CHECKING:
    from handouts.pdf.write import Handout

_OWN = ("name", "preferred_name", "note", "reference")
"""Options that are the patient's own words."""


def run(options: Mapping[str, Any]) -> None:
    """Run ``build`` with plain options (`handouts.cli.plain`) and say what was written."""
    # The library that reads command lines is imported for what only it can say.
    try:
        check_output(options["output"])
        workspace = workspace_of(options["folder"], options["made_on"])
        clinics = (options["clinic"],) if options["clinic"] else workspace.own_clinics()
        if len(clinics) == 1:
            _say(make(workspace, {**options, "clinic": clinics[0]}))
        else:
            from handouts.cli.main import main  # noqa: PLC0415

            main()
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - `fail` tells them apart
        from handouts.cli.main import fail  # noqa: PLC0415

        fail(error)
    finally:
        # As `handouts.cli.main.main` does.
        gc.freeze()


def check_output(output: Path | None) -> None:
    """Make sure that the PDF can be written, before the work that fills it.

    Raises:
        DeliveryError: if it cannot.
    """
    check_target(output or Path("handout.pdf"))


def make(workspace: Workspace, options: Mapping[str, Any]) -> str:
    """Write the handout that the options of ``build`` ask for; return a line that says so.

    Raises:
        HandoutError: for wrong content, what cannot be laid out, or a file that cannot be written.
    """
    program, patient, fillable = (options[name] for name in ("program", "patient", "fillable"))
    alike = ("program", "clinic", "layout", "language", "paper", "mode", "clinician", "fillable")
    asked = {
        **{name: options[name] for name in alike},
        "affected_side": options["side"],
        "start_date": options["start"],
    }
    own = {name.replace("_", "-"): options[name] for name in _OWN}
    again = Again(workspace, asked, own, options["next_visit"])
    handout: Stamped | Handout | None = None
    if not patient:
        handout = again.stamped()
    if handout is None:
        with uncollected():
            # Reading, checking and laying out are imported where none of the kind was made before.
            from handouts.cli.making import lay_out  # noqa: PLC0415

            person = {name: options[name] for name in (*_OWN, "next_visit")}
            handout, told = lay_out(workspace, asked, patient, person)
        if not fillable and not patient:
            again.keep(handout.plate, told)
    target = options["output"] or Path(f"{program}-{handout.code}.pdf")
    write_whole(target, *handout.file.parts)
    return f"wrote {target} ({page_count(handout.pages)}, {handout.code})"


def _say(line: str) -> None:
    try:
        print(line, flush=True)  # noqa: T201 - as the library does that is not imported
    except UnicodeEncodeError:
        # It also knows what to do with a terminal that lacks a letter of the file's name.
        from handouts.cli.report import say  # noqa: PLC0415

        say(line)
