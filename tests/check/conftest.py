"""A clinic's folder with one small, faultless exercise and program, to be spoiled by tests."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from handouts.check.check import content_problems
from handouts.errors import Problem
from handouts.load.library import Library
from handouts.workspace import Kind
from tests.conftest import FewBuiltIn

EXERCISE = """\
schema: 1
name: Heel slide
kind: strength
dose_kind: reps
stage: 1
family: heel
regions: [knee, hip, low-back]
position: lying on your back
purpose: Makes your leg move more easily.
steps:
  - Lie on your back. Bend {knee:your_side}.
  - Slide {heel:your_side} away from you.
  - "{hold} Keep breathing."
  - Slide your heel back. {repeat}
short_steps:
  - Lie on your back. Bend {knee:your_side}.
  - Slide your heel away.
  - "{hold}"
  - Slide it back. {repeat}
feel_it: the back of your thigh working.
watch_out: do not arch your back.
easier: {text: slide only part of the way}
sides: each
limb: leg
dosage: {sets: 2, repetitions: 10, hold: 5 s, days_per_week: 3, per_side: true}
dosage_from: conventional
sources:
  - title: Ours
"""

PROGRAM = """\
schema: 1
name: Heels
title: Your home exercises
subtitle: for your leg
code: HEELS
safety: low-back
phases:
  - name: Loosen
    exercises:
      - exercise: heel-glide
  - exercises:
      - exercise: knee-drop
      - exercise: figure-four-supine
education:
  - heading: Your leg
    text:
      - Move a little every day.
precautions:
  - Ask us first if you are not sure.
sources:
  - title: Ours
"""

CLINIC = """\
schema: 1
name: North
phone: (555) 010-0100
emergency_number: "911"
paper: letter
locale: en-US
brand: {primary: "#0f7c8a"}
clinicians:
  - {id: ann-lee, name: "Ann Lee, PT", short_name: Ann}
"""


@dataclass(frozen=True)
class Folder:
    """A clinic's folder: write files into it, and ask what is wrong with one."""

    path: Path

    def write(self, kind: str, name: str, text: str) -> Path:
        """Write a file and return it."""
        path = self.path / kind / f"{name}.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def edit(self, kind: str, name: str, *edits: tuple[str, str], more: str = "") -> None:
        """Make each edit exactly once, and add lines at the end."""
        text = (self.path / kind / f"{name}.yaml").read_text(encoding="utf-8")
        for old, new in edits:
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        self.write(kind, name, text + more)

    @property
    def library(self) -> Library:
        """The content of the folder as it is now."""
        return Library(FewBuiltIn(self.path))

    def problems(self, kind: str, name: str) -> list[Problem]:
        """Return what is wrong with one file."""
        return list(content_problems(self.library, Kind(kind), name))


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    made = Folder(tmp_path)
    made.write("exercises", "heel-glide", EXERCISE)
    made.write("programs", "heels", PROGRAM)
    made.write("clinics", "north", CLINIC)
    return made
