"""The commands that draw and check figures."""

from __future__ import annotations

import time
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from handouts import Library
from handouts.cli import figures as module
from handouts.cli.main import cli
from handouts.figures import drawings as drawings_module

FIGURE = """figure:
  works: right
  props: [mat]
  start: {step: 1, base: supine}
  end: {step: 2, right_foot_mode: flat, plant: {right_foot: [29, null]}}
variants:
  floating:
    figure:
      end: {raise: 9}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("clinics", "exercises"):
        (tmp_path / name).mkdir()
    built_in = Path(drawings_module.__file__).parents[2] / "data" / "exercises" / "bird-dog.yaml"
    text = built_in.read_text("utf-8")
    head, _, rest = text.partition("sides:")
    rest = "sides:" + rest.partition("default_variant:")[0]
    tail = text[text.index("\nsources:") + 1 :]
    mine = head + rest.partition("\nfigure:")[0].rstrip() + "\n" + FIGURE + tail
    (tmp_path / "exercises" / "my-slide.yaml").write_text(mine, "utf-8")
    return tmp_path


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, ["figures", *words])


def test_show_writes_a_png(folder: Path) -> None:
    done = run("show", "my-slide")
    assert done.exit_code == 0, done.output
    assert (folder / "my-slide.png").read_bytes().startswith(b"\x89PNG")
    assert done.output == "wrote my-slide.png\n"


def test_show_writes_svg_in_colour_and_gray(folder: Path) -> None:
    one = run("show", "my-slide", "-o", "a.svg")
    other = run("show", "my-slide", "-o", "b.svg", "--mirrored", "--mode", "gray")
    assert (one.exit_code, other.exit_code) == (0, 0)
    first, second = ((folder / name).read_text() for name in ("a.svg", "b.svg"))
    assert first.startswith("<svg")
    assert first != second


def test_show_draws_a_file_in_the_making_and_says_what_is_wrong(folder: Path) -> None:
    path = folder / "exercises" / "my-slide.yaml"
    path.write_text(path.read_text().replace("works: right", "works: left"))
    done = run("show", "exercises/my-slide.yaml")
    assert done.exit_code == 0
    assert "the right leg moves, but works says left [figure-side]" in done.output
    line = 1 + path.read_text().splitlines().index("  works: left")
    assert f"exercises/my-slide.yaml:{line}:10: " in done.output


def test_six_views_help_to_choose_a_camera(folder: Path) -> None:
    assert run("show", "my-slide", "--views", "--dpi", "36").exit_code == 0
    assert (folder / "my-slide.png").stat().st_size > 10_000


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["show", "my-slid"], 1, 'did you mean "my-slide"?'),
        (["show", "my-slide", "--variant", "float"], 1, 'did you mean "floating"?'),
        (["show", "my-slide", "-o", "a.gif"], 2, "the name must end with .png or .svg"),
        (["show", "absent.yaml"], 1, "there is no such file"),
        (["check", "my-slide"], 1, "the body would fall"),
    ],
)
def test_mistakes_are_named(words: list[str], code: int, message: str) -> None:
    done = run(*words)
    assert done.exit_code == code, done.output
    assert message in done.output


def test_watch_draws_again_when_the_file_changes(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = folder / "exercises" / "my-slide.yaml"
    edits = iter(
        [
            path.read_text().replace("29, null", "33, null"),
            path.read_text().replace("base: supine", "base: supin"),
            None,
        ]
    )

    def edit(_: float) -> None:
        text = next(edits)
        if text is None:
            raise KeyboardInterrupt
        path.write_text(text)

    monkeypatch.setattr(time, "sleep", edit)
    done = run("show", "exercises/my-slide.yaml", "--watch")
    assert done.output.count("wrote my-slide.png") == 2
    assert 'did you mean "supine"?' in done.output


def test_sheet_shows_all_figures(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "figures_of", _mine)
    done = run("sheet")
    assert done.output == "wrote figures.png: 2 figures\n"
    assert (folder / "figures.png").stat().st_size > 5_000


def _mine(library: Library) -> list[object]:
    found = drawings_module.figures_of_exercise(library.exercise("my-slide"))
    return [("my-slide", variant, figure) for variant, figure in found]


@pytest.mark.usefixtures("folder")
def test_table_says_what_touches_and_moves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "figures_of", _mine)
    done = run("table")
    row = next(line for line in done.output.splitlines() if line.startswith("| my-slide |"))
    assert "floor: head, upper back, lower back, buttocks, both heels |" in row
    assert row.endswith("| right leg | right |")


@pytest.mark.parametrize("name", list(module.figures.commands))
def test_every_command_and_option_has_help(name: str) -> None:
    command = module.figures.commands[name]
    assert command.help
    assert "Exit codes: 0 " in command.help
    options = [item for item in command.params if isinstance(item, click.Option)]
    assert [option.name for option in options if not option.help] == []


def test_without_its_tools_generate_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawings_module, "find_spec", lambda _name: None)
    done = run("generate")
    assert done.exit_code == 1
    assert "drawing the shipped pictures needs numpy and shapely" in done.stderr
    assert "install numpy shapely" in done.stderr
    assert "not drawn yet" not in done.stderr
