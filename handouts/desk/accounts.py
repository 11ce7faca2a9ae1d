"""Keep the accounts that may open the desk from the office's network, and who is signed in.

``.desk/accounts.json`` in the clinic's folder contains names and Argon2 hashes of passwords, and
only its owner can read it. Sessions are in memory, so that they end with the desk.
"""

from __future__ import annotations

import contextlib
import math
import secrets
import threading
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from msgspec import Struct

from handouts.errors import ContentError, DeliveryError
from handouts.files import make_folder, write_whole

FILE = ".desk/accounts.json"
SHORTEST = 12
"""Least number of characters of a password."""

IDLE_SECONDS = 30 * 60
"""A session ends after this time without a request, and what was typed in it is forgotten."""

_FREE_TRIES, _FREE_TRIES_THERE = 5, 20
"""Wrong passwords before a wait: for an account, and from an address, which offices share."""

_FIRST_WAIT, _LONGEST_WAIT = 15.0, 15 * 60.0
"""Seconds to wait after too many wrong passwords; doubled after each further one."""

_AT_ONCE = 2
"""How many passwords are checked at the same time: each check takes 64 MB."""


class Accounts:
    """Names with passwords. The file is read each time: removing an account works at once."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / FILE
        self._hasher = PasswordHasher()
        self._nobody = self._hasher.hash(secrets.token_urlsafe(16))
        self._checking = threading.BoundedSemaphore(_AT_ONCE)

    @property
    def names(self) -> list[str]:
        """The names of all accounts.

        Raises:
            DeliveryError: if the file cannot be read.
        """
        return sorted(self._read())

    def _read(self) -> dict[str, str]:
        try:
            return msgspec.json.decode(self._file.read_bytes(), type=dict[str, str])
        except FileNotFoundError:
            return {}
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
            raise DeliveryError(
                f"{self._file} cannot be read", hint="remove it, and add the accounts again"
            ) from None

    def add(self, name: str, password: str) -> None:
        """Add an account, or change its password.

        Raises:
            ContentError: if the name is empty, or the password is too short.
            DeliveryError: if the file cannot be read or written.
        """
        name = name.strip()
        if not name.isprintable() or not name:
            raise ContentError("an account needs a name", hint="such as: --add-account reception")
        if len(password) < SHORTEST:
            raise ContentError(
                f"the password has fewer than {SHORTEST} characters",
                hint="four words that have nothing to do with each other are long, and remembered",
            )
        known = self._read()
        known[name] = self._hasher.hash(password)
        self._write(known)

    def remove(self, name: str) -> None:
        """Remove an account, which also signs out everybody who uses it.

        Raises:
            ContentError: if there is none of that name.
            DeliveryError: if the file cannot be read or written.
        """
        known = self._read()
        if name not in known:
            listed = ", ".join(sorted(known)) or "none"
            raise ContentError("there is no such account", hint=f"there are: {listed}")
        del known[name]
        self._write(known)

    def _write(self, known: dict[str, str]) -> None:
        make_folder(self._file.parent)
        write_whole(self._file, msgspec.json.encode(known))

    def knows(self, name: str, password: str) -> bool:
        """Return whether this is the password of an account.

        An unknown name takes as long as a wrong password, so that timing does not reveal which
        names exist.
        """
        known = self._read().get(name)
        with self._checking, contextlib.suppress(Argon2Error, InvalidHashError):
            self._hasher.verify(known or self._nobody, password)
            return known is not None
        return False

    def password_hash(self, name: str) -> str | None:
        """Return the hash of an account's password, else None; a changed hash ends sessions."""
        return self._read().get(name)


class SignInTries:
    """Counts wrong passwords by account and by address, and decides how long to wait."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._wrong: dict[tuple[str, str], tuple[int, float]] = {}
        self._lock = threading.Lock()

    def wait(self, account: str, address: str) -> int:
        """Return the seconds before the next try is allowed; 0 if it is allowed now."""
        now = self._clock()
        with self._lock:
            until = max(self._wrong.get(key, (0, now))[1] for key in _keys(account, address))
        return math.ceil(until - now) if until > now else 0

    def failed(self, account: str, address: str) -> None:
        """Count a wrong password."""
        now = self._clock()
        with self._lock:
            stale = now - _LONGEST_WAIT
            self._wrong = {key: each for key, each in self._wrong.items() if each[1] > stale}
            for key, free in _keys(account, address).items():
                count = self._wrong.get(key, (0, now))[0] + 1
                seconds = min(_FIRST_WAIT * 2 ** max(0, count - free), _LONGEST_WAIT)
                self._wrong[key] = (count, now + seconds if count >= free else now)

    def succeeded(self, account: str) -> None:
        """Forget the wrong passwords of an account."""
        with self._lock:
            self._wrong.pop(("account", account), None)


def _keys(account: str, address: str) -> dict[tuple[str, str], int]:
    """Return the keys for counting wrong passwords, each with the number without a wait."""
    return {("account", account): _FREE_TRIES, ("from", address): _FREE_TRIES_THERE}


class Session(Struct):
    """A person who has signed in.

    ``owner`` marks the worksheets of this session. ``password`` is the hash when it began, and
    ``touched`` the time of its last request.
    """

    name: str
    owner: str
    password: str
    touched: float


class Sessions:
    """The people who are signed in, by the secret in the cookie.

    ``ended`` is called with the owner of a session when it ends.
    """

    def __init__(
        self,
        accounts: Accounts,
        ended: Callable[[str], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.accounts, self._ended, self._clock = accounts, ended, clock
        self._known: dict[str, Session] = {}
        self._lock = threading.Lock()

    def begin(self, name: str) -> str:
        """Begin a session for an account; return its secret."""
        token = secrets.token_urlsafe(32)
        password = self.accounts.password_hash(name) or ""
        with self._lock:
            self._known[token] = Session(name, secrets.token_urlsafe(9), password, self._clock())
        return token

    def of(self, token: str | None) -> Session | None:
        """Return a session that has not ended, and note that it is in use."""
        self._end_idle()
        found = self._known.get(token or "")
        if found is None:
            return None
        if self.accounts.password_hash(found.name) != found.password:
            self.end(token or "")
            return None
        found.touched = self._clock()
        return found

    def end(self, token: str) -> None:
        """End a session, and forget everything that belongs to it."""
        with self._lock:
            found = self._known.pop(token, None)
        if found is not None:
            self._ended(found.owner)

    def _end_idle(self) -> None:
        oldest = self._clock() - IDLE_SECONDS
        for token in [key for key, each in list(self._known.items()) if each.touched < oldest]:
            self.end(token)
