"""Turn manifest, roster and ledger into a decision about each handout; nothing is sent here."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from difflib import get_close_matches
from enum import StrEnum

from handouts.deliver.mail.events import Delivery, Event
from handouts.deliver.mail.ledger import Ledger
from handouts.deliver.mail.message import Mailbox, read_mailbox
from handouts.deliver.mail.transport import Refused
from handouts.deliver.manifest import ManifestEntry
from handouts.deliver.tokens import Key, row_digest
from handouts.errors import HandoutError, Location, Problem, Severity
from handouts.load.models import build_model
from handouts.load.roster import Roster
from handouts.load.yaml import LIMIT_BYTES, parse
from handouts.model.base import Sealed
from handouts.model.mail import MailDomains
from handouts.model.roster import EmailConsent, RosterRow, RowProblem
from handouts.workspace import Workspace

_RESUME = "run the batch again with --resume, which keeps unchanged handouts"
ABSENT = "not in the roster"
_DOMAINS = "data/mail/domains.yaml"
_ALIKE = 0.88
"""Similarity (difflib's ratio) of a likely slip: one letter in ten missing, doubled or replaced."""
_SHORTEST = 8
"""The shortest known domain, in letters, that other domains are compared with."""
_WAYS = "encrypt it (a password in the roster, or --passphrases), or hand it over on paper"


class Verdict(StrEnum):
    """What to do about a handout."""

    READY = "ready"
    SENT = "sent before"
    NO_ADDRESS = "no address"
    LEFT_OUT = "left out"
    WRONG = "wrong"
    UNKNOWN = "unknown"


class Planned(Sealed, frozen=True):
    """One handout. ``mailbox`` and ``delivery`` are set for handouts that are ready.

    ``reason`` says why a row is left out. ``warnings`` do not prevent sending. ``since`` is the
    event after which the outcome is unknown.
    """

    entry: ManifestEntry
    verdict: Verdict
    row: RosterRow | RowProblem | None = None
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    mailbox: Mailbox | None = None
    delivery: Delivery | None = None
    password: str | None = None
    reason: str = ""
    since: Event | None = None


class SendPlanner:
    """Judges each line of a manifest by the newest roster and the ledger.

    ``key`` is that of the batch, ``passphrases`` the key of its passphrases. ``first`` maps each
    fingerprint to the digest of the handout as it was first made, because an encrypted handout has
    other bytes each time it is made. ``again`` has references of patients who get once more what
    they have, or may have.
    """

    def __init__(
        self,
        workspace: Workspace,
        roster: Roster,
        ledger: Ledger,
        key: Key,
        passphrases: Key | None,
        first: Mapping[str, str],
        again: Collection[str] = (),
    ) -> None:
        self._first, self._again = first, again
        self._today, self._ledger = workspace.today, ledger
        self._key, self._passphrases = key, passphrases
        self._domains = Domains(workspace)
        rows = list(roster.rows())
        self._rows = {row.reference: row for row in rows}
        self._nameless = [row for row in rows if not row.reference]
        self._left_out = dict(roster.left_out())
        self._sharing = _sharing(self._rows.values())

    def plan(self, entries: Iterable[ManifestEntry]) -> list[Planned]:
        """Return finished handouts in order, each with what to do about it."""
        entries = tuple(entries)
        files = Counter(entry.file for entry in entries)
        return [self._judged(entry, files) for entry in entries]

    def without(self, entries: Iterable[ManifestEntry]) -> list[RosterRow | RowProblem]:
        """Return the rows of patients for whom no handout was made."""
        made = {entry.reference for entry in entries}
        named = (row for name, row in self._rows.items() if name and name not in made)
        return [*named, *self._nameless]

    def _judged(self, entry: ManifestEntry, files: Mapping[str, int]) -> Planned:
        row = self._rows.get(entry.reference)
        if row is None:
            reason = self._left_out.get(entry.reference, ABSENT)
            return Planned(entry, Verdict.LEFT_OUT, reason=reason)
        if isinstance(row, RowProblem):
            return Planned(entry, Verdict.WRONG, row, row.problems)
        if row.email is None:
            return Planned(entry, Verdict.NO_ADDRESS, row)
        problems = [*self._of_manifest(entry, files), *_of_row(entry, row)]
        if not problems and entry.row_digest != row_digest(row, self._key):
            problems.append(_problem(row, "the row was changed after its handout was made"))
        try:
            mailbox = read_mailbox(row.email)
        except Refused as error:
            problems += _placed(row, error)
            return Planned(entry, Verdict.WRONG, row, tuple(problems))
        return self._addressed(entry, row, mailbox, problems)

    def _addressed(
        self, entry: ManifestEntry, row: RosterRow, mailbox: Mailbox, problems: list[Problem]
    ) -> Planned:
        """Judge a handout whose row has a valid address."""
        sha256 = self._first.get(entry.fingerprint, entry.sha256)
        delivery = self._ledger.delivery(entry.reference, entry.token, sha256, mailbox.same)
        standing = self._ledger.standing(delivery)
        again = entry.reference in self._again
        if standing.done and not again:
            return Planned(entry, Verdict.SENT, row)
        if standing.unsure and not again:
            return Planned(entry, Verdict.UNKNOWN, row, since=standing.unsure)
        problems += self._of_address(row, mailbox, delivery)
        refusal = may_go(row.email_consent, encrypted=entry.encrypted, today=self._today)
        if refusal is not None:
            problems.append(_problem(row, refusal.message, refusal.hint))
        password = self._password(row) if entry.encrypted else None
        return Planned(
            entry,
            Verdict.WRONG if problems else Verdict.READY,
            row,
            tuple(problems),
            tuple(self._warnings(row, mailbox, elsewhere=standing.elsewhere)),
            mailbox,
            delivery,
            password,
        )

    def _password(self, row: RosterRow) -> str | None:
        """Return the password of a patient's file; None if it is not known."""
        if row.password is not None:
            return row.password.get_secret_value()
        return self._passphrases.passphrase(row.reference) if self._passphrases else None

    def _of_manifest(self, entry: ManifestEntry, files: Mapping[str, int]) -> Iterator[Problem]:
        """Find entries that no batch writes, because somebody changed the manifest."""
        hint = "restore the manifest from a backup, or make the batch again in a new folder"
        if self._key.token(entry.reference) != entry.token:
            yield Problem("the manifest gives the reference another patient's token", hint=hint)
        if not entry.file:
            yield Problem("the manifest names no file of the batch", hint=hint)
        if files[entry.file] > 1:
            yield Problem("the manifest gives two patients one file", hint=hint)
        if not (entry.sha256 and entry.pages and entry.code and entry.language):
            yield Problem("the manifest does not say what the file is", hint=hint)

    def _of_address(
        self, row: RosterRow, mailbox: Mailbox, delivery: Delivery
    ) -> Iterator[Problem]:
        hint = "if both want it there, write yes in the column shared_email of both"
        if row.shared_email:
            return
        others = self._sharing.get(mailbox.same, frozenset()) - {row.reference}
        if others:
            yield _problem(row, f"{_listed(others)} has the same address", hint)
        elif self._ledger.is_address_of_another(delivery):
            yield _problem(row, "mail of another patient went to the same address", hint)

    def _warnings(self, row: RosterRow, mailbox: Mailbox, *, elsewhere: bool) -> Iterator[Problem]:
        place, warning = Location(row.file, row.row), Severity.WARNING
        meant = self._domains.likely_domain(mailbox.domain)
        if meant is not None:
            message = f"the address is at {mailbox.domain}, which looks like {meant}"
            yield Problem(message, place, "ask the patient", severity=warning)
        if elsewhere:
            message = "the address is a new one: this handout went to another before"
            hint = (
                "did it belong to somebody else? then tell the person responsible for data "
                "protection"
            )
            yield Problem(message, place, hint, severity=warning)


def _of_row(entry: ManifestEntry, row: RosterRow) -> Iterator[Problem]:
    """Find where the row differs from the one that the handout was made from."""
    if row.file == entry.roster and row.row != entry.row:
        yield _problem(row, f"the row was in line {entry.row} when its handout was made")
    for column in ("program", "clinic", "layout"):
        now, then = getattr(row, column), getattr(entry, column)
        if now != then:
            yield _problem(row, f"{column} is {now} now, but the handout was made with {then}")
    if row.name is None:
        hint = "add it to the roster, and run the batch again with --resume"
        yield _problem(row, "there is no name to compare the first page with", hint)
    if row.password is not None and not entry.encrypted:
        yield _problem(row, "the row has a password, but the file was made without one")


def _problem(row: RosterRow, message: str, hint: str = _RESUME) -> Problem:
    return Problem(message, Location(row.file, row.row), hint)


def _placed(row: RosterRow, error: HandoutError) -> Iterator[Problem]:
    for problem in error.problems:
        yield _problem(row, problem.placed, problem.hint)


def _sharing(rows: Iterable[RosterRow | RowProblem]) -> Mapping[str, frozenset[str]]:
    """Return the addresses of more than one patient, with their references."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for row in rows:
        if isinstance(row, RosterRow) and row.email is not None:
            try:
                found[read_mailbox(row.email).same].add(row.reference)
            except Refused:
                continue
    return {same: frozenset(names) for same, names in found.items() if len(names) > 1}


def _listed(references: Iterable[str]) -> str:
    first, *more = sorted(references)
    return f"{first} and {len(more)} more" if more else first


def may_go(consent: EmailConsent | None, *, encrypted: bool, today: dt.date) -> Problem | None:
    """Return why a file must not go by e-mail; None if it may.

    An unencrypted file goes only to patients who agreed to that, on a known day that is not in the
    future: e-mail can be read on the way like a postcard. An encrypted file needs no consent; rows
    that are left out do not come here (see `handouts.load.roster.row`). Its password travels
    another way.
    """
    if encrypted:
        return None
    if consent is None or not consent.given:
        answer = "says no" if consent is not None else "is empty"
        return Problem(f"the file is not encrypted, but email_consent {answer}", hint=_WAYS)
    if consent.date is None:
        return Problem("email_consent says yes without a date", hint="write it like yes 2026-11-20")
    if consent.date > today:
        return Problem(
            f"email_consent is dated {consent.date}, which is in the future",
            hint="correct the date",
        )
    return None


class Domains:
    """The domains of known providers."""

    def __init__(self, workspace: Workspace) -> None:
        data = workspace.read(workspace.builtin(_DOMAINS), LIMIT_BYTES)
        found = build_model(MailDomains, parse(data, _DOMAINS), name="mail-domains")
        self._known = frozenset(found.known)
        self._compared = sorted(name for name in self._known if len(name) >= _SHORTEST)

    def likely_domain(self, domain: str) -> str | None:
        """Return the provider whose domain was probably meant; None if the domain looks right."""
        name = domain.lower()
        if name in self._known:
            return None
        close = get_close_matches(name, self._compared, n=1, cutoff=_ALIKE)
        return close[0] if close else None

    def masked(self, mailbox: Mailbox) -> str:
        """Return an address as a screen may show it: ``m…@gmail.com``, ``m…@n….example``.

        A patient's own domain may be their name, so only a provider's domain is shown whole.
        """
        first, domain = mailbox.address[0], mailbox.domain.lower()
        if domain in self._known:
            return f"{first}…@{domain}"
        return f"{first}…@{domain[0]}….{domain.rpartition('.')[2]}"
