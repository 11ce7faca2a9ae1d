"""Turn a finished PDF into facts: pages, code, conformance, tags, fonts, fields, text."""

from __future__ import annotations

import contextlib
import io
import logging
import re
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version

import pikepdf
import pypdfium2
from msgspec import Struct
from pypdf import PageObject, PdfReader
from pypdf.generic import DictionaryObject

from handouts.deliver.tags import read_tags, spoken_lines
from handouts.errors import ContentError, HandoutError, Location, Problem
from handouts.text.words import needs_order

CODE = re.compile(r"(?<![\w-])[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)*-[0-9A-HJKMNP-TV-Z]{6}(?![\w-])")
"""A handout code: the program's code, then six characters of Crockford's base 32."""
_FONT_FILES = ("/FontFile", "/FontFile2", "/FontFile3")
_KINDS = {"/Btn": "box", "/Tx": "text", "/Ch": "choice", "/Sig": "signature"}
VALIDATOR = "page-validation"
_PROFILES = {"PDF/UA-1": "ua1", "PDF/A-2A": "2a", "PDF/A-2B": "2b", "PDF/A-2U": "2u"}
_RULES_SHOWN = 5


class FontFact(Struct, frozen=True):
    """A font of a PDF, and whether the file contains it."""

    name: str
    embedded: bool


_CODES_SHOWN = 3


class PdfFacts(Struct, frozen=True):
    """The facts of a finished handout; ``text`` has one string for each page.

    ``codes`` are all its codes, the most common first, because a print run has many; ``code`` is
    the first of them. ``tags`` counts its elements by role. ``reading`` is what a screen reader
    says, line by line.
    """

    pages: int
    title: str | None
    author: str | None
    language: str | None
    code: str | None
    fonts: tuple[FontFact, ...]
    text: tuple[str, ...]
    conformance: tuple[ConformanceClaim, ...]
    tags: dict[str, int]
    pictures: tuple[str, ...]
    reading: tuple[str, ...]
    fields: tuple[FieldFact, ...]
    codes: tuple[str, ...] = ()


def read_back(pdf: bytes, name: str) -> PdfFacts:
    """Return the facts of a PDF; ``name`` names it in messages.

    Raises:
        ContentError: if it is not a PDF, is damaged, or needs a password.
    """
    damaged = Problem("is not a PDF, or is damaged", Location(name), "make it again with build")
    with opened(pdf, damaged) as reader:
        if reader.is_encrypted and not reader.decrypt(""):
            raise ContentError(
                Problem("needs a password", Location(name), "open it and save it without one")
            )
        return _facts(reader, pdf)


@contextlib.contextmanager
def opened(pdf: bytes, damaged: Problem) -> Iterator[PdfReader]:
    """Open a file that may contain anything as a PDF, without pypdf's warnings.

    Raises:
        ContentError: with ``damaged``, if reading the file in the block fails.
    """
    log = logging.getLogger("pypdf")
    level = log.level
    # pypdf's warnings may quote the page.
    log.setLevel(logging.CRITICAL + 1)
    try:
        yield PdfReader(io.BytesIO(pdf), strict=False)
    except HandoutError:
        raise
    except Exception:  # noqa: BLE001 - pypdf meets damage at any depth, with errors of any kind
        raise ContentError(damaged) from None
    finally:
        log.setLevel(level)


def _facts(reader: PdfReader, pdf: bytes) -> PdfFacts:
    tags = read_tags(reader)
    text = tuple(_texts(reader, pdf))
    about = reader.metadata
    codes = _codes(text)
    language = reader.root_object.get("/Lang")
    return PdfFacts(
        pages=len(reader.pages),
        title=about.title if about else None,
        author=about.author if about else None,
        language=str(language) if language else None,
        code=next(iter(codes), None),
        fonts=tuple(sorted(set(_fonts(reader)), key=lambda font: font.name)),
        text=text,
        conformance=claims(pdf),
        tags=dict(Counter(tag.role for tag in tags)),
        pictures=tuple(tag.alt or "" for tag in tags if tag.role == "Figure"),
        reading=tuple(spoken_lines(tags)),
        fields=read_fields(reader),
        codes=codes,
    )


def _texts(reader: PdfReader, pdf: bytes) -> Iterator[str]:
    """Yield the text of each page, read by pdfium, which is ten times as fast as pypdf."""
    with contextlib.closing(pypdfium2.PdfDocument(pdf)) as document:
        for number, page in enumerate(document):
            text = page.get_textpage().get_text_range()
            page.close()
            if needs_order(text):
                # pdfium reverses codes and telephone numbers beside Arabic.
                yield reader.pages[number].extract_text()
            else:
                # pdfium's two marks for a hyphen at the end of a line, which must not be lost.
                yield text.replace("\r\n", "\n").translate({0x02: "-\n", 0xFFFE: "-\n"})


def _codes(pages: tuple[str, ...]) -> tuple[str, ...]:
    """Return the codes in the footers of all pages, the most frequent first."""
    found = Counter(code for page in pages for code in dict.fromkeys(CODE.findall(page)))
    return tuple(code for code, _ in found.most_common())


