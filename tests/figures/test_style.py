"""A brand and a body into the colours of a figure."""

from __future__ import annotations

from itertools import product
from typing import get_args

import pytest

from handouts.figures.colours import Body, Skin, contrast, figure_palette, luminance, roles
from handouts.figures.vector import NONE
from handouts.model.clinic import Mode

SKINS: tuple[Skin, ...] = get_args(Skin)
BRANDS = ("#0f7c8a", "#7b2d8b", "#c8102e", "#f2b705", "#0b2545", "#2e7d32", "#808080")


APART = (("shirt", "shorts"), ("skin", "shorts"), ("skin", "line"), ("shoe", "sole"))


@pytest.mark.parametrize("brand", BRANDS)
def test_parts_of_the_body_stay_apart_in_every_mode(brand: str) -> None:
    for mode, skin in product(Mode, SKINS):
        palette = figure_palette(brand, mode, Body(skin=skin))
        assert set(palette) == set(roles())
        for one, other in APART:
            ratio = contrast(palette[f"figure-{one}"], palette[f"figure-{other}"])
            assert ratio >= 1.15, (mode, skin, one, other)
        assert contrast(palette["figure-arrow"], "#ffffff") >= 4.5
        assert palette["figure-halo"] == "#ffffff"


@pytest.mark.parametrize("mode", [Mode.GRAY, Mode.SAVER])
def test_gray_modes_have_no_colour(mode: Mode) -> None:
    for role, value in figure_palette("#c8102e", mode, Body(tint=True)).items():
        if value != NONE:
            assert value[1:3] == value[3:5] == value[5:7], role


@pytest.mark.parametrize("brand", BRANDS)
def test_in_gray_skin_is_light_the_shirt_between_and_shorts_dark(brand: str) -> None:
    for mode, skin, older in product((Mode.GRAY, Mode.SAVER), SKINS, (False, True)):
        palette = figure_palette(brand, mode, Body(skin=skin, older=older))
        light, shirt, shorts, hair, mat = (
            luminance(palette[f"figure-{role}"])
            for role in ("skin", "shirt", "shorts", "hair", "mat")
        )
        assert light >= 0.9
        assert light - shirt >= 0.25
        assert shirt - shorts >= 0.25
        assert light - hair >= 0.35
        assert shirt < mat


def test_ink_saver_leaves_the_body_white() -> None:
    palette = figure_palette("#0b2545", Mode.SAVER, Body(skin="deep"))
    assert palette["figure-skin"] == palette["figure-mat"] == "#ffffff"
    assert luminance(palette["figure-shirt"]) > 0.6


@pytest.mark.parametrize("brand", BRANDS)
def test_marked_muscles_are_seen_on_skin_shirt_and_shorts(brand: str) -> None:
    """By their area or by the lines on it: 2 to 1, which a copier keeps."""
    for mode, skin, mark in product(Mode, SKINS, ("working", "stretch")):
        palette = figure_palette(brand, mode, Body(skin=skin))
        inks = [
            palette[role]
            for role in palette
            if role.startswith(f"figure-{mark}") and palette[role] != NONE
        ]
        for ground in ("skin", "shirt", "shorts"):
            assert max(contrast(ink, palette[f"figure-{ground}"]) for ink in inks) >= 2, ground


@pytest.mark.parametrize(
    ("body", "hidden", "shown"),
    [
        (Body(), {"bun", "bun-line", "age"}, {"face", "hair-line", "working", "stretch"}),
        (Body(hair="bun"), {"age"}, {"bun", "bun-line"}),
        (Body(older=True), {"bun"}, {"age", "face"}),
        (Body(face=False, older=True), {"face", "age"}, {"hair"}),
        (Body(hair="none"), {"hair-line", "bun"}, {"face"}),
        (Body(tint=False), {"working", "working-rim", "stretch", "stretch-line"}, {"face"}),
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
