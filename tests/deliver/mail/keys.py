"""A keyring in memory, of a system that keeps short entries only."""

from __future__ import annotations

import keyring.errors
from keyring.backend import KeyringBackend

MOST_BYTES = 2560
"""What Windows keeps of one entry."""


class MemoryKeyring(KeyringBackend):
    """Keeps passwords in a dictionary; a ``locked`` one refuses."""

    priority = 1  # a property in the base class

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.kept: dict[tuple[str, str], str] = {}
        self.locked = False

    def get_password(self, service: str, username: str) -> str | None:
        """Return a password."""
        self._check()
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep a password."""
        self._check()
        if len(password.encode("utf-16-le")) > MOST_BYTES:
            raise keyring.errors.PasswordSetError("too long")
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        """Forget a password."""
        if (service, username) not in self.kept:
            raise keyring.errors.PasswordDeleteError("not there")
        del self.kept[service, username]

    def _check(self) -> None:
        if self.locked:
            raise keyring.errors.KeyringLocked("it is locked, said by a word nobody must see")
