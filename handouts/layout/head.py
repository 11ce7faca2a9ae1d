"""Letterhead, running head and banner: what stands at the top of a page."""

from __future__ import annotations

from collections.abc import Callable

from handouts.compose.document import Document
from handouts.compose.text import Text
from handouts.layout import icons
from handouts.layout.look import Look, bold, draw_logo, plain
from handouts.layout.sheet import Sheet

LOGO_BOX = (150.0, 42.0)
"""A logo fits a box of this width and height, in points."""

_NAME_SHARES = (0.0, 0.4, 0.45, 0.5, 0.55)
"""Parts of a running head kept for a name, the least that holds it: patients share a layout."""

_NAME_WIDTH = 150.0
"""The same in a slim head, in points at 10 points of type."""

Head = Callable[[Look, Document, Sheet, float, float, float], float]
"""Draws a head into ``x, y, width``; returns the y below which content may stand."""


def letterhead(
    look: Look, document: Document, sheet: Sheet, x: float, y: float, width: float
) -> float:
    """The clinic in full: logo, name, kind, telephone, address."""
    head, setter, scale = document.letterhead, look.setter, min(look.scale, 1.2)
    if head is None:
        return y
    taken = draw_logo(look, sheet, x, y, LOGO_BOX, head)
    left = x + (taken + 10 if taken else 0)
    large = bold(look.type.subtitle, 18 * scale)
    phone = setter.fitted(head.phone, large, width * 0.45, large.size * 0.6)
    room = width - (left - x) - phone.width - 40
    name = setter.fitted(head.name, bold(look.type.title, 23 * scale), room, 13)
    top = y if head.kind else y + 8
    sheet.text(left, top - 1, name, "heading")
    if head.kind:
        kind = setter.fitted(head.kind, plain(look.type.subtitle, 13.5 * scale), room, 11)
        sheet.text(left, top + name.height - 3, kind, "label")
    right = x + width
    sheet.text(right, y + 18 - phone.first_baseline, phone, align="right")
    icons.phone(sheet, right - phone.width - 12, y + 12, 7.5, "fill")
    if head.address:
        address = setter.fitted(head.address, plain(look.type.label), width * 0.55, 9)
        more = (len(phone.lines) - 1) * phone.style.leading
        sheet.text(right, y + 25 + more, address, "label", align="right")
    rule = y + max(52.0, name.height + (22 if head.kind else 12) * scale)
    sheet.line(x, rule, right, rule, "fill", 2)
    return rule + 10


def running(
    look: Look, document: Document, sheet: Sheet, x: float, y: float, width: float
) -> float:
    """Logo and clinic left, patient and telephone right; on every page but the first."""
    furniture, setter, scale = document.furniture, look.setter, min(look.scale, 1.44)
    size = 17 * scale
    with sheet.furniture():
        taken = draw_logo(look, sheet, x, y - 2, (size * 2.5, size))
        left = x + (taken + 6 if taken else 0)
        right = x + width
        style = plain(look.type.head)
        phone = setter.clipped(furniture.phone, style, width * 0.4, style.size * 0.7)
        base = y - 2 + 12.6 * scale
        sheet.on_baseline(right, base, phone, align="right")
        end = right - phone.width
        if furniture.patient:
            end = _dot(look, sheet, end, base)
            shares = [(end - left) * share for share in _NAME_SHARES]
            patient = setter.clipped(furniture.patient, style, shares[-1], style.size * 0.8)
            step = next(i for i, kept in enumerate(shares) if patient.width <= kept + 0.01)
            patient = patient.within(shares[step - 1], shares[step])
            sheet.on_baseline(end, base, patient, align="right")
            end -= shares[step]
        room = end - left - 12
        clinic = setter.clipped(furniture.clinic, bold(look.type.head), room, 8)
        sheet.on_baseline(left, base, clinic, "heading")
        rule = y - 2 + 23 * scale
        sheet.line(x, rule, right, rule, "fill", 1.2 * scale)
    return rule + 13


def slim(look: Look, document: Document, sheet: Sheet, x: float, y: float, width: float) -> float:
    """The clinic and the patient in two dense lines: for a sheet where every line counts."""
    furniture, setter = document.furniture, look.setter
    with sheet.furniture():
        taken = draw_logo(look, sheet, x, y, (60, 27))
        left, right = x + (taken + 8 if taken else 0), x + width
        upper = [part for part in (furniture.patient, furniture.side) if part]
        sizes = [_kept(part, setter.width(part, bold(look.type.head, 10))) + 18 for part in upper]
        room = min(width * 0.5, right - left - sum(sizes))
        clinic = setter.clipped(furniture.clinic, bold(look.type.head, 14), room, 9)
        sheet.on_baseline(left, y + 12, clinic, "heading")
        phone = setter.line(furniture.phone, bold(look.type.head, 12.5))
        sheet.on_baseline(left, y + 26, phone)
        room = right - left - clinic.width - 14
        end = right
        for part in reversed(upper):
            if end < right:
                end = _dot(look, sheet, end, y + 12)
            set_part = setter.clipped(part, bold(look.type.head, 13), room * 0.7, 8)
            set_part = set_part.within(0, _NAME_WIDTH * 1.3) if part.personal else set_part
            sheet.on_baseline(end, y + 12, set_part, align="right")
            end -= set_part.width
        if furniture.dates:
            room = right - left - phone.width - 14
            dates = setter.clipped(furniture.dates, plain(look.type.head, 11.5), room, 8, free=True)
            sheet.on_baseline(right, y + 26, dates, align="right")
        sheet.line(x, y + 32, right, y + 32, "fill", 1.6)
    return y + 37


def banner(look: Look, document: Document, sheet: Sheet, x: float, y: float, width: float) -> float:
    """Whose sheet it is, large, and the clinic: for the fridge door."""
    furniture, setter = document.furniture, look.setter
    with sheet.furniture():
        taken = draw_logo(look, sheet, x, y, (80, 30))
        left, right = x + (taken + 10 if taken else 0), x + width
        clinic = setter.clipped(furniture.clinic, bold(look.type.head, 12.5), width * 0.35, 8)
        sheet.on_baseline(right, y + 11, clinic, align="right")
        phone = setter.line(furniture.phone, bold(look.type.head, 12.5))
        sheet.on_baseline(right, y + 27, phone, align="right")
        room = width - (left - x) - max(clinic.width, phone.width) - 20
        heading = setter.clipped(furniture.heading, bold(look.type.title, 23), room, 11, free=True)
        sheet.on_baseline(left, y + 22, heading, "heading")
    return y + 38


def none(look: Look, document: Document, sheet: Sheet, x: float, y: float, width: float) -> float:  # noqa: ARG001
    """No head: content starts at the top margin."""
    return y


def _kept(part: Text, width: float) -> float:
    """The width kept for a part of a slim head."""
    return max(width, _NAME_WIDTH) if part.personal else width


def _dot(look: Look, sheet: Sheet, right: float, base: float) -> float:
    """A centred dot between two entries; returns where the entry to its left ends."""
    sheet.circle(right - 9, base - look.type.head.size * 0.3, 1.1, fill="text")
    return right - 18


HEADS: dict[str, Head] = {
    "letterhead": letterhead,
    "running": running,
    "slim": slim,
    "banner": banner,
    "none": none,
}
"""Heads by their name in a layout."""
