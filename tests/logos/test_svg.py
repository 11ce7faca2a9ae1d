"""SVG logos are drawn as another renderer draws them, or refused by name; in bounded time."""

from __future__ import annotations

import random
from typing import NamedTuple

import pytest
from PIL import Image

from handouts import ContentError
from handouts.logos import Logo, read_file
from tests.conftest import Builder
from tests.logos.features import ALIKE, DRAWN, LINE, RECT, REFUSED, svg
from tests.logos.pages import PIXELS, SIDE, difference, elsewhere, on_page, read, rendered
from tests.pdf.checks import conforms

_A_PAGE = 80
_SAME = 0.002
"""A logo in one colour more or a dash less differs by more."""


class Drawn(NamedTuple):
    """Logos as a handout shows them, and its PDF."""

    pictures: dict[str, Image.Image]
    pdfs: list[bytes]


@pytest.fixture(scope="module")
def drawn(handout_for: Builder) -> Drawn:
    story = handout_for(layout="standard").laid_out
    texts = DRAWN | {name: text for name, (text, *_) in ALIKE.items()}
    pictures: dict[str, Image.Image] = {}
    pdfs = []
    names = list(texts)
    for start in range(0, len(names), _A_PAGE):
        some = names[start : start + _A_PAGE]
        logos = [read(texts[name]) for name in some]
        pdfs.append(on_page(story, logos))
        pictures |= dict(zip(some, rendered(pdfs[-1], logos), strict=True))
    return Drawn(pictures, pdfs)


@pytest.mark.parametrize("name", DRAWN)
def test_it_is_drawn_as_elsewhere(drawn: Drawn, name: str) -> None:
    ours = drawn.pictures[name]
    assert difference(ours, elsewhere(DRAWN[name], ours.size)) < _SAME


@pytest.mark.parametrize("name", ALIKE)
def test_what_the_other_renderer_lacks_is_drawn_as_if_written_otherwise(
    drawn: Drawn, name: str
) -> None:
    ours = drawn.pictures[name]
    assert difference(ours, elsewhere(ALIKE[name][1], ours.size)) < _SAME


def test_the_comparison_sees_a_dash_and_a_shade() -> None:
    size = SIDE * PIXELS, SIDE * PIXELS
    plain = elsewhere(svg(f'<path d="{LINE}" fill="none" stroke="#555" stroke-width="9"/>'), size)
    for change in ('stroke-dasharray="60 1"', 'opacity=".7"', 'stroke-linecap="square"'):
        text = svg(f'<path d="{LINE}" fill="none" stroke="#555" stroke-width="9" {change}/>')
        assert difference(plain, elsewhere(text, size)) > _SAME, change


def test_pages_of_such_logos_can_be_archived(drawn: Drawn) -> None:
    for pdf in drawn.pdfs:
        conforms(pdf, "2a")


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_by_name(name: str) -> None:
    text, message = REFUSED[name]
    with pytest.raises(ContentError) as error:
        read_file(text.encode(), "clinics/logo.svg")
    assert str(error.value).startswith("clinics/logo.svg")
    assert message in str(error.value)
    assert "hint: " in str(error.value)


def test_the_line_is_named() -> None:
    with pytest.raises(ContentError) as error:
        read(svg(f"{RECT}\n<g>\n<g>\n<text>Clinic</text></g></g>"))
    assert error.value.problems[0].location[:2] == ("logo.svg", 4)
    assert "convert the text to paths" in error.value.problems[0].hint


def test_gray_handouts_have_gray_logos(handout_for: Builder) -> None:
    story = handout_for(layout="standard", mode="gray").laid_out
    logo = read(svg('<rect width="100" height="100" fill="red"/>'))
    (picture,) = rendered(on_page(story, [logo]), [logo])
    pixel = picture.getpixel((60, 60))
    assert isinstance(pixel, tuple)
    red, green, blue = pixel
    assert red == green == blue


# -- what is large when it is opened

