"""Turn messages into mail sent by Microsoft Graph: whole, or a draft and an upload if large.

http.client connects, sends and reads the answer in separate steps, so that we know whether a server
can have acted. Each request has its own connection, because an idle one may be closed just when the
next message goes out, and then it would be unknown whether the server took it.
"""

from __future__ import annotations

import base64
import contextlib
import copy
import http.client
import json
import re
import ssl
from collections.abc import Mapping
from email.message import EmailMessage
from typing import Any
from urllib.parse import SplitResult, quote, urlsplit

from msgspec import Struct

from handouts.deliver.mail.message import read_mailbox
from handouts.deliver.mail.transport import (
    ASK,
    Codes,
    MailFault,
    NotNow,
    Receipt,
    Refused,
    Secret,
    Stopped,
    Transport,
    Unsure,
)

_ANSWER_BYTES = 256 * 1024
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9]{0,60}")
_REQUEST_ID = re.compile(r"[0-9a-fA-F-]{1,64}")
_LONGEST_WAIT = 3600


class Answer(Struct, frozen=True):
    """A response: its status, JSON if there is any, the error's name, an id, seconds to wait."""

    status: int
    facts: Mapping[str, Any]
    error: str
    request_id: str
    wait: float


def _connect(
    url: SplitResult, timeout: float, context: ssl.SSLContext
) -> http.client.HTTPConnection:
    """Return an open connection to the service at a URL.

    Raises:
        Stopped: if the service cannot be reached, or the connection would not be encrypted.
    """
    host = url.hostname or ""
    if url.scheme == "https":
        connection: http.client.HTTPConnection = http.client.HTTPSConnection(
            host, url.port, timeout=timeout, context=context
        )
    elif host == "127.0.0.1":  # only tests have a service on this machine
        connection = http.client.HTTPConnection(host, url.port, timeout=timeout)
    else:
        raise Stopped("the service gave an address without encryption", hint="ask the provider")
    try:
        connection.connect()
    except ssl.SSLCertVerificationError:
        raise Stopped(
            f"the certificate of {host} cannot be trusted",
            hint="check this machine's clock, and whether a proxy stands between",
        ) from None
    except OSError:
        fault = Stopped(f"{host} cannot be reached", hint="check the network", retry=True)
        fault.connecting = True
        raise fault from None
    return connection


def _answer_of(response: http.client.HTTPResponse) -> Answer:
    content = b""
    # The status is known already: the rest only explains it.
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


GRAPH = "https://graph.microsoft.com/v1.0"
SINGLE_BYTES = 2_900_000
"""A message of up to this size goes in one request, which is less than 4 MB in base64."""
_PIECE_BYTES = 3 * 1024 * 1024
_UNAUTHORISED = 401
_ACCEPTED = range(200, 300)
_UNKNOWN_OUTCOME = (500, 502, 504)


