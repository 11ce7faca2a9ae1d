"""Safety: red flags and the stop rule for one body region, printed on every handout."""

from typing import Annotated

from pydantic import Field

from handouts.model.base import ContentFile, Line, Paragraph, Review, Source

Lines = Annotated[tuple[Line, ...], Field(min_length=1)]


class Safety(ContentFile):
    """What must never be left out. Bullets continue their lead ("… if your back pain comes with").

    ``emergency_lead`` and ``same_day_lead`` may hold ``{number}``, the clinic's emergency number;
    ``stop_short`` is the stop rule where only one short line fits (cut-out cards).
    """

    feeling: Annotated[tuple[Line, ...], Field(min_length=1, max_length=3)]
    stop_rule: Line
    stop_short: Line
    emergency_lead: Line
    emergency: Lines
    same_day_lead: Line
    same_day: Lines
    visit_lead: Line
    visit: Lines
    disclaimer: Paragraph
    disclaimer_short: Line
    sources: Annotated[tuple[Source, ...], Field(min_length=1)]
    review: Review
