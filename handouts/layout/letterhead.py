"""Draw the letterhead: the clinic in full, with logo, name, kind, telephone and other ways."""

from __future__ import annotations

from handouts.compose.document import Document, Letterhead
from handouts.compose.text import Text
from handouts.layout import marks
from handouts.layout.sheet import Sheet
from handouts.layout.theme import Theme, bold, plain
from handouts.model.layout import TypeStyle
from handouts.pdf.slot import Align

LOGO_BOX = (150.0, 42.0)
"""A logo fits a box of this width and height, in points."""

_CODE, _BESIDE_CODE = 45.0, 10.0
"""Side of the code that leads a camera to the clinic, and the space beside it, in points."""

_COLUMN, _BETWEEN, _ICON = 0.45, 20.0, 20.0
"""A letterhead's right column gets this part if both are wide; space between; telephone's sign."""

_MOST = 4
"""A name in more lines than this gets the whole width."""

_LABEL_SHARE, _PHONE_SHARE = 9.5 / 11, 0.6
"""What must shrink becomes no smaller than this part of its size; then it takes more lines."""


def letterhead(
    theme: Theme, document: Document, sheet: Sheet, x: float, y: float, width: float
) -> float:
    """The clinic in full: logo, name and kind left; telephone, address and more ways right.

    Where both have no room beside each other, the right column stands below the left one.
    """
    head = document.letterhead
    if head is None:
        return y
    taken = marks.draw_logo(theme, sheet, x, y, LOGO_BOX, head)
    left, right = x + (taken + 10 if taken else 0), x + width
    ends = [y + LOGO_BOX[1] + 10]
    if head.scan is not None:
        # What it does stands beside it, among the ways: to a screen reader that is the link.
        with sheet.furniture():
            sheet.code(right - _CODE, y, _CODE, head.scan)
        right -= _CODE + _BESIDE_CODE
        ends.append(y + _CODE + 8)
    column = _column(theme, head, right - left)
    room = right - left if column is None else right - left - column - _BETWEEN
    bottom = _draw_name(theme, sheet, head, left, y, room)
    ends.append(bottom + 8 * min(theme.scale, 1.2))
    if column is None:
        bottom = _draw_ways(theme, sheet, head, left, bottom + 2, right - left, align="left")
    else:
        bottom = _draw_ways(theme, sheet, head, right, y, column, align="right")
    rule = max(*ends, bottom + 5 * min(theme.scale, 1.2))
    marks.brand_rule(sheet, x, rule, width, 3)
    return rule + 10


def _name_styles(theme: Theme) -> tuple[TypeStyle, TypeStyle]:
    """Type of the clinic's name and of its kind."""
    scale = min(theme.scale, 1.2)
    return bold(theme.type.title, 23 * scale), plain(theme.type.subtitle, 13.5 * scale)


def _least_sizes(theme: Theme) -> tuple[float, float]:
    """Sizes below which name and kind rather take more lines."""
    return 13 * max(1.0, theme.scale), 11 * max(1.0, theme.scale)


def _phone_style(theme: Theme) -> TypeStyle:
    return bold(theme.type.subtitle, 18 * min(theme.scale, 1.2))


def _column(theme: Theme, head: Letterhead, room: float) -> float | None:
    """The width of the right column; None if what cannot be parted does not fit in two columns."""
    setter, styles, sizes = theme.setter, _name_styles(theme), _least_sizes(theme)
    names = [(head.name, styles[0], sizes[0])]
    if head.kind:
        names.append((head.kind, styles[1], sizes[1]))
    phone, label = _phone_style(theme), plain(theme.type.label)
    ways = [(head.phone, phone, phone.size * _PHONE_SHARE, _ICON)]
    ways += [(leaf, label, label.size * _LABEL_SHARE, 0.0) for leaf in head.ways]
    name = max(setter.width(leaf, style) for leaf, style, _ in names)
    widest = max(setter.width(leaf, style) + more for leaf, style, _, more in ways)
    least_name = max(_longest_word(theme, leaf, bold(s, least)) for leaf, s, least in names)
    least = max(_longest_word(theme, leaf, bold(s, size)) + more for leaf, s, size, more in ways)
    column = max(min(widest, max(room - _BETWEEN - name, room * _COLUMN)), least)
    left = room - _BETWEEN - column
    if least_name > left:
        return None
    return column if len(setter.fitted(*names[0][:2], left, sizes[0]).lines) <= _MOST else None


def _longest_word(theme: Theme, leaf: Text, style: TypeStyle) -> float:
    return max(word.width for word in theme.setter.words(leaf, style))


def _draw_name(
    theme: Theme, sheet: Sheet, head: Letterhead, x: float, y: float, room: float
) -> float:
    """Name and kind; returns where they end."""
    setter, styles, sizes = theme.setter, _name_styles(theme), _least_sizes(theme)
    name = setter.fitted(head.name, styles[0], room, sizes[0])
    top = y - 1 if head.kind or len(name.lines) > 1 else y + 7
    bottom = top + sheet.text(x, top, name, "heading")
    if head.kind:
        kind = setter.fitted(head.kind, styles[1], room, sizes[1])
        bottom += sheet.text(x, bottom - 2, kind, "label") - 2
    return bottom


def _draw_ways(
    theme: Theme, sheet: Sheet, head: Letterhead, x: float, y: float, room: float, *, align: Align
) -> float:
    """Telephone and other ways to the clinic, aligned to ``x``; returns where they end."""
    setter, style, label = theme.setter, _phone_style(theme), plain(theme.type.label)
    phone = setter.fitted(head.phone, style, room - _ICON, style.size * _PHONE_SHARE)
    at = x if align == "right" else x + _ICON
    sheet.text(at, y + 18 - phone.first_baseline, phone, align=align)
    sign = at - (phone.width if align == "right" else 0) - 12
    marks.phone(sheet, sign, y + 12, 7.5, "sign")
    y += 25 + (len(phone.lines) - 1) * phone.style.leading
    for leaf in head.ways:
        block = setter.fitted(leaf, label, room, label.size * _LABEL_SHARE)
        if len(block.lines) > 1 and _longest_word(theme, leaf, label) <= room:
            block = setter.set(leaf, label, room)
        y += sheet.text(x, y, block, "label", align=align)
    return y
