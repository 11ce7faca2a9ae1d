"""Document: what a handout says, as a frozen tree by meaning; no points, no colours.

Every visible string is one `Text` leaf, in reading order. A layout must place each leaf exactly
once; running heads and feet (`Furniture`) repeat on pages and are no part of the reading order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum
from functools import cached_property

from msgspec import Struct

from handouts.compose import values
from handouts.model.layout import BlockName


class FieldName(StrEnum):
    """Per-patient strings: everything else is the same for all patients of a program."""

    NAME = values.NAME
    PREFERRED_NAME = values.PREFERRED_NAME
    AFFECTED_SIDE = "affected-side"
    CLINICIAN = values.CLINICIAN
    START = values.START
    NEXT_VISIT = values.NEXT_VISIT
    NOTE = values.NOTE
    REFERENCE = "reference"
    CODE = values.CODE
    MADE = "made"
    GRID_DATE = "grid-date"


class Run(Struct, frozen=True):
    """A piece of text set alike. ``field`` marks a per-patient string; ``lang`` another language.

    ``blank`` asks for a line for the pen instead of text (``text`` is what the twin prints).
    ``own`` names a text that is the patient's own: another patient has another in its place.
    """

    text: str
    strong: bool = False
    field: FieldName | None = None
    lang: str | None = None
    blank: bool = False
    own: str = ""

    def saying(self, text: str) -> Run:
        """Return a run like this one with other text; itself where the text is the same."""
        if text == self.text:
            return self
        return Run(text, self.strong, self.field, self.lang, self.blank, self.own)

    def goes_on(self, other: Run) -> bool:
        """Whether another run only continues this one; lines for the pen stay apart."""
        return not self.blank and (self.strong, self.field, self.lang, self.blank, self.own) == (
            other.strong,
            other.field,
            other.lang,
            other.blank,
            other.own,
        )


class Text(Struct, frozen=True):
    """A leaf of the document: a line or paragraph of runs.

    ``spoken`` is what a screen reader says instead of the printed sign ("left" for "L"). ``link``
    is the address (URI) that it leads to on a screen.
    """

    runs: tuple[Run, ...]
    spoken: str | None = None
    link: str | None = None

    @property
    def plain(self) -> str:
        """The printed characters."""
        return "".join(run.text for run in self.runs)

    @property
    def personal(self) -> bool:
        """Whether any of it is the patient's own."""
        return any(run.own for run in self.runs)


NOTHING = Text(())
"""Where a value has no text of its own; no leaf to be placed."""


def text(content: str, *, strong: bool = False, field: FieldName | None = None) -> Text:
    """Return a leaf of one run."""
    return Text((Run(content, strong=strong, field=field),))


class SharedNode(Struct, frozen=True, dict=True):
    """A node that handouts of several patients may share: of equal things it is one object.

    One that has a field ``own`` names there what makes it a single patient's: a dose in words.
    """

    @cached_property
    def leaves(self) -> tuple[Text, ...]:
        """See `leaves`; looked up once, since they are asked for in every handout."""
        return tuple(leaves(tuple(getattr(self, name) for name in self.__struct_fields__)))

    @cached_property
    def said_to_all(self) -> str:
        """See `said_to_all`; put together once, since it is asked for in every handout."""
        return said_to_all(getattr(self, name) for name in self.__struct_fields__)


class Figure(Struct, frozen=True):
    """A picture by exercise id; ``alt`` says what it shows, ``steps`` which step each frame."""

    exercise: str
    variant: str | None
    mirrored: bool
    alt: str
    steps: tuple[int, ...]

    def __post_init__(self) -> None:
        if not self.alt.strip():
            raise ValueError(f"the figure of {self.exercise} has no alternative text")


class Title(SharedNode, frozen=True):
    """The handout's title (level 1 heading) and what it is for."""

    title: Text
    subtitle: Text


