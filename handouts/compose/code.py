"""What a handout says becomes its code: equal words, equal code.

The code is the program's code and 30 bits of the SHA-256 of the words, in Crockford's base 32
(no I, L, O or U, so that it can be read aloud). Per-patient strings do not count.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from handouts.compose.document import Text

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CHARACTERS = 6
_BITS = 5


def canonical(leaves: Iterable[Text]) -> str:
    """Return what all patients of a program read alike, one leaf a line; a blank is ``____``."""
    lines = ("".join(run.text for run in leaf.runs if run.field is None) for leaf in leaves)
    return "\n".join(line for line in lines if line.strip())


def handout_code(prefix: str, leaves: Iterable[Text], *ids: str) -> str:
    """Return ``prefix`` and six characters that stand for the words and ``ids``."""
    content = "\n".join((*ids, canonical(leaves)))
    number = int.from_bytes(hashlib.sha256(content.encode()).digest()[:4])
    digits = [_ALPHABET[number >> shift & 31] for shift in range(0, _CHARACTERS * _BITS, _BITS)]
    return f"{prefix}-{''.join(digits)}"