def _fonts(reader: PdfReader) -> Iterator[FontFact]:
    for page in reader.pages:
        for font in _page_fonts(page):
            yield FontFact(_plain_name(font), _embedded(font))


def _page_fonts(page: PageObject) -> Iterator[DictionaryObject]:
    resources = page.get("/Resources", DictionaryObject()).get_object()
    fonts = resources.get("/Font", DictionaryObject()).get_object()
    for font in fonts.values():
        yield font.get_object()


def _plain_name(font: DictionaryObject) -> str:
    """Return the font's name without the slash and the tag of six letters that marks a subset."""
    return re.sub(r"^[A-Z]{6}\+", "", str(font.get("/BaseFont", "/unnamed"))[1:])


def _embedded(font: DictionaryObject) -> bool:
    parts = font.get("/DescendantFonts")
    described = parts.get_object()[0].get_object() if parts else font
    descriptor = described.get("/FontDescriptor", DictionaryObject()).get_object()
    return any(key in descriptor for key in _FONT_FILES)


class FieldFact(Struct, frozen=True):
    """A form field: its name, kind, label and value."""

    name: str
    kind: str
    label: str | None
    value: str | None


def read_fields(reader: PdfReader) -> tuple[FieldFact, ...]:
    """Return the form fields in order; none if the PDF has no form."""
    return tuple(
        FieldFact(
            name=name,
            kind=_KINDS.get(str(field.field_type), "unknown"),
            label=str(field.alternate_name) if field.alternate_name else None,
            value=str(field.value) if field.value not in {None, "", "/Off"} else None,
        )
        for name, field in (reader.get_fields() or {}).items()
    )


class ConformanceClaim(Struct, frozen=True):
    """A standard that a file claims to meet.

    ``passed`` is the validator's verdict, None if it is not installed or does not know the
    standard. ``failed`` names the first rules that are broken.
    """

    standard: str
    passed: bool | None
    failed: tuple[str, ...] = ()


def claims(pdf: bytes) -> tuple[ConformanceClaim, ...]:
    """Return the standards that a PDF claims in its metadata, checked where possible."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        about = opened.open_metadata()
        accessible, archive = about.get("pdfuaid:part"), about.pdfa_status
    standards = [f"PDF/UA-{accessible}"] if accessible else []
    standards += [f"PDF/A-{archive}"] if archive else []
    return tuple(_checked(standard, pdf) for standard in standards)


def _checked(standard: str, pdf: bytes) -> ConformanceClaim:
    profile = _PROFILES.get(standard.upper())
    try:
        version(VALIDATOR)
    except PackageNotFoundError:
        return ConformanceClaim(standard, None)
    if profile is None:
        return ConformanceClaim(standard, None)
    # Only developers install it.
    validate = getattr(import_module("page"), "validate_pdf_bytes", None)
    if validate is None:  # a page.py in the current folder hides the validator
        return ConformanceClaim(standard, None)
    report = validate(pdf, profile=profile)
    rules = dict.fromkeys(failure.rule_id for failure in report.failures)
    return ConformanceClaim(standard, report.is_compliant, tuple(rules)[:_RULES_SHOWN])


def lines_of(facts: PdfFacts) -> list[tuple[str, ...]]:
    """Return the facts of a finished handout as rows of a table."""
    fonts = [(font.name, "embedded" if font.embedded else "NOT embedded") for font in facts.fonts]
    return [
        ("pages", str(facts.pages)),
        ("title", facts.title or "none"),
        ("author", facts.author or "none"),
        ("language", facts.language or "none"),
        ("code", ", ".join(facts.codes[:_CODES_SHOWN]) or "none"),
        *([("codes", f"{count} in all")] if (count := len(facts.codes)) > 1 else []),
        *(("conforms", _claim(claim)) for claim in facts.conformance),
        ("tags", _tag_counts(facts)),
        *(("picture", alt or "NO alternative text") for alt in facts.pictures),
        *(("font", f"{name} ({how})") for name, how in fonts),
        *([("fields", _field_counts(facts))] if facts.fields else []),
    ]


def _claim(claim: ConformanceClaim) -> str:
    if claim.passed is None:
        return f"claims {claim.standard}; not checked, {VALIDATOR} is not installed"
    if claim.passed:
        return f"claims {claim.standard}; {VALIDATOR} agrees"
    return f"claims {claim.standard}; {VALIDATOR} finds broken: {', '.join(claim.failed)}"


def _tag_counts(facts: PdfFacts) -> str:
    if not facts.tags:
        return "none: a screen reader cannot tell its parts"
    counts = ", ".join(f"{role} {count}" for role, count in facts.tags.items())
    return f"{sum(facts.tags.values())} ({counts})"


def _field_counts(facts: PdfFacts) -> str:
    kinds = Counter(field.kind for field in facts.fields)
    unnamed = sum(not field.label for field in facts.fields)
    counts = ", ".join(f"{kind} {count}" for kind, count in kinds.items())
    return f"{len(facts.fields)} ({counts})" + (f", {unnamed} without a label" if unnamed else "")
