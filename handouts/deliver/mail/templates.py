"""Turn templates of one language into subject, plain text and HTML of a message.

They are Jinja2 in a sandbox: an unknown name is an error, HTML is escaped, and no Python can be
called. A clinic's ``mail/en/message.txt`` replaces the built-in one.

Templates have only values, a few filters, conditions, and one level of includes. There are no
loops, calls or sums, so a short template cannot keep the program busy.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NoReturn

from jinja2 import (
    FunctionLoader,
    StrictUndefined,
    TemplateNotFound,
    TemplateSyntaxError,
    UndefinedError,
    nodes,
)
from jinja2.sandbox import ImmutableSandboxedEnvironment
from typing_extensions import override

from handouts.errors import ContentError, HandoutError, Location, MissingError, Problem
from handouts.model.clinic import Clinic
from handouts.workspace import Workspace

FOLDER = "mail"
SUBJECT, TEXT, HTML = "subject.txt", "message.txt", "message.html"
_FILE = re.compile(r"[a-z][a-z0-9-]*\.(txt|html)")
_TAG = re.compile(r"[A-Za-z0-9]+(-[A-Za-z0-9]+)*")
_TEMPLATE_BYTES = 50_000
_MOST_CHARACTERS = 50_000
_SUBJECT_CHARACTERS = 120
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")
_MOST_INCLUDES = 10
_FILTERS = ("capitalize", "d", "default", "e", "escape", "first", "last", "length", "lower", "safe",
            "title", "trim", "upper")  # fmt: skip
_NODES: tuple[type[nodes.Node], ...] = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.If, nodes.CondExpr, nodes.Const,
    nodes.Name, nodes.Getattr, nodes.Getitem, nodes.Concat, nodes.Compare, nodes.Operand, nodes.And,
    nodes.Or, nodes.Not, nodes.Filter, nodes.Test, nodes.Include,
)  # fmt: skip
"""The parts of Jinja2 that are allowed."""
_ALLOWED = (
    "a text has values, if, else, ~, comparisons, an include of another file, and the filters "
    + ", ".join(_FILTERS)
)
_OWN = "compare it with the built-in template, or remove the clinic's"
_CLINIC_CHARACTERS = 40
_CODE_CHARACTERS = 60
_OTHER = re.compile(r"[^A-Za-z0-9]+")


class _NotAllowedError(Exception):
    """A template uses a part of Jinja2 that is not allowed; with its line."""

    def __init__(self, what: str, template: str, line: int) -> None:
        super().__init__(what)
        self.what, self.template, self.line = what, template, line


class _Environment(ImmutableSandboxedEnvironment):
    """A sandbox that checks each template before it compiles it."""

    @override
    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        template = super()._parse(source, name, filename)
        top = name in (SUBJECT, TEXT, HTML)
        includes = 0
        for node in _all(template):
            what = _unwanted(node)
            if isinstance(node, nodes.Include):
                includes += 1
                if not top or includes > _MOST_INCLUDES:
                    what = "include in what is included, or so often"
            if what:
                raise _NotAllowedError(what, name or "", node.lineno)
        return template


def _all(node: nodes.Node) -> Iterator[nodes.Node]:
    yield node
    for below in node.iter_child_nodes():
        yield from _all(below)


def _unwanted(node: nodes.Node) -> str:
    """Return the name of a node that is not allowed; an empty string for any other."""
    if not isinstance(node, _NODES):
        return type(node).__name__.lower()
    if isinstance(node, nodes.Filter) and node.name not in _FILTERS:
        return f"the filter {node.name}"
    if isinstance(node, nodes.Include):
        target = node.template
        own = isinstance(target, nodes.Const) and target.value not in (SUBJECT, TEXT, HTML)
        return "" if own else "include without a name of its own"
    return ""


class Templates:
    """The templates of one language; the clinic's own replace the built-in ones.

    Args:
        workspace: finds the templates.
        language: a tag such as ``en-US``; if it has no files, those of ``en`` are used.

    Raises:
        MissingError: if there are none for the language.
    """

    def __init__(self, workspace: Workspace, language: str) -> None:
        self._workspace = workspace
        self._tags = (language, language.partition("-")[0]) if _TAG.fullmatch(language) else ()
        if not any(map(self._find, (SUBJECT, TEXT, HTML))):
            files = f"{FOLDER}/{language}/{SUBJECT}, {TEXT} and {HTML}"
            raise MissingError(
                f'there are no e-mail texts in the language "{language}"',
                hint=f"write {files} in the clinic's folder",
            )
        self._environment = _Environment(
            loader=FunctionLoader(self._source),
            undefined=StrictUndefined,
            autoescape=lambda name: name is not None and name.endswith(".html"),
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals.clear()

    def subject(self, facts: Mapping[str, Any]) -> str:
        """Return the subject on one line.

        Raises:
            ContentError: if the template is wrong, or the subject is empty or has more than 120
                characters.
        """
        text = " ".join(self._filled(SUBJECT, facts).split())
        if not 0 < len(text) <= _SUBJECT_CHARACTERS:
            message = f"gives a subject of {len(text)} characters, not 1 to {_SUBJECT_CHARACTERS}"
            raise ContentError(Problem(message, self._place(SUBJECT), "write one short line"))
        return text

    def text(self, facts: Mapping[str, Any]) -> str:
        """Return the plain text.

        Raises:
            ContentError: if the template is wrong.
        """
        return self._filled(TEXT, facts).strip() + "\n"

    def html(self, facts: Mapping[str, Any]) -> str:
        """Return the HTML.

        Raises:
            ContentError: if the template is wrong.
        """
        return self._filled(HTML, facts).strip() + "\n"

    def _filled(self, name: str, facts: Mapping[str, Any]) -> str:
        try:
            text = self._text(name, facts)
        except HandoutError:
            raise
        except TemplateNotFound as error:
            message = f'uses "{error.name}", which does not exist'
            raise ContentError(Problem(message, self._place(name), _OWN)) from None
        except TemplateSyntaxError as error:
            place = Location(self._place(error.name or name).file, error.lineno)
            raise ContentError(Problem("is not a template of Jinja2", place, _OWN)) from None
        except _NotAllowedError as error:
            place = Location(self._place(error.template or name).file, error.line)
            message = f"uses {error.what}, which mail templates cannot use"
            raise ContentError(Problem(message, place, _ALLOWED)) from None
        except Exception as error:  # noqa: BLE001 - whatever code made of a template may raise
            self._wrong(name, error, facts)
        if _CONTROL.search(text):
            message = "gives a control character"
            raise ContentError(Problem(message, self._place(name), "remove it from the template"))
        return text

    def _text(self, name: str, facts: Mapping[str, Any]) -> str:
        """Return the text that a template gives; refuse it as soon as it is too long."""
        parts, size = [], 0
        for part in self._environment.get_template(name).generate(facts):
            size += len(part)
            if size > _MOST_CHARACTERS:
                message = f"gives more than {_MOST_CHARACTERS:,} characters"
                raise ContentError(Problem(message, self._place(name), "shorten it"))
            parts.append(part)
        return "".join(parts)

    def _wrong(self, name: str, error: Exception, facts: Mapping[str, Any]) -> NoReturn:
        """Raise an error that names an unknown name, but never quotes any other error."""
        unknown = re.search(r"'([a-z_]{1,40})' is undefined|attribute '([a-z_]{1,40})'", str(error))
        message = f"cannot be filled in: {type(error).__name__}"
        if isinstance(error, UndefinedError) and unknown:
            message = f'uses "{unknown[1] or unknown[2]}", which is not known here'
        hint = f"known: {', '.join(sorted(facts))}; docs/emailing.md lists them"
        raise ContentError(Problem(message, self._place(name), hint)) from None

    def _source(self, name: str) -> str | None:
        path = self._find(name)
        if path is None:
            return None
        data = self._workspace.read(path, _TEMPLATE_BYTES)
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise ContentError(
                Problem("is not UTF-8", self._place(name), "save it as UTF-8")
            ) from None

    def _find(self, name: str) -> Path | None:
        if not _FILE.fullmatch(name):
            return None
        found = (self._workspace.mail(tag, name) for tag in self._tags)
        return next(filter(None, found), None)

    def _place(self, name: str) -> Location:
        path = self._find(name)
        return Location(self._workspace.display(path) if path else f"{FOLDER}/{name}")


def attachment_name(clinic: Clinic, code: str, *, encrypted: bool) -> str:
    """Return ``Riverbend-SIJ-CALM-3F9A2C.pdf``, for an encrypted file ``Riverbend-3F9A2C.pdf``.

    ASCII only: some mail programs garble other names, with or without RFC 2231. If most of a
    clinic's name is not Latin, its id is used.
    """
    folded = unicodedata.normalize("NFKD", clinic.name).encode("ascii", "ignore").decode()
    letters = sum(char.isalnum() for char in clinic.name)
    latin = sum(char.isalnum() for char in folded)
    name = _plain(folded if 2 * latin > letters else clinic.id, _CLINIC_CHARACTERS)
    label = mark(code) if encrypted else code
    return f"{name or clinic.id}-{_plain(label, _CODE_CHARACTERS)}.pdf"


def mark(code: str) -> str:
    """Return the part of a code that does not reveal the program: ``3F9A2C``."""
    return code.rpartition("-")[2]


def _plain(text: str, most: int) -> str:
    return _OTHER.sub("-", text)[:most].strip("-")
