"""Serve a desk on this machine, and open it in the browser."""

from __future__ import annotations

import socket
import threading
import webbrowser
from collections.abc import Callable
from pathlib import Path

import uvicorn

from handouts.desk.app import create_app
from handouts.desk.guard import KEY, Access, lasting_secret, new_secret
from handouts.desk.state import Desk
from handouts.errors import DeliveryError

LOOPBACK = "127.0.0.1"
_NAMES = (LOOPBACK, "localhost")


def serve(
    desk: Desk,
    port: int,
    *,
    opens: bool,
    say: Callable[[str], None],
    secret_file: Path | None = None,
) -> None:
    """Serve a desk until Ctrl-C. ``port`` 0 takes one that is free.

    ``secret_file`` has a secret that stays the same: it is not printed.

    Raises:
        ContentError: if the file holds no secret, or others can read it.
        DeliveryError: if the port is taken, or the file cannot be written.
    """
    secret = lasting_secret(secret_file) if secret_file else new_secret()
    listening = _listen(port)
    port = listening.getsockname()[1]
    access = Access(secret, frozenset(f"{name}:{port}" for name in _NAMES))
    address = f"http://{LOOPBACK}:{port}/?{KEY}={access.secret}"
    if secret_file is None:
        say(f"The desk is open at {address}")
    else:
        say(f"The desk is open at http://{LOOPBACK}:{port}/; {secret_file} has its secret")
    say("Ctrl-C closes it.")
    # Nothing of a request is logged: addresses and forms may be a patient's.
    config = uvicorn.Config(
        create_app(desk, access), log_config=None, access_log=False, server_header=False,
        timeout_graceful_shutdown=2,
    )  # fmt: skip
    if opens:
        threading.Timer(0.4, webbrowser.open, [address]).start()
    try:
        uvicorn.Server(config).run([listening])
    finally:
        desk.lists.close()


def _listen(port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((LOOPBACK, port))
    except OSError as error:
        listening.close()
        raise DeliveryError(
            f"port {port} cannot be used: {error.strerror}", hint="choose another with --port"
        ) from None
    listening.listen(64)
    return listening
