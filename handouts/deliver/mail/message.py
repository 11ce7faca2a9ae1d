"""Turn addresses and letters into e-mail messages: text, simple HTML and the PDF."""

from __future__ import annotations

import datetime as dt
import re
from email import policy
from email.header import decode_header, make_header
from email.headerregistry import Address
from email.message import EmailMessage, Message
from email.parser import HeaderParser
from email.utils import format_datetime, getaddresses
from typing import Any

from babel import Locale as BabelLocale
from babel import UnknownLocaleError
from email_validator import EmailNotValidError, validate_email

from handouts.deliver.mail.templates import Templates, attachment_name, mark
from handouts.deliver.mail.transport import Refused
from handouts.errors import ContentError, Location, Problem
from handouts.files import sha256_of
from handouts.load.library import Library
from handouts.load.texts import CLINIC_TEXTS
from handouts.load.translation import base_language
from handouts.model.base import Sealed
from handouts.model.clinic import Clinic, Mode
from handouts.model.mail import Mail
from handouts.text.brand import Role, brand_of
from handouts.workspace import Kind, Workspace

_SUPPRESS = "DR, RN, NRN, OOF, AutoReply"
"""Asks for no receipts and no absence notes. Non-delivery reports (NDR) must still come
(MS-OXCMAIL, 2.1.3.2.20)."""
_COLOURS = (
    *(Role.HEADING, Role.FILL, Role.ON_FILL, Role.FILL_EDGE),
    *(Role.PANEL, Role.TEXT, Role.LABEL, Role.RULE),
)
_BOUNDARY_CHARACTERS = 32
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
"""C0 and C1 controls, and Unicode's line and paragraph separators."""


class Mailbox(Sealed, frozen=True):
    """One address. ``same`` is equal for all spellings of the same mailbox.

    Letter case counts before the @ (RFC 5321, 2.4), but no provider uses it to distinguish people.
    ``wire`` is the form for servers, with the domain in Punycode (RFC 5891). ``utf8`` is True if
    the part before the @ is not ASCII.
    """

    address: str
    same: str
    domain: str
    wire: str
    utf8: bool


def read_mailbox(text: str) -> Mailbox:
    """Return the mailbox of an address, without any look-up in the network.

    Raises:
        Refused: if mail cannot be sent to it (RFC 5321 and 5322, strictly). The message does not
            quote it.
    """
    try:
        found = validate_email(text, check_deliverability=False, strict=True)
    except EmailNotValidError:
        raise Refused(
            "email is not an address that mail can be sent to",
            hint="look for a typing error, such as a space or two dots",
        ) from None
    return Mailbox(
        address=found.normalized,
        same=f"{found.local_part.casefold()}@{found.ascii_domain.lower()}",
        domain=found.domain,
        wire=f"{found.local_part}@{found.ascii_domain}",
        utf8=found.smtputf8,
    )


class Letter(Sealed, frozen=True):
    """One handout on its way to one patient.

    ``message_id`` comes from `Ledger.message_id`: ``<...@clinic.example>``. ``when`` has a time
    zone. ``stop_rule`` is the one sentence of the program that an e-mail may contain; None prints
    the locale's general one. An ``encrypted`` letter never shows it. ``display_name`` is the
    patient's name in the To header; None leaves it out.
    """

    code: str
    language: str
    recipient: str
    display_name: str | None
    pdf: bytes
    encrypted: bool
    message_id: str
    when: dt.datetime
    stop_rule: str | None


def mail_of(workspace: Workspace, clinic: Clinic) -> Mail:
    """Return a clinic's mail settings.

    Raises:
        ContentError: if its file has none.
    """
    if clinic.mail is None:
        place = Location(workspace.display(workspace.find(Kind.CLINICS, clinic.id)))
        hint = "add a mail block to the clinic's file: see docs/emailing.md"
        raise ContentError(Problem("says nothing about e-mail", place, hint))
    return clinic.mail


