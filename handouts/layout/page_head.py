"""Draw the head of a page: the letterhead, or the clinic and the patient in a line or two."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from handouts.compose.document import Document, Draft, Letterhead
from handouts.compose.runs import Text
from handouts.layout import signs
from handouts.layout.sheet import Sheet
from handouts.layout.theme import Theme, bold, clinic_name, plain
from handouts.model.layout import TypeStyle
from handouts.pdf.slot import Align
from handouts.text.setting import SetText

_SHARES = (0.0, 0.4, 0.45, 0.5, 0.55)
_FINE_SHARES = (0.0, 0.2, 0.3, 0.4, 0.45, 0.5, 0.55)
"""Shares of a running head that a name may get. It gets the least that has room, so that patients
share a layout. The finer shares are for clinics with a long name."""

_NAME_WIDTH = 150.0
"""The least width for a name in a slim head, in points at 10 points of type."""

_DOT = 18.0
"""Width of a dot between two entries, with its space, in points."""

_DRAFT_SPACE, _DRAFT_AFTER = 1.5, 5.0
"""Space above and below the words in the band of a draft, and space below the band (points)."""

Head = Callable[[Theme, Document, Sheet, float, float, float], float]
"""A function that draws a head at ``x, y, width`` and returns the y where content may start."""


def draw_draft(theme: Theme, draft: Draft, sheet: Sheet, x: float, y: float, width: float) -> float:
    """Draw the mark of a draft in a frame, black on white for any printer; return its lower end."""
    setter, style = theme.setter, plain(theme.type.detail)
    mark = setter.line(draft.mark, bold(theme.type.detail, style.size * 1.15))
    why = setter.set(draft.why, style, width - mark.width - 26)
    high = max(mark.height, why.height) + 2 * _DRAFT_SPACE
    sheet.rect(x, y, width, high, fill="white", stroke="text", line=1.5, radius=3)
    sheet.text(x + 8, y + (high - mark.height) / 2, mark)
    sheet.text(x + mark.width + 18, y + (high - why.height) / 2, why)
    return y + high + _DRAFT_AFTER


def running(
    theme: Theme, document: Document, sheet: Sheet, x: float, y: float, width: float
) -> float:
    """Draw logo and clinic left, patient and telephone right: for later pages of a section."""
    scale = min(theme.scale, 1.44)
    size = 17 * scale
    with sheet.furniture():
        taken = signs.draw_logo(theme, sheet, x, y - 2, (size * 2.5, size))
        left = x + (taken + 6 if taken else 0)
        base = y - 2 + 12.6 * scale
        more = _draw_running(theme, document, sheet, left, base, x + width - left)
        rule = y - 2 + 23 * scale + more
        signs.brand_rule(sheet, x, rule, width, 1.8 * scale)
    return rule + 10 * min(scale, 1.2)


def _draw_running(
    theme: Theme, document: Document, sheet: Sheet, left: float, base: float, width: float
) -> float:
    """Draw the text beside the logo; return the extra height if it needs more than one line."""
    style, strong, setter = plain(theme.type.head), bold(theme.type.head), theme.setter
    furniture, right = document.furniture, left + width
    phone = setter.fitted(furniture.phone, style, width * 0.6, style.size * 0.8)
    rest = width - phone.width - (_DOT if furniture.patient else 0)
    patient, kept = _kept_name(theme, furniture.patient, rest, _SHARES)
    clinic = clinic_name(theme, document, strong, rest - kept - 12)
    if clinic.source is not furniture.clinic:
        patient, kept = _kept_name(theme, furniture.patient, rest, _FINE_SHARES)
        clinic = clinic_name(theme, document, strong, rest - kept - 12)
    single = len(clinic.lines) == len(phone.lines) == 1
    if not single:
        patient, kept = _kept_name(theme, furniture.patient, width, _FINE_SHARES)
        clinic = clinic_name(theme, document, strong, width - max(phone.width, kept) - 14)
    sheet.on_baseline(left, base, clinic, "heading")
    if single:
        sheet.on_baseline(right, base, phone, align="right")
        right -= phone.width
        right = _dot(theme, sheet, right, base) if patient else right
    if patient:
        sheet.on_baseline(right, base, patient, align="right")
    below = style.leading if patient and not single else 0.0
    if not single:
        sheet.on_baseline(right, base + below, phone, align="right")
    below += (len(phone.lines) - 1) * style.leading
    return max((len(clinic.lines) - 1) * clinic.style.leading, below)


def _kept_name(
    theme: Theme, leaf: Text | None, width: float, shares: Sequence[float]
) -> tuple[SetText | None, float]:
    """Set the patient's name in a share of a width; return it, and the width reserved for it."""
    if leaf is None:
        return None, 0.0
    style, widths = plain(theme.type.head), [width * share for share in shares]
    patient = theme.setter.clipped(leaf, style, widths[-1], style.size * 0.8)
    step = next(i for i, kept in enumerate(widths) if patient.width <= kept + 0.01)
    return patient.within(widths[step - 1], widths[step]), widths[step]


