"""What `check` finds, `build` refuses, and what it lets pass is built."""

from __future__ import annotations

import contextlib
import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from handouts import OrderRequest, Workspace, make_order
from handouts.check.lint_handout import Essential
from handouts.cli.main import cli
from handouts.deliver.check_handouts import check_content
from handouts.errors import EXTRAS, MissingError
from handouts.figures import drawings
from handouts.load.library import Library
from handouts.model.order import Order
from handouts.workspace import Kind

pytestmark = [pytest.mark.usefixtures("few_built_in"), pytest.mark.slow]
ROOT = Path(__file__).parents[2]
ids = Workspace.ids
UNSAFE = """\
schema: 1
name: Bare
description: Exercises and nothing else
extends: standard
sections:
  - {head: none, blocks: [exercises]}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a clinic's folder with copies of a built-in clinic and program."""
    for kind, names in (("clinics", ("riverbend.yaml", "riverbend.svg")), ("layouts", ())):
        (tmp_path / kind).mkdir()
        for name in names:
            shutil.copy(ROOT / "data" / kind / name, tmp_path / kind)
    return tmp_path


def command(folder: Path, *words: str) -> tuple[int, str, str]:
    """Run a command; return its exit code and what it says to standard output and error."""
    with contextlib.chdir(folder):
        done = CliRunner().invoke(cli, ["--folder", str(folder), *words])
    return done.exit_code, done.stdout, done.stderr


def both(folder: Path, layout: str = "standard") -> tuple[str, str]:
    """Check, and build; return what each says. Both or neither find an error."""
    code, checked, _ = command(folder, "check", ".")
    build = ("build", "si-joint-calm", "--clinic", "riverbend", "--layout", layout, "-o", "x.pdf")
    build_code, _, built = command(folder, *build)
    assert code == build_code, checked + built
    assert (folder / "x.pdf").exists() == (build_code == 0)
    return checked, built


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def test_what_is_right_is_right_for_both(folder: Path) -> None:
    checked, built = both(folder)
    assert checked == "no problems\n"
    assert built.startswith("a draft: ")
    assert built.count("\n") == 1


@pytest.mark.parametrize("language", ["fr-FR", "en-QQ"])
def test_a_language_without_words_or_dates(folder: Path, language: str) -> None:
    change(folder / "clinics" / "riverbend.yaml", "locale: en-US", f"locale: {language}")
    checked, built = both(folder)
    assert "clinics/riverbend.yaml:" in checked
    assert f'the language "{language}"' in checked or f'no locale "{language}"' in checked
    assert checked.splitlines()[0] in built


def test_letters_that_no_font_has(folder: Path) -> None:
    change(folder / "clinics" / "riverbend.yaml", "name: Riverbend", "name: 𒀀 Riverbend")
    checked, built = both(folder)
    assert "clinics/riverbend.yaml:" in checked
    assert "no font has the character U+12000" in checked
    assert "no font has the character U+12000" in built
    assert checked.count("no font has") == 1


def test_a_layout_without_safety(folder: Path) -> None:
    (folder / "layouts" / "bare.yaml").write_text(UNSAFE, "utf-8")
    checked, built = both(folder, "bare")
    for essential in Essential:
        assert f"layouts/bare.yaml:5:1: no section prints {essential}" in checked
    assert "layouts/bare.yaml:5:1: leaves_out must list what no section prints" in checked
    assert built.splitlines()[0] in checked


def test_safety_cannot_be_switched_off(folder: Path) -> None:
    lint = "lint: [{code: logo, reason: because}]\n"
    (folder / "layouts" / "bare.yaml").write_text(UNSAFE + lint, "utf-8")
    checked, _ = both(folder, "bare")
    assert f"no section prints {Essential.RED_FLAGS}" in checked


def test_type_too_large_for_the_page(folder: Path) -> None:
    large = "schema: 1\nname: L\ndescription: L\nextends: standard\ntype: {steps: 90/110 pt}\n"
    (folder / "layouts" / "large.yaml").write_text(large, "utf-8")
    checked, built = both(folder, "large")
    assert "layouts/large.yaml: " in checked
    assert "in layout large" in checked
    assert " mm " in built


def test_a_picture_that_nothing_can_draw(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(ROOT / "docs" / "example-folder" / "exercises", tmp_path / "exercises")

    def missing(name: str) -> object:
        return None if name in EXTRAS["figures"] else object()

    def refuse(*_: object) -> None:
        raise MissingError("the picture is not drawn yet", hint="install it")

    monkeypatch.setattr(drawings, "find_spec", missing)
    monkeypatch.setattr(drawings, "draw_now", refuse)
    found = [item for item in check_content(Library(Workspace(tmp_path))) if not item.code]
    places = {item.location.file for item in found}
    # The pose of one is that of a built-in exercise, whose drawing is there.
    own = {f"exercises/{path.name}" for path in (tmp_path / "exercises").iterdir()}
    assert places == own - {"exercises/own-calf-stretch.yaml"}
    assert all(item.location.line for item in found)


def test_several_paths_are_checked_in_one_go(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What each path alone is blamed for is told together, and no handout is tried twice."""
    (folder / "layouts" / "bare.yaml").write_text(UNSAFE, "utf-8")
    change(folder / "clinics" / "riverbend.yaml", "#0f7c8a", "#0f7c8")
    names = ["layouts/bare.yaml", "clinics", "clinics/riverbend.yaml"]
    alone = [command(folder, "check", "--json", name)[1] for name in names]
    together = command(folder, "check", "--json", *names)[1]
    told = {json.dumps(problem) for each in alone for problem in json.loads(each)}
    assert told == {json.dumps(problem) for problem in json.loads(together)}
    change(folder / "clinics" / "riverbend.yaml", "#0f7c8", "#0f7c8a")
    (folder / "layouts" / "bare.yaml").unlink()
    tried: list[OrderRequest] = []

    def counted(library: Library, request: OrderRequest) -> Order:
        tried.append(request)
        return make_order(library, request)

    monkeypatch.setattr("handouts.deliver.check_handouts.make_order", counted)
    assert command(folder, "check", *names[1:])[0] == 0
    assert len(tried) == len({(each.program, each.layout) for each in tried}) == 1


def test_what_is_built_in_is_not_laid_out_in_every_layout_for_a_clinic(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = {
        Kind.PROGRAMS: ("hand-begin", "si-joint-calm", "walking-plan"),
        Kind.LAYOUTS: ("cards", "compact", "standard"),
    }
    monkeypatch.setattr(Workspace, "ids", lambda self, kind: kept.get(kind, ids(self, kind)))
    tried: list[tuple[str, str]] = []

    def counted(library: Library, request: OrderRequest) -> Order:
        tried.append((request.program, request.layout))
        return make_order(library, request)

    monkeypatch.setattr("handouts.deliver.check_handouts.make_order", counted)
    assert command(folder, "check")[0] == 0
    programs, layouts = ({each[at] for each in tried} for at in (0, 1))
    assert (programs, layouts) == tuple(set(names) for names in kept.values())
    assert len(tried) == 2 * len(programs)
    # A layout of the clinic's own is tried with every program, for either kind of patient.
    shutil.copy(ROOT / "layouts" / "compact.yaml", folder / "layouts")
    tried.clear()
    command(folder, "check", "layouts")
    assert {each for each in tried if each[1] == "compact"} == {
        (program, "compact") for program in kept[Kind.PROGRAMS]
    }
    assert {layout for _, layout in tried} == {"compact"}
