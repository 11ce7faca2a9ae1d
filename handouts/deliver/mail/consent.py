"""What a patient agreed to, and the lock on their file, into whether it may go by e-mail."""

from __future__ import annotations

import datetime as dt

from handouts.errors import Problem
from handouts.model.roster import Consent

_WAYS = "encrypt it (a password in the roster, or --passphrases), or hand it over on paper"


def may_go(consent: Consent | None, *, encrypted: bool, today: dt.date) -> Problem | None:
    """Return why a file must not go by e-mail; None if it may.

    Without a lock it goes only to who agreed to that, on a day that is known and has come: e-mail
    is read along the way like a postcard. With a lock it goes to everybody whose roster row is not
    left out (see `handouts.load.roster.row`); the password travels another way.
    """
    if encrypted:
        return None
    if consent is None or not consent.given:
        said = "says no" if consent is not None else "is empty"
        return Problem(f"the file is not encrypted, and email_consent {said}", hint=_WAYS)
    if consent.date is None:
        return Problem(
            "email_consent says yes without the day", hint="write it like yes 2026-11-20"
        )
    if consent.date > today:
        return Problem(f"email_consent is of {consent.date}, a day to come", hint="correct the day")
    return None