class MailMaker:
    """Makes the messages of one clinic; templates are read once per language.

    Args:
        library: finds the templates, the clinic's own before the built-in ones.
        clinic: the sender; it must have a ``mail`` block.

    Raises:
        ContentError: if the clinic has no mail settings or a colour that cannot be read.
    """

    def __init__(self, library: Library, clinic: Clinic) -> None:
        self._library, self._workspace, self._clinic = library, library.workspace, clinic
        self._templates: dict[str, Templates] = {}
        mail = mail_of(library.workspace, clinic)
        sender = read_mailbox(mail.from_).wire
        reply_to = self._reply_address(mail.reply_to or clinic.email or mail.from_)
        name = mail.display_name or clinic.full_name
        self._from = _address(name, sender)
        self._reply_to = _address(clinic.full_name, reply_to)
        palette = brand_of(clinic, Mode.COLOUR)
        self._brand = {role.value.replace("-", "_"): palette.colour(role) for role in _COLOURS}

    def _reply_address(self, address: str) -> str:
        try:
            return read_mailbox(address).wire
        except Refused:
            place = Location(
                self._workspace.display(self._workspace.find(Kind.CLINICS, self._clinic.id))
            )
            message = "email is printed on the handout, but is not an address for replies"
            raise ContentError(Problem(message, place, "add reply_to under mail")) from None

    def make(self, letter: Letter) -> EmailMessage:
        """Return the message for one letter.

        Raises:
            Refused: if a part of the letter cannot go into a message.
            ContentError: if a template is wrong.
            MissingError: if there are no templates in the letter's language.
        """
        _check(letter)
        templates = self._of(letter.language)
        to = read_mailbox(letter.recipient)
        message = EmailMessage(_policy(to))
        self._head(message, letter, to)
        facts = self._facts(letter)
        message["Subject"] = templates.subject({"clinic": facts["clinic"]})
        message.set_content(templates.text(facts), charset="utf-8", cte="quoted-printable")
        message.add_alternative(
            templates.html(facts), subtype="html", charset="utf-8", cte="quoted-printable"
        )
        message.add_attachment(
            letter.pdf, maintype="application", subtype="pdf", filename=facts["file"]
        )
        # Only now: making the parts moves every Content header into them.
        message["Content-Language"] = letter.language
        _seal(message, letter)
        return message

    def _of(self, language: str) -> Templates:
        if language not in self._templates:
            self._templates[language] = Templates(self._workspace, language)
        return self._templates[language]

    def _head(self, message: EmailMessage, letter: Letter, to: Mailbox) -> None:
        message["From"] = self._from
        message["Reply-To"] = self._reply_to
        message["To"] = _recipient(letter.display_name, to)
        message["Date"] = format_datetime(letter.when)
        message["Message-ID"] = letter.message_id
        message["Auto-Submitted"] = "auto-generated"
        message["X-Auto-Response-Suppress"] = _SUPPRESS

    def _facts(self, letter: Letter) -> dict[str, Any]:
        """Return the values for the templates; for an encrypted letter nothing about the program.

        An encrypted letter may go to a patient who has not consented to open e-mail: nobody on the
        way may read the program's stop rule, or the program's name in the code.
        """
        return {
            "clinic": self._about(letter.language),
            "brand": self._brand,
            "language": letter.language,
            "direction": _direction(letter.language),
            "name": letter.display_name,
            "code": mark(letter.code) if letter.encrypted else letter.code,
            "file": attachment_name(self._clinic, letter.code, encrypted=letter.encrypted),
            "encrypted": letter.encrypted,
            "stop_rule": None if letter.encrypted else letter.stop_rule,
        }

    def _about(self, language: str) -> dict[str, Any]:
        """Return the clinic's facts for a message, in the language of the message."""
        clinic = self._clinic
        if base_language(language) != base_language(clinic.locale):
            found = self._library.in_language(language).clinic(clinic.id)
            said = {each: getattr(found, each) for each in CLINIC_TEXTS}
            clinic = clinic.model_copy(update=said)
        hidden = {"id", "brand", "figure", "lint", "schema_", "mail", "clinicians"}
        return {**clinic.model_dump(exclude=hidden), "full_name": clinic.full_name}


def _check(letter: Letter) -> None:
    """Refuse a letter if one of its texts has a line end or another control character."""
    for name in letter.__struct_fields__:
        value = getattr(letter, name)
        if isinstance(value, str) and _CONTROL.search(value):
            raise Refused(
                f"{name} contains a control character", hint="correct the row of the roster"
            )


def _address(name: str, address: str) -> Address:
    local, _, domain = address.rpartition("@")
    return Address(name, local, domain)


def _recipient(name: str | None, to: Mailbox) -> Address:
    """Return the To header, without the name if it would not be read as written.

    The stdlib has had faults in folding quotes and commas beside non-ASCII letters (CVE-2025-1795).
    A header must never name somebody else.
    """
    named = _address(name or "", to.wire)
    head = EmailMessage(_policy(to))
    head["To"] = named
    text = head.as_bytes().decode("utf-8")
    read = addresses_of(HeaderParser(policy=policy.compat32).parsestr(text), "To")
    return named if read == [(name or "", to.wire)] else _address("", to.wire)


def addresses_of(head: Message, header: str) -> list[tuple[str, str]]:
    """Return the names and addresses in a header, as a mail program reads them.

    ``head`` comes from the older of the stdlib's two parsers, because the newer one puts a space
    between the parts of a long encoded name, against RFC 2047 (6.2).
    """
    unfolded = ["".join(str(text).splitlines()) for text in head.get_all(header, [])]
    return [(decoded(name), address) for name, address in getaddresses(unfolded)]


def decoded(text: str) -> str:
    """Return the text of a header that may be folded and encoded (RFC 2047)."""
    return str(make_header(decode_header("".join(text.splitlines()))))


def _policy(to: Mailbox) -> policy.EmailPolicy[EmailMessage]:
    return policy.SMTPUTF8 if to.utf8 else policy.SMTP


def _direction(language: str) -> str:
    try:
        return str(BabelLocale.parse(language, sep="-").text_direction)
    except (UnknownLocaleError, ValueError):
        return "ltr"


def _seal(message: EmailMessage, letter: Letter) -> None:
    """Remove what is random or superfluous, so that the same letter gives the same bytes."""
    digest = sha256_of(letter.message_id.encode())[:_BOUNDARY_CHARACTERS]
    for number, part in enumerate(message.walk()):
        if part.is_multipart():
            # Neither quoted-printable nor base64 can hold "=_" (RFC 2045, 6.7).
            part.set_boundary(f"=_{number}{digest}")
        if part is not message:
            del part["MIME-Version"]
