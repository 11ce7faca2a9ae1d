"""Every command is documented, and asking for help is quick."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable

import click
import pytest
from click.testing import Result

from handouts.cli.main import COMMANDS, cli

Run = Callable[..., Result]

HEAVY = ("reportlab", "pydantic", "babel", "pypdf", "PIL", "handouts.model", "handouts.load")


def command(name: str) -> click.Command:
    found = cli.get_command(click.Context(cli), name)
    assert found is not None
    return found


@pytest.mark.parametrize("arguments", [["--help"], ["-h"], ["--version"], []])
def test_help_imports_nothing_heavy(arguments: list[str]) -> None:
    code = (
        "import sys\n"
        "from handouts.cli.main import cli\n"
        f"cli({arguments!r}, standalone_mode=False)\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)\n"
    )
    if not arguments:
        code = code.replace("cli([], standalone_mode=False)\n", "")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"


def test_completing_a_command_imports_nothing_heavy() -> None:
    code = (
        "import sys\n"
        "from click.shell_completion import ShellComplete\n"
        "from handouts.cli.main import cli\n"
        "found = ShellComplete(cli, {}, 'handouts', 'X').get_completions([], 'in')\n"
        f"print([item.value for item in found], [m for m in {HEAVY!r} if m in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "['init', 'inspect'] []\n"


def test_list_of_commands_says_what_each_is_for(run: Run) -> None:
    shown = run("--help")
    assert shown.exit_code == 0
    for name, about in COMMANDS.items():
        assert any(line.split()[:1] == [name] for line in shown.stdout.splitlines())
        assert about in " ".join(shown.stdout.split())


@pytest.mark.parametrize("name", COMMANDS)
def test_command_is_named_as_listed(name: str) -> None:
    assert command(name).name == name
    assert command(name).get_short_help_str(limit=200) == COMMANDS[name]


@pytest.mark.parametrize("name", COMMANDS)
def test_help_has_an_example_and_the_exit_codes(run: Run, name: str) -> None:
    shown = run(name, "--help")
    assert shown.exit_code == 0
    assert "Examples:\n" in shown.stdout
    assert f"  handouts {name}" in shown.stdout
    assert "Exit codes: 0 " in shown.stdout


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_has_help(name: str) -> None:
    options = [item for item in command(name).params if isinstance(item, click.Option)]
    assert [option.name for option in options if not option.help] == []


def parts(name: str) -> list[click.Command]:
    """Return a command, and those in it if it is a group."""
    whole = command(name)
    return [whole, *(whole.commands.values() if isinstance(whole, click.Group) else [])]


@pytest.mark.parametrize("name", COMMANDS)
def test_help_names_what_may_be_typed_and_is_cut_off_nowhere(name: str) -> None:
    for each in parts(name):
        context = click.Context(each, info_name=each.name, terminal_width=80)
        shown = " ".join(each.get_help(context).split())
        assert not re.search(r"[a-z]\.\.\.", shown)
        for item in each.params:
            choices = item.type.choices if isinstance(item.type, click.Choice) else ()
            assert [choice for choice in choices if choice not in shown] == []
            assert "RANGE" not in item.make_metavar(context)


def test_module_runs_as_the_command() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "handouts", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("handouts ")
