"""A made batch with its roster, a transport that keeps what it is given, and a clock that jumps."""

from __future__ import annotations

import csv
import datetime as dt
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from handouts import Library, Workspace
from handouts.deliver.mail.ledger import LEDGER, Ledger, read_ledger
from handouts.deliver.mail.message import MailMaker
from handouts.deliver.mail.office import Office
from handouts.deliver.mail.request import Clock, SendOptions, SendReport, Services, Unsent
from handouts.deliver.mail.send_batch import send_batch
from handouts.deliver.mail.send_plan import Planned
from handouts.deliver.mail.transport import Receipt, Transport
from handouts.errors import Problem
from handouts.files import sha256_of
from handouts.load.roster import RosterOptions, read_roster
from handouts.load.translation import texts_digest
from tests.deliver.rosters import letters, write_csv
from tests.reviews import review_all

TODAY = dt.date(2026, 11, 22)
SENDER = "reception@clinic.example"
CLINIC = """\
schema: 1
name: Mine
kind: Physiotherapy
phone: (555) 010-0142
emergency_number: "911"
paper: letter
locale: en-US
brand: {primary: "#0f7c8a"}
mail: {from: reception@clinic.example, rate: 30}
clinicians:
  - {id: dana, name: "Dana Whitfield, PT"}
"""
YES = "yes 2026-11-01"


def patients(count: int, **common: str) -> list[dict[str, str]]:
    """Return rows of people with addresses of their own who agreed to e-mail."""
    return [
        {
            "reference": f"P-{number:03}",
            "name": f"Person {letters(number)}",
            "program": "si-joint-calm",
            "clinic": "mine",
            "layout": "slip",
            "affected_side": "left",
            "start_date": "2026-12-01",
            "email": f"{letters(number).lower()}@patients.example",
            "email_consent": YES,
            **common,
        }
        for number in range(count)
    ]


def write_clinic(folder: Path, text: str = CLINIC, *, language: str = "en") -> None:
    """Write the clinic that sends into a clinic's folder; it has reviewed all programs."""
    (folder / "clinics" / "es").mkdir(parents=True, exist_ok=True)
    (folder / "clinics" / "mine.yaml").write_text(text, "utf-8")
    digest = texts_digest({("kind",): "Physiotherapy"})
    spanish = f"schema: 1\ntranslates: {digest}\nkind: Fisioterapia\n"
    (folder / "clinics" / "es" / "mine.yaml").write_text(spanish, "utf-8")
    review_all(folder, "mine", language=language)


class JumpingClock(Clock):
    """A clock on which waiting takes no time; ``slept`` says how long it would have."""

    def __init__(self) -> None:
        self.seconds = 1000.0
        self.slept: list[float] = []

    def now(self) -> dt.datetime:
        """Return a morning, and the seconds since."""
        return dt.datetime(2026, 11, 22, 9, tzinfo=dt.UTC) + dt.timedelta(seconds=self.seconds)

    def monotonic(self) -> float:
        """Return the seconds."""
        return self.seconds

    def sleep(self, seconds: float) -> None:
        """Jump."""
        if seconds:
            self.slept.append(seconds)
            self.seconds += seconds


class Post(Transport):
    """A transport that keeps messages, and answers some recipients as it is told.

    ``answers`` gives, by address, what is raised at each attempt; None takes the message.
    """

    def __init__(self, *, network: bool = True) -> None:
        self.network = network
        self.answers: dict[str, list[BaseException | None]] = {}
        self.always: BaseException | None = None
        self.reply = "2.0.0 Ok: queued"
        self.before: Callable[[str], None] = lambda _: None
        self.tried: list[str] = []
        self.taken: list[tuple[str, str, EmailMessage]] = []

    def deliver(self, message: EmailMessage, sender: str, recipient: str) -> Receipt:
        """Answer as told."""
        self.before(recipient)
        self.tried.append(recipient)
        waiting = self.answers.get(recipient, [])
        fault = waiting.pop(0) if waiting else self.always
        if fault is not None:
            raise fault
        self.taken.append((sender, recipient, message))
        return Receipt(250, self.reply)

    @property
    def recipients(self) -> list[str]:
        """The addresses that got a message, in their order."""
        return [recipient for _, recipient, _ in self.taken]


