"""Turn all figures into findings, a table of facts, and the drawings that are shipped."""

from __future__ import annotations

import click

from handouts import Library
from handouts.cli.basics import workspace_of
from handouts.cli.context import complete_ids
from handouts.cli.figure_pick import Picked, findings
from handouts.cli.report import print_problems, say
from handouts.errors import Problem
from handouts.figures.library import (
    SHIPPED,
    drawing_name,
    figures_of,
    generate,
    need_tools,
    stale,
)
from handouts.workspace import Kind, Workspace


@click.command
@click.argument("names", nargs=-1, metavar="[ID]...", shell_complete=complete_ids(Kind.EXERCISES))
@click.pass_context
def check(ctx: click.Context, *, names: tuple[str, ...]) -> None:
    """Check that pictures are possible and agree with what they say.

    Found are hands that do not reach, bodies in the floor or in a prop, joints bent too far, a body
    that would fall, and the wrong side moving.

    \b
    Examples:
      handouts figures check
      handouts figures check bird-dog

    \b
    Exit codes: 0 nothing found · 1 something found · 2 wrong command line
    """
    need_tools("measuring pictures")
    workspace = workspace_of(ctx.find_root().params.get("folder"))
    library = Library(workspace)
    problems: list[Problem] = []
    checked = 0
    for name, variant, figure in figures_of(library):
        if not names or name in names:
            picked = Picked(name, variant, figure, workspace.find(Kind.EXERCISES, name))
            problems += list(findings(workspace, picked))
            checked += 1
    print_problems(problems, err=False)
    found = f"{len(problems)} problem" + ("" if len(problems) == 1 else "s")
    say(f"{found} in {checked} figures", bold=True)
    ctx.exit(1 if problems else 0)


@click.command
@click.pass_context
def table(ctx: click.Context) -> None:
    """Print what touches and moves in every figure, as a Markdown table.

    \b
    Exit codes: 0 printed · 1 wrong content · 2 wrong command line
    """
    need_tools("measuring pictures")
    # Imported here because it needs numpy.
    from handouts.figures.facts import table as facts_table  # noqa: PLC0415

    workspace = workspace_of(ctx.find_root().params.get("folder"))
    rows = (
        (drawing_name(name, variant), figure)
        for name, variant, figure in figures_of(Library(workspace))
    )
    click.echo(facts_table(rows), nl=False)


@click.command("generate")
@click.option("--check", "only_check", is_flag=True, help="Only say what is not up to date.")
@click.pass_context
def generate_command(ctx: click.Context, *, only_check: bool) -> None:
    """Draw the built-in figures again, as they are shipped.

    This is for people who change handouts itself: a clinic's own figures are drawn when needed.

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
