"""Answer who signs in from the office's network, and who signs out."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from handouts.desk.accounts import Sessions, Tries
from handouts.desk.guard import COOKIE, SIGN_IN
from handouts.desk.views import desk_of, shown, typed


def _sessions(request: Request) -> Sessions:
    sessions: Sessions | None = request.app.state.sessions
    if sessions is None:
        raise HTTPException(404)
    return sessions


async def ask(request: Request) -> Response:
    """Ask for name and password."""
    _sessions(request)
    return shown(request, "sign_in.html", said="", name="")


async def sign_in(request: Request) -> Response:
    """Let somebody in who knows the password of an account."""
    sessions, words, form = _sessions(request), desk_of(request).words, await typed(request)
    tries: Tries = request.app.state.tries
    name, password = form.get("name", "").strip(), form.get("password", "")
    there = request.client.host if request.client else ""
    if seconds := tries.wait(name, there):
        said = words("sign_in_wait", seconds=seconds)
        answer = shown(request, "sign_in.html", status=429, said=said, name=name)
        answer.headers["Retry-After"] = str(seconds)
        return answer
    if not await run_in_threadpool(sessions.accounts.knows, name, password):
        tries.wrong(name, there)
        return shown(request, "sign_in.html", status=403, said=words("sign_in_wrong"), name=name)
    tries.right(name)
    answer = RedirectResponse("/", status_code=303)
    token = sessions.begin(name)
    answer.set_cookie(COOKIE, token, httponly=True, samesite="strict", secure=True)
    return answer


async def sign_out(request: Request) -> Response:
    """End a session, and forget all that was typed in it."""
    _sessions(request).end(request.cookies.get(COOKIE, ""))
    answer = RedirectResponse(SIGN_IN, status_code=303)
    answer.delete_cookie(COOKIE, httponly=True, samesite="strict", secure=True)
    return answer


ROUTES = [
    Route(SIGN_IN, ask),
    Route(SIGN_IN, sign_in, methods=["POST"]),
    Route("/sign-out", sign_out, methods=["POST"]),
]
