"""Turn a desk into a web application: its pages, its static files, and what guards them."""

from __future__ import annotations

from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from handouts.desk import (
    clinic_pages,
    exercise_pages,
    handout_pages,
    home_pages,
    patients_pages,
    sign_in_pages,
)
from handouts.desk.accounts import Tries
from handouts.desk.api import create_api
from handouts.desk.guard import Access, Guard
from handouts.desk.state import Desk
from handouts.desk.views import shown
from handouts.errors import HandoutError

_STATIC = Path(__file__).parent / "static"


def create_app(desk: Desk, access: Access) -> Starlette:
    """Return the application of a desk, which only ``access`` lets anybody speak to."""
    app = Starlette(
        routes=[
            *home_pages.ROUTES,
            *handout_pages.ROUTES,
            *patients_pages.ROUTES,
            *exercise_pages.ROUTES,
            *clinic_pages.ROUTES,
            *sign_in_pages.ROUTES,
            Mount("/static", StaticFiles(directory=_STATIC)),
            Mount("/api", create_api(desk)),
        ],
        middleware=[Middleware(Guard, access=access, words=lambda: desk.words)],
        exception_handlers={HTTPException: _failed, HandoutError: _refused},  # type: ignore[dict-item]
    )
    app.state.desk, app.state.sessions, app.state.tries = desk, access.sessions, Tries()
    return app


async def _failed(request: Request, error: HTTPException) -> Response:
    """A page that says that there is no such page, or why something did not work."""
    words = request.app.state.desk.words
    said = words("error_unknown") if error.status_code == 404 else error.detail
    return shown(request, "error.html", status=error.status_code, message=said)


async def _refused(request: Request, error: HandoutError) -> Response:
    """A page that says what is wrong, such as a folder that cannot be written."""
    return shown(request, "error.html", status=400, message=str(error))
