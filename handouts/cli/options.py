"""Turn options that several commands share into values, and complete them in a shell."""

from __future__ import annotations

import contextlib
import datetime as dt
import re
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Any

import click
from typing_extensions import override

from handouts.errors import ContentError
from handouts.model.clinic import AffectedSide, Mode, Paper, Pictures
from handouts.model.order import LAST_BEGINNING
from handouts.workspace import Kind, Workspace


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


PDF_OUTPUT: Decorator = click.option(
    "-o",
    "--output",
    type=Ending(".pdf"),
    help="The PDF to write. Default: PROGRAM-CODE.pdf in the current folder.",
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
