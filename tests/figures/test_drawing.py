"""Figures into drawings, PDF operators, SVG and stored files."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path as FilePath

import pypdfium2
import pytest
from msgspec.structs import replace

from handouts.figures.colours import Body, figure_palette, roles
from handouts.figures.draw import HALO
from handouts.figures.drawings import figure_digest
from handouts.figures.preview import drawn, page, png, svg
from handouts.figures.vector import (
    NONE,
    Drawing,
    PaintedPath,
    Vector,
    dressed,
    pdf_operators,
    read_drawing,
    write_drawing,
)
from handouts.model.clinic import Mode
from handouts.model.figure import Figure
from tests.figures.conftest import draw_once as draw

PALETTE = figure_palette("#0f7c8a", Mode.COLOUR, Body())
LARGEST = 16_000
"""Bytes of a picture in the PDF."""


def _stored(figure: Figure) -> Drawing:
    return Drawing(figure_digest(figure), draw(figure))


def _roles(vector: Vector) -> set[str]:
    return {role for path in vector.paths for role in path.roles}


def test_every_role_has_a_colour(pose: Callable[..., Figure], name: str) -> None:
    for frame in draw(pose(name)):
        assert _roles(frame) <= set(roles())


def test_every_path_lies_within_the_bounds(pose: Callable[..., Figure], name: str) -> None:
    for frame in draw(pose(name)):
        left, top, right, bottom = frame.bounds
        for path in frame.paths:
            if "shadow" in path.fill or "bun" in f"{path.fill}{path.stroke}":
                continue
            for kind, numbers in frame.commands(path):
                if kind != "Z":
                    assert left - 0.5 <= numbers[0] <= right + 0.5, path.fill or path.stroke
                    assert top - 0.5 <= numbers[1] <= bottom + 0.5, path.fill or path.stroke


def test_a_picture_is_small(pose: Callable[..., Figure], name: str) -> None:
    operators = [pdf_operators(frame, PALETTE.__getitem__) for frame in draw(pose(name))]
    assert sum(len(zlib.compress(data.encode(), 9)) for data in operators) <= LARGEST


def test_frames_stand_on_one_floor(pose: Callable[..., Figure], name: str) -> None:
    bottoms = {frame.bounds[3] for frame in draw(pose(name))}
    assert len(bottoms) == 1


def test_a_stored_drawing_is_read_back_as_it_was(pose: Callable[..., Figure], name: str) -> None:
    drawing = _stored(pose(name))
    data = write_drawing(drawing)
    assert read_drawing(data, roles()) == drawing
    assert data == write_drawing(drawing)


@pytest.mark.parametrize("data", [b"", b"{}", b"[1]", b'{"format": 9}', b'{"format": 1}'])
def test_a_broken_file_is_no_drawing(data: bytes) -> None:
    assert read_drawing(data, roles()) is None


SCRIPT = """
import sys
from tests_figures import figure
from handouts.figures.draw import draw
from handouts.figures.drawings import figure_digest
from handouts.figures.vector import Drawing, write_drawing
sys.stdout.buffer.write(write_drawing(Drawing(figure_digest(figure), draw(figure))))
"""


def test_every_process_draws_the_same_bytes(
    pose: Callable[..., Figure], tmp_path: FilePath
) -> None:
    figure = pose("hip-thrust")
    value = figure.model_dump_json(exclude_unset=True, by_alias=True)
    (tmp_path / "tests_figures.py").write_text(
        "from handouts.model.figure import Figure\n"
        f"figure = Figure.model_validate_json({value!r}, strict=True)\n"
    )
    seed = "2" if os.environ.get("PYTHONHASHSEED") == "1" else "1"
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        check=True,
    )
    assert done.stdout == write_drawing(_stored(figure))


def test_reading_and_printing_need_neither_numpy_nor_shapely() -> None:
    code = (
        "import sys; import handouts.figures.drawings, handouts.figures.colours;"
        "import handouts.figures.vector, handouts.figures.drawings;"
        "print(sorted({'numpy', 'shapely'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout.strip() == "[]"


def test_words_do_not_change_a_drawing_but_poses_do(pose: Callable[..., Figure]) -> None:
    figure = pose("bird-dog")
    changed = pose("bird-dog", alt="another", start={"step": 3})
    assert figure_digest(figure) == figure_digest(changed)
    assert figure_digest(figure) != figure_digest(pose("bird-dog", start={"neck": 5}))


def test_an_arrow_has_a_white_rim_wide_enough_for_gray_print(pose: Callable[..., Figure]) -> None:
    *_, last = draw(pose("bird-dog"))
    halo, arrow = (
        next(path for path in last.paths if path.fill == role)
        for role in ("figure-halo", "figure-arrow")
    )
    left, right = (
        min(number[0] for _, number in last.commands(path) if number) for path in (halo, arrow)
    )
    assert right - left == pytest.approx(HALO, abs=0.1)
    assert HALO * 0.9 >= 1.2  # points at the smallest scale of a card's picture


def test_arrows_come_from_the_motion_if_none_are_given(pose: Callable[..., Figure]) -> None:
    *_, with_arrows = draw(pose("bird-dog"))
    *_, without = draw(pose("bird-dog", arrows=[]))
    assert "figure-arrow" in _roles(with_arrows)
    assert "figure-arrow" not in _roles(without)
    assert sum(path.fill == "figure-arrow" for path in with_arrows.paths) == 2


def test_only_layers_of_the_palette_are_drawn(pose: Callable[..., Figure]) -> None:
    first, frame = draw(pose("bird-dog"))
    plain = dressed(frame, figure_palette("#0f7c8a", Mode.COLOUR, Body(tint=False)))
    tinted = figure_palette("#0f7c8a", Mode.COLOUR, Body(hair="bun", face=False))
    assert {"figure-working", "figure-bun", "figure-age"} & _roles(plain) == set()
    assert "figure-working" not in _roles(first), "where the motion ends it is felt"
    assert {"figure-working", "figure-bun"} <= _roles(dressed(frame, tinted))
    assert "figure-face" in _roles(plain)
    assert "figure-face" not in _roles(dressed(frame, tinted))


@pytest.mark.parametrize("lying", ["bird-dog", "bridge"])
@pytest.mark.parametrize("turned", [False, True])
def test_a_bun_is_never_cut_off(pose: Callable[..., Figure], lying: str, *, turned: bool) -> None:
    palette = figure_palette("#0f7c8a", Mode.COLOUR, Body(hair="bun", older=True))
    for frame in draw(pose(lying)):
        worn = dressed(frame, palette, mirrored=turned)
        left, top, right, bottom = worn.bounds
        points = [
            point
            for path in worn.paths
            if "figure-bun" in path.roles
            for _, point in worn.commands(path)
            if point
        ]
        assert points
        assert all(left <= x <= right and top <= y <= bottom for x, y in points)


def test_mirroring_swaps_left_and_right_within_the_bounds(pose: Callable[..., Figure]) -> None:
    frame, _ = draw(pose("bridge"))
    mirrored = dressed(frame, PALETTE, mirrored=True)
    assert mirrored.bounds == frame.bounds
    assert dressed(mirrored, PALETTE, mirrored=True) == dressed(frame, PALETTE)
    left, _, right, _ = frame.bounds
    for path in mirrored.paths:
        for (_, there), (_, here) in zip(
            mirrored.commands(path), frame.commands(path), strict=True
        ):
            assert not here or there == (left + right - here[0], here[1])


SQUARE = Vector(
    (0, 0, 4, 2),
    (
        PaintedPath("red", "", 0, (), "0 0 m 16 0 l 16 16 l 0 16 l h"),
        PaintedPath("", "red", 8, (16, 32), "32 8 m 48 8 l"),
        PaintedPath("red", "gray", 7.36, (), "32 8 m 48 8 l"),
        PaintedPath("", "away", 8, (), "32 16 m 48 16 l"),
    ),
)
COLOURS = {"red": "#ff0000", "gray": "#808080", "away": NONE}


def test_operators_are_those_of_the_paths_with_colours_between_them() -> None:
    first, *lines = pdf_operators(SQUARE, COLOURS.__getitem__).splitlines()
    assert first == "0.0625 0 0 -0.0625 0 0 cm 1 J 1 j"
    assert lines[:3] == ["1 0 0 rg", SQUARE.paths[0].operators, "f*"]
    assert lines[3:8] == ["1 0 0 RG", "8 w", "[16 32] 0 d", "32 8 m 48 8 l", "S"]
    assert lines[8:] == ["0.502 G", "7.36 w", "[] 0 d", "32 8 m 48 8 l", "B*"]


def test_a_mirrored_drawing_has_the_same_operators_under_another_matrix() -> None:
    plain, mirrored = (
        pdf_operators(drawing, COLOURS.__getitem__).splitlines()
        for drawing in (SQUARE, replace(SQUARE, turned=True))
    )
    assert mirrored[0] == "-0.0625 0 0 -0.0625 4 0 cm 1 J 1 j"
    assert mirrored[1:] == plain[1:]


def test_a_picture_has_no_raster_image(pose: Callable[..., Figure]) -> None:
    data = page([draw(pose("bridge"))], PALETTE, 2.0)
    assert b"/Subtype /Image" not in data
    with pypdfium2.PdfDocument(data) as document:
        bitmap = document[0].render(scale=1).to_pil().convert("RGB")
        colours = {colour for _, colour in bitmap.getcolors(1 << 20)}
    shirt = PALETTE["figure-shirt"]
    assert tuple(int(shirt[i : i + 2], 16) for i in (1, 3, 5)) in colours


def test_a_preview_is_a_png(pose: Callable[..., Figure]) -> None:
    assert png(*drawn(page([draw(pose("bridge"))], PALETTE, 1.0), 72)).startswith(b"\x89PNG")


def test_svg_names_its_colours_and_its_content(pose: Callable[..., Figure]) -> None:
    text = svg(draw(pose("bird-dog")), PALETTE, "Arm & leg")
    assert "<title>Arm &amp; leg</title>" in text
    assert PALETTE["figure-shirt"] in text
    assert "figure-" not in text
    assert "none" not in set(re.findall(r'stroke="(\w+)"', text))


GOOD = {"format": 2, "figure": "d", "frames": [{"bounds": [0, 0, 64, 32], "paths": []}]}


def _with(path: object) -> dict[str, object]:
    return GOOD | {"frames": [{"bounds": [0, 0, 64, 32], "paths": [path]}]}


def _read(file: dict[str, object]) -> Drawing | None:
    return read_drawing(json.dumps(file).encode(), roles())


def test_a_path_that_is_read_is_written_as_it_is() -> None:
    drawing = read_drawing(
        json.dumps(_with(["figure-line", "", 0, [], "1 -2 m 3 4 l h"])).encode(), roles()
    )
    assert drawing is not None
    (path,) = drawing.frames[0].paths
    assert path == PaintedPath("figure-line", "", 0, (), "1 -2 m 3 4 l h")


NOT_A_PATH = [
    "",
    "h",
    "1 2 l",
    "1 2 m 3 l",
    "1 2 m 3 4 5 l",
    "1 2 m\n",
    "1 2 m  3 4 l",
    "1 2 m 3 4 lh",
    "1 2 m 3.5 4 l",
    "1 2 m 100000 4 l",
    "1 2 m 3 4 l S",
    "1 2 m 3 4 l h Q /X1 Do",
    "1 2 m (x) Tj",
    "1 2 m \u0663 4 l",
    "1 2 m EMC",
]


@pytest.mark.parametrize("operators", NOT_A_PATH)
def test_only_points_and_the_operators_of_a_path_are_read(operators: str) -> None:
    """What a file holds goes into a PDF as it is: a clinic's folder may hold anything."""
    assert _read(_with(["figure-line", "", 0, [], operators])) is None


