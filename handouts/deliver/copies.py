"""Turn objects of finished handouts into objects of a print run; equal ones are written once."""

from __future__ import annotations

import hashlib

import pikepdf

from handouts.deliver.recent import Recent
from handouts.deliver.recode import foreign
from handouts.deliver.spool import Spool
from handouts.pdf.objects import Name, Ref, Stream, Value, encode

_KEPT = 4096
"""Objects that are remembered; one that is forgotten is written a second time."""
_OF_STRUCTURE = ("/Length", "/StructParent", "/StructParents")


class Copies:
    """What many handouts of one print run share."""

    def __init__(self, file: Spool) -> None:
        self._file = file
        self._kept: Recent[bytes, Ref] = Recent(_KEPT)

    def keep(self, value: Value) -> Ref:
        """Write an object, or return the equal one that was written before."""
        digest = hashlib.sha256(encode(value)).digest()
        return self._kept.get(digest) or self._kept.put(digest, self._file.add(value))

    def content(self, code: bytes) -> Ref:
        """Write a piece of a page's content, or return the equal one that was written before."""
        digest = hashlib.sha256(b"content " + code).digest()
        return self._kept.get(digest) or self._kept.put(digest, self._file.add(Stream(code)))

    def picture(self, value: pikepdf.Object) -> Ref:
        """Copy a picture, as it is stored, with all it refers to.

        Raises:
            ContentError: if it holds text.
        """
        if "/Font" in value.get("/Resources", pikepdf.Dictionary()):
            raise foreign()
        entries = {
            name.lstrip("/"): self._value(entry)
            for name, entry in value.items()
            if name not in _OF_STRUCTURE
        }
        return self.keep(Stream(bytes(value.read_raw_bytes()), entries, plain=True))

    def _value(self, value: object) -> Value:  # noqa: PLR0911 - one line for each kind of object
        match value:
            case pikepdf.Name():
                return Name(str(value).lstrip("/"))
            case pikepdf.Stream():
                return self.picture(value)
            case pikepdf.Dictionary():
                return {name.lstrip("/"): self._value(entry) for name, entry in value.items()}
            case pikepdf.Array():
                return [self._value(entry) for entry in value]
            case pikepdf.String():
                return bytes(value)
            case bool() | int() | None:
                return value
        return float(str(value))
