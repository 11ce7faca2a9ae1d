"""Record that a clinic has reviewed everything, as ``handouts review --yes`` would."""

from __future__ import annotations

import datetime as dt
import json
from functools import cache
from pathlib import Path

from handouts import Library, Workspace
from handouts.check.review import Reviewed, texts_of_program
from handouts.model.clinic import Review
from handouts.workspace import Kind

DANA = "Dana Whitfield, PT"


@cache
def _built_in(language: str) -> tuple[Reviewed, ...]:
    """Every text of the built-in programs: reading all of them takes a while."""
    library = Library(Workspace(), language=language)
    programs = library.workspace.ids(Kind.PROGRAMS)
    texts = {text.label: text for name in programs for text in texts_of_program(library, name)}
    return tuple(texts.values())


def review_all(
    folder: Path, clinic: str, day: dt.date = dt.date(2026, 11, 20), language: str = "en"
) -> None:
    """Write the reviews of every built-in program in one language into a clinic's folder."""
    reviews = [
        Review(
            clinic=clinic,
            kind=text.kind,
            id=text.id,
            variant=text.variant,
            language=text.language,
            digest=text.digest,
            by=DANA,
            date=day,
        )
        for text in _built_in(language)
    ]
    content = [review.model_dump(mode="json", exclude_none=True) for review in reviews]
    (folder / "reviews.yaml").write_text(json.dumps({"schema": 1, "reviews": content}), "utf-8")
