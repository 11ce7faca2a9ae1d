"""Turn translations into files to fill in, and a table that was filled in back into its lines.

YAML has the original above each text. CSV and XLSX have a line for each text, PO a message whose
context names the place of the text.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from pathlib import Path

import yaml
from msgspec import Struct

from handouts.check.translations import PAIRS, Translation
from handouts.errors import ContentError, Location, Problem
from handouts.files import read_plain
from handouts.load.roster.table import guard, open_utf8, unguard
from handouts.load.source import KeyPath
from handouts.load.texts import PLACES
from handouts.load.translation import DIGEST, path_in_words, texts_digest
from handouts.load.yaml import parse
from handouts.load.yaml_file import YamlFile
from handouts.workspace import Kind

_Leaf = str | tuple[str, ...]
_Tree = dict[str | int, "_Leaf | _Tree"]
_WORDS = ("side", "words")
_PAIR = re.compile(r"\s*([^:;{}]+):\s*([^;]+?)\s*(?:;|$)")


def translation_file(each: Translation, language: str) -> bytes:
    """Return a translation as a file, with the original as a comment above each text.

    Texts that are not translated yet are empty, to fill in.
    """
    texts: dict[KeyPath, _Leaf] = {**each.texts, **each.names}
    given: dict[KeyPath, _Leaf] = {**each.given, **each.names_given}
    if each.kind is Kind.LOCALES:
        head = [
            "# yaml-language-server: $schema=../schemas/locale.json",
            "# The words that the program prints itself. Above each are the English ones.",
            "schema: 1",
            f"# {language}: handouts check names what is still empty.",
        ]
        head += _dumped(dict(each.kept)).splitlines() if each.kept else []
        listed = (path for path in texts if path not in PAIRS or path in given)
        differing = (path for path in listed if given.get(path, "") != each.beneath.get(path))
        texts = {path: texts[path] for path in differing}
    else:
        file = each.original.file
        head = [
            f"# The texts of {file}: fill in what is empty. Above each is the original.",
            "# Numbers, sides and doses stay in the original; keep what stands in braces.",
            "schema: 1",
            f"{DIGEST}: {texts_digest(each.texts)} # handouts check says when an original changes",
        ]
    scalar = _locale_scalar if each.kind is Kind.LOCALES else _scalar
    text = "".join(f"{line}\n" for line in (*head, *_yaml(_tree(texts), given, (), scalar)))
    if each.lint:
        text += _dumped({"lint": each.lint})
    return text.encode()


def _dumped(said: Mapping[str, object]) -> str:
    dumped: str = yaml.safe_dump(said, allow_unicode=True, sort_keys=False, width=100)
    return dumped


def _tree(texts: Mapping[KeyPath, _Leaf]) -> _Tree:
    """Return texts nested by their paths."""
    root: _Tree = {}
    for path, text in texts.items():
        node = root
        for step in path[:-1]:
            below = node.setdefault(step, {})
            node = below if isinstance(below, dict) else {}
        node[path[-1]] = text
    return root


def _yaml(
    tree: _Tree,
    given: Mapping[KeyPath, _Leaf],
    above: KeyPath,
    scalar: Callable[[KeyPath, _Leaf], str],
) -> Iterator[str]:
    indent = "  " * len(above)
    for step, value in tree.items():
        path = (*above, step)
        if isinstance(value, dict):
            # Items of a list are counted from 1, as everywhere that somebody reads them.
            yield f"{indent}{step + 1 if isinstance(step, int) else step}:"
            yield from _yaml(value, given, path, scalar)
            continue
        key = "-" if isinstance(step, int) else f"{step}:"
        original = value if isinstance(value, str) else "; ".join(value)
        if original:
            yield f"{indent}# {original}"
        yield f"{indent}{key} {scalar(path, given.get(path, '' if isinstance(value, str) else ()))}"


def _scalar(_path: KeyPath, text: _Leaf) -> str:
    if not isinstance(text, str):
        # In quotes, because a comma in a name would split it.
        return f"[{', '.join(json.dumps(name, ensure_ascii=False) for name in text)}]"
    dumped: str = yaml.safe_dump(text, allow_unicode=True, width=10_000)
    return re.sub(r"\n(?:\.\.\.\n)?$", "", dumped)


def _locale_scalar(path: KeyPath, text: _Leaf) -> str:
    takes_pairs = path in PAIRS or path[:2] == _WORDS
    pairs = dict(_PAIR.findall(str(text))) if takes_pairs else {}
    return json.dumps(pairs or text, ensure_ascii=False)


# -- a filled-in file in which each text has its own key, such as a clinic's

_ABOVE = re.compile(r"^# (.+)\n(\w+):", re.MULTILINE)


def checked_against(source: bytes, each: Translation) -> dict[KeyPath, str]:
    """Return the originals that a translation was last checked against, by their paths.

    They are those above the texts, or the current ones, whichever the digest fits. If it fits
    neither, somebody has changed the file, and the result is empty.
    """
    text = source.decode("utf-8-sig").replace("\r\n", "\n")
    stated = parse(source, each.name).get(DIGEST)
    above: dict[KeyPath, str] = {(key,): original for original, key in _ABOVE.findall(text)}
    above = {(key,): above[(key,)] for (key,), _ in PLACES[each.kind] if (key,) in above}
    known = (texts for texts in (above, dict(each.texts)) if texts_digest(texts) == stated)
    return next(known, {})


def changed_file(
    source: bytes, each: Translation, right: Collection[KeyPath]
) -> tuple[bytes, bytes]:
    """Return the file of a translation as if all of it were checked, and the file to write.

    ``right`` are the texts that somebody has just written or compared with the original. The second
    file has the digest of the originals that its texts were last checked against.
    """
    known = checked_against(source, each)
    said = {
        place: each.texts[place] if place in right else known[place]
        for place in each.given
        if place in right or place in known
    }
    text = source.decode("utf-8-sig").replace("\r\n", "\n")
    for place, original in [*known.items(), *each.texts.items()]:
        text = text.replace(f"# {original}\n{place[0]}:", f"{place[0]}:")
    file = YamlFile.of(text.encode(), each.name)
    stated = parse(source, each.name).get(DIGEST)
    for place, _ in PLACES[each.kind]:
        file.put(each.given.get(place), *place)
    file.put(texts_digest(each.texts), DIGEST)
    checked = file.content
    whole = said.keys() == each.given.keys()
    # If the originals of some texts are unknown, the stated digest stays.
    file.put(texts_digest(said) if whole else stated, DIGEST)
    text = file.content.decode()
    for place, original in said.items() if whole else ():
        line = f"\n{place[0]}:"
        text = f"\n{text}".replace(line, f"\n# {original}{line}", 1)[1:]
    return checked, text.encode()


# -- the table of all texts

_ZIP = b"PK\x03\x04"


class Row(Struct, frozen=True):
    """A line of the table of all texts."""

    file: str
    text: str
    original: str
    translation: str
    note: str = ""


_COLUMNS = Row.__struct_fields__
HEAD = Row(*_COLUMNS)
"""The first line of the table: the names of its columns."""


def rows(listed: Iterable[Translation]) -> Iterator[Row]:
    """Yield the table of all texts, with the problem of each."""
    for each in listed:
        wrong: dict[KeyPath, str] = {}
        for path, problem in each.faults:
            wrong.setdefault(path, problem.message)
        for path, text in each.texts.items():
            given = each.given.get(path, "")
            note = wrong.get(path) or wrong.get((), "")
            yield Row(each.name, path_in_words(path), text, given, note if given else "")
        for path, names in each.names.items():
            found = each.names_given.get(path, ())
            yield Row(each.name, path_in_words(path), "; ".join(names), "; ".join(found))


def _csv(table: list[Row], _language: str) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    for row in (HEAD, *table):
        writer.writerow([guard(getattr(row, name)) for name in _COLUMNS])
    # The byte order mark tells Excel that the file is UTF-8.
    return text.getvalue().encode("utf-8-sig")


def _xlsx(table: list[Row], _language: str) -> bytes:
    from openpyxl import Workbook  # noqa: PLC0415 - only for workbooks
    from openpyxl.styles import Alignment  # noqa: PLC0415

    book = Workbook()
    sheet = book.active or book.create_sheet()
    for row in (HEAD, *table):
        sheet.append([getattr(row, name) for name in _COLUMNS])
    for column, width in zip("ABCDE", (30, 22, 60, 60, 30), strict=True):
        sheet.column_dimensions[column].width = width
        for cell in sheet[column]:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if cell.data_type == "f":
                cell.data_type = "s"
    sheet.freeze_panes = "C2"
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def _po(table: list[Row], language: str) -> bytes:
    from babel.messages.catalog import Catalog  # noqa: PLC0415
    from babel.messages.pofile import write_po  # noqa: PLC0415

    catalog = Catalog(locale=language.replace("-", "_"), project="handouts", charset="utf-8")
    for row in table:
        note = [row.note] if row.note else []
        # The same sentence may be translated in two ways, so its place is its context.
        context = f"{row.file} {row.text}"
        catalog.add(row.original, row.translation, context=context, user_comments=note)
    data = io.BytesIO()
    write_po(data, catalog, width=0, omit_header=False)
    return data.getvalue()


WRITERS: dict[str, Callable[[list[Row], str], bytes]] = {".csv": _csv, ".xlsx": _xlsx, ".po": _po}
"""Functions that write a table in a language, by the ending of its file."""


def read_table(path: Path) -> Iterator[tuple[int, Row]]:
    """Yield the lines of a table that was filled in, with their numbers.

    Raises:
        ContentError: if the file cannot be read, or lacks a column.
    """
    if path.suffix.lower() == ".po":
        yield from _read_po(path)
        return
    file = path.name
    if read_plain(path).startswith(_ZIP):
        # Imported here, because openpyxl takes long.
        from handouts.load.roster.workbook import open_sheet  # noqa: PLC0415

        records = open_sheet(path, file, None).records()
    else:
        records = open_utf8(path, file, _COLUMNS.__contains__).records()
    head: list[str] = []
    for record in records:
        cells = [unguard(cell).strip() for cell in record.cells]
        if not head:
            head = [cell.lower() for cell in cells]
            if lacking := [name for name in _COLUMNS[:4] if name not in head]:
                message = f"the first line lacks the columns {', '.join(lacking)}"
                raise ContentError(Problem(message, Location(file, record.row)))
        elif any(cells):
            values = dict(zip(head, cells, strict=False))
            yield record.row, Row(*(values.get(name, "") for name in _COLUMNS))


def _read_po(path: Path) -> Iterator[tuple[int, Row]]:
    from babel.messages.pofile import PoFileError, read_po  # noqa: PLC0415

    try:
        catalog = read_po(io.BytesIO(read_plain(path)), abort_invalid=True)
    except (PoFileError, ValueError, UnicodeError):
        problem = Problem("the file is not a readable PO file", Location(path.name))
        raise ContentError(problem) from None
    for message in catalog:
        if not message.id or message.fuzzy:
            # What a translator marked as fuzzy is not done yet.
            continue
        file, _, text = (message.context or "").partition(" ")
        yield message.lineno or 0, Row(file, text, str(message.id), str(message.string or ""))
