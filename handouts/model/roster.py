"""Define a row of a roster (one patient, and what their handout needs), and known headers."""

import datetime as dt
import re
from collections import Counter
from enum import StrEnum
from typing import Annotated, Any

from msgspec import Struct
from pydantic import AfterValidator, ConfigDict, Field, SecretStr, StringConstraints
from typing_extensions import override

from handouts.errors import Problem
from handouts.model.base import ContentFile, Id, Line, LocaleTag, Model, Paragraph, printable
from handouts.model.clinic import AffectedSide
from handouts.model.dosage import Dosage
from handouts.model.order import FirstWeek, OrderRequest, Patient
from handouts.model.program import Selection

DOSE = "dose:"
"""The beginning of a dose column's name: ``dose:bird-dog``."""

FAILURE_PLACE = ("roster", "row")
FAILURE_REASON = ("problem", "what to do")
"""The columns before and after the others in a list of failed rows: where, and why."""


class Column(StrEnum):
    """The columns of a roster, apart from ``dose:<exercise-id>``."""

    REFERENCE = "reference"
    NAME = "name"
    FIRST_NAME = "first_name"
    MIDDLE_NAME = "middle_name"
    LAST_NAME = "last_name"
    SECOND_LAST_NAME = "second_last_name"
    LAST_FIRST = "last_first"
    PREFERRED_NAME = "preferred_name"
    EMAIL = "email"
    LANGUAGE = "language"
    AFFECTED_SIDE = "affected_side"
    PROGRAM = "program"
    EXERCISES = "exercises"
    FROM_WEEK = "from_week"
    LAYOUT = "layout"
    CLINIC = "clinic"
    START_DATE = "start_date"
    CLINICIAN = "clinician"
    NEXT_VISIT = "next_visit"
    NOTE = "note"
    EMAIL_CONSENT = "email_consent"
    EMAIL_CONSENT_DATE = "email_consent_date"
    SHARED_EMAIL = "shared_email"
    PASSWORD = "password"  # noqa: S105 - the name of a column
    STATUS = "status"
    DECEASED = "deceased"
    DISCHARGED = "discharged"
    ARCHIVED = "archived"
    UNSUBSCRIBED = "unsubscribed"


NAME_PARTS = (Column.FIRST_NAME, Column.MIDDLE_NAME, Column.LAST_NAME, Column.SECOND_LAST_NAME)
"""The parts of a name, in the order in which they are printed."""

STOPS = (Column.DECEASED, Column.DISCHARGED, Column.ARCHIVED, Column.UNSUBSCRIBED)
"""Columns that say why a patient gets no handout; the first that applies is the reason."""


# One address and nothing around it: a list or a "Name <address>" could reach a second person.
# The parts are those of RFC 5321 section 4.1.2 without quoted strings; sending checks the rest.
_ATOM, _LABEL = r"[^\s@,;:<>()\[\]\"\\.]+", r"[^\W_](?:(?:[^\W_]|-){0,61}[^\W_])?"
_ADDRESS = re.compile(rf"(?=[^@]{{1,64}}@){_ATOM}(\.{_ATOM})*@{_LABEL}(\.{_LABEL})+(?<!\d)")
_NO_MAIL = ("arpa", "invalid", "local", "localhost", "onion", "test")
"""Top-level domains that never receive mail (RFC 6761 and its registry)."""
_NO_ADDRESS = frozenset(
    ["noemail", "no-email", "no.email", "no_email", "nomail", "donotemail", "declined", "refused"]
)
_NOTHING = frozenset((*_NO_ADDRESS, "na", "n", "no", "none", "null", "unknown", "test", "x", "xx"))
"""What front desks type before and after the @ when a program insists on an address: such an
address may belong to a stranger."""
_ADDRESS_CHARACTERS = 254


def _address(text: str) -> str:
    if len(text) > _ADDRESS_CHARACTERS or not _ADDRESS.fullmatch(text):
        raise ValueError("must be one e-mail address")
    if (end := text.rpartition(".")[2].lower()) in _NO_MAIL:
        raise ValueError(f"must be one e-mail address; addresses in .{end} cannot receive mail")
    name, _, domain = text.lower().partition("@")
    if name in _NO_ADDRESS or (name in _NOTHING and domain.partition(".")[0] in _NOTHING):
        raise ValueError("must be one e-mail address, not a word for none")
    return text


_OTHERS_DIGITS = 6
_NOT_NAME = re.compile(r"\d+[/.-]\d+[/.-]\d+|[^\s@]@[^\s@]+\.\w")
_NUMBERED = re.compile(r"[^\W\d_]+\d+")
"""A name as in registers of invented patients: ``Sumiko254``."""


def _only_name(text: str) -> str:
    """Return ``text`` if it is only a name.

    Raises:
        ValueError: if it also contains a telephone number, a birth date or an address. Exports and
            front desks put them there, and every page would print them.
    """
    if text.isalpha():
        return text
    digits = sum(map(str.isdigit, _NUMBERED.sub("", text)))
    if digits >= _OTHERS_DIGITS or _NOT_NAME.search(text):
        raise ValueError("must be only a name: it also contains a number, a date or an address")
    return text


_LIKE = re.compile(r"(?=.*\d)(?!\d{1,4}([-/.])\d{1,2}\1\d{1,4}$)\S*")


