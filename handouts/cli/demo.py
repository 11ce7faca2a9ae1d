"""Turn the built-in content into a folder of handouts that show what there is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from handouts import Library, OrderRequest, Workspace, build, make_order
from handouts.cli.options import FOLDER, date
from handouts.cli.report import counted, say
from handouts.files import PDF, check_target, make_folder, write_whole
from handouts.model.clinic import AffectedSide, Mode
from handouts.model.order import Patient
from handouts.workspace import Kind

PROGRAM = "si-joint-stretch-then-steady"
NAME = "Maria Nuñez-O'Brien"
"""Invented; the letters show that the fonts have more than plain English."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One handout of the demonstration."""

    clinic: str
    layout: str
    mode: Mode = Mode.COLOUR
    named: bool = True

    @property
    def file_name(self) -> str:
        """Such as ``riverbend-standard-saver.pdf``."""
        mode = "" if self.mode is Mode.COLOUR else f"-{self.mode.value}"
        blank = "" if self.named else "-blank"
        return f"{self.clinic}-{self.layout}{mode}{blank}.pdf"


@click.command
@click.option(
    "-o",
    "--output",
    type=FOLDER,
    default=Path("demo"),
    show_default=True,
    help="The folder to write; it is made if need be.",
)
@click.option("--date", "made_on", type=date, help="The day. Without it: today.")
def demo(output: Path, made_on: dt.date | None) -> None:
    """Make handouts of every layout for both example clinics.

    Only built-in content is used. The patient and the clinics are invented.

    \b
    Examples:
      handouts demo
      handouts demo -o somewhere/else

    \b
    Exit codes: 0 written · 1 the folder cannot be written · 2 wrong command line
    """
    workspace = Workspace(today=made_on)
    library = Library(workspace)
    make_folder(output)
    samples = list(_samples(workspace))
    say(f"making {len(samples)} handouts in {output.resolve()}")
    for sample in samples:
        target = output / sample.file_name
        check_target(target, PDF)
        request = OrderRequest(
            program=PROGRAM,
            clinic=sample.clinic,
            layout=sample.layout,
            patient=_patient(workspace.today) if sample.named else Patient(),
            mode=sample.mode,
        )
        handout = build(make_order(library, request), workspace)
        write_whole(target, handout.pdf)
        say(f"{target}  {counted(handout.pages, 'page')}")


def _samples(workspace: Workspace) -> Iterator[Sample]:
    clinics = workspace.ids(Kind.CLINICS)
    for clinic in clinics:
        for layout in workspace.ids(Kind.LAYOUTS):
            yield Sample(clinic, layout)
    yield Sample(clinics[0], "standard", Mode.GRAY)
    yield Sample(clinics[0], "standard", Mode.SAVER)
    yield Sample(clinics[0], "standard", named=False)


def _patient(today: dt.date) -> Patient:
    """Return an invented patient who starts next Monday."""
    monday = today + dt.timedelta(days=7 - today.weekday())
    return Patient(
        name=NAME,
        affected_side=AffectedSide.LEFT,
        start_date=monday,
        next_visit=monday + dt.timedelta(days=14),
    )
