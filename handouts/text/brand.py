"""Turn a clinic's one or two brand colours into the colour of every role, with checked contrast.

Fills have the brand's own colour, with black or white on them. Text and thin signs have it only if
it is dark enough; if not, they have a darker colour of the same hue. A fill that is too pale for
white paper gets an edge in that darker colour.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct

from handouts.errors import ContentError, Problem
from handouts.figures import colours
from handouts.figures.colours import Body, figure_palette
from handouts.model.clinic import Clinic, Mode

_SAFETY_RED = "#a11616"
_INK = "#1b1f24"
_SAME_HUE = 40.0
_COLOURLESS = 0.03
_TEXT, _HEADING, _SHAPE = 4.5, 7.5, 3.0
"""Least contrasts to white or a panel: for text, headings, and filled shapes without an edge."""


class Role(StrEnum):
    """What a colour is for. Layouts name roles; a brand gives each a colour."""

    HEADING = "heading"
    FILL = "fill"
    ON_FILL = "on-fill"
    FILL_EDGE = "fill-edge"
    SIGN = "sign"
    LINE = "line"
    PANEL = "panel"
    DIVIDER = "divider"
    TEXT = "text"
    LABEL = "label"
    RULE = "rule"
    BOX = "box"
    REST_DAY = "rest-day"
    SAFETY = "safety"
    SAFETY_PANEL = "safety-panel"
    SAFETY_BAR = "safety-bar"
    ON_SAFETY_BAR = "on-safety-bar"
    STOP_ZONE = "stop-zone"
    ON_STOP_ZONE = "on-stop-zone"
    TILE = "tile"
    ON_TILE = "on-tile"
    WHITE = "white"


class Brand(Struct, frozen=True, eq=False):
    """The palette of one clinic in one mode: hex colour by role.

    ``gray`` is True if colours from elsewhere (a logo) are printed as grays.
    """

    palette: Mapping[str, str]
    gray: bool

    def colour(self, role_or_hex: str) -> str:
        """Return ``#rrggbb`` for a role, or for a colour of a picture."""
        if role_or_hex.startswith("#"):
            return colours.gray(role_or_hex) if self.gray else role_or_hex
        return self.palette[role_or_hex]


# (text or line role, ground role, least contrast): WCAG 2.2 asks for 4.5 in text and 3 in signs.
_CONTRASTS: tuple[tuple[Role, Role, float], ...] = (
    (Role.HEADING, Role.WHITE, 7.0),
    (Role.HEADING, Role.PANEL, 7.0),
    (Role.ON_FILL, Role.FILL, 4.5),
    (Role.FILL_EDGE, Role.WHITE, 3.0),
    (Role.SIGN, Role.PANEL, 4.5),
    (Role.ON_TILE, Role.TILE, 4.5),
    (Role.TEXT, Role.PANEL, 7.0),
    (Role.LABEL, Role.PANEL, 7.0),
    (Role.LINE, Role.WHITE, 3.0),
    (Role.BOX, Role.WHITE, 7.0),
    (Role.WHITE, Role.SAFETY, 7.0),
    (Role.ON_SAFETY_BAR, Role.SAFETY_BAR, 7.0),
    (Role.ON_STOP_ZONE, Role.STOP_ZONE, 7.0),
    (Role.TEXT, Role.SAFETY_PANEL, 7.0),
)


def _full_colour(primary: str, secondary: str) -> dict[str, str]:
    panel = colours.tone(secondary, 0.97, 0.014)
    fill = colours.darken(primary, 0.47, "#ffffff", 5.5)
    vivid = colours.to_oklch(primary)[1] > _COLOURLESS
    like_red = vivid and colours.hue_distance(primary, _SAFETY_RED) < _SAME_HUE
    safety = _INK if like_red else _SAFETY_RED
    return {
        Role.HEADING: colours.darken(primary, 0.38, panel, _HEADING),
        **dict.fromkeys((Role.FILL, Role.FILL_EDGE, Role.TILE, Role.SIGN), fill),
        Role.LINE: colours.darken(primary, 0.62, "#ffffff", 3.1),
        Role.PANEL: panel,
        Role.DIVIDER: colours.tone(secondary, 0.91, 0.035),
        Role.TEXT: "#000000",
        Role.LABEL: "#232b32",
        Role.RULE: "#c4ccd2",
        Role.BOX: "#000000",
        Role.REST_DAY: "#e4e8eb",
        Role.SAFETY: safety,
        Role.SAFETY_BAR: safety,
        Role.STOP_ZONE: safety,
        Role.SAFETY_PANEL: "#f6f6f6" if like_red else "#fdf3f2",
        **dict.fromkeys(_WHITE, "#ffffff"),
    }