def is_like_reference(text: str) -> bool:
    """Return whether a text looks like a reference: it has a digit, no space, and is no date."""
    return _LIKE.fullmatch(text) is not None


def same_reference(reference: str) -> str:
    """Return a reference without the zeros that a spreadsheet loses (``00017``); case is kept."""
    return reference.lstrip("0") if reference.isdigit() else reference


# AES-256 of ISO 32000-2 takes a password of at most 127 bytes of UTF-8.
_PASSWORD_BYTES = 127
_PASSWORD_CHARACTERS = 8


def _password(secret: SecretStr) -> SecretStr:
    text = secret.get_secret_value()
    if len(text) < _PASSWORD_CHARACTERS:
        raise ValueError(f"must have at least {_PASSWORD_CHARACTERS} characters")
    if len(text.encode()) > _PASSWORD_BYTES:
        raise ValueError(f"must have at most {_PASSWORD_BYTES} bytes of UTF-8")
    return secret


Name = Annotated[Line, AfterValidator(_only_name)]
Email = Annotated[Line, AfterValidator(_address)]
Reference = Annotated[
    str,
    StringConstraints(min_length=1, max_length=80, strip_whitespace=True),
    AfterValidator(printable),
]
Password = Annotated[SecretStr, AfterValidator(_password)]


class EmailConsent(Model):
    """Whether the patient agreed to unencrypted e-mail, and on which day if that is known."""

    given: bool
    date: dt.date | None = None


class RosterRow(Model):
    """One patient and what to make for them, complete and checked on its own.

    ``file`` and ``row`` say where it is: the row as a spreadsheet numbers it, from 1, with the
    header. ``cells`` are the original texts by column, to write it back.
    It is personal data: `repr` shows only the place.
    """

    # Otherwise pydantic would cache the texts of thousands of patients.
    model_config = ConfigDict(cache_strings="none")

    file: str
    row: Annotated[int, Field(ge=1)]
    reference: Reference
    program: Id
    clinic: Id
    layout: Id = "standard"
    name: Name | None = None
    preferred_name: Name | None = None
    email: Email | None = None
    language: LocaleTag | None = None
    affected_side: AffectedSide | None = None
    start_date: dt.date | None = None
    clinician: Line | None = None
    next_visit: dt.datetime | dt.date | None = None
    note: Paragraph | None = None
    email_consent: EmailConsent | None = None
    shared_email: bool = False
    password: Password | None = None
    exercises: Selection | None = None
    from_week: FirstWeek = 1
    doses: dict[Id, Dosage] = {}
    cells: dict[str, str] = {}

    @property
    def patient(self) -> Patient:
        """The person as a handout needs them."""
        return Patient(**{name: getattr(self, name) for name in Patient.model_fields})

    @property
    def request(self) -> OrderRequest:
        """The request for the patient's handout."""
        return OrderRequest(
            program=self.program,
            clinic=self.clinic,
            layout=self.layout,
            patient=self.patient,
            language=self.language,
            exercises=self.exercises,
            from_week=self.from_week,
            doses=self.doses,
        )

    @override
    def __repr__(self) -> str:
        return f"RosterRow(file={self.file!r}, row={self.row})"

    __str__ = __repr__


class RowProblem(Struct, frozen=True):
    """A row that cannot be used: where it is, what is wrong, and its cells to write back.

    ``problems`` contain no patient text. ``cells`` are by column (``reference``, ``first_name``,
    ``dose:bird-dog``), so that their headers can be read again without a mapping.
    """

    file: str
    row: int
    reference: str
    problems: tuple[Problem, ...]
    cells: dict[str, str] = {}

    @override
    def __repr__(self) -> str:
        return f"RowProblem(file={self.file!r}, row={self.row})"


Word = Annotated[str, StringConstraints(min_length=1, max_length=80, to_lower=True)]


class RosterWords(ContentFile):
    """The known headers and cell values, each written out in full.

    ``columns`` are the headers of each column; ``others`` are headers that look like one of them
    but mean another person (the family doctor's address). ``whole_or_first`` are headers of a name
    that mean the first name if there is a last name beside them; ``last_beside`` are headers of a
    first name beside which "name" means the last name. ``yes``, ``no``, ``blank`` and ``sides`` are
    values; ``no_name`` are values for no middle or preferred name. ``totals`` are words that begin
    the last row of a report. ``active`` and ``inactive`` are values of a status, the latter by
    reason.
    """

    columns: dict[Column, tuple[Word, ...]]
    others: tuple[Word, ...]
    whole_or_first: tuple[Word, ...] = ()
    last_beside: tuple[Word, ...] = ()
    yes: tuple[Word, ...]
    no: tuple[Word, ...]
    blank: tuple[Word, ...]
    sides: dict[AffectedSide, tuple[Word, ...]]
    no_name: tuple[Word, ...] = ()
    totals: tuple[Word, ...] = ()
    active: tuple[Word, ...]
    inactive: dict[Line, tuple[Word, ...]]

    @override
    def model_post_init(self, _context: Any) -> None:
        headers = Counter(header for headers in self.columns.values() for header in headers)
        twice = sorted({header for header, count in headers.items() if count > 1})
        if twice:
            raise ValueError(f"a header can be mapped to only one column: {', '.join(twice)}")
