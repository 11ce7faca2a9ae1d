"""Turn results and problems into pages or JSON, and forms into their values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape
from msgspec import Struct, field
from pydantic import BaseModel
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from handouts.desk.language import Words, language_called
from handouts.desk.lists import Reading
from handouts.desk.state import Desk
from handouts.errors import Problem
from handouts.load.library import Library
from handouts.workspace import Kind

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=select_autoescape(default=True),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)

_TEMPLATES.filters["zip"] = zip

_OPTIONS = {
    "dates": "list_dates", "encoding": "list_encoding", "sheet": "list_sheet",
    "clinic": "lists_clinic", "program": "lists_program", "layout": "layout",
    "map": "list_columns", "sort": "list_sort", "resume": "batch_go_on",
    "send-drafts": "mail_drafts",
}  # fmt: skip
"""Keys of the names that options of the command line have on the pages."""

_PAGE_OPTION = re.compile(
    rf"""--({"|".join(_OPTIONS)})\b(?:[ =](?:"[^"]*"|[\w.-]+[=\d#][\w.#=-]*|[dm][dm]y))?"""
    rf"""(?: or --\1 \w+)?"""
)


_REVIEW = re.compile(r"handouts review \S+ --clinic \S+(?: --language \S+)?")
_COMMAND = re.compile(r"--\w|^(?:or )?handouts \w")


def translated(message: str, words: Words) -> Markup:
    """Return a message in the language of the desk; without a translation, marked as English."""
    said = words.translation(message)
    return escape(said) if said is not None else _ENGLISH.format(message)


_ENGLISH = Markup('<span lang="en">{}</span>')


def on_page(hint: str, words: Words) -> Markup:
    """Return a hint, as `translated`, with the page's names instead of commands and options.

    Parts that the page has no equivalent for are left out.
    """
    said = words.translation(hint)
    if said is not None:
        return escape("; ".join(_shown_parts(said, words)))
    return Markup("; ").join(translated(part, words) for part in _shown_parts(hint, words))


def _shown_parts(hint: str, words: Words) -> list[str]:
    review = words("quoted", name=f"{words('nav_clinic')}: {words('review_title')}")
    named = _PAGE_OPTION.sub(
        lambda found: words("quoted", name=words(_OPTIONS[found[1]])), _REVIEW.sub(review, hint)
    )
    return [part for part in named.split("; ") if part and not _COMMAND.search(part)]


def as_one_line(problem: Any, words: Words) -> Markup:
    """Return a problem's message and hint as one line, as `translated`."""
    message, hint = translated(problem.message, words), on_page(problem.hint, words)
    return message + before_hint(message) + hint if hint else message


def before_hint(message: str) -> str:
    """Return what separates a message from its hint: after a whole sentence, only a space."""
    return " " if message.endswith(".") else "; "


_TEMPLATES.filters["translated"] = translated
_TEMPLATES.filters["one_line"] = as_one_line
_TEMPLATES.filters["before_hint"] = before_hint
_TEMPLATES.filters["on_page"] = on_page
_TEMPLATES.filters["called"] = lambda value, words, kind: words.named(kind, value)

_MOST_FIELDS = 4000
"""A list may have a thousand columns, and its form has three fields for each."""
FRAGMENT = "x-desk-fragment"
"""The header with which a page asks for parts of itself."""


def desk_of(request: Request) -> Desk:
    """Return the desk that a request is for."""
    desk: Desk = request.app.state.desk
    return desk


def wants_parts(request: Request) -> bool:
    """Return whether an open page asks only for its parts that may have changed."""
    return FRAGMENT in request.headers


_HANDOUT = re.compile(r"/handout/([\w-]+)")


def render(request: Request, template: str, *, status: int = 200, **values: Any) -> Response:
    """Return a page: a template filled with values and the words of the desk."""
    desk, words = desk_of(request), desk_of(request).words
    account = getattr(request.state, "account", "")
    came = _HANDOUT.match(urlsplit(request.headers.get("referer", "")).path)
    if came and not wants_parts(request) and not request.url.path.startswith(came[0]):
        desk.worksheets.left(came[1])
    page = _TEMPLATES.get_template(template).render(
        t=words, path=request.url.path, account=account, **values
    )
    return HTMLResponse(page, status_code=status)


def refused_page(words: Words, message: str) -> Response:
    """Return a page for who may see nothing else of the desk: it has no links."""
    page = _TEMPLATES.get_template("error.html").render(
        t=words, path="", account="", message=message, back=""
    )
    return HTMLResponse(page, status_code=403)


def owner_of(request: Request) -> str:
    """Return the owner of worksheets that this request begins; empty if nobody signs in."""
    owner: str = getattr(request.state, "owner", "")
    return owner


async def typed(request: Request) -> dict[str, str]:
    """Return the fields of a form without a file, the last of each name."""
    async with request.form(max_files=0, max_fields=_MOST_FIELDS) as form:
        return _fields(form)


async def typed_with_file(request: Request, name: str) -> tuple[dict[str, str], bytes]:
    """Return the fields of a form and the content of its file, which is empty if there is none."""
    async with request.form(max_files=1, max_fields=_MOST_FIELDS) as form:
        file = form.get(name)
        return _fields(form), await file.read() if isinstance(file, UploadFile) else b""


def _fields(form: FormData) -> dict[str, str]:
    return {
        name: value.replace("\r\n", "\n")
        for name, value in form.multi_items()
        if isinstance(value, str)
    }


def language_names(library: Library) -> list[tuple[str, str]]:
    """Return the languages that have texts, with their names."""
    tags = library.workspace.ids(Kind.LOCALES)
    return [(tag, language_called(tag, library.language)) for tag in tags]


class FormState(Struct):
    """The values of a submitted form, their problems, and what was done.

    ``fields`` are the problems of single fields, by the field's name. Nothing is written while
    there are errors.
    """

    values: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    done: str = ""
    fields: dict[str, list[Problem]] = field(default_factory=dict)


# -- problems as JSON


class Fault(BaseModel):
    """One problem: its field, and what to do."""

    field: str
    message: str
    hint: str = ""


class Faults(BaseModel):
    """All problems."""

    problems: list[Fault]


class RequestRefused(Exception):
    """A program's request that cannot be answered as it is; ``faults`` say why."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__()
        self.faults = list(faults)


def faults_of(problems: Iterable[Problem]) -> list[Fault]:
    """Return problems as faults without a field."""
    return [Fault(field="", message=each.message, hint=in_address(each.hint)) for each in problems]


_SETTINGS = (*Reading.__struct_fields__, "map")
_ADDRESS_OPTION = re.compile(rf"""--({"|".join(_SETTINGS)})\b( (?=\S*[\d"=#]|[dm][dm]y\b))?""")


def in_address(hint: str) -> str:
    """Return a hint with parameters of the address instead of options of the command line."""
    if "handouts " in hint:
        # A command stays as it is.
        return hint
    said = _ADDRESS_OPTION.sub(lambda found: found[1] + ("=" if found[2] else ""), hint)
    return "; ".join(part for part in said.split("; ") if "--" not in part)
