"""sRGB colours → OKLab tones, mixtures, contrast ratios and grays."""

from __future__ import annotations

import math
from functools import lru_cache

Triple = tuple[float, float, float]


def to_rgb(colour: str) -> Triple:
    """Return ``#rrggbb`` as three numbers from 0 to 1."""
    return (int(colour[1:3], 16) / 255, int(colour[3:5], 16) / 255, int(colour[5:7], 16) / 255)


@lru_cache(maxsize=256)
def device_colour(colour: str) -> tuple[float, ...]:
    """Return the parts of a colour, one if it is a gray; never CMYK: the output intent is sRGB."""
    parts = tuple(round(part, 3) for part in to_rgb(colour))
    return parts[:1] if len(set(parts)) == 1 else parts


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
    """Relative luminance, 0 to 1 (WCAG 2.2)."""
    red, green, blue = (_linear(part) for part in to_rgb(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio, 1 to 21 (WCAG 2.2, success criterion 1.4.3)."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def gray(colour: str) -> str:
    """The gray of the same luma (ITU-R BT.601), as a copier sees it."""
    red, green, blue = to_rgb(colour)
    luma = 0.299 * red + 0.587 * green + 0.114 * blue
    return to_hex((luma, luma, luma))


def to_oklch(colour: str) -> Triple:
    """Lightness 0-1, chroma and hue in degrees (OKLab, Björn Ottosson 2020)."""
    red, green, blue = (_linear(part) for part in to_rgb(colour))
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    medium = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    lightness = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    return lightness, math.hypot(a, b), math.degrees(math.atan2(b, a)) % 360


def _oklch_to_rgb(lightness: float, chroma: float, hue: float) -> Triple:
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
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
    _, own_chroma, hue = to_oklch(colour)
    chroma = own_chroma if chroma is None else min(chroma, own_chroma)
    for step in range(51):
        rgb = _oklch_to_rgb(lightness, chroma * (1 - step / 50), hue)
        linear_ok = all(-1e-4 <= part <= 1.0001 for part in rgb)
        if linear_ok:
            break
    red, green, blue = (_gamma(max(0.0, part)) for part in rgb)
    return to_hex((red, green, blue))


def darken(colour: str, lightness: float, against: str, ratio: float) -> str:
    """Return the hue at ``lightness``, lowered until its contrast to ``against`` holds."""
    while True:
        candidate = tone(colour, lightness)
        if contrast(candidate, against) >= ratio or lightness < 0.05:
            return candidate
        lightness -= 0.01


def hue_distance(one: str, other: str) -> float:
    """Degrees between two hues, 0 to 180."""
    difference = abs(to_oklch(one)[2] - to_oklch(other)[2]) % 360
    return min(difference, 360 - difference)


def mix(one: str, other: str, part: float) -> str:
    """Return the colour ``part`` (0 to 1) of the way from one to another in OKLab."""
    polar = (to_oklch(one), to_oklch(other))
    plane = [
        (light, chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue)))
        for light, chroma, hue in polar
    ]
    light, a, b = (start + (end - start) * part for start, end in zip(*plane, strict=True))
    hue = math.degrees(math.atan2(b, a))
    red, green, blue = (_gamma(max(0.0, v)) for v in _oklch_to_rgb(light, math.hypot(a, b), hue))
    return to_hex((red, green, blue))