def slim(theme: Theme, document: Document, sheet: Sheet, x: float, y: float, width: float) -> float:
    """Draw the clinic and the patient in two dense lines, for a sheet where every line counts."""
    furniture, setter = document.furniture, theme.setter
    with sheet.furniture():
        taken = signs.draw_logo(theme, sheet, x, y, (60, 27))
        left, right = x + (taken + 8 if taken else 0), x + width
        upper = [part for part in (furniture.patient, furniture.side) if part]
        sizes = [_room(part, setter.width(part, bold(theme.type.head, 10))) + 18 for part in upper]
        room = max(width * 0.25, min(width * 0.5, right - left - sum(sizes)))
        clinic = clinic_name(theme, document, bold(theme.type.head, 14), room)
        sheet.on_baseline(left, y + 12, clinic, "heading")
        room = right - left - clinic.width - 14
        end = right
        for part in reversed(upper):
            if end < right:
                end = _dot(theme, sheet, end, y + 12)
            most = min(room * 0.7, end - left - clinic.width - 14)
            set_part = setter.clipped(part, bold(theme.type.head, 13), most, 8)
            set_part = set_part.within(0, _NAME_WIDTH * 1.3) if part.personal else set_part
            sheet.on_baseline(end, y + 12, set_part, align="right")
            end -= set_part.width
        y += (len(clinic.lines) - 1) * clinic.style.leading
        y += _draw_dates(theme, document, sheet, left, y + 26, right)
        signs.brand_rule(sheet, x, y + 32, right - x, 2.2)
    return y + 37


def _draw_dates(
    theme: Theme, document: Document, sheet: Sheet, left: float, base: float, right: float
) -> float:
    """Draw the telephone left and the dates right, or below if long; return the extra height."""
    furniture, setter, style = document.furniture, theme.setter, theme.type.head
    phone = setter.fitted(furniture.phone, bold(style, 12.5), right - left, 10.5)
    sheet.on_baseline(left, base, phone)
    below = (len(phone.lines) - 1) * phone.style.leading
    if furniture.dates is None:
        return below
    room, small = right - left - phone.width - 14, plain(style, 11.5)
    dates = setter.fitted(furniture.dates, small, max(room, 1.0), 9.5, free=True)
    if len(dates.lines) > 1 or len(phone.lines) > 1 or room < dates.width:
        dates = setter.fitted(furniture.dates, small, right - left, 9.5, free=True)
        dates = dates.within(max(0.0, room), right - left)
        below += small.leading + (len(dates.lines) - 1) * dates.style.leading
        base += (len(phone.lines) - 1) * phone.style.leading + small.leading
    sheet.on_baseline(right, base, dates, align="right")
    return below


def banner(
    theme: Theme, document: Document, sheet: Sheet, x: float, y: float, width: float
) -> float:
    """Draw in large type whose sheet it is, and the clinic: for the fridge door."""
    furniture, setter = document.furniture, theme.setter
    with sheet.furniture():
        taken = signs.draw_logo(theme, sheet, x, y, (80, 30))
        left, right = x + (taken + 10 if taken else 0), x + width
        style = bold(theme.type.head, 12.5)
        clinic = clinic_name(theme, document, style, width * 0.4)
        sheet.on_baseline(right, y + 11, clinic, align="right")
        phone = setter.fitted(furniture.phone, style, width * 0.4, 10.5)
        more = (len(clinic.lines) - 1) * clinic.style.leading
        sheet.on_baseline(right, y + 27 + more, phone, align="right")
        more += (len(phone.lines) - 1) * phone.style.leading
        room = width - (left - x) - max(clinic.width, phone.width) - 20
        heading = setter.clipped(furniture.heading, bold(theme.type.title, 23), room, 11, free=True)
        sheet.on_baseline(left, y + 22, heading, "heading")
    return y + 38 + more


def _room(part: Text, width: float) -> float:
    """Return the width reserved for a part of a slim head."""
    return max(width, _NAME_WIDTH) if part.personal else width


def _dot(theme: Theme, sheet: Sheet, right: float, base: float) -> float:
    """Draw a centred dot between two entries; return where the entry to its left ends."""
    sheet.circle(right - _DOT / 2, base - theme.type.head.size * 0.3, 1.1, fill="text")
    return right - _DOT


# -- the letterhead

LOGO_BOX = (150.0, 42.0)
"""Width and height of the box for the logo, in points."""

_CODE, _BESIDE_CODE = 45.0, 10.0
"""Side of the clinic's QR code, and the space beside it, in points."""

_COLUMN, _BETWEEN, _ICON = 0.45, 20.0, 20.0
"""The share of a letterhead's right column if both columns are wide; the space between them, and
the room for the telephone's sign (points)."""

_MOST_LINES = 4
"""A name that needs more lines than this gets the whole width."""

_LABEL_SHARE, _PHONE_SHARE = 9.5 / 11, 0.6
"""Least sizes of other ways and of the telephone, as shares; then they take more lines."""


