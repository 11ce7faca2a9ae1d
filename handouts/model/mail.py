"""Define a clinic's e-mail settings (never passwords), known answers of servers, known domains."""

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, model_validator
from typing_extensions import override

from handouts.model.base import ContentFile, FieldError, Line, Model, as_tuple

SECRETS = ("password", "passwd", "token", "secret", "client_secret")
"""Keys that are refused, because a clinic's file must not contain secrets."""
_LOOPBACK = re.compile(r"127(\.\d{1,3}){3}")
_PORTS = {"starttls": 587, "tls": 465, "none": 25}


def mail_address(text: str) -> str:
    """Return an address with its domain in lower case, if it has only ASCII before the @.

    Raises:
        FieldError: if it is no such address (RFC 5321).
    """
    # The import takes 60 ms, and every command reads a clinic: only those with mail pay for it.
    from email_validator import EmailNotValidError, validate_email  # noqa: PLC0415

    try:
        found = validate_email(text, check_deliverability=False, strict=True)
    except EmailNotValidError:
        hint = "write it as reception@clinic.example"
        raise FieldError("must be an e-mail address", hint) from None
    if found.ascii_email is None:
        hint = "ask your provider for a plain address"
        raise FieldError("must have only ASCII characters before the @", hint)
    return found.normalized


Address = Annotated[Line, AfterValidator(mail_address)]
"""One e-mail address of the clinic, without a name."""


# The block has a validator that runs before; after one, strict mode accepts no list for a tuple.
Command = Annotated[tuple[Line, ...], Field(min_length=1), BeforeValidator(as_tuple)]
"""A program and its arguments, one per item; no shell reads it."""

Variable = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]*$")]
"""The name of an environment variable."""

Tenant = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9.-]*$")]
"""The directory of a Microsoft 365 customer, by its id or domain."""


def _inside(text: str) -> str:
    parts = re.split(r"[/\\]", text)
    if ":" in text or any(part in ("", ".", "..") for part in parts):
        hint = "write a name without .. and without a / in front, such as outbox"
        raise FieldError("must be inside the batch's folder", hint)
    return text


Folder = Annotated[Line, AfterValidator(_inside)]
"""A folder in the batch's folder: messages of patients are written nowhere else."""


class _NoSecrets(Model):
    """A block in which no key may contain a secret."""

    @model_validator(mode="before")
    @classmethod
    def _nothing_secret(cls, value: Any) -> Any:
        for key in SECRETS if isinstance(value, dict) else ():
            if key in value:
                hint = "keep it in the system's keyring, or name a password_command"
                raise FieldError(
                    f"{key} must not be in this file", f"{hint}: see docs/emailing.md", key
                )
        return value


class SignIn(_NoSecrets):
    """Sign-in with a browser (OAuth 2), for mailboxes that accept no password.

    ``client_id`` is the application that the clinic registered with Microsoft, ``tenant`` its
    directory. ``client_file`` is the file that the clinic downloads from Google for its own
    application; a name without a folder means a file beside the clinic's.
    """

    provider: Literal["microsoft", "google"]
    client_id: Line | None = None
    tenant: Tenant = "organizations"
    client_file: Line | None = None

    @override
    def model_post_init(self, _context: object) -> None:
        if self.provider == "microsoft" and not self.client_id:
            raise FieldError("sign_in with microsoft needs client_id", "see docs/emailing.md")
        if self.provider == "google" and not self.client_file:
            raise FieldError("sign_in with google needs client_file", "see docs/emailing.md")


class Smtp(_NoSecrets):
    """A mail server. ``user`` is the login; the default is the sender's address.

    ``send_as`` states that ``user`` may send for another address. ``certificates`` is a PEM file
    with the certificate authority of the clinic's own server. ``timeout`` is in seconds.
    """

    host: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9:][A-Za-z0-9.:-]*$")]
    port: Annotated[int, Field(ge=1, le=65535)] | None = None
    security: Literal["starttls", "tls", "none"] = "starttls"
    auth: Literal["password", "xoauth2", "none"] = "password"
    user: Line | None = None
    send_as: bool = False
    password_command: Command | None = None
    password_variable: Variable = "HANDOUTS_MAIL_PASSWORD"  # noqa: S105 - the name of a variable
    token_command: Command | None = None
    sign_in: SignIn | None = None
    certificates: Line | None = None
    timeout: Annotated[int, Field(ge=1, le=600)] = 60

    @property
    def actual_port(self) -> int:
        """The port; by default the usual one for this kind of security (RFC 8314)."""
        return self.port or _PORTS[self.security]

    @override
    def model_post_init(self, _context: object) -> None:
        if not _is_loopback(self.host):
            if self.security == "none":
                message = f"security must be starttls or tls: {self.host} is another machine"
                hint = "patients' documents are never sent unencrypted"
                raise FieldError(message, hint, "security")
            if self.auth == "none":
                message = f"auth must be password or xoauth2: {self.host} is another machine"
                hint = "only a server on this machine may be used without signing in"
                raise FieldError(message, hint, "auth")
        given = (self.token_command is not None) + (self.sign_in is not None)
        if self.auth == "xoauth2" and given != 1:
            message = "xoauth2 needs either token_command or sign_in"
            raise FieldError(message, "see docs/emailing.md for both", "auth")
        if self.auth != "xoauth2" and given:
            raise FieldError(f"auth: {self.auth} uses no token", 'write "auth: xoauth2"', "auth")


