"""A user and a password or token into a signed-in SMTP connection (RFC 4954)."""

from __future__ import annotations

import base64
import smtplib

from handouts.deliver.mail.codes import Codes, Stage
from handouts.deliver.mail.faults import Stopped
from handouts.deliver.mail.secrets import Secret

_SIGNED_IN = 235
_GO_ON = 334


def sign_in_with_password(client: smtplib.SMTP, user: str, secret: Secret, codes: Codes) -> None:
    """Sign in with PLAIN (RFC 4616), else LOGIN.

    smtplib's own login takes ASCII passwords only; both mechanisms carry UTF-8.

    Raises:
        Stopped: if the server offers neither, or refuses.
        SMTPException, OSError: if the connection breaks.
    """
    offered = _offered(client)
    if "PLAIN" in offered:
        words = f"\0{user}\0{secret(False)}"
        code, reply = client.docmd("AUTH", f"PLAIN {_base64(words)}")
    elif "LOGIN" in offered:
        code, reply = client.docmd("AUTH", "LOGIN")
        for words in (user, secret(False)):
            if code == _GO_ON:
                code, reply = client.docmd(_base64(words))
    else:
        raise Stopped(
            "the server offers no sign-in with a password",
            hint="use auth: xoauth2, or ask the provider for the right host and port",
        )
    if code != _SIGNED_IN:
        raise codes.fault(code, reply, Stage.SIGN_IN)


def sign_in_with_token(client: smtplib.SMTP, user: str, secret: Secret, codes: Codes) -> None:
    """Sign in with XOAUTH2, as Google and Microsoft describe it; a refused token is renewed once.

    Raises:
        Stopped: if the server does not offer it, or refuses.
        SMTPException, OSError: if the connection breaks.
    """
    if "XOAUTH2" not in _offered(client):
        raise Stopped(
            "the server offers no sign-in with a token (XOAUTH2)",
            hint="use auth: password, or ask the provider for the right host and port",
        )
    code, reply = 0, b""
    for fresh in (False, True):
        words = f"user={user}\x01auth=Bearer {secret(fresh)}\x01\x01"
        code, reply = client.docmd("AUTH", f"XOAUTH2 {_base64(words)}")
        if code == _GO_ON:
            # The server explains itself first; an empty line asks for its refusal.
            code, reply = client.docmd("")
        if code == _SIGNED_IN:
            return
    raise codes.fault(code, reply, Stage.SIGN_IN)


def _offered(client: smtplib.SMTP) -> set[str]:
    return set(client.esmtp_features.get("auth", "").upper().split())


def _base64(words: str) -> str:
    return base64.b64encode(words.encode()).decode("ascii")