class Labelled(Struct, frozen=True):
    """A label and its value: "Sore side: Right". A value may be blank, or ☐ left ☐ right.

    Beside ``choices`` (the boxes are drawn) the value is `NOTHING`.
    """

    label: Text
    value: Text
    choices: tuple[Text, ...] = ()


class PatientPanel(Struct, frozen=True):
    """Who the handout is for."""

    fields: tuple[Labelled, ...]
    note: Labelled | None = None


class PlanRow(SharedNode, frozen=True, kw_only=True):
    """One exercise in the plan: number, name, dose in words, days, minutes.

    ``roomy``: the dose is a patient's own; others find the same room.
    """

    phase: Text | None = None
    number: Text
    figure: Figure | None = None
    name: Text
    dose: Text
    when: Text
    minutes: Text | None
    roomy: bool = False
    own: str = ""


class PlanTotals(SharedNode, frozen=True):
    """The time that all exercises take together, a line for each kind of day."""

    lines: tuple[Text, ...]


class Plan(Struct, frozen=True):
    """The plan table: what, how much and when, with the total time."""

    heading: Text
    lead: Text
    rows: tuple[PlanRow, ...]
    totals: PlanTotals


class Zone(StrEnum):
    """What to do at a pain number."""

    GO_ON = "go-on"
    DO_LESS = "do-less"
    STOP = "stop"


class PainZone(Struct, frozen=True):
    """Neighbouring numbers of the pain scale with the same advice."""

    zone: Zone
    numbers: tuple[Text, ...]
    advice: Text


class EffortGuide(SharedNode, frozen=True):
    """How exercise should feel, with the 0-10 pain scale."""

    heading: Text
    lines: tuple[Text, ...]
    zones: tuple[PainZone, ...]


class StopRule(SharedNode, frozen=True):
    """When to stop, and whom to call. ``sign`` is the word on the stop sign."""

    sign: Text
    rule: Text
    call: Text


class RedFlags(SharedNode, frozen=True):
    """Emergency signs and same-day signs."""

    lead: Text
    emergency: tuple[Text, ...]
    same_day: Text


class Bulleted(SharedNode, frozen=True):
    """A heading with bullets: precautions, or when to book a visit."""

    name: BlockName
    heading: Text
    items: tuple[Text, ...]


class Prose(SharedNode, frozen=True):
    """A heading with paragraphs: education."""

    heading: Text
    paragraphs: tuple[Text, ...]


class DoseFact(StrEnum):
    """What a cell of the dose tells; the order is that of the strip."""

    SETS = "sets"
    TIMES = "times"
    HOLD = "hold"
    LOAD = "load"
    TEMPO = "tempo"
    DAYS = "days"
    TIMES_A_DAY = "times-a-day"


class DoseCell(Struct, frozen=True):
    """One fact of the dose: numeral, unit, and the words that make it unmistakable."""

    kind: DoseFact
    numeral: Text
    unit: Text
    qualifier: Text | None


class Step(Struct, frozen=True):
    """One numbered step; ``pictured`` if a frame of the figure shows it."""

    number: Text
    text: Text
    pictured: bool = False


class FactKind(StrEnum):
    """What a fact of an exercise card tells; picks its icon."""

    FEEL_IT = "feel-it"
    WATCH_OUT = "watch-out"
    CAUTION = "caution"
    EASIER = "easier"
    HARDER = "harder"


class Fact(Struct, frozen=True):
    """One line of advice: a strong lead-in and its sentence in one leaf."""

    kind: FactKind
    text: Text


class CardTop(SharedNode, frozen=True, kw_only=True):
    """What an exercise is called, and its dose.

    ``dose`` in cells, or ``dose_words`` as short phrases ("hold 5 seconds") for dense rows; never
    both.
    """

    number: Text
    name: Text
    also_known_as: Text | None = None
    equipment: Text | None = None
    purpose: Text | None = None
    side: Text | None = None
    dose: tuple[DoseCell, ...] = ()
    dose_words: tuple[Text, ...] = ()
    own: str = ""


