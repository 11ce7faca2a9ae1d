"""Days and times in the words of one language → when the next visit is, without calendar data.

Nothing heavy is imported here: they were put into words when a handout of the kind was laid out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from msgspec import Struct


class Visits(Struct, frozen=True):
    """``days`` by date, ``times`` by hour and minute; ``timed`` joins ``{date}`` and ``{time}``."""

    days: Mapping[str, str]
    times: Mapping[str, str]
    timed: str

    def words(self, when: dt.date | dt.datetime) -> str | None:
        """Return a visit as `handouts.compose.dates.appointment` does; None if it is not known."""
        moment = when if isinstance(when, dt.datetime) else None
        date = self.days.get((moment.date() if moment else when).isoformat())
        if date is None or moment is None or moment.time() == dt.time(0):
            return date
        time = self.times.get(f"{moment:%H:%M}") if not moment.second else None
        return self.timed.replace("{date}", date).replace("{time}", time) if time else None
