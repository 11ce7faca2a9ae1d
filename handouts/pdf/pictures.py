"""Turn drawings, logos, photographs and QR codes into XObjects that pages share."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import zxingcpp
from msgspec import Struct
from reportlab.pdfgen.canvas import FILL_EVEN_ODD, FILL_NON_ZERO

from handouts.figures.vector import Vector, pdf_operators
from handouts.logos import LogoPath, Photograph, VectorLogo, clipped_runs
from handouts.pdf.fonts import FontBook
from handouts.pdf.graphics import HandoutCanvas, outline
from handouts.pdf.objects import Encoded, Name, Raw, Value, compressed, encode, plain_stream
from handouts.text.brand import Brand

if TYPE_CHECKING:
    from PIL import Image

_CAPS = {"butt": 0, "round": 1, "square": 2}
_JOINS = {"miter": 0, "round": 1, "bevel": 2}


def draw_logo(canvas: HandoutCanvas, logo: VectorLogo, colour: Callable[[str], str]) -> None:
    """Draw a logo in its own units.

    ``colour`` returns the printed colour for a colour of the logo (a gray in gray handouts).
    """
    for clips, paths in clipped_runs(logo.paths):
        if clips:
            canvas.saveState()
        for clip in clips:
            made = outline(clip.commands)
            if not clip.commands:
                # An empty clip hides everything, and so does a point.
                made.rect(0, 0, 0, 0)
            canvas.clipPath(made, stroke=0, fill=0, fillMode=_rule(even_odd=clip.even_odd))
        for path in paths:
            _draw(canvas, path, colour)
        if clips:
            canvas.restoreState()


def _draw(canvas: HandoutCanvas, path: LogoPath, colour: Callable[[str], str]) -> None:
    apart = path.alpha < 1 or path.matrix is not None
    if apart:
        canvas.saveState()
    if path.alpha < 1:
        canvas.setFillAlpha(path.alpha)
        canvas.setStrokeAlpha(path.alpha)
    if path.fill:
        canvas.fill_colour(colour(path.fill))
    if path.stroke:
        canvas.stroke_colour(colour(path.stroke))
        canvas.setLineWidth(round(path.width, 3))
        canvas.setLineCap(_CAPS[path.cap])
        canvas.setLineJoin(_JOINS[path.join])
        canvas.setMiterLimit(round(path.miter, 2))
        canvas.setDash([round(part, 3) for part in path.dash], round(path.dash_from, 3))
    if path.matrix:
        a, b, c, d, e, f = path.matrix
        canvas.transform(a, -b, -c, d, e, -f)
    canvas.drawPath(
        outline(path.commands),
        stroke=bool(path.stroke),
        fill=bool(path.fill),
        fillMode=_rule(even_odd=path.even_odd),
    )
    if apart:
        canvas.restoreState()


def _rule(*, even_odd: bool) -> int:
    return int(FILL_EVEN_ODD if even_odd else FILL_NON_ZERO)


def printable(data: bytes, *, gray: bool) -> Image.Image | io.BytesIO:
    """Return a picture ready to embed: a JPEG in gray or RGB unchanged, others converted."""
    from PIL import Image  # noqa: PLC0415 - only raster logos need it

    with Image.open(io.BytesIO(data)) as picture:
        if picture.format == "JPEG" and picture.mode in ({"L"} if gray else {"L", "RGB"}):
            return io.BytesIO(data)
        if not picture.has_transparency_data:
            return picture.convert("RGB").convert("L" if gray else "RGB")
        alpha = picture.convert("RGBA")
        if alpha.getchannel("A").getextrema() == (255, 255):
            return alpha.convert("L" if gray else "RGB")
        return alpha.convert("LA") if gray else alpha


_DIGITS = 12
"""Hexadecimal digits of a shape's name: among 1000 shapes, two collide once in 600 million."""

Box = tuple[float, float, float, float]


class Shape(Struct, frozen=True):
    """A form or an image, and its name in all files, which is a digest of what it draws."""

    name: str
    form: Encoded


def photo_shape(photo: Photograph) -> Shape:
    """Return the image of a photograph; its colours are those of the output intent (8.9.5)."""
    entries: dict[str, Value] = {
        "Type": Name("XObject"),
        "Subtype": Name("Image"),
        "Width": photo.width,
        "Height": photo.height,
        "ColorSpace": Name("DeviceGray" if photo.gray else "DeviceRGB"),
        "BitsPerComponent": 8,
        "Filter": Name("DCTDecode"),
    }
    digest = hashlib.sha256(photo.data).hexdigest()
    return Shape(f"P{digest[:_DIGITS]}", compressed(photo.data, entries))


@lru_cache(maxsize=512)
def drawn_shape(vector: Vector | VectorLogo, brand: Brand) -> Shape:
    """Return the shape that draws a vector in its own units and the brand's colours, y upward.

    Handouts of one clinic show the same ones, so it is cached.
    """
    left, top, right, bottom = vector.bounds
    box = (left, -bottom, right, -top)
    if isinstance(vector, VectorLogo):
        canvas = HandoutCanvas(FontBook())
        draw_logo(canvas, vector, brand.colour)
        return _named(canvas.operators(), box, canvas.graphics_states())
    return _named(pdf_operators(vector, brand.colour).encode("ascii"), box)


def _named(code: bytes, box: Box, states: bytes = b"") -> Shape:
    """Return the form with these operators, named after its content."""
    own: dict[str, Value] = {"BBox": box}
    if states:
        own["Resources"] = {"ExtGState": Raw(states)}
    digest = hashlib.sha256(code + encode(own)).hexdigest()
    entries: dict[str, Value] = {"Type": Name("XObject"), "Subtype": Name("Form"), **own}
    return Shape(f"X{digest[:_DIGITS]}", compressed(code, entries))


# -- QR codes (ISO/IEC 18004)

_MASK = 3
"""Readers accept any mask, and trying all eight takes longer than the rest of a stamp (7.8.3)."""
_DARK = b"\1" + bytes(255)
_BITS = bytes.maketrans(b"\0\1", b"01")
_ENTRIES = (
    b"/Type /XObject/Subtype /Image/Width %d/Height %d/ImageMask true/BitsPerComponent 1"
    b"/Decode [1 0]/Filter /ASCIIHexDecode"
)


def modules_of(content: str) -> list[bytes]:
    """Return the rows of the smallest code of level M, with a byte for each module, 1 for dark."""
    code = zxingcpp.create_barcode(
        content, zxingcpp.BarcodeFormat.QRCode, ec_level="M", data_mask=_MASK
    )
    image: Any = code.to_image(scale=1, add_quiet_zones=False)
    with memoryview(image) as pixels:
        side, dark = len(pixels), pixels.tobytes().translate(_DARK)
    return [dark[start : start + side] for start in range(0, side * side, side)]


def qr_image(content: str) -> Encoded:
    """Return the QR code of a text as an image mask through which a colour is painted (8.9.6.2).

    The data is in hexadecimal digits, because some PDF writers strip a last byte that is also a
    line end.
    """
    rows = modules_of(content)
    side, fill = len(rows), bytes(-len(rows) % 8)
    bits = int((fill.join(rows) + fill).translate(_BITS), 2)
    packed = b"%0*x>" % (2 * side * -(-side // 8), bits)
    return Encoded(plain_stream(packed, _ENTRIES % (side, side)))