@pytest.mark.parametrize(
    "path",
    [
        ["figure-nose", "", 0, [], "1 2 m 3 4 l"],
        ["#ff0000", "", 0, [], "1 2 m 3 4 l"],
        ["", "figure-line", -1, [], "1 2 m 3 4 l"],
        ["", "figure-line", 1e300, [], "1 2 m 3 4 l"],
        ["", "figure-line", 8, [0, 0], "1 2 m 3 4 l"],
        ["", "figure-line", 8, [2.5], "1 2 m 3 4 l"],
        ["", "figure-line", "8 w Q", [], "1 2 m 3 4 l"],
        ["", "figure-line", 8, []],
    ],
)
def test_a_path_in_another_style_is_not_read(path: list[object]) -> None:
    assert _read(_with(path)) is None


@pytest.mark.parametrize(
    "bounds", [[0, 0, 0, 32], [0, 32, 64, 0], [0, 0, 1e9, 32], [0, 0, 64], ["0", 0, 64, 32]]
)
def test_bounds_that_hold_no_picture_are_not_read(bounds: list[object]) -> None:
    file = GOOD | {"frames": [{"bounds": bounds, "paths": []}]}
    assert _read(GOOD) is not None
    assert _read(file) is None


def test_a_drawing_is_json_with_a_path_a_line(pose: Callable[..., Figure]) -> None:
    drawing = _stored(pose("bridge"))
    data = write_drawing(drawing)
    assert json.loads(data)["figure"] == drawing.digest
    assert len(data.splitlines()) > sum(len(frame.paths) for frame in drawing.frames)
