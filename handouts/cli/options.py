"""Turn options that several commands share into values and open lists; complete them in a shell."""

from __future__ import annotations

import contextlib
import datetime as dt
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from typing_extensions import override

from handouts.cli.report import Count, say
from handouts.errors import ContentError
from handouts.model.clinic import AffectedSide, Mode, Paper, Pictures
from handouts.model.order import LAST_BEGINNING
from handouts.workspace import Kind, Workspace

if TYPE_CHECKING:
    from handouts.load.roster import Roster


def workspace_of(folder: Path | None, today: dt.date | None = None) -> Workspace:
    """Return the workspace of ``--folder``, else of the current folder if it is a clinic's.

    A clinic's folder contains a folder named ``clinics``.
    """
    if folder is None and Path(Kind.CLINICS).is_dir():
        folder = Path()
    return Workspace(folder, today=today)


def own_folder(workspace: Workspace) -> Path:
    """Return the clinic's own folder.

    Raises:
        ContentError: if there is none.
    """
    if workspace.folder is None:
        raise ContentError(
            "this is not a clinic's folder",
            hint="create one with handouts init my-clinic; then cd my-clinic, or use --folder",
        )
    return workspace.folder


FILE = click.Path(path_type=Path)
"""A path that click does not check, because the command does."""
FILE.name = "file"
PLAIN_FILE = click.Path(path_type=Path, dir_okay=False)
FOLDER = click.Path(path_type=Path, file_okay=False)


class Ending(click.Path):
    """A file to write, whose name has the right ending: nothing opens a PDF named ``x.png``."""

    def __init__(self, *endings: str) -> None:
        super().__init__(path_type=Path)
        self.name, self._endings = "file", endings

    @override
    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        path = Path(value)
        # If it exists but is not a file, the command refuses it.
        is_file = path.is_file() or not path.exists()
        if is_file and path.suffix.lower() not in self._endings:
            self.fail(f"the name must end with {' or '.join(self._endings)}", param, ctx)
        return path


class OneOf(click.Choice[str]):
    """A choice among the values of an enumeration, converted to the member."""

    def __init__(self, kind: type[StrEnum]) -> None:
        super().__init__([member.value for member in kind])
        self._kind = kind

    @override
    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        return self._kind(super().convert(value, param, ctx))


_DAY = re.compile(r"20\d\d-\d\d-\d\d", re.ASCII)


