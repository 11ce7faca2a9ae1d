"""A server that cannot be reached into "stop" or "wait": one that was there may come back."""

from __future__ import annotations

from handouts.deliver.mail.faults import MailFault, NotNow, Stopped

_MOST = 3
"""Failures one after the other that a server which has answered before may have."""


class Patience:
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
