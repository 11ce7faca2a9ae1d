"""Read the examples of help and documents: each command with the output that is shown for it."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import click

from handouts.cli.main import cli

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted(
    path
    for pattern in ("*.md", "docs/**/*.md", "data/templates/*.md", "benchmarks/*.md")
    for path in ROOT.glob(pattern)
)
"""The documents that people read; console blocks of all of them are run."""

_FENCED = re.compile(r"^( *)```(\w*)\n(.*?)^\1```", re.DOTALL | re.MULTILINE)
_SECTION = re.compile(r"^ *Examples?:\n((?:.+\n)+)", re.MULTILINE)


class Example(NamedTuple):
    """A line for the shell and what is shown under it; ``...`` there is any number of lines."""

    line: str
    shown: tuple[str, ...] = ()


def fenced(text: str) -> list[tuple[str, str]]:
    """Return language and content of each fenced block of a Markdown text."""
    return [(kind, textwrap.dedent(inner)) for _, kind, inner in _FENCED.findall(text)]


def of_document(path: Path) -> list[Example]:
    """Return the commands of a document's console blocks, in their order."""
    found: list[Example] = []
    for kind, inner in fenced(path.read_text("utf-8")):
        if kind == "console":
            for line in re.sub(r"\\\n\s*", "", inner).splitlines():
                if line.startswith("$ "):
                    found.append(Example(line[2:]))
                elif line.strip():
                    found[-1] = Example(found[-1].line, (*found[-1].shown, line))
    return found


def of_help() -> list[Example]:
    """Return the examples in the help of every command."""
    lines: list[str] = []
    for command in _commands(cli, click.Context(cli)):
        for section in _SECTION.findall(textwrap.dedent(command.help or "") + "\n"):
            text = re.sub(r"\\\n\s*", "", section)
            lines += [line.strip() for line in text.splitlines() if line.strip()]
    return [Example(line) for line in dict.fromkeys(lines)]


def _commands(group: click.Group, ctx: click.Context) -> Iterator[click.Command]:
    yield group
    for name in group.list_commands(ctx):
        command = group.get_command(ctx, name)
        if isinstance(command, click.Group):
            yield from _commands(command, ctx)
        elif command:
            yield command


def not_printed(example: Example, output: str) -> list[str]:
    """Return the lines that an example shows and that were not printed.

    A ``…`` in a line stands for what differs from day to day or from machine to machine.
    """
    printed = output.splitlines()
    return [
        line
        for line in example.shown
        if line != "..." and not any(_pattern(line).fullmatch(one.strip()) for one in printed)
    ]


def _pattern(line: str) -> re.Pattern[str]:
    return re.compile(".*".join(re.escape(part) for part in line.strip().split("…")))
