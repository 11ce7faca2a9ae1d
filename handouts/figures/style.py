"""A brand's secondary colour, a mode and a body into the colour of every figure role.

Every tone has a fixed OKLab lightness, so that any brand prints well in gray. Parts of the far
side and of shade are mixed towards a cool gray. A layer that is not wanted (face, bun, lines of
age, tint) has the colour `NONE` and is left out when drawing.

    figure-line, -line-far            outlines; on the far side
    figure-skin, -shirt, -shorts, -shoe, each also -shade, -far, -far-shade
    figure-sole, -sole-far            soles
    figure-hair, -hair-line           hair and its edge; figure-bun, -bun-line: a layer
    figure-face, figure-age           eyes and mouth; lines of an older face: layers
    figure-working, figure-stretch    tints: layers
    figure-mat, -mat-top, -mat-side, -mat-shadow, figure-shadow
    figure-prop, -prop-top, -prop-side; figure-cushion, -cushion-top, -cushion-side
    figure-ball, -ball-shade, -ball-line; figure-band; figure-metal
    figure-arrow, figure-halo; figure-ghost, -ghost-line
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from msgspec import Struct

from handouts.figures.colour import gray, mix, to_oklch, tone
from handouts.figures.vector import PaintedPath, Vector
from handouts.model.clinic import Mode

NONE: Final = "none"
"""The colour of a layer that is not drawn."""

Skin = Literal["neutral", "light", "tan", "brown", "deep"]
Hair = Literal["short", "bun", "none"]

SKINS: Final[dict[str, str]] = {
    "neutral": "#f1ddcd",
    "light": "#f6dfcf",
    "tan": "#dcb391",
    "brown": "#a9764f",
    "deep": "#7a4f36",
}
_LINE: Final = "#27323d"
_SHORTS: Final = "#55616d"
_LIGHT_SHORTS: Final = "#dfe3e7"
_FAR: Final = "#6f7d8a"
_SHADE: Final = "#3a4653"
_DARK_SKIN: Final = 0.62
"""OKLab lightness below which light shorts keep the legs apart from them in gray."""


class Body(Struct, frozen=True):
    """Who is drawn: skin tone, hair, an older person, with a face; and whether areas are tinted."""

    skin: Skin = "neutral"
    hair: Hair = "short"
    older: bool = False
    face: bool = True
    tint: bool = False


def figure_palette(secondary: str, mode: Mode, body: Body) -> dict[str, str]:
    """Return ``#rrggbb``, or `NONE`, of every figure role.

    Args:
        secondary: the brand's secondary colour, which dresses the figure.
        mode: gray turns all into grays; ink saver draws white bodies with pale clothes.
        body: who is drawn.
    """
    base = _saver() if mode is Mode.SAVER else _colours(secondary, body)
    palette = _with_tones(base)
    palette |= _layers(secondary, palette, body, saver=mode is Mode.SAVER)
    if mode is not Mode.COLOUR:
        palette = {role: value if value == NONE else gray(value) for role, value in palette.items()}
    return {f"figure-{role}": value for role, value in palette.items()}


def roles() -> tuple[str, ...]:
    """Return all figure roles, sorted."""
    return tuple(sorted(figure_palette("#0f7c8a", Mode.COLOUR, Body())))


def _colours(secondary: str, body: Body) -> dict[str, str]:
    skin = SKINS[body.skin]
    dark = to_oklch(skin)[0] < _DARK_SKIN
    mat = tone(secondary, 0.93, 0.025)
    # Darker than skin in gray, too: a small ball stands between the knees.
    ball = tone(secondary, 0.62, 0.08)
    return {
        "line": _LINE,
        "skin": skin,
        "shirt": tone(secondary, 0.74, 0.10),
        "shorts": _LIGHT_SHORTS if dark else _SHORTS,
        "shoe": "#f4f5f6",
        "sole": tone(secondary, 0.50),
        "hair": "#2e2825" if dark else "#4a413c",
        "mat": mat,
        "mat-top": mat,
        "mat-side": tone(secondary, 0.84, 0.04),
        "mat-shadow": mix(mat, "#4a5a66", 0.16),
        "shadow": "#dfe3e6",
        "prop": "#e3e6e9",
        "prop-top": "#f1f3f4",
        "prop-side": "#cdd2d7",
        "cushion": tone(secondary, 0.82, 0.05),
        "cushion-top": tone(secondary, 0.88, 0.04),
        "cushion-side": tone(secondary, 0.74, 0.06),
        "ball": ball,
        "ball-shade": mix(ball, _LINE, 0.14),
        "ball-line": mix(ball, _LINE, 0.25),
        "band": tone(secondary, 0.42),
        "metal": "#7d8790",
        "arrow": tone(secondary, 0.44),
    }


def _saver() -> dict[str, str]:
    """White bodies and two light grays: little ink, and still a shirt and shorts to tell apart."""
    white = "#ffffff"
    return {
        "line": _LINE,
        "skin": white,
        "shirt": "#e4e8eb",
        "shorts": "#b9c1c8",
        "shoe": white,
        "sole": "#8d979f",
        "hair": "#8b857f",
        "mat": white,
        "mat-top": white,
        "mat-side": "#eef0f2",
        "mat-shadow": "#eceff1",
        "shadow": "#eceff1",
        "prop": "#f6f7f8",
        "prop-top": white,
        "prop-side": "#eceff1",
        "cushion": "#f3f5f6",
        "cushion-top": "#fafbfb",
        "cushion-side": "#e6eaed",
        "ball": "#cdd4da",
        "ball-shade": "#b7c0c7",
        "ball-line": "#99a4ad",
        "band": "#59636c",
        "metal": "#b9c1c8",
        "arrow": "#1f272e",
    }


def _with_tones(base: dict[str, str]) -> dict[str, str]:
    """Add shade and the far side."""
    palette = dict(base)
    for material in ("skin", "shirt", "shorts", "shoe"):
        far = mix(base[material], _FAR, 0.20)
        palette |= {
            f"{material}-shade": mix(base[material], _SHADE, 0.13),
            f"{material}-far": far,
            f"{material}-far-shade": mix(far, _SHADE, 0.13),
        }
    palette |= {
        "line-far": mix(base["line"], _FAR, 0.35),
        "sole-far": mix(base["sole"], _FAR, 0.20),
        "halo": "#ffffff",
        "ghost": "#e9ecee",
        "ghost-line": "#7f8a94",
    }
    return palette


def _layers(secondary: str, palette: dict[str, str], body: Body, *, saver: bool) -> dict[str, str]:
    """Return the colours of hair, face, age and tint, or `NONE`."""
    hair = palette["hair"]
    if body.older:
        hair = "#f2f3f4" if saver else "#c9cdd1"
    cropped = body.hair == "none"
    if cropped:
        hair = mix(palette["skin"], hair, 0.3)
    bun = body.hair == "bun"
    tinted = mix(palette["shirt"], "#c8452f", 0.62)
    return {
        "hair": hair,
        "hair-line": NONE if cropped else palette["line"],
        "bun": hair if bun else NONE,
        "bun-line": palette["line"] if bun else NONE,
        "face": palette["line"] if body.face else NONE,
        "age": palette["line-far"] if body.older and body.face else NONE,
        "working": tinted if body.tint else NONE,
        "stretch": tone(secondary, 0.60, 0.12) if body.tint else NONE,
    }


def dressed(vector: Vector, palette: Mapping[str, str], *, mirrored: bool = False) -> Vector:
    """Return a drawing without the layers that a palette leaves out, mirrored if asked.

    Roles stay roles; the layout's brand gives them their colours.
    """
    paths = tuple(path for path in vector.paths if _shown(path, palette))
    return Vector(vector.bounds, paths, vector.turned != mirrored)


def _shown(path: PaintedPath, palette: Mapping[str, str]) -> bool:
    return any(palette[role] != NONE for role in path.roles)