class Told:
    """A listener that keeps what it is told."""

    def __init__(self) -> None:
        self.failures: dict[str, tuple[Unsent, str]] = {}
        self.hints: dict[str, str] = {}
        self.warnings: list[str] = []
        self.sent_to: list[str] = []
        self.waits: list[float] = []
        self.stops = 0

    def begun(self, report: SendReport) -> None:
        """Nothing is kept."""
        del report

    def warned(self, item: Planned) -> None:
        """Keep warnings."""
        self.warnings += [problem.message for problem in item.warnings]

    def sent(self, item: Planned, report: SendReport) -> None:
        """Keep who got one."""
        del report
        self.sent_to.append(item.entry.reference)

    def failed(self, item: Planned, what: Unsent, problems: Sequence[Problem]) -> None:
        """Keep what is wrong."""
        text = "; ".join(problem.message for problem in problems)
        self.failures[item.entry.reference] = (what, text)
        self.hints[item.entry.reference] = "; ".join(problem.hint for problem in problems)

    def waiting(self, seconds: float, messages: int) -> None:
        """Keep how long."""
        del messages
        self.waits.append(seconds)

    def stopping(self) -> None:
        """Count."""
        self.stops += 1


@dataclass
class World:
    """A folder with ``clinic/``, ``roster.csv`` and the batch ``out/``."""

    root: Path
    post: Post = field(default_factory=Post)
    clock: JumpingClock = field(default_factory=JumpingClock)
    told: Told = field(default_factory=Told)
    maker: Any = None
    _makers: dict[str, Any] = field(default_factory=dict)

    @property
    def out(self) -> Path:
        """The folder of the batch."""
        return self.root / "out"

    @property
    def roster(self) -> Path:
        """The list of patients."""
        return self.root / "roster.csv"

    @property
    def library(self) -> Library:
        """The clinic's content, read anew."""
        return Library(Workspace(self.root / "clinic", today=TODAY))

    def rows(self) -> list[dict[str, str]]:
        """Return the roster's rows."""
        with self.roster.open(encoding="utf-8", newline="") as stream:
            return list(csv.DictReader(stream))

    def change(self, reference: str, **cells: str) -> None:
        """Change cells of a row of the roster."""
        rows = self.rows()
        for row in rows:
            if row["reference"] == reference:
                row.update(cells)
        write_csv(self.roster, rows)

    def entries(self) -> list[dict[str, Any]]:
        """Return the manifest's lines."""
        lines = (self.out / "manifest.jsonl").read_text("utf-8").splitlines()
        return [json.loads(line) for line in lines]

    def change_entry(self, reference: str, /, **values: Any) -> None:
        """Change a line of the manifest; None takes a value out of it."""
        entries = self.entries()
        for entry in entries:
            if entry["reference"] == reference:
                entry.update(values)
        lines = [
            json.dumps({name: value for name, value in entry.items() if value is not None})
            for entry in entries
        ]
        (self.out / "manifest.jsonl").write_text("\n".join(lines) + "\n", "utf-8")

    def pdf(self, reference: str) -> Path:
        """Return the file of a patient."""
        return self.out / str(self.entry(reference)["file"])

    def entry(self, reference: str) -> dict[str, Any]:
        """Return the line of a patient."""
        return next(entry for entry in self.entries() if entry["reference"] == reference)

    def swap(self, reference: str, pdf: bytes, *, agreed: bool = False) -> None:
        """Put other bytes in place of a patient's PDF; ``agreed``: into the manifest too."""
        self.pdf(reference).write_bytes(pdf)
        if agreed:
            self.change_entry(reference, sha256=sha256_of(pdf), bytes=len(pdf))

    def office(self, clinic: str) -> Office:
        """Return what sends for a clinic."""
        if clinic not in self._makers:
            library = self.library
            self._makers[clinic] = MailMaker(library, library.clinic(clinic))
        maker = self.maker or self._makers[clinic]
        return Office(SENDER, "clinic.example", 30, self.post, maker)

    def send(
        self, *, send: bool = True, rosters: Sequence[Path] = (), **choices: Any
    ) -> SendReport:
        """Run; what is told is told anew."""
        self.told = Told()
        paths = tuple(rosters) or (self.roster,)
        around = Services(
            self.library,
            self.office,
            self.told,
            choices.pop("unchanged", lambda: None),
            self.clock,
            choices.pop("delays", (60.0, 300.0)),
        )
        options = SendOptions(
            folder=self.out,
            output=str(self.out),
            ledger=choices.pop("ledger", self.out / LEDGER),
            rosters=paths,
            send=send,
            **choices,
        )
        return send_batch(read_roster(self.library, paths, RosterOptions()), options, around)

    def ledger(self) -> Ledger:
        """Open the ledger to look at."""
        return read_ledger(self.out / LEDGER)

    def kinds(self, reference: str) -> list[str]:
        """Return what the ledger says of a patient, in its order."""
        with self.ledger() as ledger:
            return [event.kind.value for event in ledger.events("reference = ?", reference)]
