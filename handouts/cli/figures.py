"""Turn figures of exercises into pictures, problems, and the drawings that are shipped."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from handouts import Library
from handouts.cli.check import Picked, findings, pick
from handouts.cli.options import MODE, Ending, complete_ids, dpi_option, workspace_of
from handouts.cli.report import counted, print_error, print_problems, say
from handouts.errors import ContentError, HandoutError, Problem, to_install
from handouts.figures.colours import Body, figure_palette
from handouts.figures.drawings import (
    SHIPPED,
    Drawings,
    draw_now,
    drawing_name,
    figures_of,
    generate,
    missing_tools,
    need_tools,
    stale,
)
from handouts.figures.preview import contact_sheet, drawn, page, png, svg
from handouts.figures.vector import Vector, dressed
from handouts.files import PNG, check_target, write_whole
from handouts.model.clinic import Mode
from handouts.workspace import Kind, Workspace

SIX_VIEWS = ((14, 10), (-28, 20), (60, 24), (112, 30), (0, 8), (24, 45))
"""Yaw and pitch of the cameras of ``--views``."""
COLOUR = "#0f7c8a"
"""The brand's colour in previews; a handout has that of its clinic."""


@click.group
def figures() -> None:
    """Draw and check the pictures of exercises.

    Built-in pictures come with the program. Drawing something new, and checking, needs numpy and
    shapely; if they are missing, the command says how to install them.

    \b
    Examples:
      handouts figures show bird-dog
      handouts figures show exercises/my-bridge.yaml --watch
      handouts figures check

    \b
    Exit codes: 0 done · 1 wrong content, or a file cannot be written · 2 wrong command line
    """


def _palette(mode: Mode) -> dict[str, str]:
    return figure_palette(COLOUR, mode, Body())


@figures.command
@click.argument("name", metavar="ID|FILE", shell_complete=complete_ids(Kind.EXERCISES))
@click.option("--variant", help="A variant of the exercise.")
@click.option("--views", is_flag=True, help="The last frame from six cameras, to choose a view.")
@click.option("--mirrored", is_flag=True, help="Mirror the figure, for the other side of the body.")
@click.option("--watch", is_flag=True, help="Draw again whenever the file changes; Ctrl-C ends.")
@dpi_option(144)
@click.option("-o", "--output", type=Ending(".png", ".svg"), help="The .png or .svg to write.")
@MODE
@click.pass_obj
def show(
    folder: Path | None,
    /,
    *,
    name: str,
    variant: str | None,
    watch: bool,
    output: Path | None,
    **options: Any,
) -> None:
    """Draw one figure as PNG or SVG.

    The figure belongs to an exercise, or to a file that you are writing. Anything wrong with it is
    printed as well.

    \b
    Examples:
      handouts figures show bird-dog -o bird-dog.svg
      handouts figures show glute-bridge --variant band --views

    \b
    Exit codes: 0 drawn · 1 wrong content, or the file cannot be written · 2 wrong command line
    """
    workspace = workspace_of(folder)
    target = output or Path(f"{Path(name).stem}.png")
    vectors = target.suffix.lower() == ".svg"
    check_target(target, b"" if vectors else PNG)

    def draw() -> None:
        picked = pick(workspace, name, variant)
        write_whole(target, _drawn(workspace, picked, options, vectors=vectors), private=False)
        say(f"wrote {target}")
        if missing := missing_tools():
            say(f"not checked, {missing} missing: {to_install('figures')}", err=True)
        else:
            print_problems(findings(workspace, picked))

    if watch:
        need_tools("drawing while you write")
        _watch(draw, pick(workspace, name, variant).file)
    else:
        draw()


def _drawn(
    workspace: Workspace, picked: Picked, options: dict[str, Any], *, vectors: bool
) -> bytes:
    """Return the picture of a figure as SVG or PNG."""
    palette, mirrored = _palette(options["mode"]), options["mirrored"]
    rows = _rows(workspace, picked, views=options["views"])
    rows = [tuple(dressed(each, palette, mirrored=mirrored) for each in row) for row in rows]
    if vectors:
        return svg(rows[0], palette, picked.name).encode()
    return png(*drawn(page(rows, palette, 1.5), options["dpi"]))


