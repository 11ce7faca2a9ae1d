"""A small HTTP server on this machine that answers as it is told and remembers what was asked."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

DROP = -1
"""A status that closes the connection without an answer."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Told:
    """One answer; ``body`` becomes JSON."""

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


class Web:
    """The server: ``answers`` are given one after the other, else ``answer`` decides."""

    def __init__(self, *answers: Told, answer: Callable[[Asked], Told] | None = None) -> None:
        self.asked: list[Asked] = []
        self._answers, self._answer = list(answers), answer

    def __enter__(self) -> Self:
        web = self

        class Handler(BaseHTTPRequestHandler):
            def handle_any(self) -> None:
                length = int(self.headers.get("Content-Length", 0))
                headers = {name.lower(): value for name, value in self.headers.items()}
                asked = Asked(self.command, self.path, headers, self.rfile.read(length))
                web.asked.append(asked)
                told = web.next(asked)
                if told.status == DROP:
                    self.close_connection = True
                    return
                body = b"" if told.body is None else json.dumps(told.body).encode()
                self.send_response(told.status)
                for name, value in {"Content-Type": "application/json", **told.headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = do_PUT = do_DELETE = handle_any  # noqa: N815 - the library's names

            def log_message(self, *_: Any) -> None:
                """Stay silent."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()
        return self

    def next(self, asked: Asked) -> Told:
        """Return the answer to a request."""
        if self._answer is not None:
            return self._answer(asked)
        return self._answers.pop(0) if self._answers else Told(500)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