class CardBody(SharedNode, frozen=True, kw_only=True):
    """How an exercise is done: the same wherever it stands on the sheet, and for whomever.

    ``roomy``: the dose is a patient's own; others find the same room.
    """

    figure: Figure | None = None
    steps: tuple[Step, ...]
    facts: tuple[Fact, ...] = ()
    roomy: bool = False
    own: str = ""


class ExerciseCard(SharedNode, frozen=True, kw_only=True):
    """One exercise. Parts the layout does not ask for are None or empty.

    ``note`` is the clinician's note; ``note_label`` alone leaves a line for the pen.
    """

    top: CardTop
    body: CardBody
    note_label: Text | None = None
    note: Text | None = None
    stop: Text | None = None

    @property
    def number(self) -> Text:
        """Its number on the sheet."""
        return self.top.number

    @property
    def name(self) -> Text:
        """Its plain name."""
        return self.top.name

    @property
    def figure(self) -> Figure | None:
        """Its picture."""
        return self.body.figure

    @property
    def steps(self) -> tuple[Step, ...]:
        """Its steps."""
        return self.body.steps

    @property
    def facts(self) -> tuple[Fact, ...]:
        """Lines of advice."""
        return self.body.facts


class DayHead(Struct, frozen=True):
    """One column of the grid: "Mo" over "2" (None without a start date); ``label`` in full.

    ``own`` names ``label`` where another patient has another in its place.
    """

    weekday: Text
    date: Text | None
    label: str
    own: str = ""


class WeekHead(SharedNode, frozen=True):
    """The columns of one week."""

    title: Text
    days: tuple[DayHead, ...]


class GridName(SharedNode, frozen=True):
    """What heads the row of an exercise in the grid."""

    number: Text
    figure: Figure | None
    name: Text
    dose: Text
    own: str = ""


class GridLine(SharedNode, frozen=True):
    """One line of boxes: a side and/or a time of day. ``boxes`` is False on rest days.

    For a screen reader ``summary`` says which days have boxes, so that nobody has to hear box
    after box. It does not say of which exercise: lines of several exercises may be the same.
    """

    label: Text | None
    boxes: tuple[bool, ...]
    summary: str = ""


class GridRow(SharedNode, frozen=True):
    """One exercise in the grid, with one or more lines of boxes.

    ``summary`` says days and boxes in words, for the plain-text twin.
    """

    head: GridName
    lines: tuple[GridLine, ...]
    summary: str = ""

    @property
    def number(self) -> Text:
        """The number of the exercise."""
        return self.head.number

    @property
    def figure(self) -> Figure | None:
        """The picture, if the grid has pictures."""
        return self.head.figure

    @property
    def name(self) -> Text:
        """The name of the exercise."""
        return self.head.name

    @property
    def dose(self) -> Text:
        """The dose in words."""
        return self.head.dose


class GridBand(Struct, frozen=True):
    """A table of some weeks side by side: one header, all exercises, the pain row.

    For a screen reader ``circles`` says what the pain row asks for, and ``joint`` joins exercise,
    line and day to a box's name: "{a}, {b}".
    """

    weeks: tuple[WeekHead, ...]
    rows: tuple[GridRow, ...]
    pain: Labelled | None
    circles: str = ""
    joint: str = "{a}, {b}"

    def line(self, row: GridRow, line: GridLine) -> str:
        """Return the name of a line of a row: "Bird dog, left"."""
        name, label = row.name.plain, line.label
        return self.joint.format(a=name, b=label.spoken or label.plain) if label else name

    def entry(self, line: str, week: WeekHead, day: DayHead) -> str:
        """Return the name of a line's box on a day: "Bird dog, left, Monday, Week 1"."""
        name = self.joint.format(a=line, b=day.label)
        return name if day.date else self.joint.format(a=name, b=week.title.plain)


