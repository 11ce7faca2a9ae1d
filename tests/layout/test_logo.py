"""Logos: shapes become vector paths, everything that cannot be drawn is refused."""

from __future__ import annotations

import pytest

from handouts import ContentError, Workspace
from handouts.layout.logo import read_logo
from handouts.layout.logo_file import read_svg
from tests.conftest import OrderMaker


def _svg(inside: str, size: str = 'width="20" height="10" viewBox="0 0 40 20"') -> bytes:
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{inside}</svg>'.encode()


def test_shapes_are_scaled_to_the_drawing_and_keep_their_colours() -> None:
    drawing = read_svg(_svg('<rect x="4" y="2" width="8" height="4" fill="#123456"/>'), "logo.svg")
    assert drawing.bounds == (0, 0, 20, 10)
    (path,) = drawing.paths
    assert (path.fill, path.stroke) == ("#123456", None)
    assert path.commands[0] == ("M", (2, 1))
    assert {number for _, numbers in path.commands for number in numbers} == {1, 2, 3, 6}


def test_groups_pass_on_their_style_and_transform() -> None:
    inside = '<g transform="translate(10 0)" fill="none" stroke="#ff0000" stroke-width="2">'
    drawing = read_svg(_svg(f'{inside}<path d="M0 0 L10 0"/></g>'), "logo.svg")
    (path,) = drawing.paths
    assert (path.fill, path.stroke, path.width) == (None, "#ff0000", 1)
    assert path.commands == (("M", (5, 0)), ("L", (10, 0)))


def test_circles_and_curves_become_cubics() -> None:
    inside = '<circle cx="20" cy="10" r="10"/><path d="M0 0 Q20 0 20 20 Z"/>'
    drawing = read_svg(_svg(inside), "logo.svg")
    kinds = ["".join(kind for kind, _ in path.commands) for path in drawing.paths]
    assert set(kinds[0].strip("MZ")) == {"C"}
    assert kinds[1] == "MCZ"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (_svg("<text>Clinic</text>"), "holds a text, only shapes"),
        (_svg('<image href="a.png" width="9" height="9"/>'), "holds a image, only shapes"),
        (_svg('<rect width="9" height="9" fill="url(#g)"/>'), "holds a gradient, only shapes"),
        (_svg(""), "cannot be read as a picture"),
        (b"<svg", "cannot be read as a picture"),
        (b"GIF89a", "cannot be read as a picture"),
    ],
)
def test_what_cannot_be_drawn_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(ContentError, match=message) as error:
        read_svg(data, "clinics/logo.svg")
    assert str(error.value).startswith("clinics/logo.svg: ")
    assert "hint: " in str(error.value)


@pytest.mark.parametrize(("clinic", "paths"), [("riverbend", 4), ("oldmill", 10)])
def test_built_in_logos_are_vectors(
    workspace: Workspace, order_for: OrderMaker, clinic: str, paths: int
) -> None:
    logo = read_logo(order_for(clinic=clinic).clinic, workspace)
    assert logo is not None
    assert logo.vector is not None
    assert len(logo.vector.paths) >= paths
