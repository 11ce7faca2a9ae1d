"""Turn a roster's e-mail cell into an address that can be compared and sent to."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import lru_cache

from email_validator import EmailNotValidError, validate_email

from handouts.deliver.mail.transport import Refused
from handouts.errors import ContentError
from handouts.load.models import build_model
from handouts.load.yaml import LIMIT_BYTES, parse
from handouts.model.mail import MailDomains
from handouts.workspace import Workspace

FILE = "data/mail/domains.yaml"
_ALIKE = 0.88
"""How alike (difflib's ratio) a slip is: one letter of ten left out, doubled or exchanged."""
_SHORTEST = 8
"""Letters of a known domain that others are compared with."""
_HINT = "correct the address in the roster"
# C0 and C1 controls, and what Unicode takes for a line end.
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Mailbox:
    """One address. ``same`` is equal for all ways to write the same mailbox.

    Letter case counts before the @ (RFC 5321, 2.4), but no provider tells two people apart by it.
    ``wire`` is how it goes to a server, its domain in Punycode (RFC 5891); ``utf8``: the part
    before the @ is not ASCII.
    """

    address: str = field(repr=False)
    same: str = field(repr=False)
    domain: str = field(repr=False)
    wire: str = field(repr=False)
    utf8: bool


def read_mailbox(text: str) -> Mailbox:
    """Return the mailbox of an address; nothing is looked up in the network.

    Raises:
        ContentError: if it is none that mail can be sent to (RFC 5321 and 5322, strictly). The
            message does not quote it.
    """
    try:
        return _mailbox(text)
    except EmailNotValidError:
        raise ContentError(
            "email is no address that mail can be sent to", "look for a slip: a space, two dots"
        ) from None


def _mailbox(text: str) -> Mailbox:
    found = validate_email(text, check_deliverability=False, strict=True)
    return Mailbox(
        address=found.normalized,
        same=f"{found.local_part.casefold()}@{found.ascii_domain.lower()}",
        domain=found.domain,
        wire=f"{found.local_part}@{found.ascii_domain}",
        utf8=found.smtputf8,
    )


def sendable(address: str) -> Mailbox:
    """Return the mailbox that a message is about to go to, or comes from.

    Raises:
        Refused: if it is no plain address; the message does not show it.
    """
    if CONTROL.search(address):
        raise Refused("the address holds a control character", hint=_HINT)
    try:
        return _mailbox(address)
    except EmailNotValidError:
        raise Refused("the address is not an e-mail address", hint=_HINT) from None


class Domains:
    """The domains of known providers."""

    def __init__(self, workspace: Workspace) -> None:
        path = workspace.builtin(FILE)
        self._known = _known(workspace.read(path, LIMIT_BYTES))
        self._compared = sorted(name for name in self._known if len(name) >= _SHORTEST)

    def meant(self, domain: str) -> str | None:
        """Return the provider that a domain is probably a slip of; None if it looks right."""
        name = domain.lower()
        if name in self._known:
            return None
        close = get_close_matches(name, self._compared, n=1, cutoff=_ALIKE)
        return close[0] if close else None

    def masked(self, mailbox: Mailbox) -> str:
        """Return an address as a screen may show it: ``m…@gmail.com``, ``m…@n….example``.

        A domain of the patient's own may be their name: only a provider's is shown whole.
        """
        first, domain = mailbox.address[0], mailbox.domain.lower()
        if domain in self._known:
            return f"{first}…@{domain}"
        return f"{first}…@{domain[0]}….{domain.rpartition('.')[2]}"


@lru_cache(maxsize=2)
def _known(data: bytes) -> frozenset[str]:
    return frozenset(build_model(MailDomains, parse(data, FILE), name="mail-domains").known)
