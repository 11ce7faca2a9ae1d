"""Letterhead, running head and banner: what stands at the top of a page."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from handouts.compose.document import Document, Letterhead
from handouts.compose.text import Text
from handouts.layout import icons
from handouts.layout.items import Align
from handouts.layout.look import Look, bold, draw_logo, plain
from handouts.layout.sheet import Sheet
from handouts.layout.text import SetText
from handouts.model.layout import TypeStyle

LOGO_BOX = (150.0, 42.0)
"""A logo fits a box of this width and height, in points."""

_SHARES = (0.0, 0.4, 0.45, 0.5, 0.55)
_FINE_SHARES = (0.0, 0.2, 0.3, 0.4, 0.45, 0.5, 0.55)
"""Parts of a running head kept for a name, the least that holds it: patients share a layout.

The finer ones are for clinics with a long name.
"""

_NAME_WIDTH = 150.0
"""The same in a slim head, in points at 10 points of type."""

_DOT = 18.0
"""Width of a dot between two entries with its space, in points."""

_COLUMN, _BETWEEN, _ICON = 0.45, 20.0, 20.0
"""A letterhead's right column gets this part if both are wide; space between; telephone's sign."""

_MOST = 4
"""A name in more lines than this gets the whole width."""

_LABEL_SHARE, _PHONE_SHARE, _CLINIC_SHARE = 9.5 / 11, 0.6, 0.85
"""What must shrink becomes no smaller than this part of its size; then it takes more lines."""

Head = Callable[[Look, Document, Sheet, float, float, float], float]
"""Draws a head into ``x, y, width``; returns the y below which content may stand."""


def letterhead(
    look: Look, document: Document, sheet: Sheet, x: float, y: float, width: float
) -> float:
    """The clinic in full: logo, name and kind left; telephone, address and more ways right.

    Where both have no room beside each other, the right column stands below the left one.
    """
    head = document.letterhead
    if head is None:
        return y
    taken = draw_logo(look, sheet, x, y, LOGO_BOX, head)
    left, right = x + (taken + 10 if taken else 0), x + width
    ends = [y + LOGO_BOX[1] + 10]
    column = _column(look, head, right - left)
    room = right - left if column is None else right - left - column - _BETWEEN
    bottom = _draw_name(look, sheet, head, left, y, room)
    ends.append(bottom + 8 * min(look.scale, 1.2))
    if column is None:
        bottom = _draw_ways(look, sheet, head, left, bottom + 2, right - left, align="left")
    else:
        bottom = _draw_ways(look, sheet, head, right, y, column, align="right")
    rule = max(*ends, bottom + 5 * min(look.scale, 1.2))
    sheet.line(x, rule, right, rule, "fill", 2)
    return rule + 10


def _name_styles(look: Look) -> tuple[TypeStyle, TypeStyle]:
    """Type of the clinic's name and of its kind."""
    scale = min(look.scale, 1.2)
    return bold(look.type.title, 23 * scale), plain(look.type.subtitle, 13.5 * scale)


def _least_sizes(look: Look) -> tuple[float, float]:
    """Sizes below which name and kind rather take more lines."""
    return 13 * max(1.0, look.scale), 11 * max(1.0, look.scale)


def _phone_style(look: Look) -> TypeStyle:
    return bold(look.type.subtitle, 18 * min(look.scale, 1.2))


def _column(look: Look, head: Letterhead, room: float) -> float | None:
    """The width of the right column; None if what cannot be parted does not fit in two columns."""
    setter, styles, sizes = look.setter, _name_styles(look), _least_sizes(look)
    names = [(head.name, styles[0], sizes[0])]
    if head.kind:
        names.append((head.kind, styles[1], sizes[1]))
    phone, label = _phone_style(look), plain(look.type.label)
    ways = [(head.phone, phone, phone.size * _PHONE_SHARE, _ICON)]
    ways += [(leaf, label, label.size * _LABEL_SHARE, 0.0) for leaf in head.ways]
    name = max(setter.width(leaf, style) for leaf, style, _ in names)
    widest = max(setter.width(leaf, style) + more for leaf, style, _, more in ways)
    least_name = max(_longest_word(look, leaf, bold(s, least)) for leaf, s, least in names)
    least = max(_longest_word(look, leaf, bold(s, size)) + more for leaf, s, size, more in ways)
    column = max(min(widest, max(room - _BETWEEN - name, room * _COLUMN)), least)
    left = room - _BETWEEN - column
    if least_name > left:
        return None
    return column if len(setter.fitted(*names[0][:2], left, sizes[0]).lines) <= _MOST else None


