"""A brand and a body into the colours of a figure."""

from __future__ import annotations

import pytest

from handouts.figures.colour import contrast, luminance
from handouts.figures.style import NONE, SKINS, Body, Skin, figure_palette, roles
from handouts.model.clinic import Mode

BRANDS = ("#0f7c8a", "#7b2d8b", "#c8102e", "#f2b705", "#0b2545", "#2e7d32", "#808080")


@pytest.mark.parametrize("brand", BRANDS)
@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize("skin", SKINS)
def test_parts_of_the_body_stay_apart_in_every_mode(brand: str, mode: Mode, skin: Skin) -> None:
    palette = figure_palette(brand, mode, Body(skin=skin))
    assert set(palette) == set(roles())
    for one, other in (("shirt", "shorts"), ("skin", "shorts"), ("skin", "line"), ("shoe", "sole")):
        ratio = contrast(palette[f"figure-{one}"], palette[f"figure-{other}"])
        assert ratio >= 1.15, (one, other)
    assert contrast(palette["figure-arrow"], "#ffffff") >= 4.5
    assert palette["figure-halo"] == "#ffffff"


@pytest.mark.parametrize("mode", [Mode.GRAY, Mode.SAVER])
def test_gray_modes_have_no_colour(mode: Mode) -> None:
    for role, value in figure_palette("#c8102e", mode, Body(tint=True)).items():
        if value != NONE:
            assert value[1:3] == value[3:5] == value[5:7], role


def test_ink_saver_leaves_the_body_white() -> None:
    palette = figure_palette("#0b2545", Mode.SAVER, Body(skin="deep"))
    assert palette["figure-skin"] == "#ffffff"
    assert luminance(palette["figure-shirt"]) > 0.7


@pytest.mark.parametrize(
    ("body", "hidden", "shown"),
    [
        (Body(), {"bun", "bun-line", "age", "working", "stretch"}, {"face", "hair-line"}),
        (Body(hair="bun"), {"age"}, {"bun", "bun-line"}),
        (Body(older=True), {"bun"}, {"age", "face"}),
        (Body(face=False, older=True), {"face", "age"}, {"hair"}),
        (Body(hair="none"), {"hair-line", "bun"}, {"face"}),
        (Body(tint=True), {"bun"}, {"working", "stretch"}),
    ],
)
def test_a_body_chooses_the_layers(body: Body, hidden: set[str], shown: set[str]) -> None:
    palette = figure_palette("#0f7c8a", Mode.COLOUR, body)
    assert {palette[f"figure-{role}"] for role in hidden} == {NONE}
    assert NONE not in {palette[f"figure-{role}"] for role in shown}


def test_no_hair_is_near_the_skin_and_an_older_persons_gray() -> None:
    skin, short, cropped, older = (
        luminance(figure_palette("#0f7c8a", Mode.COLOUR, body)[role])
        for body, role in (
            (Body(), "figure-skin"),
            (Body(), "figure-hair"),
            (Body(hair="none"), "figure-hair"),
            (Body(older=True), "figure-hair"),
        )
    )
    assert short < cropped < skin
    assert older > 0.5
