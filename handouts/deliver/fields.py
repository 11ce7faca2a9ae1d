"""The form of a PDF → its fields, with what a screen reader says for each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pypdf import PdfReader
from pypdf.generic import DictionaryObject

_KINDS = {"/Btn": "box", "/Tx": "text", "/Ch": "choice", "/Sig": "signature"}


@dataclass(frozen=True, slots=True)
class FieldFact:
    """A form field: its name, kind, label and value."""

    name: str
    kind: str
    label: str | None
    value: str | None


def read_fields(reader: PdfReader) -> tuple[FieldFact, ...]:
    """Return the fields of a form in their order; nothing for a PDF without one."""
    form = reader.root_object.get("/AcroForm")
    return tuple(_fields(form.get_object())) if form is not None else ()


def _fields(form: DictionaryObject) -> Iterator[FieldFact]:
    for reference in form.get("/Fields", ()):
        field = reference.get_object()
        value = field.get("/V")
        yield FieldFact(
            name=str(field.get("/T", "")),
            kind=_KINDS.get(str(field.get("/FT")), "unknown"),
            label=str(field["/TU"]) if "/TU" in field else None,
            value=str(value) if value not in {None, "", "/Off"} else None,
        )
