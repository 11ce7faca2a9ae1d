"""Turn a finished PDF into a report of what it holds."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from pathlib import Path

import click

from handouts.cli.options import FILE, workspace_of
from handouts.cli.report import print_json, print_table, say
from handouts.deliver.inspect import VALIDATOR, ConformanceClaim, PdfFacts, read_back

PDF_BYTES = 100 * 1024 * 1024


@click.command
@click.argument("pdf", type=FILE)
@click.option("--text", is_flag=True, help="Print the text of each page too.")
@click.option("--reading", is_flag=True, help="Print what a screen reader says, in its order.")
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON, with the text.")
@click.pass_obj
def inspect(folder: Path | None, *, pdf: Path, text: bool, reading: bool, as_json: bool) -> None:
    """Say what a finished PDF holds.

    Pages, title, author, language, code, the standards it claims to meet (checked if
    page-validation is installed), tags, pictures, fonts and form fields; with --text the words of
    each page, with --reading the words in the order a screen reader says them.

    \b
    Examples:
      handouts inspect maria.pdf
      handouts inspect maria.pdf --text
      handouts inspect maria.pdf --reading
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
    if reading:
        say("\n--- as a screen reader says it ---", bold=True)
        say("\n".join(facts.reading))


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
        *(("conforms", _claim(claim)) for claim in facts.conformance),
        ("tags", _tags(facts)),
        *(("picture", alt or "NO alternative text") for alt in facts.pictures),
        *fonts,
        *([("fields", _fields(facts))] if facts.fields else []),
    ]


def _claim(claim: ConformanceClaim) -> str:
    if claim.passed is None:
        return f"claims {claim.standard}; not checked, {VALIDATOR} is not installed"
    if claim.passed:
        return f"claims {claim.standard}; {VALIDATOR} agrees"
    return f"claims {claim.standard}; {VALIDATOR} finds broken: {', '.join(claim.failed)}"


def _tags(facts: PdfFacts) -> str:
    if not facts.tags:
        return "none: a screen reader cannot tell its parts"
    counts = ", ".join(f"{role} {count}" for role, count in facts.tags.items())
    return f"{sum(facts.tags.values())} ({counts})"


def _fields(facts: PdfFacts) -> str:
    kinds = Counter(field.kind for field in facts.fields)
    unnamed = sum(not field.label for field in facts.fields)
    counts = ", ".join(f"{kind} {count}" for kind, count in kinds.items())
    return f"{len(facts.fields)} ({counts})" + (f", {unnamed} without a label" if unnamed else "")
