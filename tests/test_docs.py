"""README and help are true: links and targets exist, every command has its examples.

That the examples run is tested by test_wheel, in a plain install.
"""

from __future__ import annotations

import re
import runpy
import sys
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from handouts import Library, Workspace
from handouts.check.check import check_all
from handouts.cli.main import COMMANDS, cli
from handouts.errors import EXTRAS, to_install
from handouts.workspace import Kind
from tests.examples import DOCUMENTS, Example, fenced, not_printed, of_document, of_help

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")


def test_readme_has_an_example_of_every_command() -> None:
    ours = [example.line.split() for example in of_document(ROOT / "README.md")]
    named = {words[1] for words in ours if words[0] == "handouts"}
    assert named >= set(COMMANDS) - {"demo"}


def test_help_has_examples() -> None:
    assert len(of_help()) >= 40
    assert [example.line for example in of_help() if not example.line.startswith("handouts ")] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_commands_stand_in_console_blocks(path: Path) -> None:
    """All examples of console blocks are run (test_wheel); none may hide in another block."""
    hidden = [
        line
        for kind, inner in fenced(path.read_text("utf-8"))
        for line in inner.splitlines()
        if kind != "console" and line.startswith("handouts ")
    ]
    assert hidden == []


def test_what_an_example_shows_is_shortened_honestly() -> None:
    """What differs is a … in the line; a line is not simply cut off."""
    cut = Example("handouts build x -o x.pdf", ("wrote x.pdf (",))
    honest = Example(cut.line, ("wrote x.pdf (5 pages, …)", "..."))
    printed = "wrote x.pdf (5 pages, X-ABC123)\n"
    assert not_printed(cut, printed) == ["wrote x.pdf ("]
    assert not_printed(honest, printed) == []
    assert not_printed(honest, printed.replace("5", "4")) == ["wrote x.pdf (5 pages, …)"]


def test_what_a_plain_install_leaves_out_is_listed() -> None:
    """README's table, the hints and the package itself agree."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    packages = {
        name: tuple(re.split(r"[>=<~!\[]", wanted)[0] for wanted in all_wanted)
        for name, all_wanted in project["optional-dependencies"].items()
        if name not in ("dev", "bench")
    }
    assert packages == EXTRAS
    for name, needed in packages.items():
        assert re.search(rf"^\| `{name}` \| .+ \| `{' '.join(needed)}` \|$", README, re.MULTILINE)


def test_what_to_install_is_a_command_for_this_installation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert to_install("figures") == f"{sys.executable} -m pip install numpy shapely"
    monkeypatch.setattr(sys, "executable", "/opt/our clinic/bin/python")
    assert to_install("m365") == '"/opt/our clinic/bin/python" -m pip install msal'
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    (tmp_path / "pipx_metadata.json").touch()
    assert to_install("figures") == "pipx inject handouts numpy shapely"


def test_nothing_asks_an_index_for_handouts() -> None:
    """It is on none: ``pip install handouts[figures]`` would find nothing, or a stranger's."""
    asked = re.compile(r"pip[x]? install [^\n`]*handouts\b")
    pages = [*DOCUMENTS, *(ROOT / "handouts").rglob("*.py"), *(ROOT / "data").rglob("*.yaml")]
    assert [path.name for path in pages if asked.search(path.read_text("utf-8"))] == []


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


def test_the_clinics_folder_is_described_and_its_examples_are_right(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "clinic-folder.md").read_text("utf-8")
    for place in (*(f"{kind}/" for kind in Kind), "limits.yaml", "reviews.yaml", "mail/"):
        assert f"| `{place}` |" in page
    files = [inner for kind, inner in fenced(page) if kind == "yaml"]
    for text in files:
        name = text.partition("\n")[0].removeprefix("# ")
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    library = Library(Workspace(tmp_path))
    assert [str(problem) for problem in check_all(library, [tmp_path])] == []
    assert len(files) >= 6
    assert library.safety("knee").disclaimer_short == "Ask us if you are not sure."
    assert library.safety("low-back").next_day == "Sorer the next day? Do half."
    assert library.layout("standard").margins.side > library.layout("compact").margins.side
    assert library.locale("en-US").plan.heading == "Your plan at home"


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
