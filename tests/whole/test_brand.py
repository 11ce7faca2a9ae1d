"""A clinic's own colour is seen as it is, and whatever it is, all that is printed can be read."""

from __future__ import annotations

from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from handouts import Handout, Workspace
from handouts.figures.colours import contrast
from handouts.figures.vector import Path as Drawn
from handouts.figures.vector import device_colour
from handouts.model.clinic import Mode
from handouts.text.brand import Role, make_brand
from tests.conftest import Builder
from tests.layout.pages import Box, ink, path_box, texts
from tests.layout.recording import Page, pages_of
from tests.pdf.checks import operations

YELLOW, PALE, NEAR_BLACK, RED = "#ffd400", "#e8f0ff", "#05060a", "#cc0000"
BRANDS = (YELLOW, PALE, NEAR_BLACK, RED, "#ff7a00", "#0f7c8a", "#ffffff")
LAYOUTS = Workspace().ids("layouts")

any_colour = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@given(primary=any_colour, secondary=st.none() | any_colour)
@settings(max_examples=200, deadline=None, derandomize=True, database=None)
def test_any_colour_fills_as_it_is_and_its_texts_can_be_read(
    primary: str, secondary: str | None
) -> None:
    brand = make_brand(primary, secondary, Mode.COLOUR).colour
    assert {brand(Role.FILL), brand(Role.TILE)} == {primary}
    for ink_, ground in ((Role.ON_FILL, Role.FILL), (Role.ON_TILE, Role.TILE)):
        assert brand(ink_) in {"#000000", "#ffffff"}
        assert contrast(brand(ink_), brand(ground)) >= 4.5
    for ground in (Role.WHITE, Role.PANEL):
        assert contrast(brand(Role.HEADING), brand(ground)) >= 7
        assert contrast(brand(Role.SIGN), brand(ground)) >= 4.5
    assert contrast(brand(Role.FILL_EDGE), "#ffffff") >= 3


@pytest.mark.parametrize("primary", [NEAR_BLACK, "#0b2545", "#3d0066"])
def test_a_dark_colour_stays_itself_in_text(primary: str) -> None:
    brand = make_brand(primary, None, Mode.COLOUR).colour
    assert {brand(role) for role in (Role.HEADING, Role.SIGN, Role.FILL_EDGE)} == {primary}


@pytest.mark.parametrize("mode", [Mode.GRAY, Mode.SAVER])
@pytest.mark.parametrize("primary", BRANDS)
def test_without_colour_every_brand_prints_dark(primary: str, mode: Mode) -> None:
    """A copy of a yellow clinic's pages is as black as a blue one's."""
    brand = make_brand(primary, None, mode).colour
    for role in (Role.HEADING, Role.FILL, Role.SIGN, Role.FILL_EDGE):
        assert contrast(brand(role), "#ffffff") >= 5.4
    assert brand(Role.ON_FILL) == "#ffffff"


@pytest.fixture
def branded(own_folder: Workspace, build_own: Builder) -> Builder:
    """Return a maker of handouts of a clinic in a colour."""

    def make(primary: str, **choices: Any) -> Handout:
        assert own_folder.folder is not None
        source = Path(__file__).parents[2] / "data" / "clinics" / "oldmill.yaml"
        clinic = yaml.safe_load(source.read_text(encoding="utf-8"))
        path = own_folder.folder / "clinics" / "own-clinic.yaml"
        path.write_text(yaml.safe_dump({**clinic, "brand": {"primary": primary}}))
        return build_own(clinic="own-clinic", **choices)

    return make


def filled(handout: Handout) -> list[set[tuple[float, ...]]]:
    """The colours that areas of each page of a PDF are filled with."""
    found: list[set[tuple[float, ...]]] = []
    for page in operations(handout.pdf):
        now: tuple[float, ...] = (0.0,)
        used = set()
        for operands, operator in page:
            if operator in {b"g", b"rg"}:
                now = tuple(round(float(part), 3) for part in operands)
            elif operator in {b"f", b"f*", b"B", b"B*", b"b", b"b*"}:
                used.add(now)
        found.append(used)
    return found


@pytest.mark.parametrize(
    ("layout", "primary"),
    [*zip(LAYOUTS, cycle([YELLOW, PALE, NEAR_BLACK, RED]), strict=False)],
)
def test_pages_are_filled_with_the_clinics_own_colour(
    branded: Builder, primary: str, layout: str
) -> None:
    pages = filled(branded(primary, layout=layout))
    own = tuple(round(part, 3) for part in device_colour(primary))
    has = [own in page for page in pages]
    # Cards to cut out have no head: of their sheets only those with exercises are in colour.
    assert any(has) if layout == "cards" else all(has)
    assert not any(own in page for page in filled(branded(primary, layout=layout, mode="gray")))


def grounds(page: Page) -> list[tuple[Box, str]]:
    """The filled areas of a page in their order, and their colours."""
    shapes = (item for item in page.items if isinstance(item, Drawn))
    return [(path_box(item), item.fill) for item in shapes if item.fill]


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize("primary", BRANDS)
def test_every_text_can_be_read_on_what_lies_under_it(
    branded: Builder, primary: str, mode: Mode
) -> None:
    story = branded(primary, mode=mode.value).laid_out
    colour = story.brand.colour
    on_colour = 0
    for page in pages_of(story):
        areas = grounds(page)
        for run in texts(page):
            box = ink(run)
            x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
            under = [fill for a, fill in areas if a[0] <= x <= a[2] and a[1] <= y <= a[3]] or [
                "white"
            ]
            numeral = run.colour in {"on-fill", "on-tile"}
            on_colour += numeral
            found = contrast(colour(run.colour), colour(under[-1]))
            assert found >= (4.5 if numeral else 7), (run.text, under[-1])
    assert on_colour >= 8
