"""Turn a planned handout into a checked message: one recipient, the right file, no password in it.

A dry run writes the first messages as files to look at.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from itertools import count
from pathlib import Path

from handouts.deliver.mail.interlock import check_message, check_pdf
from handouts.deliver.mail.ledger import Ledger
from handouts.deliver.mail.message import Letter
from handouts.deliver.mail.office import Office, OfficeOf
from handouts.deliver.mail.send_plan import Planned
from handouts.deliver.output import Output
from handouts.errors import DeliveryError, MissingError, Problem
from handouts.files import make_folder, read_plain, sha256_of, write_whole
from handouts.load.library import Library
from handouts.model.order import first_name
from handouts.model.roster import RosterRow

_BANNER = "banner"
"""The head of a page that calls the patient by the preferred name, if there is one."""
FOLDER = "send-preview"


@dataclass(frozen=True, slots=True)
class ReadyMessage:
    """A message that was checked, and the office that sends it."""

    message: EmailMessage = field(repr=False)
    message_id: str
    office: Office = field(repr=False)
    recipient: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes the messages of a batch, each with the file that was made."""

    library: Library
    output: Output
    ledger: Ledger
    offices: OfficeOf
    now: Callable[[], dt.datetime]

    def write(self, item: Planned) -> ReadyMessage:
        """Return the message of a handout that is ready.

        Raises:
            ContentError: with all that does not agree.
            DeliveryError: if the file cannot be read.
        """
        entry, row, mailbox, delivery = item.entry, item.row, item.mailbox, item.delivery
        if not isinstance(row, RosterRow) or mailbox is None or delivery is None:
            raise TypeError("only what is ready is written")
        office = self.offices(entry.clinic or row.clinic)
        pdf = self._read(entry.file or "")
        check_pdf(pdf, entry, self._names(row), item.password)
        letter = Letter(
            code=entry.code or "",
            language=entry.language or "",
            recipient=mailbox.address,
            display_name=row.name,
            pdf=pdf,
            encrypted=entry.encrypted,
            message_id=self.ledger.message_id(delivery, office.domain),
            when=self.now(),
            stop_rule=None if entry.encrypted else self._stop_rule(row, entry.language),
        )
        message = office.maker.make(letter)
        check_message(message, letter, mailbox, office.sender, item.password)
        return ReadyMessage(message, letter.message_id, office, mailbox.address)

    def _read(self, name: str) -> bytes:
        try:
            return self.output.read(name)
        except DeliveryError as error:
            hint = "is --files right? else make it again: run the batch with --resume"
            found = (Problem(problem.message, hint=hint) for problem in error.problems)
            raise DeliveryError(found, retry=True) from None

    def _names(self, row: RosterRow) -> tuple[str, ...]:
        """Return the names of which the first page of this layout shows one."""
        try:
            first = self.library.layout(row.layout).sections[0]
        except MissingError:
            first = None
        called = first_name(row.name, row.preferred_name)
        names = (row.name, called if first and first.head == _BANNER else None)
        return tuple(name for name in names if name)

    def _stop_rule(self, row: RosterRow, language: str | None) -> str | None:
        try:
            clinic = self.library.clinic(row.clinic)
            limits, library = (
                clinic.pain_limits,
                self.library.in_language(language or clinic.locale),
            )
            safety = library.safety(library.program(row.program).safety)
        except MissingError:
            return None
        return safety.stop_rule_from(limits.stop)


class Previews:
    """The first ``most`` messages of each clinic in a dry run as files, without earlier ones.

    A file that somebody else put there, or has edited, stays as it is.
    """

    def __init__(self, folder: Path, most: int) -> None:
        self.folder, self.most = folder, most
        self.files: list[Path] = []
        self._counts = Counter[str | None]()
        self._digests: list[str] = []
        self._list = folder / ".written"
        for old in folder.glob("*.eml"):
            if self._is_ours(old):
                old.unlink()

    def _is_ours(self, path: Path) -> bool:
        try:
            return sha256_of(read_plain(path)) in self._list.read_text("ascii").split()
        except (OSError, ValueError):
            return False

    def add(self, item: Planned, written: ReadyMessage) -> None:
        """Write a message, named as its PDF is, if there are not enough of its clinic yet.

        Raises:
            DeliveryError: if it cannot be written.
        """
        self._counts[item.entry.clinic] += 1
        if self._counts[item.entry.clinic] > self.most:
            return
        make_folder(self.folder)
        stem = Path(item.entry.file or item.entry.token).stem
        path, numbers = self.folder / f"{stem}.eml", count(2)
        while path.exists():
            path = path.with_stem(f"{stem}-{next(numbers)}")
        content = written.message.as_bytes(policy=policy.SMTP)
        self._digests.append(sha256_of(content))
        write_whole(self._list, "\n".join(self._digests).encode())
        write_whole(path, content)
        self.files.append(path)
