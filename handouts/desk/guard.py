"""Refuse requests that are not from the desk's own page, a known program or a signed-in person."""

from __future__ import annotations

import hmac
import sys
from collections.abc import Callable
from urllib.parse import parse_qsl, urlencode, urlsplit

from msgspec import Struct
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartParser
from starlette.requests import ClientDisconnect, HTTPConnection, Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from handouts.desk.accounts import Sessions, SignInTries
from handouts.desk.language import Words
from handouts.desk.views import desk_of, refused_page, render, typed
from handouts.errors import where
from handouts.workspace import PHOTO_BYTES

COOKIE = "handouts_desk"
KEY = "key"
"""The parameter of the first address that contains the secret."""

LARGEST_BODY = PHOTO_BYTES + 1024 * 1024
"""Bytes: enough for a form with the largest allowed photograph; lists of patients are smaller."""

# Uploads stay in memory instead of temporary files, because they name patients.
MultiPartParser.spool_max_size = LARGEST_BODY

SIGN_IN, _STYLE = "/sign-in", "/static/desk.css"
_OPEN = frozenset({SIGN_IN, _STYLE, "/static/desk.js"})
"""Paths that need no sign-in."""

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""The browser loads nothing from elsewhere, and frames no page of the desk.

It stores nothing but drawings of exercises, which set ``Cache-Control`` themselves.
"""


class Access(Struct, frozen=True):
    """Who may use the desk: everybody with the ``secret``, under one of the ``hosts``.

    A host is what a browser sends as ``Host``, with the port: ``127.0.0.1:8765``. A page of another
    name that resolves to this machine (DNS rebinding) sends its own name. With ``sessions`` the
    secret is for programs only, and people sign in. ``secure`` is True if the desk uses TLS.
    """

    secret: str
    hosts: frozenset[str]
    secure: bool = False
    sessions: Sessions | None = None

    def knows(self, given: str | None) -> bool:
        """Return whether a secret is the right one."""
        return given is not None and hmac.compare_digest(given.encode(), self.secret.encode())

    def is_own(self, origin: str) -> bool:
        """Return whether an origin is the desk itself."""
        parts = urlsplit(origin)
        scheme = "https" if self.secure else "http"
        return parts.scheme == scheme and parts.netloc in self.hosts


class Guard:
    """Middleware that every request passes before anything of it is read.

    The secret of the first address becomes a cookie that no other site's request carries. A program
    sends the secret as ``Authorization: Bearer``. A change must come from the desk's own page,
    according to the browser (``Sec-Fetch-Site``, ``Origin``).
    """

    def __init__(self, app: ASGIApp, access: Access, words: Callable[[], Words]) -> None:
        self._app, self._access, self._words = app, access, words

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return
        refused = await run_in_threadpool(self._refused, HTTPConnection(scope), scope["method"])
        if refused is not None:
            await refused(scope, receive, _Answering(send))
            return
        bounded, answering = _Bounded(receive), _Answering(send)
        try:
            await self._app(scope, bounded, answering)
        except ClientDisconnect:
            # The page was closed or sent a new request: nobody waits for this answer.
            return
        except Exception as error:  # noqa: BLE001 - the desk goes on for everybody else
            answer = (413, self._words()("guard_large"))
            if not isinstance(error, TooLarge):
                # Its text may name a patient, so only its type and place are printed.
                fault = f"{type(error).__name__} at {where(error)}"
                sys.stderr.write(f"bug: {fault}\n")
                answer = (500, self._words()("guard_fault", fault=fault))
            if not answering.begun:
                await _refusal(*answer)(scope, receive, answering)

    def _refused(self, asked: HTTPConnection, method: str) -> Response | None:
        """Return the answer to a request that is refused or redirected; None lets it pass."""
        headers, access = asked.headers, self._access
        if headers.get("host", "") not in access.hosts:
            return _refusal(421, self._words()("guard_address"))
        scheme, _, token = headers.get("authorization", "").partition(" ")
        is_program = scheme.lower() == "bearer" and access.knows(token)
        if access.sessions is not None:
            refusal = None if is_program else self._not_signed_in(asked, access.sessions)
        elif access.knows(asked.query_params.get(KEY)) and method == "GET":
            return self._let_in(asked)
        else:
            known = is_program or access.knows(asked.cookies.get(COOKIE))
            refusal = None if known or asked.url.path == _STYLE else self._stranger(asked)
        if refusal is not None:
            return refusal
        if method not in _SAFE and not is_program and not self._is_own_page(headers):
            return _refusal(403, self._words()("guard_foreign"))
        if _declared(headers) > LARGEST_BODY:
            return _refusal(413, self._words()("guard_large"))
        return None

    def _not_signed_in(self, asked: HTTPConnection, sessions: Sessions) -> Response | None:
        """Return an answer if nobody has signed in; else None, with the account in the state."""
        found = sessions.of(asked.cookies.get(COOKIE))
        if found is not None:
            asked.state.account, asked.state.owner = found.name, found.owner
            return None
        if asked.url.path in _OPEN:
            return None
        if "text/html" in asked.headers.get("accept", ""):
            return RedirectResponse(SIGN_IN, status_code=303)
        return _refusal(401, self._words()("guard_sign_in"))

    def _stranger(self, asked: HTTPConnection) -> Response:
        """Return the refusal of a request without the secret, as a page for who looks at it.

        Most often the desk was started again, and the page that asks is of the desk before.
        """
        words = self._words()
        if "text/html" in asked.headers.get("accept", ""):
            return refused_page(words, words("guard_stranger"))
        return _refusal(403, words("guard_stranger"))

    def _is_own_page(self, headers: Headers) -> bool:
        """Return whether a change comes from a page of the desk itself."""
        site, origin = headers.get("sec-fetch-site"), headers.get("origin")
        if site is not None and site != "same-origin":
            return False
        if origin is not None:
            return self._access.is_own(origin)
        return site == "same-origin"

    def _let_in(self, asked: HTTPConnection) -> Response:
        """Redirect to the address without its secret, which becomes a cookie."""
        pairs = parse_qsl(asked.url.query, keep_blank_values=True)
        query = urlencode([(name, value) for name, value in pairs if name != KEY])
        path = "/" + asked.url.path.lstrip("/\\")
        answer = RedirectResponse(f"{path}?{query}" if query else path, status_code=303)
        answer.set_cookie(
            COOKIE,
            self._access.secret,
            httponly=True,
            samesite="strict",
            secure=self._access.secure,
        )
        return answer


def _refusal(status: int, words: str) -> Response:
    return PlainTextResponse(words + "\n", status_code=status)


def _declared(headers: Headers) -> int:
    """Return the length that a request declares, in bytes."""
    length = headers.get("content-length", "0")
    return int(length) if length.isdecimal() else LARGEST_BODY + 1


class _Answering:
    """Sends an answer with the common headers, and knows whether it has begun."""

    def __init__(self, send: Send) -> None:
        self._send, self.begun = send, False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.begun = True
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
        await self._send(message)


class TooLarge(Exception):
    """A body has more than `LARGEST_BODY` bytes."""


class _Bounded:
    """Counts the received bytes, because a declared length may be missing or wrong."""

    def __init__(self, receive: Receive) -> None:
        self._receive, self._left = receive, LARGEST_BODY

    async def __call__(self) -> Message:
        message = await self._receive()
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            raise TooLarge
        return message


async def here(_: Request) -> Response:
    """Answer a page that asks, before a form leaves it, whether the desk would take the form."""
    return Response(status_code=204)


# -- signing in, from the office's network


def _sessions(request: Request) -> Sessions:
    sessions: Sessions | None = request.app.state.sessions
    if sessions is None:
        raise HTTPException(404)
    return sessions


async def ask_to_sign_in(request: Request) -> Response:
    """Show the form for name and password."""
    _sessions(request)
    return render(request, "sign_in.html", said="", name="")


async def sign_in(request: Request) -> Response:
    """Begin a session if the password of the account is right."""
    sessions, words, form = _sessions(request), desk_of(request).words, await typed(request)
    tries: SignInTries = request.app.state.tries
    name, password = form.get("name", "").strip(), form.get("password", "")
    address = request.client.host if request.client else ""
    if seconds := tries.wait(name, address):
        wait = words("sign_in_wait", count=seconds)
        answer = render(request, "sign_in.html", status=429, said=wait, name=name)
        answer.headers["Retry-After"] = str(seconds)
        return answer
    if not await run_in_threadpool(sessions.accounts.knows, name, password):
        tries.failed(name, address)
        return render(request, "sign_in.html", status=403, said=words("sign_in_wrong"), name=name)
    tries.succeeded(name)
    answer = RedirectResponse("/", status_code=303)
    token = sessions.begin(name)
    answer.set_cookie(COOKIE, token, httponly=True, samesite="strict", secure=True)
    return answer


async def sign_out(request: Request) -> Response:
    """End a session, and forget everything that was typed in it."""
    _sessions(request).end(request.cookies.get(COOKIE, ""))
    answer = RedirectResponse(SIGN_IN, status_code=303)
    answer.delete_cookie(COOKIE, httponly=True, samesite="strict", secure=True)
    return answer


ROUTES = [
    Route("/here", here),
    Route(SIGN_IN, ask_to_sign_in),
    Route(SIGN_IN, sign_in, methods=["POST"]),
    Route("/sign-out", sign_out, methods=["POST"]),
]
