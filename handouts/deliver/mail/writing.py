"""Turn a planned handout into a checked message; write previews of a dry run."""

from __future__ import annotations

from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from itertools import count
from pathlib import Path

from handouts.deliver.mail.interlock import Expected, check_pdf
from handouts.deliver.mail.ledger import Ledger
from handouts.deliver.mail.message import Letter
from handouts.deliver.mail.message_check import check_message
from handouts.deliver.mail.office import Office, OfficeOf
from handouts.deliver.mail.pace import Clock
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
    """A message that agrees with everything, and who sends it."""

    message: EmailMessage = field(repr=False)
    message_id: str
    office: Office = field(repr=False)
    recipient: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes the messages of a batch: the very file that was made goes into each."""

    library: Library
    output: Output
    ledger: Ledger
    offices: OfficeOf
    clock: Clock

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
        check_pdf(pdf, Expected(entry, self._names(row), item.password))
        letter = Letter(
            reference=entry.reference,
            token=entry.token,
            code=entry.code or "",
            language=entry.language or "",
            recipient=mailbox.address,
            display_name=row.name,
            pdf=pdf,
            encrypted=entry.encrypted,
            message_id=self.ledger.message_id(delivery, office.domain),
            when=self.clock.now(),
            stop_rule=None if entry.encrypted else self._stop_rule(row),
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

    def _stop_rule(self, row: RosterRow) -> str | None:
        try:
            limits = self.library.clinic(row.clinic).pain_limits
            rule = self.library.safety(self.library.program(row.program).safety).stop_rule
        except MissingError:
            return None
        return rule.replace("{stop}", str(limits.stop))


class Previews:
    """The first ``most`` messages of a dry run as files; those of an earlier one are removed.

    A file that somebody else put there, or has edited, stays as it is.
    """

    def __init__(self, folder: Path, most: int) -> None:
        self.folder, self.most = folder, most
        self.files: list[Path] = []
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
        """Write a message, named as its PDF is, if there are not enough yet.

        Raises:
            DeliveryError: if it cannot be written.
        """
        if len(self.files) == self.most:
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