def _watch(draw: Callable[[], None], file: Path) -> None:
    """Draw whenever the file changes; print mistakes and go on watching."""
    seen = 0
    while True:
        now = file.stat().st_mtime_ns if file.exists() else seen
        if now != seen:
            seen = now
            try:
                draw()
            except HandoutError as error:
                print_error(error)
        time.sleep(0.4)


def _rows(workspace: Workspace, picked: Picked, *, views: bool) -> list[tuple[Vector, ...]]:
    if not views:
        return [Drawings(workspace).frames(picked.name, picked.variant, picked.figure)]
    cells = [
        draw_now(picked.figure.model_copy(update={"view": view}), picked.name).frames[-1]
        for view in SIX_VIEWS
    ]
    return [tuple(cells[:3]), tuple(cells[3:])]


@figures.command
@click.option(
    "-o",
    "--output",
    type=Ending(".png"),
    default=Path("figures.png"),
    show_default=True,
    help="The PNG to write.",
)
@MODE
@click.pass_obj
def sheet(folder: Path | None, /, *, output: Path, mode: Mode) -> None:
    """Draw all figures on one contact sheet.

    \b
    Example:
      handouts figures sheet -o all.png

    \b
    Exit codes: 0 drawn · 1 wrong content, or the file cannot be written · 2 wrong command line
    """
    workspace = workspace_of(folder)
    check_target(output, PNG)
    palette = _palette(mode)
    drawings = Drawings(workspace)
    entries = [
        (
            drawing_name(name, variant),
            tuple(dressed(frame, palette) for frame in drawings.frames(name, variant, figure)),
        )
        for name, variant, figure in figures_of(Library(workspace))
    ]
    if not entries:
        raise ContentError("no exercise has a figure")
    write_whole(
        output,
        contact_sheet(entries, palette, workspace.font("Handout-Regular.ttf")),
        private=False,
    )
    say(f"wrote {output}: {len(entries)} figures")


@figures.command
@click.argument("names", nargs=-1, metavar="[ID]...", shell_complete=complete_ids(Kind.EXERCISES))
@click.pass_context
def check(ctx: click.Context, *, names: tuple[str, ...]) -> None:
    """Check that pictures are possible and agree with what they say.

    It finds hands that do not reach, bodies inside the floor or a prop, joints bent too far, bodies
    that would fall over, and the wrong side moving.

    \b
    Examples:
      handouts figures check
      handouts figures check bird-dog

    \b
    Exit codes: 0 nothing found · 1 something found · 2 wrong command line
    """
    need_tools("measuring pictures")
    workspace = workspace_of(ctx.obj)
    library = Library(workspace)
    problems: list[Problem] = []
    checked = 0
    for name, variant, figure in figures_of(library):
        if not names or name in names:
            picked = Picked(name, variant, figure, workspace.find(Kind.EXERCISES, name))
            problems += list(findings(workspace, picked))
            checked += 1
    print_problems(problems, err=False)
    say(f"{counted(len(problems), 'problem')} in {checked} figures", bold=True)
    ctx.exit(1 if problems else 0)


@figures.command
@click.pass_context
def table(ctx: click.Context) -> None:
    """Print what touches and moves, as Markdown.

    \b
    Exit codes: 0 printed · 1 wrong content · 2 wrong command line
    """
    need_tools("measuring pictures")
    # Imported here because it needs numpy.
    from handouts.figures.facts import table as facts_table  # noqa: PLC0415

    workspace = workspace_of(ctx.obj)
    rows = (
        (drawing_name(name, variant), figure)
        for name, variant, figure in figures_of(Library(workspace))
    )
    click.echo(facts_table(rows), nl=False)


@figures.command("generate")
@click.option("--check", "only_check", is_flag=True, help="Only list what is out of date.")
@click.pass_context
def generate_command(ctx: click.Context, *, only_check: bool) -> None:
    """Draw the built-in figures again, as they are shipped.

    This is for people who work on handouts itself: a clinic's own figures are drawn when they are
    needed.

    \b
    Exit codes: 0 done · 1 not up to date, or wrong content · 2 wrong command line
    """
    workspace = Workspace()
    folder = workspace.builtin(SHIPPED)
    library = Library(workspace)
    if only_check:
        problems = stale(library, folder)
        print_problems(problems, err=False)
        ctx.exit(1 if problems else 0)
    changed = generate(library, folder)
    for path in changed:
        say(f"wrote {workspace.display(path)}" if path.exists() else f"removed {path.name}")
    say(f"{len(changed)} files changed")