def _longest_word(look: Look, leaf: Text, style: TypeStyle) -> float:
    return max(word.width for word in look.setter.words(leaf, style))


def _draw_name(
    look: Look, sheet: Sheet, head: Letterhead, x: float, y: float, room: float
) -> float:
    """Name and kind; returns where they end."""
    setter, styles, sizes = look.setter, _name_styles(look), _least_sizes(look)
    name = setter.fitted(head.name, styles[0], room, sizes[0])
    top = y - 1 if head.kind or len(name.lines) > 1 else y + 7
    bottom = top + sheet.text(x, top, name, "heading")
    if head.kind:
        kind = setter.fitted(head.kind, styles[1], room, sizes[1])
        bottom += sheet.text(x, bottom - 2, kind, "label") - 2
    return bottom


def _draw_ways(
    look: Look, sheet: Sheet, head: Letterhead, x: float, y: float, room: float, *, align: Align
) -> float:
    """Telephone and other ways to the clinic, aligned to ``x``; returns where they end."""
    setter, style, label = look.setter, _phone_style(look), plain(look.type.label)
    phone = setter.fitted(head.phone, style, room - _ICON, style.size * _PHONE_SHARE)
    at = x if align == "right" else x + _ICON
    sheet.text(at, y + 18 - phone.first_baseline, phone, align=align)
    sign = at - (phone.width if align == "right" else 0) - 12
    icons.phone(sheet, sign, y + 12, 7.5, "fill")
    y += 25 + (len(phone.lines) - 1) * phone.style.leading
    for leaf in head.ways:
        block = setter.fitted(leaf, label, room, label.size * _LABEL_SHARE)
        if len(block.lines) > 1 and _longest_word(look, leaf, label) <= room:
            block = setter.set(leaf, label, room)
        y += sheet.text(x, y, block, "label", align=align)
    return y


def clinic_name(look: Look, document: Document, style: TypeStyle, room: float) -> SetText:
    """The clinic's name for what repeats: with its kind if that fits a line, else without.

    It is never cut short: a name that is too long for one line takes more.
    """
    furniture, setter, least = document.furniture, look.setter, style.size * _CLINIC_SHARE
    full = setter.fitted(furniture.clinic, style, room, least)
    if len(full.lines) == 1:
        return full
    return setter.fitted(furniture.clinic_name, style, room, least)


class _Running:
    """What a running head shows beside the logo, and where: all on one line, or on several."""

    def __init__(self, look: Look, document: Document, width: float) -> None:
        self.look, self.document, self.width = look, document, width
        self.style = plain(look.type.head)
        furniture, setter, size = document.furniture, look.setter, self.style.size
        self.phone = setter.fitted(furniture.phone, self.style, width * 0.6, size * 0.8)
        self.patient: SetText | None = None
        rest = width - self.phone.width - (_DOT if furniture.patient else 0)
        room = 0.0
        for shares in (_SHARES, _FINE_SHARES):
            room = rest - self._keep(rest, shares) - 12
            self.clinic = clinic_name(look, document, bold(look.type.head), room)
            if self.clinic.source is furniture.clinic:
                break
        self.single = len(self.clinic.lines) == len(self.phone.lines) == 1
        if not self.single:
            column = max(self.phone.width, self._keep(width, _FINE_SHARES))
            room = width - column - 14
            self.clinic = clinic_name(look, document, bold(look.type.head), room)

    def _keep(self, width: float, shares: Sequence[float]) -> float:
        """Set the patient's name in a part of a width; return the width kept for it."""
        leaf, setter, size = self.document.furniture.patient, self.look.setter, self.style.size
        if leaf is None:
            return 0.0
        widths = [width * share for share in shares]
        patient = setter.clipped(leaf, self.style, widths[-1], size * 0.8)
        step = next(i for i, kept in enumerate(widths) if patient.width <= kept + 0.01)
        self.patient = patient.within(widths[step - 1], widths[step])
        return widths[step]

    @property
    def more(self) -> float:
        """How much higher than one line it is, in points."""
        right = len(self.phone.lines) + (0 if self.single or self.patient is None else 1)
        clinic = (len(self.clinic.lines) - 1) * self.clinic.style.leading
        return max(clinic, (right - 1) * self.style.leading)

    def draw(self, sheet: Sheet, left: float, base: float) -> None:
        """Draw with the first baseline at ``base``."""
        right = left + self.width
        sheet.on_baseline(left, base, self.clinic, "heading")
        if self.single:
            sheet.on_baseline(right, base, self.phone, align="right")
            right -= self.phone.width
            if self.patient:
                right = _dot(self.look, sheet, right, base)
        if self.patient:
            sheet.on_baseline(right, base, self.patient, align="right")
        if not self.single:
            base += self.style.leading if self.patient else 0
            sheet.on_baseline(right, base, self.phone, align="right")


