"""Faults of mail: what went wrong with one message, and what the sender does next.

    MailFault       never raised itself
      Refused       this recipient or message only: the row fails, the others go on
      NotNow        not now: wait and try again, then leave the row as "to retry"
      Unsure        the connection was lost after the message's end: nobody knows; never sent again
      Stopped       nothing can be sent: stop the run; ``retry`` says whether later can help

No fault holds an address, a name, a password or a server's own words: only its code and ours.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from typing_extensions import override

from handouts.errors import DeliveryError, Problem

_MOST = 3
"""Failures one after the other that a server which has answered before may have."""


class MailFault(DeliveryError):
    """A message was not sent. ``code``: the server's, if it gave one; ``explained``: for the desk.

    ``explained`` starts lower-case and names no person; ``hint`` is the remedy; ``wait`` is how
    many seconds the server asks to be left alone, 0 if it does not say.
    """

    retries = False

    def __init__(
        self,
        explained: str,
        *,
        code: int | None = None,
        hint: str = "",
        retry: bool | None = None,
        wait: float = 0.0,
    ) -> None:
        super().__init__(
            Problem(explained, hint=hint), retry=self.retries if retry is None else retry
        )
        self.explained = explained
        self.code = code
        self.hint = hint
        self.wait = wait

    @override
    def __reduce__(self) -> tuple[Any, ...]:
        kind = partial(type(self), code=self.code, hint=self.hint, retry=self.retry, wait=self.wait)
        return kind, (self.explained,)


class Refused(MailFault):
    """This recipient or this message is refused for good: the row fails, the others go on."""


class NotNow(MailFault):
    """The server cannot take it now, or the connection broke before the message's end."""

    retries = True


class Unsure(MailFault):
    """The connection was lost after the message's end: it may have been taken."""


class Stopped(MailFault):
    """No message can be sent: sign-in, certificate, server or a day's limit."""


class RetryJudge:
    """Remembers whether a server has answered in this run, and how often it has failed since."""

    def __init__(self) -> None:
        self._answered = False
        self._failed = 0

    def answered(self) -> None:
        """Note that the server is there."""
        self._answered, self._failed = True, 0

    def judge(self, fault: Stopped) -> MailFault:
        """Return what a failed connection means: `NotNow` where it is worth while to wait."""
        self._failed += 1
        if not fault.retry or not self._answered or self._failed > _MOST:
            return fault
        return NotNow(fault.explained, code=fault.code, hint=fault.hint, wait=fault.wait)
