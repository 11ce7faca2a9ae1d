"""Figures for the tests, read as those of an exercise are."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from handouts.figures import draw as draw_module
from handouts.figures.drawings import figure_digest
from handouts.figures.vector import Vector
from handouts.load.yaml import parse
from handouts.model.figure import Figure

POSES = Path(__file__).with_name("poses.yaml")


@cache
def _poses() -> dict[str, Any]:
    return parse(POSES.read_bytes(), POSES.name).value


def make_figure(value: dict[str, Any]) -> Figure:
    return Figure.model_validate_json(json.dumps(value), strict=True)


_DRAWN: dict[str, tuple[Vector, ...]] = {}
_draw = draw_module.draw


def draw_once(figure: Figure) -> tuple[Vector, ...]:
    """Draw each figure once for all tests."""
    digest = figure_digest(figure)
    if digest not in _DRAWN:
        _DRAWN[digest] = _draw(figure)
    return _DRAWN[digest]


@pytest.fixture
def pose() -> Callable[..., Figure]:
    """The YAML of a figure by name, with changes laid over its frames."""

    def make(name: str, **changes: Any) -> Figure:
        value = json.loads(json.dumps(_poses()[name]))
        for key, change in changes.items():
            if isinstance(change, dict):
                value[key] = {**value.get(key, {}), **change}
            else:
                value[key] = change
        return make_figure(value)

    return make


NAMES = tuple(_poses())


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that asks for ``name`` with every figure."""
    if "name" in metafunc.fixturenames:
        metafunc.parametrize("name", NAMES)
