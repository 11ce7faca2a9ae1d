"""Serve a desk as a web application, on this machine or in the office's network."""

from __future__ import annotations

import contextlib
import ipaddress
import os
import re
import secrets
import socket
import ssl
import threading
import webbrowser
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import uvicorn
from markupsafe import Markup
from msgspec import Struct
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from handouts.deliver.guards import take_lock
from handouts.desk import (
    clinic_pages,
    exercise_pages,
    guard,
    handout_pages,
    patients_pages,
    program_pages,
)
from handouts.desk.accounts import Accounts, Sessions, SignInTries
from handouts.desk.api import create_api
from handouts.desk.changes import Outdated
from handouts.desk.guard import KEY, Access, Guard
from handouts.desk.state import Desk
from handouts.desk.views import on_page, render, translated
from handouts.errors import ContentError, DeliveryError, HandoutError, Location, Problem
from handouts.files import make_folder, read_plain, write_whole

_LOCK = ".desk/desk.lock"
LOOPBACK = "127.0.0.1"
_NAMES = (LOOPBACK, "localhost")
_ADD = "add one: handouts desk --add-account NAME"
_WARNING = """\
WARNING: the desk can be reached by others. Whoever knows an account can open it from there, and see
the lists of patients that were brought to it. Take accounts away that are not used any more."""


class Where(Struct, frozen=True):
    """Where a desk listens, and with which names browsers reach it.

    ``hosts`` are addresses or names of this machine. ``trusted`` are names of a reverse proxy on
    this machine, which has the certificate. With either, people need accounts. ``secret_file``
    contains a lasting secret for programs, which is not printed.
    """

    port: int = 0
    hosts: Sequence[str] = ()
    trusted: Sequence[str] = ()
    certificate: Path | None = None
    key: Path | None = None
    secret_file: Path | None = None


def serve(desk: Desk, where: Where, *, opens: bool, say: Callable[[str], None]) -> None:
    """Serve a desk until Ctrl-C. Port 0 means a free port.

    Raises:
        ContentError: if others could reach it without a certificate or an account, or the file has
            no secret, or others can read it.
        DeliveryError: if it cannot listen there, the file cannot be written, or another desk is
            open with the folder.
    """
    with _only_desk(desk.folder):
        _serve(desk, where, opens=opens, say=say)


@contextlib.contextmanager
def _only_desk(folder: Path | None) -> Iterator[None]:
    """Hold the lock of a folder: of two desks each would replace what the other has just saved.

    Raises:
        DeliveryError: if another desk holds it.
    """
    lock = _lock_of(folder) if folder is not None else None
    try:
        yield
    finally:
        if lock is not None:
            os.close(lock)


def _lock_of(folder: Path) -> int | None:
    """Return the lock of a folder; None if it cannot be written: nothing can be replaced there."""
    try:
        make_folder((folder / _LOCK).parent)
        lock = take_lock(folder / _LOCK)
    except DeliveryError:
        return None
    if lock is None:
        hint = "use its page; or close it there with Ctrl-C"
        raise DeliveryError(f"a desk is already open with {folder}", hint=hint)
    return lock


def _serve(desk: Desk, where: Where, *, opens: bool, say: Callable[[str], None]) -> None:
    secret = lasting_secret(where.secret_file) if where.secret_file else _new_secret()
    address = _address(where.hosts)
    sessions = _sessions(desk, where, address)
    listening = _listen(address, where.port)
    port = listening.getsockname()[1]
    access = Access(secret, _hosts(where, port), sessions is not None, sessions)
    first = _first_address(where, port, access)
    if where.secret_file is None:
        say(f"The desk is open at {first}")
    else:
        say(f"The desk is open at {first.partition('?')[0]}; {where.secret_file} has its secret")
    if sessions is not None:
        say(_WARNING)
    say("Ctrl-C closes it.")
    # Requests are not logged, because an address or form may name a patient.
    config = uvicorn.Config(
        create_app(desk, access), log_config=None, log_level="critical", access_log=False,
        server_header=False, timeout_graceful_shutdown=2, proxy_headers=bool(where.trusted),
        ssl_certfile=where.certificate, ssl_keyfile=where.key,
    )  # fmt: skip
    if opens:
        threading.Timer(0.4, open_browser, [first, where.secret_file, say]).start()
    try:
        # Ctrl-C closes the desk; uvicorn raises it again after closing.
        with contextlib.suppress(KeyboardInterrupt):
            uvicorn.Server(config).run([listening])
    finally:
        desk.lists.close()
    say("The desk is closed.")


def open_browser(address: str, secret_file: Path | None, say: Callable[[str], None]) -> None:
    """Open the browser at an address; where there is none, say what to do."""
    with contextlib.suppress(webbrowser.Error):
        if webbrowser.open(address):
            return
    how = f", with /?{KEY}= and the secret of {secret_file} behind it" if secret_file else ""
    say(f"No browser could be opened: copy the address above into one{how}.")


def _new_secret() -> str:
    """Return a secret for one run of the desk."""
    return secrets.token_urlsafe(32)


def lasting_secret(path: Path) -> str:
    """Return the secret in a file; if there is no file, make one that only its owner can read.

    Raises:
        ContentError: if others can read the file, or it contains no secret.
        DeliveryError: if it cannot be written.
    """
    if not path.exists():
        write_whole(path, _new_secret().encode())
    if os.name == "posix" and path.stat().st_mode & 0o077:
        hint = f"take it from them: chmod 600 {path}"
        raise ContentError(Problem("others can read this secret", Location(str(path)), hint))
    with contextlib.suppress(OSError, UnicodeDecodeError):
        secret = read_plain(path).decode("ascii").strip()
        if _SECRET.fullmatch(secret):
            return secret
    hint = "32 to 200 letters, digits, - and _; or remove the file: a new one is made"
    raise ContentError(Problem("this is no secret", Location(str(path)), hint))