class Graph(_NoSecrets):
    """Microsoft Graph, for a Microsoft 365 tenant that has SMTP switched off.

    ``user`` is the account that signs in; the default is the sender's address. ``large_files``
    allows messages of more than 2.9 MB, which need a draft, and so permission to read and write
    the whole mailbox.
    """

    user: Line | None = None
    large_files: bool = False
    token_command: Command | None = None
    sign_in: SignIn | None = None
    timeout: Annotated[int, Field(ge=1, le=600)] = 60

    @override
    def model_post_init(self, _context: object) -> None:
        if (self.token_command is None) == (self.sign_in is None):
            message = "graph needs either token_command or sign_in"
            raise FieldError(message, "see docs/emailing.md for both")
        if self.sign_in is not None and self.sign_in.provider != "microsoft":
            path = ("sign_in", "provider")
            raise FieldError("provider must be microsoft", "Graph is Microsoft's", *path)


class Mail(_NoSecrets):
    """How a clinic sends its messages.

    ``from`` is the mailbox that sends. Patients' answers go to ``reply_to``, or else to the
    clinic's ``email``. ``transport`` chooses how to send: ``smtp`` and ``graph`` use the block of
    that name. ``folder`` writes .eml files and ``maildir`` a Maildir; both write to the folder
    ``folder`` of the batch, and need no account. ``rate`` is messages a minute.
    """

    from_: Annotated[Address, Field(alias="from")]
    display_name: Line | None = None
    reply_to: Address | None = None
    transport: Literal["folder", "maildir", "smtp", "graph"] = "folder"
    folder: Folder = "outbox"
    smtp: Smtp | None = None
    graph: Graph | None = None
    rate: Annotated[int, Field(ge=1, le=600)] = 20

    @override
    def model_post_init(self, _context: object) -> None:
        if self.transport in ("smtp", "graph") and getattr(self, self.transport) is None:
            message = f"transport is {self.transport}, but there is no {self.transport} block"
            hint = f'add "{self.transport}:" with its settings under mail'
            raise FieldError(message, hint, "transport")
        user = self.smtp.user if self.smtp else None
        if not self.smtp or not user or "@" not in user or self.smtp.send_as:
            return
        if mail_address(user).casefold() != self.from_.casefold():
            message = "user must be the address in from: servers refuse mail from another mailbox"
            hint = 'change one of them, or write "send_as: true" if the mailbox may do so'
            raise FieldError(message, hint, "smtp", "user")


def _is_loopback(host: str) -> bool:
    return host.lower() in ("localhost", "::1") or _LOOPBACK.fullmatch(host) is not None


class CodeSource(Model):
    """Where a code is described."""

    title: Line
    url: Annotated[str, StringConstraints(pattern=r"^https?://\S+$")]


class Meaning(Model):
    """What a server's answer means and what to ``do``.

    ``then`` is what the sender does: stop, give up this row, or wait and try again. ``retry`` marks
    a stop after which the same run may work later.
    """

    means: Line
    do: Line
    then: Literal["stop", "row", "later"]
    retry: bool = False
    source: Line


class MailCode(Meaning):
    """An answer of SMTP: its ``code`` (RFC 5321), its enhanced ``status`` (RFC 3463), or both."""

    code: Annotated[int, Field(ge=400, le=599)] | None = None
    status: Annotated[str, StringConstraints(pattern=r"^[45]\.\d{1,3}\.\d{1,3}$")] | None = None

    @override
    def model_post_init(self, _context: object) -> None:
        if self.code is None and self.status is None:
            raise ValueError("an answer needs a code or a status")


class GraphCode(Meaning):
    """An answer of Microsoft Graph, by the name of its error or its HTTP status."""

    name: Line


class MailCodes(ContentFile):
    """All known answers of mail servers and of Microsoft Graph, with the sources."""

    sources: dict[str, CodeSource]
    codes: tuple[MailCode, ...]
    graph: tuple[GraphCode, ...]

    @override
    def model_post_init(self, _context: object) -> None:
        keys = [(entry.code, entry.status) for entry in self.codes]
        names = [entry.name for entry in self.graph]
        for twice in {key for key in (*keys, *names) if (*keys, *names).count(key) > 1}:
            raise ValueError(f"{twice} is explained twice")
        for entry in (*self.codes, *self.graph):
            if entry.source not in self.sources:
                raise ValueError(f'there is no source "{entry.source}"')


Domain = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$", max_length=253)]


class MailDomains(ContentFile):
    """``known`` lists domains of mailbox providers, in lower case."""

    known: Annotated[tuple[Domain, ...], Field(min_length=1)]
