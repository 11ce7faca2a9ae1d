"""Whatever a file holds: it loads, or its problems say where; never anything else."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from handouts.errors import ContentError, Problem
from handouts.load.library import MODELS
from handouts.load.models import build_model
from handouts.load.yaml import parse
from handouts.workspace import Kind
from tests.conftest import BUILT_IN

FILES = [
    (kind, name, BUILT_IN.find(kind, name).read_bytes())
    for kind in (Kind.EXERCISES, Kind.PROGRAMS, Kind.CLINICS, Kind.LAYOUTS, Kind.LOCALES)
    for name in BUILT_IN.ids(kind)[:2]
]
BITS = [b"\t", b": ", b"- ", b"{", b"]", b"'", b'"', b"&a ", b"*a", b"!x", b"\n", b"  ", b"?", b"#"]
BITS += [
    b"null",
    b"0",
    b"-1",
    b"true",
    b"\x00",
    b"\xff",
    "é".encode(),
    b"---\n",
    b"...",
    b"|",
    b"%",
]


def problems(kind: Kind, name: str, data: bytes) -> tuple[Problem, ...]:
    try:
        build_model(MODELS[kind], parse(data, "x.yaml"), name=name)
    except ContentError as error:
        return error.problems
    return ()


def assert_well_said(found: tuple[Problem, ...]) -> None:
    for problem in found:
        assert problem.location.file == "x.yaml"
        assert not problem.message[0].isupper()
        assert "cannot be read" not in problem.message, "a kind of error without words of its own"


@given(st.sampled_from(FILES), st.randoms(use_true_random=False), st.integers(1, 4))
@settings(max_examples=300, deadline=None)
def test_a_spoiled_file(file: tuple[Kind, str, bytes], chance: random.Random, times: int) -> None:
    kind, name, data = file
    for _ in range(times):
        place = chance.randrange(len(data))
        cut = chance.choice((0, 0, 1, 5, 40))
        data = data[:place] + chance.choice(BITS) + data[place + cut :]
    assert_well_said(problems(kind, name, data))


@given(st.binary(max_size=200))
@settings(deadline=None)
def test_any_bytes(data: bytes) -> None:
    assert_well_said(problems(Kind.CLINICS, "x", data))
