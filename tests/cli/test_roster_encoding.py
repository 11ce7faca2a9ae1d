"""Names of patients that help to choose an encoding are for a terminal and for nothing else."""

from __future__ import annotations

import sys

import pytest

from handouts.cli.options import show_encodings

SAMPLES = {"cp1252": ("Zoë", "Núñez")}


def test_names_are_shown_at_a_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    show_encodings(SAMPLES)
    assert capsys.readouterr().err.startswith("  cp1252: Zoë, Núñez")


def test_names_are_shown_nowhere_else(capsys: pytest.CaptureFixture[str]) -> None:
    show_encodings(SAMPLES)
    shown = capsys.readouterr()
    assert (shown.out, shown.err) == ("", "")