class Value(click.ParamType[Any]):
    """A value with the rules for a column of a list; no message repeats it.

    A date that can be read in two ways is refused, unless the command has ``--dates``.
    """

    def __init__(self, name: str, column: str, like: str = "2026-12-01") -> None:
        self.name, self._column, self._like = name, column, like

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the value of a text from the command line."""
        if not isinstance(value, str):
            return value
        if (usual := _usual(self._column, value)) is not None:
            return usual
        # Few command lines need it, and the code that reads lists takes long to import.
        from handouts import Library  # noqa: PLC0415
        from handouts.load.roster.row import read_value  # noqa: PLC0415

        given = ctx.params.get("dates") if ctx else None
        order = given if isinstance(given, str) else None  # a click marker if it is not read yet
        try:
            return read_value(Library(Workspace()), self._column, value, order)
        except ContentError as error:
            problem = error.problems[0]
        hint = problem.hint
        has_dates = ctx and any(option.name == "dates" for option in ctx.command.params)
        if "column" in hint or ("--dates" in hint and not has_dates):
            hint = self._like and f"write it like {self._like}"
        return self.fail(f"{problem.message}; {hint}" if hint else problem.message, param, ctx)


def _usual(column: str, text: str) -> AffectedSide | dt.date | None:
    """Return the value of a text in its usual form, ``left`` or ``2026-12-01``; else None."""
    if column == "affected_side" and text in set(AffectedSide):
        return AffectedSide(text)
    # Years of other centuries go to `read_value`, which refuses them.
    if column in ("start_date", "next_visit") and _DAY.fullmatch(text):
        with contextlib.suppress(ValueError):
            return dt.date.fromisoformat(text)
    return None


date = Value("date", "start_date")
moment = Value("moment", "next_visit", like="2026-12-15 14:30")
exercises = Value("exercises", "exercises", like="")


def complete_ids(*kinds: Kind) -> Callable[[click.Context, click.Parameter, str], list[str]]:
    """Return a shell completion for an argument or option that takes an id of these kinds."""

    def complete(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[str]:
        workspace = workspace_of(ctx.find_root().params.get("folder"))
        known = (name for kind in kinds for name in workspace.ids(kind))
        return [name for name in known if name.startswith(incomplete)]

    return complete


def chosen_clinic(workspace: Workspace, clinic: str | None) -> str:
    """Return ``--clinic``, or the only clinic in the clinic's own folder.

    The built-in clinics are invented, so none of them is a default.

    Raises:
        UsageError: if there is neither.
    """
    if clinic is not None:
        return clinic
    clinics = workspace.own_clinics()
    if len(clinics) == 1:
        return clinics[0]
    known = ", ".join(clinics or workspace.ids(Kind.CLINICS))
    raise click.UsageError(f"choose the clinic of the handout with --clinic: {known}")


Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def id_option(name: str, kind: Kind, about: str, **more: Any) -> Decorator:
    """Return an option that takes an id of a ``kind``, with shell completion."""
    return click.option(name, metavar="ID", shell_complete=complete_ids(kind), help=about, **more)


def side_option(about: str, name: str = "side") -> Decorator:
    """Return the option ``--side``, which the command receives as ``name``."""

    def complete(_ctx: click.Context, _: click.Parameter, incomplete: str) -> list[str]:
        return [side.value for side in AffectedSide if side.value.startswith(incomplete)]

    return click.option(
        "--side", name, type=Value("side", "affected_side"), metavar="left|right|both",
        shell_complete=complete, help=about,
    )  # fmt: skip


def from_week_option(about: str) -> Decorator:
    """Return the option ``--from-week``."""
    weeks = click.IntRange(1, LAST_BEGINNING)
    return click.option("--from-week", type=weeks, metavar="N", help=about)


MODE: Decorator = click.option(
    "--mode",
    type=OneOf(Mode),
    default=Mode.COLOUR.value,
    show_default=True,
    help="gray for a photocopier, saver to save ink.",
)


def dpi_option(default: int) -> Decorator:
    """Return the option ``--dpi``."""
    about, dots = "Dots per inch of a PNG.", click.IntRange(36, 600)
    return click.option(
        "--dpi", type=dots, metavar="N", default=default, show_default=True, help=about
    )


def together(*options: Decorator) -> Decorator:
    """Return a decorator that adds several options to a command, in their order."""

    def add(command: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(options):
            command = option(command)
        return command

    return add


appearance = together(
    id_option("--clinic", Kind.CLINICS, "The clinic on the letterhead: see handouts list clinics."),
    id_option(
        "--layout",
        Kind.LAYOUTS,
        "How the pages look: see handouts list layouts.",
        default="standard",
        show_default=True,
    ),
    click.option("--language", metavar="TAG", help="For example en-GB. Default: the clinic's."),
    click.option("--paper", type=OneOf(Paper), help="Paper size. Default: the clinic's."),
    MODE,
    click.option(
        "--pictures",
        type=OneOf(Pictures),
        help="Photographs and drawings, only one of them, or none. Default: as the layout says, "
        "else as the clinic says.",
    ),
)
"""Options for the look of a handout."""


# -- a list of patients


def _pairs(_: click.Context, option: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for value in values:
        column, equals, header = value.partition("=")
        if not (column and equals):
            raise click.BadParameter(f'"{value}" is not COLUMN=HEADER', param=option)
        pairs[column] = header
    return pairs


reading = together(
    click.option(
        "--map",
        "mapping",
        metavar="COLUMN=HEADER",
        multiple=True,
        callback=_pairs,
        help="The header of a column, by text or position (--map name=#2), or none (--map name=). "
        "May be repeated.",
    ),
    click.option("--no-header", is_flag=True, help="The first row is a patient: see --map."),
    click.option(
        "--encoding",
        metavar="NAME",
        help="The encoding of a CSV that is not UTF-8, for example cp1252.",
    ),
    click.option("--sheet", metavar="NAME", help="Which sheet of a workbook to read."),
    click.option(
        "--dates",
        type=click.Choice(["dmy", "mdy"]),
        # Read before the dates on the command line.
        is_eager=True,
        help="What 3/4/2026 means: dmy (3 April) or mdy (March 4). By default it is refused.",
    ),
    click.option(
        "--join",
        type=FILE,
        multiple=True,
        help="A file with more columns for the same patients. May be repeated.",
    ),
    click.option(
        "--only-joined", is_flag=True, help="Skip patients who are not in the joined file."
    ),
    id_option("--program", Kind.PROGRAMS, "For rows that name none."),
    click.option(
        "--exercises",
        type=exercises,
        metavar="1,3,5|ID,ID|all",
        help="The exercises that a patient gets, for rows that name none.",
    ),
    from_week_option(
        "The week of the program in which the handout begins, for rows that name none."
    ),
    side_option("The side that hurts, for rows that name none."),
    click.option("--start", type=date, help="The first day, for rows that name none."),
    click.option("--clinician", metavar="ID|NAME", help="For rows that name none."),
)
"""Options for reading a list of patients."""


def opened_roster(
    workspace: Workspace, rosters: tuple[Path, ...], options: Mapping[str, Any]
) -> Roster:
    """Return the roster of some files, read by the options in `reading`.

    ``options`` also has ``clinic``, ``layout`` and ``language``, for rows that do not name any.

    Raises:
        HandoutError: as `read_roster`.
    """
    # Imported here, because it takes long and few commands read a list.
    from handouts import Library  # noqa: PLC0415
    from handouts.load import roster  # noqa: PLC0415

    for path in (*rosters, *options["join"]):
        if str(path).encode("utf-8", "ignore").decode() != str(path):
            # The name is recorded with each row, and undecodable bytes cannot be.
            hint = "give the file, and its folders, a plain name"
            raise ContentError(f"{str(path)!a}: the name of the list is not text", hint)
    clinics = workspace.own_clinics()
    single = clinics[0] if len(clinics) == 1 else None
    defaults = {
        "program": options["program"],
        "exercises": str(options["exercises"]) if options["exercises"] is not None else None,
        "from_week": options["from_week"] and str(options["from_week"]),
        "clinic": options["clinic"] or single,
        "layout": options["layout"],
        "language": options["language"],
        "affected_side": options["side"],
        "start_date": options["start"].isoformat() if options["start"] else None,
        "clinician": options["clinician"],
    }
    settings = roster.RosterOptions(
        mapping=options["mapping"],
        encoding=options["encoding"],
        join=options["join"],
        only_joined=options["only_joined"],
        defaults={name: value for name, value in defaults.items() if value},
        header=not options["no_header"],
        sheet=options["sheet"],
        dates=roster.DayOrder(options["dates"]) if options["dates"] else None,
    )
    try:
        with contextlib.closing(Count("reading the list")) as count:
            return roster.read_roster(Library(workspace), rosters, settings, count.at)
    except roster.EncodingNeeded as error:
        show_encodings(error.samples)
        raise


def show_encodings(samples: Mapping[str, Sequence[str]]) -> None:
    """Show the names of a list as each encoding reads them, on a terminal only."""
    for encoding, names in samples.items() if sys.stderr.isatty() else ():
        say(f"  {encoding}: {', '.join(names) or 'no names with special letters'}", err=True)
