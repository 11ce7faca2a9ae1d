"""A PDF → what it claims to conform to, and whether an independent validator agrees."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version

from pypdf import PdfReader

VALIDATOR = "page-validation"
_UA = re.compile(rb"pdfuaid:part>\s*(\d)|pdfuaid:part=.(\d)")
_PART = re.compile(rb"pdfaid:part>\s*(\d)|pdfaid:part=.(\d)")
_LEVEL = re.compile(rb"pdfaid:conformance>\s*(\w)|pdfaid:conformance=.(\w)")
_PROFILES = {"PDF/UA-1": "ua1", "PDF/A-2A": "2a", "PDF/A-2B": "2b", "PDF/A-2U": "2u"}
_RULES_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Claim:
    """A standard that a file claims to meet.

    ``passed`` is the validator's verdict, None if it is not installed or does not know the
    standard; ``failed`` names the first rules that are broken.
    """

    standard: str
    passed: bool | None
    failed: tuple[str, ...] = ()


def claims(reader: PdfReader, pdf: bytes) -> tuple[Claim, ...]:
    """Return what a PDF claims in its metadata, each claim checked if that can be done."""
    metadata = reader.root_object.get("/Metadata")
    packet = metadata.get_object().get_data() if metadata is not None else b""
    standards = []
    if part := _value(_UA, packet):
        standards.append(f"PDF/UA-{part}")
    if part := _value(_PART, packet):
        standards.append(f"PDF/A-{part}{_value(_LEVEL, packet)}")
    return tuple(_checked(standard, pdf) for standard in standards)


def _value(pattern: re.Pattern[bytes], packet: bytes) -> str:
    found = pattern.search(packet)
    return next(part for part in found.groups() if part).decode() if found else ""


def _checked(standard: str, pdf: bytes) -> Claim:
    profile = _PROFILES.get(standard.upper())
    try:
        version(VALIDATOR)
    except PackageNotFoundError:
        return Claim(standard, None)
    if profile is None:
        return Claim(standard, None)
    # A tool of those who change the project: who makes handouts seldom has it.
    validate = getattr(import_module("page"), "validate_pdf_bytes", None)
    if validate is None:  # a page.py of the current folder stands before it
        return Claim(standard, None)
    report = validate(pdf, profile=profile)
    rules = dict.fromkeys(failure.rule_id for failure in report.failures)
    return Claim(standard, report.is_compliant, tuple(rules)[:_RULES_SHOWN])
