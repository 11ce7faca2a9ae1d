"""Turn a program and a patient's details into one handout: ``handouts build``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click
from msgspec.structs import replace
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from handouts import Library, OrderRequest, make_order
from handouts import build as build_handout
from handouts.check.lint_handout import order_warnings
from handouts.check.prescription import DOSE, EXERCISES
from handouts.check.review import review_command
from handouts.cli.options import (
    FILE,
    Decorator,
    Ending,
    appearance,
    chosen_clinic,
    complete_ids,
    date,
    exercises,
    from_week_option,
    moment,
    side_option,
    workspace_of,
)
from handouts.cli.report import counted, print_problems, say
from handouts.errors import ContentError, HandoutError, Location, Problem
from handouts.files import PDF, check_target, write_whole
from handouts.load.messages import describe_private
from handouts.model.dosage import Dosage
from handouts.model.order import Order, Patient, PatientFile
from handouts.stamp.build import Handout, build_bilingual
from handouts.workspace import Kind

PDF_OUTPUT: Decorator = click.option(
    "-o",
    "--output",
    type=Ending(".pdf"),
    help="The PDF to write. Default: PROGRAM-CODE.pdf in the current folder.",
)
_OPTIONS = {
    "reference": "--reference",
    "name": "--name",
    "preferred_name": "--preferred-name",
    "affected_side": "--side",
    "clinician": "--clinician",
    "start_date": "--start",
    "next_visit": "--next-visit",
    "note": "--note",
}


def _patient(file: PatientFile, options: Mapping[str, Any]) -> Patient:
    """Return the patient from a file, with options replacing the values of the file.

    Raises:
        ContentError: for a wrong file or an option that cannot be printed; never with its text.
    """
    known = {name: value for name, value in file if name in Patient.model_fields}
    given = {name: options[name] for name in _OPTIONS if options[name] is not None}
    try:
        return Patient.model_validate({**known, **given})
    except ValidationError as error:
        problems = [_problem(details) for details in error.errors(include_url=False)]
    raise ContentError(problems)


def _problem(details: ErrorDetails) -> Problem:
    """Return the problem of one option in our words, without its value."""
    option = _OPTIONS[str(details["loc"][0])]
    message, hint = describe_private(details, option)
    return Problem(message if option in message else f"{option}: {message}", hint=hint)


def _doses(_: click.Context, option: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    """Return the doses of ``--dose`` by exercise, as typed."""
    doses: dict[str, str] = {}
    for value in values:
        name, equals, dose = (part.strip() for part in value.partition("="))
        if not (name and equals and dose):
            raise click.BadParameter('write it like bird-dog="2 x 8"', param=option)
        if name in doses:
            raise click.BadParameter(f"two doses for {name}", param=option)
        doses[name] = dose
    return doses


def _read_doses(typed: Mapping[str, str], library: Library, clinic: str) -> dict[str, Dosage]:
    """Return the doses of ``--dose`` as values, with numbers as the clinic writes them.

    Raises:
        ContentError: with a problem for each dose that is not understood.
    """
    if not typed:
        # Few command lines have a dose, and the code that reads lists takes long to import.
        return {}
    from handouts.load.roster.cells import CellError, read_dose  # noqa: PLC0415

    doses, problems = {}, []
    language = library.clinic(clinic).locale
    for name, text in typed.items():
        try:
            doses[name] = read_dose(text, language)
        except CellError as error:
            problems.append(Problem(str(error), Location(f"--dose {name}"), error.hint))
    if problems:
        raise ContentError(problems)
    return doses


def _order(library: Library, request: OrderRequest, options: Mapping[str, Any]) -> Order:
    """Return the order of a request; problems with a choice or dose are placed at the option.

    Raises:
        HandoutError: as `make_order`.
    """
    file = Location(str(options["patient"]))
    places = {EXERCISES: Location("--exercises")}
    if options["patient"] and options["exercises"] is None and request.exercises is not None:
        places[EXERCISES] = file
    for name in request.doses:
        typed = name in options["doses"]
        places[Location(DOSE.format(name))] = Location(f"--dose {name}") if typed else file
    try:
        return make_order(library, request)
    except HandoutError as error:
        problems = [
            item._replace(location=places.get(item.location, item.location))
            for item in error.problems
        ]
        raise type(error)(problems) from None


def _two_languages(
    _: click.Context, option: click.Parameter, value: str | None
) -> tuple[str, str] | None:
    if value is None:
        return None
    first, *others = (part.strip() for part in value.split(","))
    if len(others) != 1 or not (first and others[0]) or first == others[0]:
        raise click.BadParameter("write two languages, as en,es", param=option)
    return first, others[0]


def _check_options(options: Mapping[str, Any]) -> None:
    """Refuse options that contradict each other."""
    if options["booklet"] and options["fillable"]:
        raise click.UsageError("--booklet is for paper, --fillable for a screen: choose one")
    if options["facing"] and not options["languages"]:
        raise click.UsageError("--facing needs two languages: --languages en,es")
    for name in ("language", "booklet"):
        if options["languages"] and options[name]:
            raise click.UsageError(f"--languages and --{name} do not go together")
    if options["facing"] and options["fillable"]:
        raise click.UsageError("--facing is for paper, --fillable for a screen: choose one")


def _targets(options: Mapping[str, Any]) -> list[Path | None]:
    """Return the files to write, two for two languages; None if no name was given."""
    output: Path | None = options["output"]
    if options["facing"] or not options["languages"]:
        return [output]
    return [
        output and output.with_name(f"{output.stem}.{tag}{output.suffix}")
        for tag in options["languages"]
    ]


def _write(handouts: Sequence[Handout], options: Mapping[str, Any]) -> None:
    """Write one handout, or one in two languages, and say which files were written."""
    # Booklets are rare, and the code that makes them takes long to import.
    if options["facing"]:
        from handouts.deliver.finished_pdf import facing  # noqa: PLC0415

        first, second = handouts
        target = options["output"] or Path(f"{options['program']}-{first.code}.pdf")
        write_whole(target, facing(first.pdf, second.pdf))
        say(f"wrote {target} ({counted(2 * first.pages, 'page')}, {first.code}, {second.code})")
        return
    for handout, named in zip(handouts, _targets(options), strict=True):
        target = named or Path(f"{options['program']}-{handout.code}.pdf")
        made = counted(handout.pages, "page")
        if options["booklet"]:
            from handouts.deliver.finished_pdf import booklet  # noqa: PLC0415

            write_whole(target, booklet(handout.pdf))
            made += f" on {counted(-(-handout.pages // 4), 'sheet')}"
        else:
            write_whole(target, *handout.file.parts)
        say(f"wrote {target} ({made}, {handout.code})")


@click.command
@click.argument("program", shell_complete=complete_ids(Kind.PROGRAMS))
@click.option(
    "--patient",
    type=FILE,
    help="A patient's YAML file (handouts new patient); the options below override it.",
)
@click.option("--name", help="The patient's name, as it should be printed.")
@click.option("--preferred-name", help="What the patient likes to be called.")
@side_option("The side that hurts. Default: boxes to tick by hand.", "affected_side")
@click.option(
    "--exercises",
    type=exercises,
    metavar="1,3,5|ID,ID|all",
    help="Which exercises of the program, by number or id; 2-4 means 2, 3 and 4.",
)
@click.option(
    "--dose",
    "doses",
    metavar="ID=DOSE",
    multiple=True,
    callback=_doses,
    help='A dose of the patient\'s own: --dose bird-dog="2 x 8". May be repeated.',
)
@from_week_option(
    "The week of the program in which the handout begins, for who has done those before it."
)
@click.option(
    "--start",
    "start_date",
    type=date,
    help="The first day, for example 2026-12-01: it dates the grid.",
)
@click.option("--next-visit", type=moment, help='For example "2026-12-15 14:30".')
@click.option("--note", help="A note from the clinician, up to 1200 characters.")
@click.option("--reference", help="Your own number for the patient.")
@click.option(
    "--clinician",
    metavar="ID|NAME",
    help="Who gives it to the patient: one of the clinic's, or any name.",
)
@appearance
@click.option(
    "--fillable", is_flag=True, help="Turn boxes and lines into fields to fill in on a screen."
)
@click.option(
    "--booklet",
    is_flag=True,
    help="Two pages on a sheet, to print on both sides (short edge) and fold in the middle; type "
    "shrinks to two thirds. Screen readers need the file without it.",
)
@click.option(
    "--languages",
    metavar="TAG,TAG",
    callback=_two_languages,
    help="The same handout in two languages, for example en,es: two files whose pages match.",
)
@click.option(
    "--facing",
    is_flag=True,
    help="With --languages: one file, page beside page. Screen readers need the two files.",
)
@click.option("--date", "made_on", type=date, help="The day it is made. Default: today.")
@PDF_OUTPUT
@click.pass_obj
def build(folder: Path | None, /, **options: Any) -> None:
    """Make one handout as a PDF.

    PROGRAM is an id from `handouts list programs`. Anything you leave out about the patient becomes
    a line to write on. For a program that is a list to choose from, --exercises selects the
    exercises; without a name or a reference, each exercise has a box to mark by hand.

    \b
    Examples:
      handouts build si-joint-calm --clinic riverbend
      handouts build si-joint-calm --clinic oldmill --layout large-print --mode saver
      handouts build si-joint-calm --clinic riverbend --name "Maria Nuñez-O'Brien" \\
        --side left --start 2026-12-01 -o maria.pdf
      handouts build si-joint-mix --clinic riverbend --name "Maria Nuñez-O'Brien" \\
        --exercises 1,4-6,bird-dog --dose bird-dog="2 x 8, hold 5 s" -o chosen.pdf
      handouts build achilles --clinic riverbend --from-week 5 -o weeks-5-to-8.pdf
      handouts build si-joint-calm --clinic riverbend --fillable -o on-screen.pdf
      handouts build si-joint-calm --clinic riverbend --languages en,es -o calm.pdf
      handouts build si-joint-calm --clinic riverbend --layout large-print --booklet -o fold.pdf

    Until a clinician of the clinic has checked its texts (`handouts review`), the handout is marked
    DRAFT.

    \b
    Exit codes: 0 written · 1 wrong content, or the file cannot be written (nothing is written) ·
    2 wrong command line
    """
    _check_options(options)
    # Before the work, check that the files can be written.
    for target in _targets(options):
        check_target(target or Path("handout.pdf"), PDF)
    workspace = workspace_of(folder, options["made_on"])
    library = Library(workspace)
    request = _request(library, options)
    languages = options["languages"] or (options["language"],)
    orders = [_order(library, replace(request, language=tag), options) for tag in languages]
    print_problems(order_warnings(library, orders[0]))
    fillable = options["fillable"]
    if options["languages"]:
        _write(build_bilingual((orders[0], orders[1]), workspace, fillable=fillable), options)
        if request.patient.note:
            say("the note is printed as typed in both languages", err=True)
    else:
        _write([build_handout(orders[0], workspace, fillable=fillable)], options)
    _say_what_lacks(orders)


def _request(library: Library, options: Mapping[str, Any]) -> OrderRequest:
    """Return the request of the options, with the patient's file for what they do not give.

    Raises:
        HandoutError: if the file, a dose or an option is wrong.
    """
    known = options["patient"]
    file = library.patient(known) if known else PatientFile.model_construct()
    clinic = chosen_clinic(library.workspace, options["clinic"])
    return OrderRequest(
        program=options["program"],
        clinic=clinic,
        layout=options["layout"],
        patient=_patient(file, options),
        paper=options["paper"],
        mode=options["mode"],
        exercises=file.exercises if options["exercises"] is None else options["exercises"],
        from_week=options["from_week"] or file.from_week,
        doses={**file.doses, **_read_doses(options["doses"], library, clinic)},
        pictures=options["pictures"],
    )


def _say_what_lacks(orders: Sequence[Order]) -> None:
    """Print what the layout leaves out, and which texts no clinician has reviewed."""
    if left_out := orders[0].layout.leaves_out:
        say(f"layout {orders[0].layout.id} leaves out: {', '.join(left_out)}", err=True)
    for order in orders:
        say_if_draft(order)


def say_if_draft(order: Order) -> None:
    """Say that no clinician has reviewed the texts of a handout, if that is so."""
    if order.checked is None:
        why = f"no clinician of {order.clinic.id} has checked its texts yet"
        command = review_command(order.program.id, order.clinic.id, order.language)
        say(f"a draft: {why}; {command}", err=True)
