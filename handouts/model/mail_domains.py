"""MailDomains: where many patients have their mailbox; what is nearly one of them is a slip."""

from typing import Annotated

from pydantic import Field, StringConstraints

from handouts.model.base import ContentFile

Domain = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$", max_length=253)]


class MailDomains(ContentFile):
    """``known`` are domains of mailbox providers, in small letters."""

    known: Annotated[tuple[Domain, ...], Field(min_length=1)]
