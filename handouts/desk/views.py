"""Fill templates, and read what a form says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from handouts.desk.state import Desk

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=select_autoescape(default=True),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)

_TEMPLATES.filters["zip"] = zip

FRAGMENT = "x-desk-fragment"
"""The header by which a page asks for parts of itself."""


def desk_of(request: Request) -> Desk:
    """Return the desk that a request is made to."""
    desk: Desk = request.app.state.desk
    return desk


def wants_parts(request: Request) -> bool:
    """Whether a page that is open asks for what has changed."""
    return FRAGMENT in request.headers


def shown(request: Request, template: str, *, status: int = 200, **values: Any) -> Response:
    """Return a page."""
    words = desk_of(request).words
    page = _TEMPLATES.get_template(template).render(t=words, path=request.url.path, **values)
    return HTMLResponse(page, status_code=status)


async def typed(request: Request) -> dict[str, str]:
    """Return the fields of a form, the last of each name; files are left out."""
    async with request.form(max_files=0, max_fields=400) as form:
        return {
            name: value.replace("\r\n", "\n")
            for name, value in form.multi_items()
            if not isinstance(value, UploadFile)
        }
