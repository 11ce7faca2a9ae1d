"""Turn mail settings into an SMTP connection: encrypted, signed in, ready for a message."""

from __future__ import annotations

import base64
import smtplib
import socket
import ssl
from pathlib import Path

from handouts.deliver.mail.transport import Codes, Secret, Stage, Stopped
from handouts.files import reason_of
from handouts.model.mail import Smtp

# A submission server accepts any name; the name of this machine stays private.
_CLIENT_NAME = "[127.0.0.1]"
_SIGNED_IN = 235
_GO_ON = 334
_NO_CODE = -1
"""How smtplib names the code of an answer that has none."""
_HUNG_UP = ssl.SSLEOFError | ssl.SSLZeroReturnError
"""A server that is too busy to finish the handshake: it may have time later."""


def tls_context(certificates: Path | None) -> ssl.SSLContext:
    """Return an SSL context that checks certificate and name of the server; TLS 1.2+ (RFC 8996).

    Args:
        certificates: a PEM file with the clinic's own authority, trusted in addition to the
            system's.

    Raises:
        Stopped: if that file cannot be read.
    """
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if certificates is not None:
        try:
            context.load_verify_locations(certificates)
        except OSError as error:
            raise Stopped(
                f"{certificates} cannot be read: {reason_of(error)}",
                hint=(
                    "certificates must name a PEM file with the certificate authority of the "
                    "clinic's server"
                ),
            ) from None
    return context


def connect(
    smtp: Smtp, user: str, secret: Secret, codes: Codes, context: ssl.SSLContext
) -> smtplib.SMTP:
    """Return a connection that is encrypted and signed in, ready for MAIL.

    Raises:
        Stopped: if anything prevents it, with ``retry`` if the server or the network may recover.
    """
    where = f"{smtp.host}:{smtp.actual_port}"
    client: smtplib.SMTP | None = None
    try:
        client = _open(smtp, context)
        _encrypt(client, smtp, where, context)
        _sign_in(client, smtp, user, secret, codes)
    except BaseException as error:
        if client is not None:
            client.close()
        fault = _fault_of(error, smtp, where, codes)
        if fault is None:
            raise
        raise fault from None
    return client


def _open(smtp: Smtp, context: ssl.SSLContext) -> smtplib.SMTP:
    place = (smtp.host, smtp.actual_port, _CLIENT_NAME)
    if smtp.security == "tls":
        return smtplib.SMTP_SSL(*place, timeout=smtp.timeout, context=context)
    return smtplib.SMTP(*place, timeout=smtp.timeout)


def _encrypt(client: smtplib.SMTP, smtp: Smtp, where: str, context: ssl.SSLContext) -> None:
    client.ehlo_or_helo_if_needed()
    if smtp.security != "starttls":
        return
    if not client.has_extn("starttls"):
        raise Stopped(
            f"{where} offers no encryption (STARTTLS)",
            hint="ask the provider for host and port; security: tls is for port 465",
        )
    client.starttls(context=context)
    # Forget what the server said before the encryption (RFC 3207, 4.2).
    client.ehlo_or_helo_if_needed()


def _sign_in(client: smtplib.SMTP, smtp: Smtp, user: str, secret: Secret, codes: Codes) -> None:
    if smtp.auth == "password":
        sign_in_with_password(client, user, secret, codes)
    elif smtp.auth == "xoauth2":
        sign_in_with_token(client, user, secret, codes)


def _fault_of(error: BaseException, smtp: Smtp, where: str, codes: Codes) -> Exception | None:
    """Return the fault for an error; None if the error is not about the connection."""
    if isinstance(error, smtplib.SMTPResponseException):
        if error.smtp_code == _NO_CODE:
            hint = "ask the provider for host and port; security: tls is for port 465"
            return Stopped(f"{where} does not answer like a mail server", hint=hint)
        reply = error.smtp_error
        return codes.fault(
            error.smtp_code, reply if isinstance(reply, bytes) else reply.encode(), Stage.GREETING
        )
    if isinstance(error, ssl.SSLCertVerificationError):
        return Stopped(
            f"the certificate of {smtp.host} cannot be trusted: {error.verify_message}",
            hint=(
                "check host and this machine's clock; for your own server give its certificate "
                "authority under certificates"
            ),
        )
    if isinstance(error, ssl.SSLError) and not isinstance(error, _HUNG_UP):
        return Stopped(
            f"{where} and this machine have no encryption method in common",
            hint="security: tls is for port 465, starttls for port 587",
        )
    if isinstance(error, OSError | UnicodeError):
        return Stopped(f"{where} {_reason(error)}", hint="check host, port and network", retry=True)
    return None


def _reason(error: OSError | UnicodeError) -> str:
    # A name too long for the domain name system fails before any look-up.
    if isinstance(error, socket.gaierror | UnicodeError):
        return "cannot be found"
    # smtplib takes silence for a connection that was closed.
    if isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):
        return "does not answer in time"
    if isinstance(error, ConnectionRefusedError):
        return "refuses connections"
    if isinstance(error, smtplib.SMTPException | ConnectionError | _HUNG_UP):
        return "closed the connection"
    return "cannot be reached"


def sign_in_with_password(client: smtplib.SMTP, user: str, secret: Secret, codes: Codes) -> None:
    """Sign in with PLAIN (RFC 4616), else with LOGIN.

    smtplib's own login accepts only ASCII passwords, but both mechanisms can carry UTF-8.

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
    """Sign in with XOAUTH2, as Google and Microsoft describe it; renew a refused token once.

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
            # The server first explains why; it refuses after an empty line.
            code, reply = client.docmd("")
        if code == _SIGNED_IN:
            return
    raise codes.fault(code, reply, Stage.SIGN_IN)


def _offered(client: smtplib.SMTP) -> set[str]:
    return set(client.esmtp_features.get("auth", "").upper().split())


def _base64(words: str) -> str:
    return base64.b64encode(words.encode()).decode("ascii")
