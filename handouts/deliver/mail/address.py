"""An address into what the wire takes: a domain in ASCII, and nothing that could be a command."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from email_validator import EmailNotValidError, validate_email

from handouts.deliver.mail.faults import Refused

_HINT = "correct the address in the roster"
# C0 and C1 controls, and what Unicode takes for a line end.
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class WireAddress:
    """``text`` as it goes over the wire; ``utf8``: the part before the @ is not ASCII."""

    text: str = field(repr=False)
    utf8: bool


def wire_address(address: str) -> WireAddress:
    """Return an address with its domain in Punycode (RFC 5891).

    Raises:
        Refused: if it is no plain address; the message does not show it.
    """
    if CONTROL.search(address):
        raise Refused("the address holds a control character", hint=_HINT)
    try:
        found = validate_email(address, check_deliverability=False, strict=True)
    except EmailNotValidError:
        raise Refused("the address is not an e-mail address", hint=_HINT) from None
    return WireAddress(f"{found.local_part}@{found.ascii_domain}", utf8=found.smtputf8)
