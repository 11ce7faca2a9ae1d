"""Every test is run: pytest passes over folders of some names, and over files of others."""

from __future__ import annotations

import re
from fnmatch import fnmatch
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
_TEST = re.compile(r"^\s*(async )?def test_", re.MULTILINE)


def test_every_file_with_tests_is_collected(pytestconfig: pytest.Config) -> None:
    passed_over = pytestconfig.getini("norecursedirs")
    names = pytestconfig.getini("python_files")
    files = [path for path in TESTS.rglob("*.py") if _TEST.search(path.read_text("utf-8"))]
    assert len(files) > 100
    for file in files:
        folders = file.relative_to(TESTS).parts[:-1]
        assert not [name for name in folders for one in passed_over if fnmatch(name, one)], file
        assert any(fnmatch(file.name, pattern) for pattern in names), file
