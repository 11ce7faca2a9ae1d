"""Messages into files: a folder of .eml, or a Maildir, for offices that send by other means."""

from __future__ import annotations

import hashlib
from email.message import EmailMessage
from pathlib import Path

from handouts.deliver.files import make_folder, sweep, write_whole
from handouts.deliver.mail.transport import NothingOpen, Receipt

_NAME_CHARACTERS = 32
_MAILDIR = ("tmp", "new", "cur")


class EmlFolder(NothingOpen):
    """Writes each message as one .eml file, whole and its owner's only.

    The file is named after the Message-ID: the same letter again takes the place of the first.
    """

    network = False

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ready: set[Path] = set()

    def _prepare(self, folder: Path) -> None:
        """Make a folder, and remove what a killed run left half-written in it; once in a run."""
        if folder not in self._ready:
            make_folder(folder)
            sweep(folder)
            self._ready.add(folder)

    def deliver(self, message: EmailMessage, sender: str, recipient: str) -> Receipt:
        """Write one message; the headers say who sends and who gets it.

        Raises:
            DeliveryError: if the folder cannot be written.
        """
        del sender, recipient
        self._prepare(self.folder)
        name = f"{file_stem(message)}.eml"
        write_whole(self.folder / name, message.as_bytes())
        return Receipt(None, f"written as {name}")


class MailDir(EmlFolder):
    """Writes each message into a Maildir, for a mail program or server to take up.

    As the standard says (https://cr.yp.to/proto/maildir.html): whole in ``tmp``, then into
    ``new``. The unique name is made of the Message-ID, so that a letter that is there already,
    read or not, is not written again.
    """

    def deliver(self, message: EmailMessage, sender: str, recipient: str) -> Receipt:
        """Write one message.

        Raises:
            DeliveryError: if the folder cannot be written.
        """
        del sender, recipient
        for name in _MAILDIR:
            self._prepare(self.folder / name)
        stem = file_stem(message)
        known = [path for part in ("new", "cur") for path in (self.folder / part).glob(f"{stem}*")]
        if not known:
            write_whole(self.folder / "tmp" / stem, message.as_bytes())
            (self.folder / "tmp" / stem).replace(self.folder / "new" / stem)
        return Receipt(None, f"written as {stem}")


def file_stem(message: EmailMessage) -> str:
    """Return a file name that stands for a message's id, and says nothing of its own."""
    digest = hashlib.sha256(str(message["Message-ID"]).encode()).hexdigest()
    return digest[:_NAME_CHARACTERS]
