"""What a handout says becomes its code: equal words, equal code.

The code is the program's code and 30 bits of the SHA-256 of the words, in Crockford's base 32
(no I, L, O or U, so that it can be read aloud). Per-patient strings do not count.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from handouts.compose.node import said_to_all

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O or U, so that it can be read aloud."""
_CHARACTERS = 6


def handout_code(prefix: str, nodes: Iterable[object], *ids: str) -> str:
    """Return ``prefix`` and six characters that stand for the words of nodes and ``ids``."""
    content = "\n".join((*ids, said_to_all(nodes)))
    number = int.from_bytes(hashlib.sha256(content.encode()).digest()[:4])
    return f"{prefix}-{base32(number, _CHARACTERS)}"


def base32(number: int, characters: int) -> str:
    """Return the last bits of a number, five a character, the last ones first."""
    return "".join([ALPHABET[number >> shift & 31] for shift in range(0, 5 * characters, 5)])
