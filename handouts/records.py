"""Records, what stages pass on: kinds of `msgspec.Struct`, made in C and defined in no time.

A first handout defines some eighty of them. As dataclasses that would take a tenth of its time:
each writes its methods as text and has them compiled, in every process.
"""

from __future__ import annotations

from msgspec import Struct
from typing_extensions import override


class Sealed(Struct, frozen=True):
    """A record that shows nothing of what it holds: pages, and a patient's words on them."""

    @override
    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"
