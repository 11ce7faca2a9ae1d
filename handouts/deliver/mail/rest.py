"""Make one HTTPS request; tell a request that may have arrived from one that cannot have.

http.client shows connecting, sending and answering as steps of their own: only so is it known
whether a server can have acted. Each request has a connection of its own: one that was left open
may be closed just when the next message goes, and nobody would know whether that was taken.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from handouts.deliver.mail.faults import NotNow, Stopped, Unsure

_ANSWER_BYTES = 256 * 1024
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9]{0,60}")
_REQUEST_ID = re.compile(r"[0-9a-fA-F-]{1,64}")
_LONGEST_WAIT = 3600


@dataclass(frozen=True, slots=True)
class Place:
    """Where a service answers; ``secure`` is False only for tests on this machine."""

    host: str
    port: int
    path: str = ""
    secure: bool = True

    @classmethod
    def of(cls, url: str) -> tuple[Place, str]:
        """Return the place and the path with query that an address names.

        Raises:
            Stopped: if it is not encrypted and not on this machine.
        """
        parts = urlsplit(url)
        host, secure = parts.hostname or "", parts.scheme == "https"
        if not secure and host != "127.0.0.1":
            raise Stopped("the service gave an address without encryption", hint="ask the provider")
        query = f"?{parts.query}" if parts.query else ""
        return cls(host, parts.port or 443, secure=secure), f"{parts.path}{query}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: number, JSON if there is any, the error's name, an id, seconds to wait."""

    status: int
    facts: Mapping[str, Any]
    error: str
    request_id: str
    wait: float


def ask(  # noqa: PLR0913 - the parts of a request
    place: Place,
    method: str,
    path: str,
    body: bytes,
    headers: Mapping[str, str],
    timeout: float,
    context: ssl.SSLContext,
    *,
    sends: bool = False,
) -> Answer:
    """Return the answer to a request, whatever its number.

    Args:
        place: the service.
        method: of HTTP.
        path: with its query.
        body: sent as it is.
        headers: beside the length.
        timeout: seconds for each step.
        context: checks the certificate.
        sends: the request makes a message go.

    Raises:
        Stopped: if there is no connection.
        NotNow: if it broke before the request had been sent, or its answer is lost.
        Unsure: if the answer is lost of a request that ``sends``.
    """
    connection = _connection(place, timeout, context)
    try:
        _connect(connection, place)
        try:
            connection.request(method, path, body, dict(headers))
        except OSError:
            raise NotNow(
                "the connection was lost before the message had been sent", hint="try again later"
            ) from None
        try:
            response = connection.getresponse()
        except (OSError, http.client.HTTPException):
            if not sends:
                raise NotNow("the connection was lost", hint="try again later") from None
            raise Unsure(
                "the connection was lost after the message had been sent: the server may have it",
                hint="look into the mailbox's sent mail before sending again",
            ) from None
        return _read(response)
    finally:
        connection.close()


def _connection(
    place: Place, timeout: float, context: ssl.SSLContext
) -> http.client.HTTPConnection:
    if place.secure:
        return http.client.HTTPSConnection(place.host, place.port, timeout=timeout, context=context)
    return http.client.HTTPConnection(place.host, place.port, timeout=timeout)


def _connect(connection: http.client.HTTPConnection, place: Place) -> None:
    try:
        connection.connect()
    except ssl.SSLCertVerificationError:
        raise Stopped(
            f"the certificate of {place.host} cannot be trusted",
            hint="check this machine's clock, and whether a proxy stands between",
        ) from None
    except OSError:
        raise Stopped(
            f"{place.host} cannot be reached", hint="check the network", retry=True
        ) from None


def _read(response: http.client.HTTPResponse) -> Answer:
    content = b""
    # The number has come: what follows it only explains.
    with contextlib.suppress(OSError, http.client.HTTPException):
        content = response.read(_ANSWER_BYTES)
    facts: Any = None
    with contextlib.suppress(ValueError):
        facts = json.loads(content)
    facts = facts if isinstance(facts, dict) else {}
    error = facts.get("error")
    name = str(error.get("code", "")) if isinstance(error, dict) else ""
    given = response.headers.get("request-id", "")
    wait = response.headers.get("Retry-After", "")
    return Answer(
        response.status,
        facts,
        name if _WORD.fullmatch(name) else "",
        given if _REQUEST_ID.fullmatch(given) else "",
        min(float(wait), _LONGEST_WAIT) if wait.isascii() and wait.isdigit() else 0.0,
    )
