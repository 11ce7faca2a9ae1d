"""Turn words into a QR code (ISO/IEC 18004): an image that paints the current colour."""

from __future__ import annotations

from typing import Any

import zxingcpp

from handouts.pdf.objects import Encoded, plain_stream

_MASK = 3
"""Readers take any mask; trying all eight takes longer than the rest of a stamp (7.8.3)."""
_DARK = bytes(0 if shade else 1 for shade in range(256))
_DIGITS = b"1" + b"0" * 255
_ENTRIES = (
    b"/Type /XObject/Subtype /Image/Width %d/Height %d/ImageMask true/BitsPerComponent 1"
    b"/Decode [1 0]/Filter /ASCIIHexDecode"
)


def modules_of(content: str) -> list[bytes]:
    """Return the rows of the smallest code of level M: a byte for each module, 1 if it is dark."""
    side, pixels = _drawn(content)
    dark = pixels.translate(_DARK)
    return [dark[start : start + side] for start in range(0, side * side, side)]


def qr_image(content: str) -> Encoded:
    """Return the code of some words as an image through which a colour is painted (8.9.6.2).

    In hexadecimal digits: rows may end in the byte of a line end, which some writers take away.
    """
    side, pixels = _drawn(content)
    digits, fill = pixels.translate(_DIGITS), b"0" * (-side % 8)
    rows = [digits[start : start + side] for start in range(0, side * side, side)]
    bits = int(fill.join(rows) + fill, 2)
    packed = b"%0*x>" % (2 * side * -(-side // 8), bits)
    return Encoded(plain_stream(packed, _ENTRIES % (side, side)))


def _drawn(content: str) -> tuple[int, bytes]:
    """Return the modules a side of a code, and a byte for each: 0 if it is dark."""
    code = zxingcpp.create_barcode(
        content, zxingcpp.BarcodeFormat.QRCode, ec_level="M", data_mask=_MASK
    )
    image: Any = code.to_image(scale=1, add_quiet_zones=False)
    with memoryview(image) as pixels:
        return pixels.shape[0] if pixels.shape else 0, pixels.tobytes()
