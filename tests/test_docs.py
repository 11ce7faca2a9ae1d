"""README is true: its commands run, its links and targets exist, every command is in it."""

from __future__ import annotations

import re
import runpy
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from handouts.cli.main import COMMANDS, cli

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"^```console\n(.*?)^```", README, re.DOTALL | re.MULTILINE)
ELSEWHERE = ("make", "pip", "pipx", "cd", "python", "git", "py", "eval")
"""Commands that set a machine up: make is checked by its targets, the others by test_wheel."""


def commands(block: str) -> list[tuple[list[str], list[str]]]:
    """Return each command of a block as words, with the output lines shown under it."""
    joined = block.replace("\\\n", " ")
    found: list[tuple[list[str], list[str]]] = []
    for line in joined.splitlines():
        if line.startswith("$ "):
            found.append((shlex.split(line[2:], comments=True), []))
        elif line.strip():
            found[-1][1].append(line)
    return found


def test_readme_has_commands_to_run() -> None:
    ours = [words for block in BLOCKS for words, _ in commands(block) if words[0] == "handouts"]
    assert len(ours) >= 8
    assert {words[1] for words in ours} >= set(COMMANDS) - {"demo"}


def test_readme_commands_run_and_print_what_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All blocks run one after the other, as a reader would run them."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("HANDOUTS_FOLDER", raising=False)
    for block in BLOCKS:
        for words, shown in commands(block):
            if words[0] == "cd":
                monkeypatch.chdir(words[1])
            if words[0] in ELSEWHERE:
                continue
            assert words[0] == "handouts", words
            done = CliRunner().invoke(cli, words[1:])
            assert done.exit_code == 0, f"{words}: {done.output}"
            missing = [line for line in shown if line != "..." and line not in done.output]
            assert missing == [], f"{words} printed:\n{done.output}"


def test_make_targets_in_readme_exist() -> None:
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    named = re.findall(r"\bmake ([a-z]+)\b(?=`|$)", README, re.MULTILINE)
    assert {"demo", "test"} <= set(named) <= set(targets)


def test_links_in_readme_lead_somewhere() -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", README)
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_readme_explains_every_command() -> None:
    assert [name for name in COMMANDS if f"`handouts {name}" not in README] == []


def test_list_of_checks_is_fresh() -> None:
    page = runpy.run_path(str(ROOT / "tools" / "reference.py"))["page"]()
    assert (ROOT / "docs" / "checks.md").read_text("utf-8") == page, "run make docs"
    assert page.count("\n| `") >= 20


def test_version_is_in_the_changelog_or_not_released() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert re.findall(r"^## (\S+)", changelog, re.MULTILINE)[0] == "Unreleased"
    assert changelog.count("\n- ") >= 3


def test_continuous_integration_runs_make_test() -> None:
    script = ROOT / ".ci" / "run"
    assert script.stat().st_mode & 0o111
    assert script.read_text("utf-8").splitlines()[-1] == "exec make test"


def test_the_table_of_pictures_is_fresh() -> None:
    result = CliRunner().invoke(cli, ["figures", "table"])
    assert result.exit_code == 0
    page = (ROOT / "docs" / "pictures.md").read_text("utf-8")
    assert page.endswith("\n\n" + result.output)