_SECRET = re.compile(r"[A-Za-z0-9_-]{32,200}")


def _sessions(desk: Desk, where: Where, address: str) -> Sessions | None:
    """Return the sessions of a desk that others can reach; None for this machine alone.

    Raises:
        ContentError: if others could reach it without a certificate or an account.
    """
    is_open = not ipaddress.ip_address(address).is_loopback
    if not (is_open or where.trusted or where.certificate):
        return None
    if desk.folder is None:
        raise ContentError(
            "a desk that others can reach needs the clinic's folder, for its accounts",
            hint="handouts --folder FOLDER desk",
        )
    accounts = Accounts(desk.folder)
    if not accounts.names:
        raise ContentError("a desk that others can reach needs an account", hint=_ADD)
    if is_open or where.certificate:
        _check_certificate(where)
    return Sessions(accounts, desk.worksheets.forget_of)


def _address(hosts: Sequence[str]) -> str:
    """Return the first IP address in ``hosts``, else the address of the first name."""
    for host in hosts:
        with contextlib.suppress(ValueError):
            return str(ipaddress.ip_address(host))
    if not hosts:
        return LOOPBACK
    try:
        return str(socket.getaddrinfo(hosts[0], None, type=socket.SOCK_STREAM)[0][4][0])
    except OSError:
        raise DeliveryError(
            f"{hosts[0]} is no name of this machine",
            hint="give an address too, such as --host 0.0.0.0 for all of its networks",
        ) from None


def _hosts(where: Where, port: int) -> frozenset[str]:
    """Return what a browser may send as Host: the given names, with the name of this machine."""
    if not where.hosts:
        names = list(_NAMES)
    else:
        names = [f"[{name}]" if ":" in name else name.casefold() for name in where.hosts]
        names.append(socket.gethostname().casefold())
    own = {f"{name}:{port}" for name in names}
    if where.certificate and port == 443:
        own |= set(names)
    # A proxy forwards the name from the browser, with the port if that is not the usual one.
    return frozenset(own | {name.casefold() for name in where.trusted})


def _first_address(where: Where, port: int, access: Access) -> str:
    if where.trusted:
        return f"https://{where.trusted[0]}/"
    if access.sessions is None:
        return f"http://{LOOPBACK}:{port}/?{KEY}={access.secret}"
    wild = {"0.0.0.0", "::"}  # noqa: S104 - not bound here
    names = [name for name in where.hosts if name not in wild] or [socket.gethostname()]
    return f"https://{names[0]}:{port}/"


def _check_certificate(where: Where) -> None:
    if where.certificate is None or where.key is None:
        raise ContentError(
            "a desk that others can reach needs a TLS certificate and its key",
            hint="--certificate FILE --key FILE; or a reverse proxy with --trust-host NAME",
        )
    for file in (where.certificate, where.key):
        if not file.is_file():
            raise ContentError(f"{file}: there is no such file")
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(
            where.certificate, where.key, password=lambda: ""
        )
    except (OSError, ValueError):
        raise ContentError(
            f"{where.certificate} and {where.key} are no certificate and its key",
            hint="both as PEM, the certificate first with those of its authorities; no password",
        ) from None


def _listen(address: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((address, port))
    except OSError as error:
        listening.close()
        reason = (error.strerror or "it is refused").lower()
        raise DeliveryError(
            f"port {port} of {address} cannot be used: {reason}",
            hint="if a desk is open there, use its page; else choose another with --port",
        ) from None
    listening.listen(64)
    return listening


# -- the application

_STATIC = Path(__file__).parent / "static"


def create_app(desk: Desk, access: Access) -> Starlette:
    """Return the application of a desk, behind a guard that enforces ``access``."""
    answers: dict[Any, Any] = {
        HTTPException: _failed, HandoutError: _refused, Outdated: handout_pages.show_newest,
    }  # fmt: skip
    app = Starlette(
        routes=[
            *program_pages.ROUTES,
            *handout_pages.ROUTES,
            *patients_pages.ROUTES,
            *exercise_pages.ROUTES,
            *clinic_pages.ROUTES,
            *guard.ROUTES,
            Mount("/static", StaticFiles(directory=_STATIC)),
            Mount("/api", create_api(desk)),
        ],
        middleware=[Middleware(Guard, access=access, words=lambda: desk.words)],
        exception_handlers=answers,
    )
    app.state.desk, app.state.sessions, app.state.tries = desk, access.sessions, SignInTries()
    return app


async def _failed(request: Request, error: HTTPException) -> Response:
    """Return a page that says that there is no such page, or why something did not work."""
    words = request.app.state.desk.words
    message = words("error_unknown") if error.status_code in (404, 405) else error.detail
    return _error(request, error.status_code, message)


async def _refused(request: Request, error: HandoutError) -> Response:
    """Return a page with the problems, such as a folder that cannot be written."""
    words = request.app.state.desk.words
    lines: list[str] = []
    for each in error.problems:
        place = f"{each.location}: " if each.location.file else ""
        lines += [place + translated(each.message, words), on_page(each.hint, words)]
    return _error(request, 400, Markup("\n").join(filter(None, lines)))


def _error(request: Request, status: int, message: str) -> Response:
    """Return a page with a problem, and a link back to where the request came from."""
    came = urlsplit(request.headers.get("referer", "")).path
    back = "/" if status == 410 or came == request.url.path else came or "/"
    return render(request, "error.html", status=status, message=message, back=back)
