"""Make handouts/pdf/srgb.icc, the colour profile that archived handouts need.

LittleCMS (through Pillow) builds the profile from the primaries, white point and curve of sRGB
(IEC 61966-2-1). It stores the time of creation, which is replaced by a fixed day so that each
build gives the same bytes.
"""

from __future__ import annotations

from pathlib import Path

from PIL import ImageCms

TARGET = Path(__file__).parent.parent / "handouts" / "pdf" / "srgb.icc"
_DATE = slice(24, 36)
_FIXED = bytes.fromhex("07ea00010001000000000000")


def make_profile() -> bytes:
    """Return the profile, dated 2026-01-01."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    data = bytearray(profile.tobytes())
    data[_DATE] = _FIXED
    return bytes(data)


if __name__ == "__main__":
    TARGET.write_bytes(make_profile())
    print(f"wrote {TARGET.name}")
