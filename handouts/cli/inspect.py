"""Turn a finished PDF into a report of what it holds."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from handouts.cli.context import print_json, print_table, workspace_of
from handouts.cli.report import say
from handouts.deliver.inspect import PdfFacts, read_back

PDF_BYTES = 100 * 1024 * 1024


@click.command
@click.argument("pdf", type=click.Path(path_type=Path))
@click.option("--text", is_flag=True, help="Print the text of each page too.")
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON, with the text.")
@click.pass_obj
def inspect(folder: Path | None, *, pdf: Path, text: bool, as_json: bool) -> None:
    """Say what a finished PDF holds.

    Pages, title, author, language, code, fonts, and with --text the words of each page.

    \b
    Examples:
      handouts inspect maria.pdf
      handouts inspect maria.pdf --text
      handouts inspect maria.pdf --json

    \b
    Exit codes: 0 done · 1 not a PDF, or it cannot be read · 2 wrong command line
    """
    workspace = workspace_of(folder)
    facts = read_back(workspace.read(pdf, PDF_BYTES), workspace.display(pdf))
    if as_json:
        print_json(asdict(facts))
        return
    print_table(_rows(facts))
    if text:
        for number, page in enumerate(facts.text, 1):
            say(f"\n--- page {number} of {facts.pages} ---", bold=True)
            say(page)


def _rows(facts: PdfFacts) -> list[tuple[str, ...]]:
    fonts = [
        ("font", f"{font.name} ({'embedded' if font.embedded else 'NOT embedded'})")
        for font in facts.fonts
    ]
    return [
        ("pages", str(facts.pages)),
        ("title", facts.title or "none"),
        ("author", facts.author or "none"),
        ("language", facts.language or "none"),
        ("code", facts.code or "none"),
        *fonts,
    ]