def running(
    look: Look, document: Document, sheet: Sheet, x: float, y: float, width: float
) -> float:
    """Logo and clinic left, patient and telephone right; on every page but the first."""
    scale = min(look.scale, 1.44)
    size = 17 * scale
    with sheet.furniture():
        taken = draw_logo(look, sheet, x, y - 2, (size * 2.5, size))
        left = x + (taken + 6 if taken else 0)
        words = _Running(look, document, x + width - left)
        words.draw(sheet, left, y - 2 + 12.6 * scale)
        rule = y - 2 + 23 * scale + words.more
        sheet.line(x, rule, x + width, rule, "fill", 1.2 * scale)
    return rule + 13


def slim(look: Look, document: Document, sheet: Sheet, x: float, y: float, width: float) -> float:
    """The clinic and the patient in two dense lines: for a sheet where every line counts."""
    furniture, setter = document.furniture, look.setter
    with sheet.furniture():
        taken = draw_logo(look, sheet, x, y, (60, 27))
        left, right = x + (taken + 8 if taken else 0), x + width
        upper = [part for part in (furniture.patient, furniture.side) if part]
        sizes = [_kept(part, setter.width(part, bold(look.type.head, 10))) + 18 for part in upper]
        room = max(width * 0.25, min(width * 0.5, right - left - sum(sizes)))
        clinic = clinic_name(look, document, bold(look.type.head, 14), room)
        sheet.on_baseline(left, y + 12, clinic, "heading")
        room = right - left - clinic.width - 14
        end = right
        for part in reversed(upper):
            if end < right:
                end = _dot(look, sheet, end, y + 12)
            most = min(room * 0.7, end - left - clinic.width - 14)
            set_part = setter.clipped(part, bold(look.type.head, 13), most, 8)
            set_part = set_part.within(0, _NAME_WIDTH * 1.3) if part.personal else set_part
            sheet.on_baseline(end, y + 12, set_part, align="right")
            end -= set_part.width
        y += (len(clinic.lines) - 1) * clinic.style.leading
        y += _draw_dates(look, document, sheet, left, y + 26, right)
        sheet.line(x, y + 32, right, y + 32, "fill", 1.6)
    return y + 37


def _draw_dates(
    look: Look, document: Document, sheet: Sheet, left: float, base: float, right: float
) -> float:
    """Telephone left and dates right, below it if they are long; returns by how much."""
    furniture, setter, style = document.furniture, look.setter, look.type.head
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


def banner(look: Look, document: Document, sheet: Sheet, x: float, y: float, width: float) -> float:
    """Whose sheet it is, large, and the clinic: for the fridge door."""
    furniture, setter = document.furniture, look.setter
    with sheet.furniture():
        taken = draw_logo(look, sheet, x, y, (80, 30))
        left, right = x + (taken + 10 if taken else 0), x + width
        style = bold(look.type.head, 12.5)
        clinic = clinic_name(look, document, style, width * 0.4)
        sheet.on_baseline(right, y + 11, clinic, align="right")
        phone = setter.fitted(furniture.phone, style, width * 0.4, 10.5)
        more = (len(clinic.lines) - 1) * clinic.style.leading
        sheet.on_baseline(right, y + 27 + more, phone, align="right")
        more += (len(phone.lines) - 1) * phone.style.leading
        room = width - (left - x) - max(clinic.width, phone.width) - 20
        heading = setter.clipped(furniture.heading, bold(look.type.title, 23), room, 11, free=True)
        sheet.on_baseline(left, y + 22, heading, "heading")
    return y + 38 + more


def none(look: Look, document: Document, sheet: Sheet, x: float, y: float, width: float) -> float:  # noqa: ARG001
    """No head: content starts at the top margin."""
    return y


def _kept(part: Text, width: float) -> float:
    """The width kept for a part of a slim head."""
    return max(width, _NAME_WIDTH) if part.personal else width


def _dot(look: Look, sheet: Sheet, right: float, base: float) -> float:
    """A centred dot between two entries; returns where the entry to its left ends."""
    sheet.circle(right - _DOT / 2, base - look.type.head.size * 0.3, 1.1, fill="text")
    return right - _DOT


HEADS: dict[str, Head] = {
    "letterhead": letterhead,
    "running": running,
    "slim": slim,
    "banner": banner,
    "none": none,
}
"""Heads by their name in a layout."""
