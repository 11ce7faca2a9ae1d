"""Turn a finished PDF back into facts: pages, code, conformance, tags, fonts, fields, text."""

from __future__ import annotations

import contextlib
import io
import re
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version

import pikepdf
import pypdfium2
from msgspec import Struct
from pikepdf import Array, Dictionary, Object, Pdf

from handouts.deliver.tags import fonts_of, marked_text, read_tags, spoken_lines
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
    """A font of a PDF, and whether the file carries it."""

    name: str
    embedded: bool


_CODES_SHOWN = 3


class PdfFacts(Struct, frozen=True):
    """What a finished handout says of itself; ``text`` has one string a page.

    ``codes`` are all that stand in it, the commonest first: a print run has many. ``code`` is the
    first of them. ``tags`` counts its elements by role, ``reading`` is what a screen reader says,
    line by line.
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
    try:
        with opened(pdf, damaged) as found:
            return _facts(found, pdf)
    except pikepdf.PasswordError:
        raise ContentError(
            Problem("needs a password", Location(name), "open it and save it without one")
        ) from None


@contextlib.contextmanager
def opened(pdf: bytes, damaged: Problem, password: str = "") -> Iterator[Pdf]:
    """Give an opened file that may hold anything.

    Raises:
        PasswordError: if it opens with another password.
        ContentError: with ``damaged``, if anything in the block goes wrong with the file.
    """
    try:
        with pikepdf.open(io.BytesIO(pdf), password=password) as found:
            yield found
    except (HandoutError, pikepdf.PasswordError):
        raise
    except Exception:  # noqa: BLE001 - damage is met at any depth, with errors of any kind
        raise ContentError(damaged) from None


def _facts(found: Pdf, pdf: bytes) -> PdfFacts:
    tags = read_tags(found)
    text = tuple(_texts(found, pdf))
    codes = _codes(text)
    return PdfFacts(
        pages=len(found.pages),
        title=_stated(found.docinfo, "/Title"),
        author=_stated(found.docinfo, "/Author"),
        language=_stated(found.Root, "/Lang"),
        code=next(iter(codes), None),
        fonts=tuple(sorted(set(_fonts(found)), key=lambda font: font.name)),
        text=text,
        conformance=claims(found, pdf),
        tags=dict(Counter(tag.role for tag in tags)),
        pictures=tuple(tag.alt or "" for tag in tags if tag.role == "Figure"),
        reading=tuple(spoken_lines(tags)),
        fields=tuple(read_fields(found)),
        codes=codes,
    )


def _stated(known: Object, key: str) -> str | None:
    return str(known.get(key, "")) or None


def _texts(found: Pdf, pdf: bytes) -> Iterator[str]:
    """Yield the text of each page, by pdfium, which knows what stands beside and below what."""
    with contextlib.closing(pypdfium2.PdfDocument(pdf)) as document:
        for page, seen in zip(found.pages, document, strict=True):
            text = seen.get_textpage().get_text_range()
            seen.close()
            if needs_order(text):
                # Of what is read from the right it turns letters, codes and telephone numbers.
                yield "\n".join(marked_text(page).values())
            else:
                # Its two marks of a hyphen at the end of a line, which is not left out here.
                yield text.replace("\r\n", "\n").translate({0x02: "-\n", 0xFFFE: "-\n"})


def _codes(pages: tuple[str, ...]) -> tuple[str, ...]:
    """Return the codes of a file, that of most pages first; the footer prints it on every one."""
    found = Counter(code for page in pages for code in dict.fromkeys(CODE.findall(page)))
    return tuple(code for code, _ in found.most_common())


def _fonts(found: Pdf) -> Iterator[FontFact]:
    for page in found.pages:
        for font in fonts_of(page).values():
            yield FontFact(_plain_name(font), _embedded(font))


def _plain_name(font: Object) -> str:
    """Return the font's name without the slash and the tag of six letters that marks a subset."""
    return re.sub(r"^[A-Z]{6}\+", "", str(font.get("/BaseFont", "/unnamed"))[1:])


def _embedded(font: Object) -> bool:
    described = font.DescendantFonts[0] if "/DescendantFonts" in font else font
    descriptor = described.get("/FontDescriptor", Dictionary())
    return any(key in descriptor for key in _FONT_FILES)


class FieldFact(Struct, frozen=True):
    """A form field: its name, kind, label and value."""

    name: str
    kind: str
    label: str | None
    value: str | None


def read_fields(found: Pdf) -> Iterator[FieldFact]:
    """Yield the fields of a form in their order; nothing for a PDF without one."""
    form = found.Root.get("/AcroForm", Dictionary())
    for field in form.get("/Fields", Array()):
        value = str(field.get("/V", ""))
        yield FieldFact(
            name=str(field.get("/T", "")),
            kind=_KINDS.get(str(field.get("/FT", "")), "unknown"),
            label=_stated(field, "/TU"),
            value=value if value not in {"", "/Off"} else None,
        )


class ConformanceClaim(Struct, frozen=True):
    """A standard that a file claims to meet.

    ``passed`` is the validator's verdict, None if it is not installed or does not know the
    standard; ``failed`` names the first rules that are broken.
    """

    standard: str
    passed: bool | None
    failed: tuple[str, ...] = ()


def claims(found: Pdf, pdf: bytes) -> tuple[ConformanceClaim, ...]:
    """Return what a PDF claims in its metadata, each claim checked if that can be done."""
    about = found.open_metadata()
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
    # A tool for developers: whoever only makes handouts seldom has it.
    validate = getattr(import_module("page"), "validate_pdf_bytes", None)
    if validate is None:  # a page.py of the current folder stands before it
        return ConformanceClaim(standard, None)
    report = validate(pdf, profile=profile)
    rules = dict.fromkeys(failure.rule_id for failure in report.failures)
    return ConformanceClaim(standard, report.is_compliant, tuple(rules)[:_RULES_SHOWN])


def lines_of(facts: PdfFacts) -> list[tuple[str, ...]]:
    """Return what a finished handout says of itself as the lines of a table."""
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