_TENFOLD = '<g id="l0"><rect width="5" height="5"/></g>' + "".join(
    f'<g id="l{level}">' + f'<use href="#l{level - 1}"/>' * 10 + "</g>" for level in range(1, 9)
)
LARGE = {
    "groups in groups": "<g>" * 5000 + "</g>" * 5000,
    "use of use": _TENFOLD,
    "use of empty groups": _TENFOLD.replace("rect", "desc"),
    "use in use in use": "".join(f'<use id="u{n}" href="#u{n + 1}"/>' for n in range(500)),
    "a long path": f'<path d="M0 0{" l1 1" * 400_000}"/>',
    "a long path of nothing": f'<path d="M0 0{" " * 1_900_000}x"/>',
    "many points": f'<polygon points="{"1 1 " * 400_000}"/>',
    "a path used often": f'<path id="a" d="M0 0{" l1 1" * 5000}"/>' + '<use href="#a"/>' * 5000,
    "long space used often": f'<path id="a" d="{" " * 1_500_000}"/>' + '<use href="#a"/>' * 9000,
    "many elements": "<g/>" * 400_000,
    "many rules": f"<style>{'g{fill:red}' * 100_000}</style>" + "<g/>" * 15_000,
    "many classes": f"<style>{'.a{fill:red}' * 100_000}</style>" + '<g class="a"/>' * 15_000,
    "many declarations": f'<g id="a" style="{"fill:red;" * 100_000}"/>' + '<use href="#a"/>' * 9000,
    "many transforms": f'<g transform="{"scale(1)" * 100_000}"/>',
    "many dashes": f'<g stroke-dasharray="{"1 " * 500_000}">' + "<g/>" * 9000 + "</g>",
    "fine dashes": '<path d="M0 0H100" stroke="red" stroke-dasharray=".00001"/>',
    "clips over and over": f'<clipPath id="c"><path d="M0 0{" l1 1" * 20_000}z"/></clipPath>'
    + '<g clip-path="url(#c)"><path d="M0 0h9v9z"/></g>' * 5000,
    "clips in clips": "".join(
        f'<clipPath id="c{n}" clip-path="url(#c{n + 1})"><path d="M0 0h9v9z"/></clipPath>'
        for n in range(500)
    )
    + '<g clip-path="url(#c0)"><path d="M0 0h9v9z"/></g>',
    "opacity in opacity": '<g opacity=".9">' * 50 + '<path d="M0 0h9v9z"/>' * 9000 + "</g>" * 50,
    "brackets": f'<g style="fill:{"(" * 500_000}"/>',
    "a long colour": f'<rect width="9" height="9" fill="{"a" * 1_000_000}"/>',
}


@pytest.mark.parametrize("name", LARGE)
def test_what_grows_is_refused_before_it_has_grown(name: str) -> None:
    """Each of these took minutes, or as much room as there is, if it were all opened."""
    with pytest.raises(ContentError):
        read(svg(LARGE[name]))


# -- anything else

_SAID = sorted({*DRAWN.values(), *(text for text, _ in REFUSED.values())})
_PIECES = ("<g>", "</g>", '"', "<", "#", "9" * 30, "-1e308", "NaN", "%", "url(#a)", "\0", "é", "/>")


def _spoiled(chance: random.Random) -> bytes:
    """A drawing with some pieces changed, doubled, swapped with another's or cut."""
    text = chance.choice(_SAID)
    for _ in range(chance.randint(1, 4)):
        at, to = sorted(chance.randrange(len(text) + 1) for _ in range(2))
        to = min(to, at + 40)
        other = chance.choice(_SAID)
        start = chance.randrange(len(other))
        piece = chance.choice(
            ("", chance.choice(_PIECES), other[start : start + 40], text[at:to] * 2)
        )
        text = text[:at] + piece + text[to:]
    return text.encode("utf-8", "replace")


@pytest.mark.parametrize("seed", range(6))
def test_a_spoiled_drawing_is_drawn_or_refused(handout_for: Builder, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - nothing is kept secret
    logos: list[Logo] = []
    refused = 0
    for _ in range(100):
        try:
            logos.append(read_file(_spoiled(chance), "logo.svg"))
        except ContentError:
            refused += 1
    assert logos
    assert refused
    some = logos[:_A_PAGE]
    page = on_page(handout_for(layout="standard").laid_out, some)
    assert all(min(picture.convert("L").tobytes()) < 255 for picture in rendered(page, some))
