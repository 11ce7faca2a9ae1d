"""docs/emailing.md is true: its settings load, its commands exist, and it names all there is."""

from __future__ import annotations

import re
import shlex
import textwrap
from pathlib import Path

import pytest
import yaml
from pydantic import BaseModel

from handouts import Library
from handouts.cli.main import cli
from handouts.deliver.mail.message import MailMaker
from handouts.model.mail import Graph, Mail, SignIn, Smtp
from tests.deliver.mail.letters import clinic, letter

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "emailing.md").read_text("utf-8")
SETTINGS = re.findall(r"^ *```yaml\n(.*?)^ *```", PAGE, re.DOTALL | re.MULTILINE)
COMMANDS = re.findall(r"^ *\$ (handouts .*)$", PAGE, re.MULTILINE)


@pytest.mark.parametrize("block", SETTINGS, ids=range(len(SETTINGS)))
def test_settings_shown_are_right(block: str) -> None:
    mail = Mail.model_validate(yaml.safe_load(textwrap.dedent(block))["mail"])
    assert mail.from_ == "handouts@clinic.example"


def test_there_are_settings_for_every_transport_and_sign_in() -> None:
    assert len(SETTINGS) >= 8
    mails = [yaml.safe_load(textwrap.dedent(block))["mail"] for block in SETTINGS]
    assert {mail.get("transport", "folder") for mail in mails} == {"folder", "smtp", "graph"}


@pytest.mark.parametrize("model", [Mail, Smtp, Graph, SignIn])
def test_every_setting_is_listed(model: type[BaseModel]) -> None:
    table = PAGE[PAGE.index("## All settings") : PAGE.index("## The message")]
    names = [field.alias or name for name, field in model.model_fields.items()]
    assert [name for name in names if f"`{name}" not in table] == []


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_shown_exist(command: str) -> None:
    words = shlex.split(command)[1:]
    found = cli.get_command(
        cli.make_context("handouts", ["--help"], resilient_parsing=True), words[0]
    )
    assert found is not None
    known = {option for parameter in found.params for option in parameter.opts}
    assert {word for word in words[1:] if word.startswith("-")} <= known


def test_every_name_of_a_template_is_listed(library: Library) -> None:
    table = PAGE[PAGE.index("## The message") : PAGE.index("## Consent")]
    maker = MailMaker(library, clinic(library))
    facts = maker._facts(letter())
    named = [*facts, *(f".{name}" for part in ("clinic", "brand") for name in facts[part])]
    unsaid = {".copied_from", ".pictures"}  # Nothing that a letter would say.
    assert [name for name in named if f"`{name}`" not in table and name not in unsaid] == []


def test_links_lead_somewhere() -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", PAGE)
    assert links
    assert [link for link in links if not (ROOT / "docs" / link).exists()] == []
