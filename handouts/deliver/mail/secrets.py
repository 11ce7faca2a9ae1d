"""Read passwords and tokens from a command, the environment or the keyring; never from YAML.

No message here holds what was found, nor what a command printed.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Callable

import keyring
from keyring.errors import KeyringError, PasswordDeleteError

from handouts.deliver.mail.faults import Stopped
from handouts.model.mail import Smtp

SERVICE = "handouts"
"""What passwords are filed under in the keyring."""
Secret = Callable[[bool], str]
"""Gives a password or token; True asks for a fresh one, the last having been refused."""
Tell = Callable[[str], None]
"""Shows a person what to do to sign in."""

_COMMAND_SECONDS = 120
# Windows keeps at most 2,560 bytes an entry, in UTF-16.
_PIECE_CHARACTERS = 1000


def password_of(smtp: Smtp, user: str) -> str:
    """Return the password of a mailbox: of the command, else the variable, else the keyring.

    Raises:
        Stopped: if there is none.
    """
    if smtp.password_command is not None:
        return output_of(smtp.password_command, "password_command")
    found = os.environ.get(smtp.password_variable) or _from_keyring(user)
    if not found:
        raise Stopped(
            "there is no password for the mailbox",
            hint=f"keyring set {SERVICE} {user}; or set the variable {smtp.password_variable}",
        )
    return found


def output_of(command: tuple[str, ...], name: str) -> str:
    """Return the first line that a command prints; ``name`` is its key in messages.

    What it writes to standard error goes to the terminal, for it may ask for a key or a touch.

    Raises:
        Stopped: if it cannot be run, fails, takes two minutes, or prints nothing.
    """
    hint = f"run it by hand: it must print the secret alone; {name} is a list of words"
    try:
        # The clinic's own file names the command, as a list: no shell takes part.
        done = subprocess.run(  # noqa: S603
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            timeout=_COMMAND_SECONDS,
            check=False,
        )
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise Stopped(f"{name} cannot be run: {reason}", hint=hint) from None
    except subprocess.TimeoutExpired:
        raise Stopped(f"{name} did not end within two minutes", hint=hint, retry=True) from None
    if done.returncode:
        raise Stopped(f"{name} failed with exit code {done.returncode}", hint=hint)
    try:
        line = done.stdout.decode().partition("\n")[0].rstrip("\r")
    except UnicodeDecodeError:
        line = ""
    if not line:
        raise Stopped(f"{name} printed no text", hint=hint)
    return line


def _from_keyring(user: str) -> str | None:
    try:
        return keyring.get_password(SERVICE, user)
    except KeyringError as error:
        raise Stopped(
            f"the system's keyring cannot be read ({type(error).__name__})",
            hint="unlock it, or use password_command or the environment variable",
        ) from None


class Vault:
    """A longer text in the keyring, in pieces that every system's keyring takes."""

    def __init__(self, name: str) -> None:
        self._name = name

    def read(self) -> str | None:
        """Return the text, None if there is none.

        Raises:
            Stopped: if the keyring cannot be read.
        """
        pieces: list[str] = []
        while piece := _from_keyring(f"{self._name}:{len(pieces)}"):
            pieces.append(piece)
        return "".join(pieces) or None

    def write(self, text: str) -> None:
        """Keep a text in the place of the last one.

        Raises:
            Stopped: if the keyring refuses.
        """
        starts = range(0, len(text), _PIECE_CHARACTERS)
        pieces = [text[start : start + _PIECE_CHARACTERS] for start in starts]
        try:
            for number, piece in enumerate(pieces):
                keyring.set_password(SERVICE, f"{self._name}:{number}", piece)
            # A longer text before this one left pieces behind: the first of them is the end mark.
            with contextlib.suppress(PasswordDeleteError):
                keyring.delete_password(SERVICE, f"{self._name}:{len(pieces)}")
        except KeyringError as error:
            raise Stopped(
                f"the system's keyring cannot be written ({type(error).__name__})",
                hint="unlock it, or use token_command instead of sign_in",
            ) from None