_WHITE = (Role.WHITE, Role.ON_FILL, Role.ON_TILE, Role.ON_SAFETY_BAR, Role.ON_STOP_ZONE)


def _own_colour(primary: str, palette: Mapping[str, str]) -> dict[str, str]:
    """Return the roles that show the brand's colour as the clinic gave it."""
    on_white = colours.contrast(primary, "#ffffff")
    on_panel = colours.contrast(primary, palette[Role.PANEL])
    ink = "#ffffff" if on_white >= _TEXT else "#000000"
    heading = primary if on_panel >= _HEADING else palette[Role.HEADING]
    return {
        **dict.fromkeys((Role.FILL, Role.TILE), primary),
        **dict.fromkeys((Role.ON_FILL, Role.ON_TILE), ink),
        Role.FILL_EDGE: primary if on_white >= _SHAPE else heading,
        Role.HEADING: heading,
        Role.SIGN: primary if on_panel >= _TEXT else palette[Role.SIGN],
    }


_BLACK = (
    *(Role.TEXT, Role.LABEL, Role.HEADING, Role.BOX),
    *(Role.SAFETY, Role.SAFETY_BAR, Role.STOP_ZONE),
)
"""Roles that are black without colours, so that copies keep them."""

_SAVER: dict[str, str] = {
    Role.PANEL: "#ffffff",
    Role.DIVIDER: "#c8c8c8",
    Role.REST_DAY: "#efefef",
    Role.FILL: "#000000",
    Role.FILL_EDGE: "#000000",
    Role.SIGN: "#000000",
    Role.LINE: "#444444",
    Role.TILE: "#ffffff",
    Role.ON_TILE: "#000000",
    Role.SAFETY_BAR: "#ffffff",
    Role.ON_SAFETY_BAR: "#000000",
    Role.STOP_ZONE: "#d4d4d4",
    Role.ON_STOP_ZONE: "#000000",
}
"""Ink saver: large areas are outlined. Small signs stay black, because they carry meaning."""


def make_brand(primary: str, secondary: str | None, mode: Mode, body: Body | None = None) -> Brand:
    """Return the palette, with the brand's own colour where it is legible.

    Other roles, and all of them in gray, have a fixed OKLab lightness, darkened until the contrast
    is high enough.

    The safety colour never follows the brand. Beside a red brand it is near black, so that it stays
    distinct.
    """
    palette = _full_colour(primary, secondary or primary)
    if mode is Mode.COLOUR:
        palette |= _own_colour(primary, palette)
    else:
        palette = {role: colours.gray(value) for role, value in palette.items()}
        palette.update((role.value, "#000000") for role in _BLACK)
        palette[Role.SAFETY_PANEL] = "#ffffff"
    if mode is Mode.SAVER:
        palette.update(_SAVER)
    figures = figure_palette(secondary or primary, mode, body or Body())
    return Brand({**palette, **figures}, gray=mode is not Mode.COLOUR)


def brand_of(clinic: Clinic, mode: Mode) -> Brand:
    """Return the clinic's brand in a mode.

    Raises:
        ContentError: if two roles do not reach the contrast that they need.
    """
    body = Body(**dict(clinic.figure))
    brand = make_brand(clinic.brand.primary, clinic.brand.secondary, mode, body)
    problems = [
        Problem(
            f"brand colour {clinic.brand.primary} gives {ink} on {ground} a contrast of "
            f"{found:.1f}, less than {least}",
            hint="choose a darker or more saturated brand colour",
        )
        for ink, ground, least in _CONTRASTS
        if (found := colours.contrast(brand.colour(ink), brand.colour(ground))) < least
    ]
    if problems:
        raise ContentError(problems)
    return brand