class LegendSign(StrEnum):
    """Signs explained above the grid."""

    DONE = "done"
    REST = "rest"
    LETTER = "letter"
    PAIN = "pain"


class LegendItem(SharedNode, frozen=True):
    """A sign and its meaning; ``sign`` is printed for letters and the pain example."""

    kind: LegendSign
    sign: Text | None
    meaning: Text


class TrackingGrid(Struct, frozen=True):
    """The checklist: boxes to tick, week by week."""

    heading: Text
    lead: Text
    legend: tuple[LegendItem, ...]
    bands: tuple[GridBand, ...]


class Notes(SharedNode, frozen=True):
    """Lines for the patient's own notes."""

    heading: Text
    prompt: Text


Block = (
    Title
    | PatientPanel
    | Plan
    | EffortGuide
    | StopRule
    | RedFlags
    | Bulleted
    | Prose
    | ExerciseCard
    | TrackingGrid
    | Notes
)


class Section(Struct, frozen=True):
    """The blocks of one section of the layout, in reading order."""

    blocks: tuple[Block, ...]


class Letterhead(SharedNode, frozen=True):
    """The clinic at the top of the first page."""

    name: Text
    kind: Text | None
    phone: Text
    address: Text | None
    logo_alt: str


class Furniture(Struct, frozen=True):
    """What repeats on pages: running head, stop strip, footer. Artifacts to a screen reader.

    ``page`` holds ``{page}`` and ``{pages}``. ``heading`` is the one-line head of a fridge sheet.
    """

    clinic: Text
    patient: Text | None
    phone: Text
    stop_rule: Text
    call: Text
    disclaimer: Text
    disclaimer_short: Text
    checked: Text
    made: Text
    code: Text
    page: str
    turn_over: Text
    continued: Text
    heading: Text
    side: Text | None
    dates: Text | None


class Document(Struct, frozen=True):
    """A whole handout. ``code`` changes when what the patient reads changes.

    ``letterhead`` is None where the layout prints none. ``blank`` is what a screen reader says
    for a line for the pen. ``token`` stands for the patient's reference; it is read by cameras.
    ``individual``: doses are a patient's own, and with them the code is.
    """

    language: str
    title: str
    author: str
    code: str
    blank: str
    letterhead: Letterhead | None
    sections: tuple[Section, ...]
    furniture: Furniture
    token: str | None = None
    individual: bool = False

    @property
    def mark(self) -> str | None:
        """What of code and token is the patient's own."""
        own = (self.code if self.individual else None, self.token)
        return " ".join(filter(None, own)) or None

    def leaves(self) -> Iterator[Text]:
        """Every `Text` of letterhead and sections, in reading order."""
        yield from leaves(self.letterhead)
        yield from leaves(self.sections)


def leaves(node: object) -> Iterator[Text]:
    """Every `Text` below ``node`` in reading order (the order of the fields), but `NOTHING`."""
    if isinstance(node, Text):
        if node.runs:
            yield node
    elif isinstance(node, tuple):
        for child in node:
            yield from leaves(child)
    elif isinstance(node, SharedNode):
        yield from node.leaves
    elif isinstance(node, Struct):
        for name in node.__struct_fields__:
            yield from leaves(getattr(node, name))


def said_to_all(nodes: Iterable[object]) -> str:
    """Return what all patients of a program read alike below ``nodes``, a line for each leaf.

    Per-patient strings are left out, and leaves that hold nothing else.
    """
    parts: list[str] = []
    for node in nodes:
        if isinstance(node, Text):
            parts.append("".join([run.text for run in node.runs if run.field is None]))
        elif isinstance(node, SharedNode):
            parts.append(node.said_to_all)
        elif isinstance(node, tuple):
            parts.append(said_to_all(node))
        elif isinstance(node, Struct):
            parts.append(said_to_all(getattr(node, name) for name in node.__struct_fields__))
    return "\n".join([part for part in parts if part.strip()])
