"""Turn a language into counts of what is translated, and its texts into a table and back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import click
from msgspec.structs import replace

from handouts import Library
from handouts.check.translation_files import WRITERS, read_table, rows, translation_file
from handouts.check.translations import (
    State,
    Translation,
    language_name,
    locale_translation,
    printed_by,
    translations,
)
from handouts.cli.options import Ending, own_folder, workspace_of
from handouts.cli.report import counted, print_table, say
from handouts.errors import (
    ContentError,
    DeliveryError,
    Location,
    MissingError,
    Problem,
    did_you_mean,
)
from handouts.files import check_target, make_folder, write_whole
from handouts.load.translation import base_language, differences, path_in_words
from handouts.workspace import Kind


@click.group
def translation() -> None:
    """Show how complete a translation is; export and import its texts.

    A translation is stored beside the original, in a folder for its language:
    exercises/es/bird-dog.yaml. `handouts new translation es bird-dog` makes one to fill in;
    `handouts check --language es` lists what is missing or wrong. See docs/translating.md.

    \b
    Examples:
      handouts translation status es

    \b
    Exit codes: 0 done · 1 content is wrong · 2 wrong command line
    """


@translation.command
@click.argument("language", metavar="LANGUAGE")
@click.pass_obj
def status(folder: Path | None, *, language: str) -> None:
    """Say how many files of each kind are translated.

    \b
    Examples:
      handouts translation status es

    \b
    Exit codes: 0 said · 1 content is wrong · 2 wrong command line
    """
    library = Library(workspace_of(folder)).in_language(_known(language))
    counts: dict[Kind, Counter[State]] = {}
    for each in translations(library):
        counts.setdefault(each.kind, Counter())[each.state] += 1
    lines = [
        (kind.plural, *(f"{count[state]} {state}" for state in State))
        for kind, count in counts.items()
    ]
    print_table(lines)
    if language not in library.workspace.ids(Kind.LOCALES):
        say(f"there is no locales/{language}.yaml yet: the words that the program prints itself")
    if not library.has_words:
        say(f"there are no word lists for {language_name(language)}: plain language is not checked")


@translation.command
@click.argument("language", metavar="LANGUAGE")
@click.argument("target", type=Ending(*WRITERS), metavar="FILE")
@click.option("--missing", is_flag=True, help="Only texts that are not translated yet, or wrong.")
@click.option("--only", multiple=True, metavar="ID", help="Only the texts of these files.")
@click.option(
    "--for", "programs", multiple=True, metavar="PROGRAM", help="Only what its handouts print."
)
@click.pass_obj
def export(
    folder: Path | None,
    *,
    language: str,
    target: Path,
    missing: bool,
    only: tuple[str, ...],
    programs: tuple[str, ...],
) -> None:
    """Write all texts into a table: a .csv, .xlsx or .po.

    Each line has a text, its translation if there is one, and what is wrong with that. With --for,
    the table has the texts of one program, its exercises and its safety text, and the fixed words
    on its pages.

    \b
    Examples:
      handouts translation export fr french.csv
      handouts translation export fr knee.csv --for knee-arthritis-begin
      handouts translation export fr knee.po --only knee-arthritis-begin

    \b
    Exit codes: 0 written · 1 the file exists or cannot be written · 2 wrong command line
    """
    if target.exists():
        raise DeliveryError(f"{target} exists", hint="choose another name")
    check_target(target)
    library = Library(workspace_of(folder)).in_language(_known(language))
    listed = [locale_translation(library), *translations(library)]
    if only:
        _check_known(only, listed)
    if only or programs:
        printed = {name for program in programs for name in printed_by(library, program)}
        listed = [each for each in listed if each.id in only or each.name in printed]
    table = [row for row in rows(listed) if not missing or not row.translation or row.note]
    write_whole(target, WRITERS[target.suffix.lower()](table, language), private=False)
    say(f"wrote {target}: {len(table)} texts, {sum(not row.translation for row in table)} empty")


@translation.command("import")
@click.argument("language", metavar="LANGUAGE")
@click.argument("source", type=click.Path(path_type=Path, exists=True), metavar="FILE")
@click.pass_obj
def import_(folder: Path | None, *, language: str, source: Path) -> None:
    """Turn a filled table into files of your folder.

    Nothing is written if a line is wrong, or if an original has changed since. Lines that are empty
    or unchanged leave the files as they are.

    \b
    Examples:
      handouts translation import fr french.csv

    \b
    Exit codes: 0 written · 1 the table is wrong, or no clinic's folder · 2 wrong command line
    """
    workspace = workspace_of(folder)
    own = own_folder(workspace)
    library = Library(workspace).in_language(_known(language))
    given, problems = _filled(library, source)
    if problems:
        raise ContentError(problems)
    for each in given:
        _write(own, library.language, each)
    written = counted(len(given), "file")
    say(f"{written} written; handouts check --language {language} lists what is missing")


def new_translation(folder: Path | None, language: str, name: str) -> None:
    """Write a translation to fill in, for every kind of content that has the id.

    Raises:
        MissingError: if nothing has it.
        DeliveryError: if all of it is already translated.
    """
    workspace = workspace_of(folder)
    own = own_folder(workspace)
    library = Library(workspace).in_language(_known(language))
    listed = list(translations(library))
    _check_known((name,), listed)
    wanted = [each for each in listed if each.id == name]
    missing = [each for each in wanted if each.path is None]
    if not missing:
        raise DeliveryError(
            f"{wanted[0].path} exists",
            hint=f"handouts check --language {language} lists what is wrong, if anything",
        )
    for each in missing:
        _write(own, library.language, each)


def _write(folder: Path, language: str, each: Translation) -> None:
    path = folder / each.kind / language / f"{each.id}.yaml"
    if each.kind is Kind.LOCALES:
        path = path.parent.with_suffix(".yaml")
    make_folder(path.parent, private=False)
    write_whole(path, translation_file(each, language), private=False)
    say(f"wrote {path}")


def _known(language: str) -> str:
    """Return a language for which Babel knows plural forms and dates.

    Raises:
        ContentError: if Babel does not know it, or it names a country too.
    """
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415

    try:
        Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        raise ContentError(
            f'"{language}" is not a known language', hint="such as es, ar or zh-Hant"
        ) from None
    if base_language(language) != language:
        raise ContentError(
            f'"{language}" names a country',
            hint=(
                f"texts are translated into {base_language(language)}; put words that differ by "
                "country under regional in its locale"
            ),
        )
    return language


def _check_known(names: Iterable[str], listed: list[Translation]) -> None:
    known = {each.id for each in listed}
    for name in names:
        if name not in known:
            raise MissingError(
                f'nothing to translate is called "{name}"', did_you_mean(name, known)
            )


def _filled(library: Library, source: Path) -> tuple[list[Translation], list[Problem]]:
    """Return the translations that a table fills in, and all problems of its lines."""
    known = {each.name: each for each in (locale_translation(library), *translations(library))}
    places = {
        (each.name, path_in_words(path)): path
        for each in known.values()
        for path in (*each.texts, *each.names)
    }
    given: dict[str, Translation] = {}
    problems: list[Problem] = []
    for number, row in read_table(source):
        if not row.translation:
            continue
        place, path = Location(source.name, number), places.get((row.file, row.text))
        if path is None:
            message = f'there is no text "{row.text}" of "{row.file}"'
            problems.append(Problem(message, place, "leave the first two columns as they were"))
            continue
        each = given.get(row.file, known[row.file])
        if path in each.names:
            names = tuple(name for part in row.translation.split(";") if (name := part.strip()))
            if names == each.names_given.get(path) and not each.faults:
                continue
            given[row.file] = replace(each, names_given={**each.names_given, path: names})
            continue
        if row.original != each.texts[path]:
            message = (
                f"the original has changed since the table was exported: {row.file} {row.text}"
            )
            problems.append(Problem(message, place, f'it now says: "{each.texts[path]}"'))
            continue
        if row.translation == each.given.get(path, "").strip() and not each.faults:
            continue
        wrong = () if each.kind is Kind.LOCALES else differences(row.original, row.translation)
        for message in wrong:
            hint = f'the original is "{row.original}"'
            problems.append(Problem(f"{row.file} {row.text}: {message}", place, hint))
        given[row.file] = replace(each, given={**each.given, path: row.translation})
    return list(given.values()), problems
