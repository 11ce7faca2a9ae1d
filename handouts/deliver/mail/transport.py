"""One message to one recipient into the server's receipt: what every transport promises."""

from __future__ import annotations

from dataclasses import dataclass
from email.message import EmailMessage
from types import TracebackType
from typing import Protocol, Self


@dataclass(frozen=True, slots=True)
class Receipt:
    """The server's answer to the final dot: its ``code`` if there is one, and a cleaned ``reply``.

    ``reply`` is one line that holds no address and no name.
    """

    code: int | None
    reply: str


class NothingOpen:
    """A transport that opens anew for each message, and so has nothing to close."""

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Do nothing."""


class Transport(Protocol):
    """Carries one message to one recipient.

    A context manager: it opens lazily, at the first message, and closes on exit. ``network`` is
    False where messages only become files.
    """

    network: bool

    def __enter__(self) -> Self:
        """Return itself; nothing is opened yet."""
        ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close what is open; never raises."""
        ...

    def deliver(self, message: EmailMessage, sender: str, recipient: str) -> Receipt:
        """Hand one message over.

        Args:
            message: as `MailMaker.make` made it; it is sent as it is.
            sender: the envelope's sender, an address alone.
            recipient: the one address that gets it.

        Raises:
            Refused: for this recipient or message only.
            NotNow: if trying again later may help.
            Unsure: if the message may have been taken, and nobody knows.
            Stopped: if no message can be sent at all.
        """
        ...
