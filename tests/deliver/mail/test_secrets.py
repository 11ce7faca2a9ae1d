"""Passwords come from command, variable or keyring, and are told to nobody."""

from __future__ import annotations

import sys

import pytest

from handouts.deliver.mail.office import output_of, password_of
from handouts.deliver.mail.sign_in import SERVICE, Vault
from handouts.deliver.mail.transport import Stopped
from handouts.model.mail import Smtp
from tests.deliver.mail.keys import MemoryKeyring

USER = "handouts@clinic.example"


def printing(code: str) -> tuple[str, ...]:
    return (sys.executable, "-c", code)


def settings(**choices: object) -> Smtp:
    return Smtp.model_validate({"host": "mail.clinic.example", **choices})


def test_command_comes_before_variable_before_keyring(
    keys: MemoryKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys.set_password(SERVICE, USER, "of the keyring")
    assert password_of(settings(), USER) == "of the keyring"
    monkeypatch.setenv("HANDOUTS_MAIL_PASSWORD", "of the variable")
    assert password_of(settings(), USER) == "of the variable"
    monkeypatch.setenv("OTHER", "of another")
    assert password_of(settings(password_variable="OTHER"), USER) == "of another"  # noqa: S106 - a name
    command = printing("print('of the command')")
    assert password_of(settings(password_command=command), USER) == "of the command"


def test_without_a_password_it_says_how_to_store_one(keys: MemoryKeyring) -> None:
    with pytest.raises(Stopped, match="no password") as caught:
        password_of(settings(), USER)
    assert f"keyring set handouts {USER}" in caught.value.problems[0].hint
    assert "HANDOUTS_MAIL_PASSWORD" in caught.value.problems[0].hint
    assert keys.kept == {}


def test_a_locked_keyring_stops(keys: MemoryKeyring) -> None:
    keys.locked = True
    for call in (
        lambda: password_of(settings(), USER),
        Vault("a").read,
        lambda: Vault("a").write("x"),
    ):
        with pytest.raises(
            Stopped, match=r"keyring cannot be (read|written) \(KeyringLocked\)"
        ) as caught:
            call()
        assert "nobody must see" not in str(caught.value)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("import sys; print('hunter2'); sys.exit(3)", "failed with exit code 3"),
        ("", "printed no text"),
        ("print()", "printed no text"),
        (r"import sys; sys.stdout.buffer.write(b'\xff\xfe')", "printed no text"),
    ],
)
def test_a_command_that_fails_stops(code: str, words: str) -> None:
    with pytest.raises(Stopped, match=words) as caught:
        output_of(printing(code), "token_command")
    assert caught.value.problems[0].message.startswith("token_command ")
    assert "hunter2" not in str(caught.value)


def test_a_command_that_is_not_there_stops() -> None:
    with pytest.raises(Stopped, match="password_command cannot be run: no such file"):
        output_of(("no-such-command-here",), "password_command")


@pytest.mark.parametrize("printed", ["pässword\\n", "pässword\\r\\nmore\\n", "pässword"])
def test_the_first_line_counts(printed: str) -> None:
    code = f"import sys; sys.stdout.buffer.write('{printed}'.encode())"
    assert output_of(printing(code), "x") == "pässword"


def test_spaces_are_part_of_a_secret() -> None:
    assert output_of(printing("print(' a b ')"), "x") == " a b "


def test_no_shell_reads_a_command() -> None:
    command = (sys.executable, "-c", "import sys; print(sys.argv[1])", "$HOME; echo x")
    assert output_of(command, "x") == "$HOME; echo x"


def test_a_vault_keeps_long_texts(keys: MemoryKeyring) -> None:
    vault = Vault("google:me")
    assert vault.read() is None
    vault.write("ü" * 5001)
    assert vault.read() == "ü" * 5001
    assert len(keys.kept) == 6
    vault.write("short")
    assert vault.read() == "short"
    vault.write("x" * 1000)
    assert vault.read() == "x" * 1000