class GraphTransport(Transport):
    """A Microsoft 365 mailbox, which must be the sender's.

    Args:
        secret: returns access tokens for Graph.
        codes: explains refusals.
        timeout: seconds for each step of a request.
        url: Graph itself, unless a test gives another.
        large_files: allow drafts in the mailbox, for messages of more than 2.9 MB.
    """

    network = True

    def __init__(
        self,
        secret: Secret,
        codes: Codes,
        timeout: float,
        url: str = GRAPH,
        *,
        large_files: bool = False,
    ) -> None:
        self._secret, self._codes, self._timeout = secret, codes, timeout
        self._large_files = large_files
        self._url = url
        self._context = ssl.create_default_context()

    def deliver(self, message: EmailMessage, sender: str, recipient: str) -> Receipt:
        """Send one message: see `Transport`. Graph reads the recipient from the headers."""
        del sender
        self.may_be_taken = False
        if read_mailbox(recipient).utf8:
            raise Refused(
                "the address has characters before the @ that Microsoft Graph does not accept",
                hint="ask the patient for an address with plain letters only",
            )
        content = message.as_bytes()
        if len(content) > SINGLE_BYTES and not self._large_files:
            raise Refused(
                f"the message has {len(content):,} bytes, more than the {SINGLE_BYTES:,} allowed",
                hint='use a layout with fewer pages, or write "large_files: true" under graph',
            )
        if len(content) <= SINGLE_BYTES:
            answer = self._call("POST", "/me/sendMail", base64.b64encode(content), sends=True)
        else:
            answer = self._send_large(message)
        return Receipt(answer.status, f"{answer.status} {answer.request_id}".rstrip())

    def _send_large(self, message: EmailMessage) -> Answer:
        """Make a draft, upload the attachment to it, and send it.

        See https://learn.microsoft.com/en-us/graph/outlook-large-attachments.
        """
        bare, (name, content) = _split(message)
        draft = self._call("POST", "/me/messages", base64.b64encode(bare.as_bytes()))
        place = f"/me/messages/{quote(_text(draft, 'id'), safe='')}"
        try:
            item = {"attachmentType": "file", "name": name, "size": len(content)}
            item["contentType"] = "application/pdf"
            wanted = json.dumps({"AttachmentItem": item}).encode()
            session = self._call("POST", f"{place}/attachments/createUploadSession", wanted)
            self._upload(_text(session, "uploadUrl"), content)
            return self._call("POST", f"{place}/send", b"", sends=True)
        except (Refused, NotNow, Stopped):
            self._discard(place)
            raise

    def _upload(self, url: str, content: bytes) -> None:
        """Upload a file in pieces; the URL itself is the permission."""
        for start in range(0, len(content), _PIECE_BYTES):
            piece = content[start : start + _PIECE_BYTES]
            headers = {
                "Content-Type": "application/octet-stream",
                "Content-Range": f"bytes {start}-{start + len(piece) - 1}/{len(content)}",
            }
            answer = self._ask("PUT", url, piece, headers)
            if answer.status not in _ACCEPTED:
                raise self._fault(answer, sends=False)

    def _discard(self, place: str) -> None:
        """Remove a draft that was not sent, if possible; the earlier error matters more."""
        try:
            self._call("DELETE", place, b"")
        except MailFault:
            return

    def _call(self, method: str, path: str, body: bytes, *, sends: bool = False) -> Answer:
        """Call Graph; renew a refused token once, because Graph has done nothing in that case."""
        kind = "application/json" if body.startswith(b"{") else "text/plain"
        for fresh in (False, True):
            headers = {"Authorization": f"Bearer {self._token(fresh=fresh)}", "Content-Type": kind}
            answer = self._ask(method, self._url + path, body, headers, sends=sends)
            if answer.status != _UNAUTHORISED:
                break
        if answer.status in _ACCEPTED:
            return answer
        raise self._fault(answer, sends=sends)

    def _token(self, *, fresh: bool) -> str:
        try:
            return self._secret(fresh)
        except Stopped as fault:
            fault.connecting = True
            raise

    def _ask(
        self,
        method: str,
        url: str,
        body: bytes,
        headers: Mapping[str, str],
        *,
        sends: bool = False,
    ) -> Answer:
        """Return the answer to a request, whatever its status; ``sends``: it sends a message.

        Raises:
            Stopped: if there is no connection.
            NotNow: if the connection broke before the request was sent, or the answer is lost.
            Unsure: if the answer is lost to a request that ``sends``.
        """
        parts = urlsplit(url)
        target = parts._replace(scheme="", netloc="", fragment="").geturl()
        with contextlib.closing(_connect(parts, self._timeout, self._context)) as connection:
            self.may_be_taken |= sends
            try:
                connection.request(method, target, body, dict(headers))
            except OSError:
                raise NotNow(
                    "the connection was lost before the message was sent",
                    hint="try again later",
                ) from None
            try:
                return _answer_of(connection.getresponse())
            except (OSError, http.client.HTTPException):
                if not sends:
                    raise NotNow("the connection was lost", hint="try again later") from None
                raise Unsure(
                    "the connection was lost after the message was sent: the server may have it",
                    hint="check the mailbox's sent mail before sending again",
                ) from None

    def _fault(self, answer: Answer, *, sends: bool) -> MailFault:
        status, name = answer.status, answer.error
        label = f"{status} {name}".rstrip()
        if sends and status in _UNKNOWN_OUTCOME:
            words = f"the server failed after it received the message ({label})"
            return Unsure(words, code=status, hint="check the mailbox's sent mail")
        known = self._codes.graph_fault(status, name, answer.wait)
        return known or Stopped(
            f"Microsoft Graph refused the request ({label})", code=status, hint=ASK
        )


def _split(message: EmailMessage) -> tuple[EmailMessage, tuple[str, bytes]]:
    """Return a message without its attachment, and the attachment's name and content."""
    (attachment,) = message.iter_attachments()
    name, content = attachment.get_filename(), attachment.get_payload(decode=True)
    if name is None or not isinstance(content, bytes):
        raise TypeError("an attachment without a name or content")
    bare = copy.deepcopy(message)
    parts: Any = bare.get_payload()
    bare.set_payload([part for part in parts if not part.is_attachment()])
    return bare, (name, content)


def _text(answer: Answer, key: str) -> str:
    found = answer.facts.get(key)
    if not isinstance(found, str):
        raise NotNow(f"Microsoft Graph gave no {key}", code=answer.status, hint="try again later")
    return found
