"""Whether a page shows a person's name, however it was broken, spaced, fitted or cut."""

from __future__ import annotations

import re
import unicodedata

from pypdf import PageObject

_GAP = "\x1f"
"""Between two pieces of a page, and for white space within one."""
_CUT = "\x1e"
"""For the mark of omission, of which the normal form makes three full stops."""
_SPACE = re.compile(rf"[^\S{_CUT}]")
_SEEN = 20
"""Letters of a long name that must stand before the mark where it was cut."""
_SAME = str.maketrans(dict.fromkeys("’‘ʼ`´", "'") | dict.fromkeys("‐‑–−", "-") | {"\xad": ""})
"""Signs that look alike: a name may be typed with one and printed with the other."""


def page_text(page: PageObject) -> str:
    """Return what a page shows, piece by piece: a piece ends where the pen is set down anew."""
    pieces: list[str] = []

    def note(text: str, *_: object) -> None:
        pieces.append(text)

    page.extract_text(visitor_text=note)
    return _GAP.join(map(_alike, pieces))


def _alike(text: str) -> str:
    """Return a text in one form: ligatures apart, one case, gaps for white space."""
    # A ligature or an apostrophe has several forms; NFKC after folding gives each of them one.
    marked = text.replace("…", _CUT)
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", marked).casefold())
    return _SPACE.sub(_GAP, folded.translate(_SAME))


def shows(text: str, name: str) -> bool:
    """Return whether what `page_text` gave holds a name, as words of their own.

    Lines may be broken anywhere in it. Of a name that was too long for its place, the beginning
    before the mark of omission is enough if it has 20 letters.
    """
    letters = _alike(name).replace(_GAP, "")
    if not letters:
        return False
    if re.search(rf"(?<!\w){_spelled(letters)}(?!\w)", text):
        return True
    if _CUT not in text:
        return False
    lengths = range(len(letters) - 1, min(_SEEN, len(letters)) - 1, -1)
    return any(
        re.search(rf"(?<!\w){_spelled(letters[:length])}{_GAP}*{_CUT}", text) for length in lengths
    )


def _spelled(letters: str) -> str:
    """Return a pattern of letters with gaps anywhere between them."""
    return f"{_GAP}*".join(map(re.escape, letters))
