"""Templates of one language into subject, plain text and HTML of a message.

They are Jinja2 in a sandbox: a name that is not known is an error, HTML is escaped, and nothing of
Python can be reached. A clinic's ``mail/en/message.txt`` takes the place of the built-in one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

from jinja2 import (
    FunctionLoader,
    StrictUndefined,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
    UndefinedError,
)
from jinja2.sandbox import ImmutableSandboxedEnvironment

from handouts.errors import ContentError, Location, MissingError, Problem
from handouts.workspace import Workspace

FOLDER = "mail"
SUBJECT, TEXT, HTML = "subject.txt", "message.txt", "message.html"
_FILE = re.compile(r"[a-z][a-z0-9-]*\.(txt|html)")
_TAG = re.compile(r"[A-Za-z0-9]+(-[A-Za-z0-9]+)*")
_TEMPLATE_BYTES = 100_000
_MOST_CHARACTERS = 50_000
_SUBJECT_CHARACTERS = 120
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")


class Templates:
    """The templates of one language, the clinic's own before the built-in ones.

    Args:
        workspace: where they are found.
        language: a tag such as ``en-US``; without files of its own it is served by ``en``.

    Raises:
        MissingError: if there are none for the language.
    """

    def __init__(self, workspace: Workspace, language: str) -> None:
        self._workspace = workspace
        self._folders = _folders(workspace, language)
        self._environment = ImmutableSandboxedEnvironment(
            loader=FunctionLoader(self._source),
            undefined=StrictUndefined,
            autoescape=lambda name: name is not None and name.endswith(".html"),
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def subject(self, facts: Mapping[str, Any]) -> str:
        """Return the subject on one line.

        Raises:
            ContentError: if the template is wrong, or gives nothing or more than 120 characters.
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
            text = self._environment.get_template(name).render(facts)
        except TemplateNotFound as error:
            message = f'uses "{error.name}", which does not exist'
            raise ContentError(Problem(message, self._place(name), _OWN)) from None
        except TemplateSyntaxError as error:
            place = Location(self._place(error.name or name).file, error.lineno)
            raise ContentError(Problem("is not a template of Jinja2", place, _OWN)) from None
        except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError) as error:
            self._wrong(name, error, facts)
        if len(text) > _MOST_CHARACTERS:
            message = f"gives {len(text):,} characters, more than {_MOST_CHARACTERS:,}"
            raise ContentError(Problem(message, self._place(name), "shorten it"))
        if _CONTROL.search(text):
            message = "gives a control character"
            raise ContentError(Problem(message, self._place(name), "take it out of the template"))
        return text

    def _wrong(self, name: str, error: Exception, facts: Mapping[str, Any]) -> NoReturn:
        """Say which name is not known; any other error's text might hold a patient's name."""
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
        return next((path for folder in self._folders if (path := folder / name).is_file()), None)

    def _place(self, name: str) -> Location:
        path = self._find(name)
        return Location(self._workspace.display(path) if path else f"{FOLDER}/{name}")


_OWN = "compare it with the built-in one, or remove the clinic's own"


def _folders(workspace: Workspace, language: str) -> tuple[Path, ...]:
    """Return where templates of a language lie, the first place first."""
    tags = [language, language.split("-", maxsplit=1)[0]] if _TAG.fullmatch(language) else []
    tops = [workspace.builtin(f"data/{FOLDER}")]
    if workspace.folder is not None:
        tops.insert(0, workspace.folder / FOLDER)
    found = tuple(top / tag for tag in tags for top in tops if (top / tag).is_dir())
    if not found:
        raise MissingError(
            f'there are no e-mail texts in the language "{language}"',
            hint=f"write {FOLDER}/{language}/{SUBJECT}, {TEXT} and {HTML} in the clinic's folder",
        )
    return found
