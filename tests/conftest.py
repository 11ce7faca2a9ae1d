"""What all tests share: a workspace on a fixed day, and handouts made through all stages."""

from __future__ import annotations

import datetime as dt
import gc
import os
import sys
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any, cast

import pytest
import yaml
from hypothesis import settings
from msgspec.structs import replace
from typing_extensions import override
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from handouts import Handout, Library, OrderRequest, Workspace, make_order
from handouts.compose.compose import compose
from handouts.layout.doc import lay_out
from handouts.model.clinic import Checked, Mode, Paper
from handouts.model.order import Order, Patient
from handouts.model.program import ALL_EXERCISES
from handouts.stamp.build import write_pdf
from handouts.workspace import Kind

# The same examples in each run, so that it does not depend on luck; `make soak` tries others.
# How long an example takes says how busy the machine is, and nothing of the example.
settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("others", derandomize=False, deadline=None)
settings.load_profile(os.environ.get("HANDOUTS_EXAMPLES", "same"))

TODAY = dt.date(2026, 11, 22)
MARIA = {
    "name": "Maria Nuñez-O'Brien",
    "affected_side": "left",
    "start_date": "2026-12-01",
    "next_visit": "2026-12-29T10:30",
}

TWELVE = (
    "knee-drop", "single-knee-to-chest", "figure-four-supine", "glute-bridge", "dead-bug",
    "clamshell", "side-lying-hip-abduction", "bird-dog", "cobra", "good-morning",
    "banded-side-step", "reverse-lunge",
)  # fmt: skip
"""Exercises for one safety text: that of the lower back."""

CHECKED = Checked(("Dana Whitfield, PT",), dt.date(2026, 11, 20))
"""Who has reviewed the handouts of tests: what their pages hold is what patients get."""

BUILT_IN = Workspace(today=TODAY)
LIBRARY = Library(BUILT_IN)
"""The built-in content on a fixed day, read once in each process."""

OrderMaker = Callable[..., Order]
Builder = Callable[..., Handout]
ProgramWriter = Callable[..., str]


@pytest.fixture(scope="session")
def workspace() -> Workspace:
    """Return the built-in content on a fixed day."""
    return BUILT_IN


@pytest.fixture(scope="session")
def library() -> Library:
    """Return the built-in library."""
    return LIBRARY


def request_for(**choices: Any) -> OrderRequest:
    """Return a request for all of Maria's calm program, but for what ``choices`` say."""
    patient = Patient.model_validate({**MARIA, **choices.pop("patient", {})})
    paper, mode = choices.pop("paper", None), choices.pop("mode", "colour")
    fields: dict[str, Any] = {
        "program": "si-joint-calm",
        "clinic": "riverbend",
        "exercises": ALL_EXERCISES,
    }
    fields |= choices
    return OrderRequest(
        patient=patient, paper=Paper(paper) if paper else None, mode=Mode(mode), **fields
    )


@pytest.fixture(scope="session")
def order_for(library: Library) -> OrderMaker:
    """Return a maker of orders from the built-in library, reviewed unless ``draft`` is said."""

    def make(*, draft: bool = False, **choices: Any) -> Order:
        order = make_order(library, request_for(**choices))
        return order if draft else replace(order, checked=CHECKED)

    return make


class Drawn:
    """A handout that is laid out; its file is written when a test asks for anything of that.

    Most tests of pages look at what was placed: writing it would take half of their time.
    """

    def __init__(self, order: Order, workspace: Workspace) -> None:
        self.laid_out = lay_out(compose(order), order, workspace)
        self.pages = len(self.laid_out.planned)

    @cached_property
    def _written(self) -> Handout:
        return write_pdf(self.laid_out)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._written, name)


KEPT = 48
"""Handouts that tests of one program share: all of its layouts and papers, known and blank."""


@pytest.fixture(scope="session")
def handout_for(workspace: Workspace, order_for: OrderMaker) -> Builder:
    """Return a maker of handouts from the built-in library; the same choices are laid out once."""
    shelf: dict[str, tuple[object, Drawn]] = {}

    def find(**choices: Any) -> Handout:
        key = repr(sorted(choices.items()))
        _, drawn = shelf.pop(key, (None, None))
        shelf[key] = (choices, drawn or Drawn(order_for(**choices), workspace))
        if len(shelf) > KEPT:
            shelf.pop(next(iter(shelf)))
        return cast("Handout", shelf[key][1])

    return find


@pytest.fixture(scope="session")
def new_handout_for(workspace: Workspace, order_for: OrderMaker) -> Builder:
    """Return a maker of handouts that lays out each anew."""
    return lambda **choices: cast("Handout", Drawn(order_for(**choices), workspace))


PAPERS = {"letter": "riverbend", "a4": "oldmill"}
"""The example clinics by their paper."""
PROGRAMS, LAYOUTS = BUILT_IN.ids("programs"), BUILT_IN.ids("layouts")
EVERY = [
    (program, layout, paper)
    for row, program in enumerate(PROGRAMS)
    for column, layout in enumerate(LAYOUTS)
    for at, paper in enumerate(PAPERS)
    if layout == "standard" or (row + column + at) % 2 == 0
]
"""Program, layout and paper of the handouts that tests of all content share.

The standard layout stands on both papers, others on one of them in turn: so every program and
every layout is seen on both papers, and for both clinics.
"""


def every(*layouts: str) -> list[tuple[str, str, str]]:
    """Return those of ``EVERY`` in some layouts."""
    return [each for each in EVERY if each[1] in layouts]


