"""Mail codes: what servers answer when they refuse, in words, and what follows from it."""

from typing import Annotated, Literal

from typing_extensions import override

from handouts.model.base import ContentFile, Line, Model
from handouts.model.rules import Text, Within


class CodeSource(Model):
    """Where a code is described."""

    title: Line
    url: Annotated[str, Text(r"^https?://\S+$")]


class Meaning(Model):
    """What an answer means and what to ``do``.

    ``then`` is what the sender does: stop, give up this row, or wait and try again; ``retry`` says
    of a stop that the same run may work later.
    """

    means: Line
    do: Line
    then: Literal["stop", "row", "later"]
    retry: bool = False
    source: Line


class MailCode(Meaning):
    """An answer of SMTP: its ``code`` (RFC 5321), its enhanced ``status`` (RFC 3463), or both."""

    code: Annotated[int, Within(400, 599)] | None = None
    status: Annotated[str, Text(r"^[45]\.\d{1,3}\.\d{1,3}$")] | None = None

    @override
    def model_post_init(self, _context: object) -> None:
        if self.code is None and self.status is None:
            raise ValueError("an answer needs a code or a status")


class GraphCode(Meaning):
    """An answer of Microsoft Graph, by the name of its error or the number of the answer."""

    name: Line


class MailCodes(ContentFile):
    """All answers that are known."""

    sources: dict[str, CodeSource]
    codes: tuple[MailCode, ...]
    graph: tuple[GraphCode, ...]

    @override
    def model_post_init(self, _context: object) -> None:
        keys = [(entry.code, entry.status) for entry in self.codes]
        names = [entry.name for entry in self.graph]
        for twice in {key for key in (*keys, *names) if (*keys, *names).count(key) > 1}:
            raise ValueError(f"{twice} is explained twice")
        for entry in (*self.codes, *self.graph):
            if entry.source not in self.sources:
                raise ValueError(f'there is no source "{entry.source}"')
