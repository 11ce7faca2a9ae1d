"""A `Letter` into an `EmailMessage`: text, simple HTML and the PDF, from templates.

Every finished message is read back before it is returned: what a mail program would see must be
what was meant.
"""

from __future__ import annotations

import dataclasses
import hashlib
import re
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.parser import HeaderParser
from email.utils import format_datetime
from typing import Any

from babel import Locale as BabelLocale
from babel import UnknownLocaleError

from handouts.deliver.mail.address import CONTROL, WireAddress, wire_address
from handouts.deliver.mail.attachment import attachment_name, mark
from handouts.deliver.mail.faults import Refused
from handouts.deliver.mail.letter import Letter
from handouts.deliver.mail.reading_back import read_back, recipients_of
from handouts.deliver.mail.settings import mail_of
from handouts.deliver.mail.templates import Templates
from handouts.errors import ContentError, Location, Problem
from handouts.layout.brand import Role, brand_of
from handouts.load.library import Library
from handouts.model.clinic import Clinic, Mode
from handouts.workspace import Kind

__all__ = ["Letter", "MailMaker", "stop_rule"]

_MESSAGE_ID = re.compile(r"<?([A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,200}@[A-Za-z0-9.-]{1,200})>?")
_SUPPRESS = "DR, RN, NRN, OOF, AutoReply"
"""No receipts and no absence notes, please; notes of non-delivery (NDR) must still come
(MS-OXCMAIL, 2.1.3.2.20)."""
_COLOURS = (Role.HEADING, Role.FILL, Role.PANEL, Role.TEXT, Role.LABEL, Role.RULE)
_BOUNDARY_CHARACTERS = 32


class MailMaker:
    """Makes the messages of one clinic; templates are read once a language.

    Args:
        library: where the templates are found, the clinic's own before the built-in ones.
        clinic: who sends; it must have a ``mail`` block.
        locale: the language of a letter that has none of its own; None for the clinic's.

    Raises:
        ContentError: if the clinic has no mail settings or a colour that cannot be read.
    """

    def __init__(self, library: Library, clinic: Clinic, locale: str | None = None) -> None:
        self._workspace, self._clinic = library.workspace, clinic
        self._locale = locale or clinic.locale
        self._templates: dict[str, Templates] = {}
        mail = mail_of(library.workspace, clinic)
        sender = wire_address(mail.from_).text
        reply_to = self._reply_address(mail.reply_to or clinic.email or mail.from_)
        name = mail.display_name or clinic.full_name
        self._from = _address(name, sender)
        self._reply_to = _address(clinic.full_name, reply_to)
        palette = brand_of(clinic, Mode.COLOUR)
        self._brand = {role.value: palette.colour(role) for role in _COLOURS}
        hidden = {"id", "brand", "figure", "lint", "schema_", "mail", "clinicians"}
        self._about = {**clinic.model_dump(exclude=hidden), "full_name": clinic.full_name}

    def _reply_address(self, address: str) -> str:
        try:
            return wire_address(address).text
        except Refused:
            place = Location(
                self._workspace.display(self._workspace.find(Kind.CLINICS, self._clinic.id))
            )
            message = "email is printed on the handout, but is no address to answer to"
            raise ContentError(Problem(message, place, "give reply_to under mail")) from None

    def make(self, letter: Letter) -> EmailMessage:
        """Return the message of one letter.

        Raises:
            Refused: if something of the letter cannot stand in a message.
            ContentError: if a template is wrong.
            MissingError: if there are no templates in the letter's language.
        """
        _check(letter)
        language = letter.language or self._locale
        templates = self._of(language)
        to = wire_address(letter.recipient)
        message = EmailMessage(_policy(to))
        self._head(message, letter, to)
        message["Subject"] = templates.subject({"clinic": self._about})
        facts = self._facts(letter, language)
        message.set_content(templates.text(facts), charset="utf-8", cte="quoted-printable")
        message.add_alternative(
            templates.html(facts), subtype="html", charset="utf-8", cte="quoted-printable"
        )
        message.add_attachment(
            letter.pdf, maintype="application", subtype="pdf", filename=facts["file"]
        )
        # Not earlier: making the parts takes every Content header for theirs.
        message["Content-Language"] = language
        _seal(message, letter)
        _check_read(message, letter, to)
        return message

    def _of(self, language: str) -> Templates:
        if language not in self._templates:
            self._templates[language] = Templates(self._workspace, language)
        return self._templates[language]

    def _head(self, message: EmailMessage, letter: Letter, to: WireAddress) -> None:
        message["From"] = self._from
        message["Reply-To"] = self._reply_to
        message["To"] = _recipient(letter.display_name, to)
        message["Date"] = format_datetime(letter.when)
        message["Message-ID"] = _message_id(letter)
        message["Auto-Submitted"] = "auto-generated"
        message["X-Auto-Response-Suppress"] = _SUPPRESS

    def _facts(self, letter: Letter, language: str) -> dict[str, Any]:
        """Return what the texts may use: of an encrypted letter nothing that tells of the program.

        An encrypted letter goes where consent to open mail is missing: neither the stop rule of
        its program nor the program in its code may be read on the way.
        """
        return {
            "clinic": self._about,
            "brand": self._brand,
            "language": language,
            "direction": _direction(language),
            "name": letter.display_name,
            "code": mark(letter.code) if letter.encrypted else letter.code,
            "file": attachment_name(self._clinic, letter.code, encrypted=letter.encrypted),
            "encrypted": letter.encrypted,
            "stop_rule": None if letter.encrypted else letter.twin,
        }


