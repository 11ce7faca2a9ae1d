"""What a listener is told, and beside it the rows that failed into a CSV to correct."""

from __future__ import annotations

from collections.abc import Sequence

from handouts.deliver.failures import Failures
from handouts.deliver.mail.plan import Planned
from handouts.deliver.mail.results import Listener, Outcome, Tally
from handouts.errors import Problem


class Noting:
    """A listener that also writes down which rows failed."""

    def __init__(self, listener: Listener, failures: Failures) -> None:
        self._listener, self._failures = listener, failures

    def begun(self, tally: Tally) -> None:
        """Pass it on."""
        self._listener.begun(tally)

    def warned(self, item: Planned) -> None:
        """Pass it on."""
        self._listener.warned(item)

    def sent(self, item: Planned, tally: Tally) -> None:
        """Pass it on."""
        self._listener.sent(item, tally)

    def waiting(self, seconds: float, messages: int) -> None:
        """Pass it on."""
        self._listener.waiting(seconds, messages)

    def failed(
        self, item: Planned, what: Outcome, problems: Sequence[Problem], tally: Tally
    ) -> None:
        """Write the row down and pass it on."""
        if item.row is not None:
            self._failures.add(item.row.file, item.row.row, item.row.cells, problems)
        self._listener.failed(item, what, problems, tally)
