"""Composed messages into .eml files to look at, in a folder of their own."""

from __future__ import annotations

from email import policy
from pathlib import Path

from handouts.deliver.files import make_folder, write_whole
from handouts.deliver.mail.plan import Planned
from handouts.deliver.mail.writing import Written

FOLDER = "send-preview"


class Previews:
    """The first ``most`` messages of a dry run; those of an earlier one are removed."""

    def __init__(self, folder: Path, most: int) -> None:
        self.folder, self.most = folder, most
        self.files: list[Path] = []
        for old in folder.glob("*.eml"):
            old.unlink()

    def add(self, item: Planned, written: Written) -> None:
        """Write a message, named as its PDF is, if there are not enough yet.

        Raises:
            DeliveryError: if it cannot be written.
        """
        if len(self.files) == self.most:
            return
        make_folder(self.folder)
        path = self.folder / f"{Path(item.entry.file or item.entry.token).stem}.eml"
        write_whole(path, written.message.as_bytes(policy=policy.SMTP))
        self.files.append(path)