def stop_rule(library: Library, program: str) -> str:
    """Return the one sentence of a program's plain-text twin that may stand in a mail.

    Raises:
        MissingError: if there is no such program.
        ContentError: if its file or that of its safety texts is wrong.
    """
    return library.safety(library.program(program).safety).stop_rule


def _check(letter: Letter) -> None:
    """Refuse a letter with a line end or another control character in any of its texts."""
    for field in dataclasses.fields(letter):
        value = getattr(letter, field.name)
        if isinstance(value, str) and CONTROL.search(value):
            raise Refused(
                f"{field.name} holds a control character", hint="correct the row of the roster"
            )
    if not letter.pdf.startswith(b"%PDF-"):
        raise Refused("the file is no PDF", hint="make the batch again")
    if letter.when.tzinfo is None:
        raise Refused("the message's date says no time zone", hint="give it the clinic's")


def _message_id(letter: Letter) -> str:
    found = _MESSAGE_ID.fullmatch(letter.message_id)
    if found is None:
        raise Refused("the Message-ID is not of the form name@domain", hint="check from")
    return f"<{found[1]}>"


def _address(name: str, address: str) -> Address:
    local, _, domain = address.rpartition("@")
    return Address(name, local, domain)


def _recipient(name: str | None, to: WireAddress) -> Address:
    """Return the To header: without the name if that would not be read as it was written.

    The stdlib's folding of quotes and commas beside letters beyond ASCII has had faults
    (CVE-2025-1795); a header that names somebody else must never arise.
    """
    named = _address(name or "", to.text)
    head = EmailMessage(_policy(to))
    head["To"] = named
    text = head.as_bytes().decode("utf-8")
    read = recipients_of(HeaderParser(policy=policy.compat32).parsestr(text))
    return named if read == ((name or "", to.text),) else _address("", to.text)


def _policy(to: WireAddress) -> policy.EmailPolicy[EmailMessage]:
    return policy.SMTPUTF8 if to.utf8 else policy.SMTP


def _direction(language: str) -> str:
    try:
        return str(BabelLocale.parse(language, sep="-").text_direction)
    except (UnknownLocaleError, ValueError):
        return "ltr"


def _seal(message: EmailMessage, letter: Letter) -> None:
    """Take out what is random or superfluous: the same letter gives the same bytes."""
    digest = hashlib.sha256(letter.message_id.encode()).hexdigest()[:_BOUNDARY_CHARACTERS]
    for number, part in enumerate(message.walk()):
        if part.is_multipart():
            # Neither quoted-printable nor base64 can hold "=_" (RFC 2045, 6.7).
            part.set_boundary(f"=_{number}{digest}")
        if part is not message:
            del part["MIME-Version"]


def _check_read(message: EmailMessage, letter: Letter, to: WireAddress) -> None:
    """Refuse a message that a mail program would read in another way than it was meant."""
    read = read_back(message.as_bytes())
    good = (
        read.sound
        and [address for _, address in read.recipients] == [to.text]
        and read.subject == str(message["Subject"])
        and read.message_id == str(message["Message-ID"])
        and read.attachments == (letter.pdf,)
    )
    if not good:
        raise Refused(
            "the finished message does not read as it was meant",
            hint="please report this, with the version of Python, without the patient's details",
        )