@pytest.fixture(scope="session")
def built_in(handout_for: Builder) -> Builder:
    """Return a maker of Maria's handout of a program, in a layout on a paper."""

    def make(program: str, layout: str, paper: str) -> Handout:
        clinic = PAPERS[paper]
        return handout_for(program=program, layout=layout, clinic=clinic, paper=paper)

    return make


def group_of(test: str) -> str:
    """Return what a test shares handouts or fixtures with: a program, or else its file."""
    file, _, name = test.partition("::")
    given = name.partition("[")[2] if file.startswith(_OF_PROGRAMS) else ""
    return max((each for each in PROGRAMS if each in given), key=len, default=file)


_OF_PROGRAMS = tuple(f"tests/{stage}/" for stage in ("compose", "layout", "pdf", "whole"))


class _InGroups(LoadScopeScheduling):  # type: ignore[misc] # without types it is Any
    """Hands out groups of tests, not single ones: what a group shares is made in one process."""

    @override
    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)


def pytest_configure() -> None:
    """Spend no time on what the machine does beside the tests.

    Hundreds of commands are started, so compiled modules are kept, also where the machine says not
    to. Laying out makes many small objects that go by themselves: Python looks for waste among them
    when there are more, which saves a tenth of the time.
    """
    sys.dont_write_bytecode = False
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    gc.set_threshold(200_000, *gc.get_threshold()[1:])


def pytest_collection_finish() -> None:
    """Let Python look for no waste among modules and tests, which stay until the end."""
    gc.freeze()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> _InGroups:
    """Run in one process what shares something. xdist's own groups need pytest before 9.2."""
    return _InGroups(config, log)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes long, and end with what has few tests: no process waits at the end."""
    groups: dict[str, list[pytest.Item]] = {}
    for item in items:
        groups.setdefault(group_of(item.nodeid), []).append(item)

    def last(group: list[pytest.Item]) -> tuple[bool, int]:
        return not any(item.get_closest_marker("slow") for item in group), -len(group)

    items[:] = [item for group in sorted(groups.values(), key=last) for item in group]


@pytest.fixture
def own_folder(tmp_path: Path) -> Workspace:
    """Return a workspace with a clinic's own, still empty folder."""
    for kind in ("exercises", "programs", "clinics", "layouts"):
        (tmp_path / kind).mkdir()
    return Workspace(tmp_path, today=TODAY)


FEW = {
    Kind.EXERCISES: (
        "bird-dog", "cobra", "dead-bug", "figure-four-seated", "figure-four-supine",
        "glute-bridge", "good-morning", "hip-hinge-stick", "hip-thrust", "kickstand-rdl",
        "knee-drop", "knee-stir", "lumbar-roll", "single-knee-to-chest",
        "single-leg-bridge-knee-press",
    ),
    Kind.PROGRAMS: ("si-joint-calm",),
}  # fmt: skip
"""What is found of the built-in content where reading all of it takes longer than the test: some
exercises, and all that they name as easier or harder."""


class FewBuiltIn(Workspace):
    """A clinic's folder over a little of the built-in content; any of it is found by its name."""

    @override
    def ids(self, kind: str) -> tuple[str, ...]:
        return _few(self, kind, super().ids(kind), FEW)


def _few(
    workspace: Workspace, kind: str, ids: tuple[str, ...], kept: dict[Kind, tuple[str, ...]]
) -> tuple[str, ...]:
    """Return those of some ids that are kept, or are the clinic's own."""
    few = kept.get(Kind(kind), ids)
    return tuple(
        name for name in ids if name in few or workspace.is_own(workspace.find(kind, name))
    )


def keep(monkeypatch: pytest.MonkeyPatch, kept: dict[Kind, tuple[str, ...]]) -> None:
    """Let there be some of the built-in content of some kinds, or none, beside a clinic's own."""
    every_id = Workspace.ids
    monkeypatch.setattr(
        Workspace, "ids", lambda self, kind: _few(self, kind, every_id(self, kind), kept)
    )


@pytest.fixture
def few_built_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let `handouts check` try what is a clinic's own with little of the built-in content.

    With all programs in all layouts it takes five seconds, which tests of messages do not need;
    tests of the installed command check with all.
    """
    keep(monkeypatch, {**FEW, Kind.LAYOUTS: ("standard",)})


@pytest.fixture
def write_program(own_folder: Workspace) -> ProgramWriter:
    """Return a writer of programs into the clinic's folder; gives back the program's id."""

    def write(*exercises: dict[str, Any], **fields: Any) -> str:
        program: dict[str, Any] = {
            "schema": 1,
            "name": "Own",
            "title": "Your home exercises",
            "subtitle": "for lower back and pelvis pain",
            "code": "OWN",
            "safety": "low-back",
            "phases": [{"exercises": list(exercises)}],
            "sources": [{"title": "Own"}],
            **fields,
        }
        assert own_folder.folder is not None
        path = own_folder.folder / "programs" / "own.yaml"
        path.write_text(yaml.safe_dump(program, allow_unicode=True), encoding="utf-8")
        return "own"

    return write


@pytest.fixture
def build_own(own_folder: Workspace) -> Builder:
    """Return a maker of handouts from the clinic's own folder."""

    def make(**choices: Any) -> Handout:
        order = make_order(Library(own_folder), request_for(**choices))
        return cast("Handout", Drawn(order, own_folder))

    return make
