"""Turn a brand's secondary colour, a mode and a body into the colour of every figure role.

Every tone has a fixed OKLab lightness, so that any brand prints well in gray. Parts on the far side
and in shade are mixed towards a cool gray. Grays are chosen, not derived from the colours: skin
light, shirt middle, shorts dark, whoever is drawn. An unwanted layer (face, bun, lines of age,
tint) has the colour `NONE` and is left out when drawing.

Pages use the arithmetic of colours here too (OKLab, contrast, gray).

    figure-line, -line-far            outlines; on the far side
    figure-skin, -shirt, -shorts, -shoe, each also -shade, -far, -far-shade
    figure-sole, -sole-far            soles
    figure-hair, -hair-line           hair and its edge; figure-bun, -bun-line: a layer
    figure-face, figure-age           eyes and mouth; lines of an older face: layers
    figure-working, -working-rim; figure-stretch, -stretch-line    what works or stretches: layers
    figure-mat, -mat-top, -mat-side, -mat-shadow, figure-shadow
    figure-prop, -prop-top, -prop-side; figure-cushion, -cushion-top, -cushion-side
    figure-ball, -ball-shade, -ball-line; figure-band; figure-metal; figure-wood
    figure-arrow, figure-halo; figure-ghost, -ghost-line
"""

from __future__ import annotations

import math
from functools import cache
from typing import Final, Literal

from msgspec import Struct

from handouts.figures.vector import NONE, to_rgb
from handouts.model.clinic import Mode

Triple = tuple[float, float, float]
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
"""Darker skins (OKLab lightness) get light shorts, so that legs and shorts differ in gray."""


class Body(Struct, frozen=True):
    """Who is drawn: skin tone, hair, an older person, with a face; and whether areas are tinted."""

    skin: Skin = "neutral"
    hair: Hair = "short"
    older: bool = False
    face: bool = True
    tint: bool = True


def figure_palette(secondary: str, mode: Mode, body: Body) -> dict[str, str]:
    """Return ``#rrggbb``, or `NONE`, for every figure role; ``secondary`` dresses the figure.

    Gray and ink saver have grays of their own, for every brand and skin.
    """
    if mode is Mode.COLOUR:
        base = _colours(secondary, body)
    else:
        base = {role: tones[mode is Mode.SAVER] for role, tones in _GRAYS.items()}
    palette = _with_tones(base)
    palette |= _layers(palette, body, mode)
    if mode is not Mode.COLOUR:
        palette = {role: value if value == NONE else gray(value) for role, value in palette.items()}
    return {f"figure-{role}": value for role, value in palette.items()}


@cache
def roles() -> frozenset[str]:
    """Return all figure roles."""
    return frozenset(figure_palette("#0f7c8a", Mode.COLOUR, Body()))


def _colours(secondary: str, body: Body) -> dict[str, str]:
    skin = SKINS[body.skin]
    dark = to_oklch(skin)[0] < _DARK_SKIN
    mat = tone(secondary, 0.93, 0.025)
    # Darker than skin in gray, too, because a small ball is held between the knees.
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
        "wood": "#c59a63",
        "arrow": tone(secondary, 0.44),
    }


# For gray and for saver. Saver has white bodies on white mats, to use little ink, but a shirt and
# shorts that a copier still shows.
_GRAYS: Final = {
    "line": ("#1c1c1c", "#1c1c1c"),
    "skin": ("#f8f8f8", "#ffffff"),
    "shirt": ("#a6a6a6", "#d2d2d2"),
    "shorts": ("#4c4c4c", "#858585"),
    "shoe": ("#ffffff", "#ffffff"),
    "sole": ("#5a5a5a", "#8a8a8a"),
    "hair": ("#333333", "#6e6e6e"),
    "mat": ("#dedede", "#ffffff"),
    "mat-top": ("#dedede", "#ffffff"),
    "mat-side": ("#b4b4b4", "#e4e4e4"),
    "mat-shadow": ("#c8c8c8", "#e6e6e6"),
    "shadow": ("#e2e2e2", "#ebebeb"),
    "prop": ("#dadada", "#f6f6f6"),
    "prop-top": ("#efefef", "#ffffff"),
    "prop-side": ("#c2c2c2", "#e6e6e6"),
    "cushion": ("#c4c4c4", "#f0f0f0"),
    "cushion-top": ("#d4d4d4", "#fafafa"),
    "cushion-side": ("#adadad", "#e0e0e0"),
    "ball": ("#7c7c7c", "#bdbdbd"),
    "ball-shade": ("#6c6c6c", "#a6a6a6"),
    "ball-line": ("#5a5a5a", "#8a8a8a"),
    "band": ("#2b2b2b", "#4c4c4c"),
    "metal": ("#6f6f6f", "#b0b0b0"),
    "wood": ("#8c8c8c", "#c4c4c4"),
    "arrow": ("#1c1c1c", "#1c1c1c"),
}