def letterhead(
    theme: Theme, document: Document, sheet: Sheet, x: float, y: float, width: float
) -> float:
    """Draw the clinic in full: logo, name and kind left; telephone, address and more ways right.

    If the columns do not fit side by side, the right one goes below the left one.
    """
    head = document.letterhead
    if head is None:
        return y
    taken = signs.draw_logo(theme, sheet, x, y, LOGO_BOX, head)
    left, right = x + (taken + 10 if taken else 0), x + width
    ends = [y + LOGO_BOX[1] + 10]
    if head.scan is not None:
        # One of the ways beside the code says what it does: for a screen reader that is the link.
        with sheet.furniture():
            sheet.qr_code(right - _CODE, y, _CODE, head.scan)
        right -= _CODE + _BESIDE_CODE
        ends.append(y + _CODE)
    words = _LetterheadWords(theme, head)
    column = words.column(right - left)
    room = right - left if column is None else right - left - column - _BETWEEN
    scale = min(theme.scale, 1.2)
    bottom = words.draw_name(sheet, left, y, room)
    ends.append(bottom + 8 * scale)
    if column is None:
        bottom = words.draw_ways(sheet, left, bottom + 2, right - left, align="left")
    else:
        bottom = words.draw_ways(sheet, right, y, column, align="right")
    rule = max(*ends, bottom + 5 * scale)
    signs.brand_rule(sheet, x, rule, width, 3)
    return rule + 10


class _LetterheadWords:
    """The words of a letterhead in their types: name and kind, telephone and other ways."""

    def __init__(self, theme: Theme, head: Letterhead) -> None:
        self.head, self.setter = head, theme.setter
        scale, least = min(theme.scale, 1.2), max(1.0, theme.scale)
        # Each with the least size; below it the text takes more lines instead.
        self.names = [(head.name, bold(theme.type.title, 23 * scale), 13 * least)]
        if head.kind:
            self.names.append((head.kind, plain(theme.type.subtitle, 13.5 * scale), 11 * least))
        self.phone = bold(theme.type.subtitle, 18 * scale)
        self.label = plain(theme.type.label)

    def column(self, room: float) -> float | None:
        """Return the width of the right column; None if the words do not fit two columns."""
        setter, phone, label = self.setter, self.phone, self.label
        ways = [(self.head.phone, phone, phone.size * _PHONE_SHARE, _ICON)]
        ways += [(leaf, label, label.size * _LABEL_SHARE, 0.0) for leaf in self.head.ways]
        name = max(setter.width(leaf, style) for leaf, style, _ in self.names)
        widest = max(setter.width(leaf, style) + more for leaf, style, _, more in ways)
        least_name = max(self._longest_word(leaf, bold(s, least)) for leaf, s, least in self.names)
        least = max(self._longest_word(leaf, bold(s, size)) + more for leaf, s, size, more in ways)
        column = max(min(widest, max(room - _BETWEEN - name, room * _COLUMN)), least)
        left = room - _BETWEEN - column
        if least_name > left:
            return None
        leaf, style, smallest = self.names[0]
        return (
            column if len(setter.fitted(leaf, style, left, smallest).lines) <= _MOST_LINES else None
        )

    def _longest_word(self, leaf: Text, style: TypeStyle) -> float:
        return max(word.width for word in self.setter.words(leaf, style))

    def draw_name(self, sheet: Sheet, x: float, y: float, room: float) -> float:
        """Draw name and kind; return where they end."""
        name, *kinds = (self.setter.fitted(leaf, s, room, least) for leaf, s, least in self.names)
        top = y - 1 if kinds or len(name.lines) > 1 else y + 7
        bottom = top + sheet.text(x, top, name, "heading")
        for kind in kinds:
            bottom += sheet.text(x, bottom - 2, kind, "label") - 2
        return bottom

    def draw_ways(self, sheet: Sheet, x: float, y: float, room: float, *, align: Align) -> float:
        """Draw telephone and other ways to the clinic, aligned to ``x``; return where they end."""
        setter, style, label = self.setter, self.phone, self.label
        phone = setter.fitted(self.head.phone, style, room - _ICON, style.size * _PHONE_SHARE)
        at = x if align == "right" else x + _ICON
        sheet.text(at, y + 18 - phone.first_baseline, phone, align=align)
        sign = at - (phone.width if align == "right" else 0) - 12
        signs.phone(sheet, sign, y + 12, 7.5)
        y += 25 + (len(phone.lines) - 1) * phone.style.leading
        for leaf in self.head.ways:
            block = setter.fitted(leaf, label, room, label.size * _LABEL_SHARE)
            if len(block.lines) > 1 and self._longest_word(leaf, label) <= room:
                block = setter.set(leaf, label, room)
            y += sheet.text(x, y, block, "label", align=align)
        return y


HEADS: dict[str, Head] = {
    "letterhead": letterhead,
    "running": running,
    "slim": slim,
    "banner": banner,
    "none": lambda *place: place[4],  # content starts at the top margin
}
"""Heads by their names in layouts."""