def _with_tones(base: dict[str, str]) -> dict[str, str]:
    """Add the tones for shade and the far side."""
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


# A working area is one dark patch with a white rim, a stretched one is pale with dark lines across:
# they differ even for people who see no colours, on skin, shirt and shorts.
_TINTS: Final = {
    True: {
        "working": "#d6402b",
        "working-line": NONE,
        "working-rim": "#ffffff",
        "stretch": "#ffdf85",
        "stretch-line": "#7a3b00",
    },
    False: {
        "working": "#ffffff",
        "working-line": "#101010",
        "working-rim": "#101010",
        "stretch": "#ffffff",
        "stretch-line": "#101010",
    },
}


def _layers(palette: dict[str, str], body: Body, mode: Mode) -> dict[str, str]:
    """Return the colours of hair, face, age and tint, or `NONE`."""
    hair = palette["hair"]
    if body.older:
        hair = "#bfc3c7"
    cropped = body.hair == "none"
    if cropped:
        hair = mix(palette["skin"], hair, 0.3)
    bun = body.hair == "bun"
    return {
        "hair": hair,
        "hair-line": NONE if cropped else palette["line"],
        "bun": hair if bun else NONE,
        "bun-line": palette["line"] if bun else NONE,
        "face": palette["line"] if body.face else NONE,
        "age": palette["line-far"] if body.older and body.face else NONE,
        **(_TINTS[mode is Mode.COLOUR] if body.tint else dict.fromkeys(_TINTS[True], NONE)),
    }


def to_hex(rgb: Triple) -> str:
    """Return three numbers from 0 to 1 (clipped) as ``#rrggbb``."""
    return "#" + "".join(f"{round(255 * min(1.0, max(0.0, part))):02x}" for part in rgb)


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def _gamma(part: float) -> float:
    if part <= 0.0031308:
        return 12.92 * part
    return float(1.055 * part ** (1 / 2.4) - 0.055)


def luminance(colour: str) -> float:
    """Return the relative luminance, 0 to 1 (WCAG 2.2)."""
    red, green, blue = (_linear(part) for part in to_rgb(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio, 1 to 21 (WCAG 2.2, success criterion 1.4.3)."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def gray(colour: str) -> str:
    """Return the gray with the same luma (ITU-R BT.601), as a copier sees it."""
    red, green, blue = to_rgb(colour)
    luma = 0.299 * red + 0.587 * green + 0.114 * blue
    return to_hex((luma, luma, luma))


def _to_oklab(colour: str) -> Triple:
    """Return lightness 0-1, green to red, and blue to yellow (OKLab, Björn Ottosson 2020)."""
    red, green, blue = (_linear(part) for part in to_rgb(colour))
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    medium = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    lightness = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    return lightness, a, b


def to_oklch(colour: str) -> Triple:
    """Return lightness 0-1, chroma, and hue in degrees."""
    lightness, a, b = _to_oklab(colour)
    return lightness, math.hypot(a, b), math.degrees(math.atan2(b, a)) % 360


def _oklab_to_rgb(lightness: float, a: float, b: float) -> Triple:
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def tone(colour: str, lightness: float, chroma: float | None = None) -> str:
    """Return the hue of ``colour`` at an OKLab ``lightness``; chroma is cut to the sRGB gamut."""
    _, a, b = _to_oklab(colour)
    own_chroma = math.hypot(a, b)
    part = 1.0 if chroma is None else min(1.0, chroma / max(own_chroma, 1e-9))
    for step in range(51):
        less = part * (1 - step / 50)
        rgb = _oklab_to_rgb(lightness, a * less, b * less)
        if all(-1e-4 <= each <= 1.0001 for each in rgb):
            break
    return _shown(rgb)


def _shown(linear: Triple) -> str:
    red, green, blue = (_gamma(max(0.0, part)) for part in linear)
    return to_hex((red, green, blue))


def darken(colour: str, lightness: float, against: str, ratio: float) -> str:
    """Return the hue at ``lightness``, lowered until its contrast to ``against`` is enough."""
    while True:
        candidate = tone(colour, lightness)
        if contrast(candidate, against) >= ratio or lightness < 0.05:
            return candidate
        lightness -= 0.01


def hue_distance(one: str, other: str) -> float:
    """Return the degrees between two hues, 0 to 180."""
    difference = abs(to_oklch(one)[2] - to_oklch(other)[2]) % 360
    return min(difference, 360 - difference)


def mix(one: str, other: str, part: float) -> str:
    """Return the colour ``part`` (0 to 1) of the way from one to another in OKLab."""
    ends = zip(_to_oklab(one), _to_oklab(other), strict=True)
    light, a, b = (start + (end - start) * part for start, end in ends)
    return _shown(_oklab_to_rgb(light, a, b))
