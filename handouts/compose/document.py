"""Define what a handout says, as a frozen tree of its parts; no points, no colours.

Every visible string is one `Text` leaf, in reading order. A layout must place each leaf exactly
once. Running heads and feet (`Furniture`) repeat on pages and are not part of the reading order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from itertools import chain

from msgspec import Struct
from msgspec.structs import replace

from handouts.compose.runs import Labelled, Picture, Text, leaves, text
from handouts.model.layout import BlockName

# -- exercise cards


class Step(Struct, frozen=True):
    """One numbered step."""

    number: Text
    text: Text


class FactKind(StrEnum):
    """The kinds of facts on an exercise card."""

    FEEL_IT = "feel-it"
    WATCH_OUT = "watch-out"
    EASIER = "easier"
    HARDER = "harder"
    START = "start"
    CAUTION = "caution"
    NOTE = "note"
    CREDIT = "credit"


URGENT = frozenset({FactKind.START, FactKind.CAUTION, FactKind.NOTE})
"""Facts that no layout may leave out."""


class Fact(Struct, frozen=True):
    """One line of advice: a strong lead-in and its sentence in one leaf."""

    kind: FactKind
    text: Text


class ExerciseCard(Struct, frozen=True, kw_only=True):
    """One exercise. Parts that the layout does not ask for are None or empty.

    ``dose`` is a line of short phrases: what to count, how long, how often. ``stop`` is the stop
    rule on cards to cut out, which have no page around them. ``box_label`` is what a screen reader
    says for the box in which the clinician marks the exercise; empty without a box. ``other_side``
    says that the picture shows the side that the patient does not work. ``video`` is a short
    address; its QR code has the link.
    """

    number: Text
    name: Text
    equipment: Text | None = None
    side: Text | None = None
    dose: tuple[Text, ...]
    other_side: Text | None = None
    figure: Picture | None = None
    steps: tuple[Step, ...]
    facts: tuple[Fact, ...] = ()
    video: Text | None = None
    stop: Text | None = None
    box_label: str = ""


# -- the plan beside rows of boxes, week by week


class DayHead(Struct, frozen=True):
    """The head of a column: "Mo" over "2" (None without a start date). ``label``: day in full."""

    weekday: Text
    date: Text | None
    label: str


class WeekHead(Struct, frozen=True):
    """The columns of one week."""

    title: Text
    days: tuple[DayHead, ...]


class GridLine(Struct, frozen=True):
    """One line of boxes: a side and/or a time of day.

    ``boxes`` has False for days without a box, and None before the exercise begins. For a screen
    reader, ``summary`` says which days have boxes, so that nobody has to listen to every box. It
    does not name the exercise, so lines of several exercises may be equal. ``to_write`` is True if
    the patient writes a number in the boxes instead of ticking them.
    """

    label: Text | None
    boxes: tuple[bool | None, ...]
    summary: str = ""
    to_write: bool = False


class GridRow(Struct, frozen=True, kw_only=True):
    """One exercise in the grid, with one or more lines of boxes.

    In the first weeks the row has the plan too: ``phase`` is the phase that begins with this
    exercise, and when; ``dose`` is the dose in words; ``when`` is days and minutes. In later weeks
    ``when`` is the dose, if it has changed. ``box_label`` is what a screen reader says for the box
    in which the clinician marks the exercise. ``summary`` says days and boxes in words, for the
    plain-text twin.
    """

    phase: Text | None = None
    number: Text
    figure: Picture | None = None
    name: Text
    dose: Text | None = None
    when: Text | None = None
    box_label: str = ""
    lines: tuple[GridLine, ...]
    summary: str = ""


class GridBand(Struct, frozen=True):
    """A table of some weeks side by side: one header, all exercises, the pain row.

    For a screen reader, ``circles`` says what the pain row asks for. ``joint`` is the template that
    joins exercise, line and day into the name of a box: "{a}, {b}".
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


class TrackingGrid(Struct, frozen=True):
    """The plan with boxes to tick, week by week.

    ``totals`` says how long all exercises take together, with a line for each kind of day, below
    the first weeks. ``later`` is True for the grid of the later weeks. Its lead, if there is one,
    says what comes after them.
    """

    heading: Text
    lead: Text | None
    bands: tuple[GridBand, ...]
    totals: tuple[Text, ...] = ()
    later: bool = False


# -- the other blocks of sections


class Title(Struct, frozen=True):
    """The handout's title (level 1 heading) and what it is for."""

    title: Text
    subtitle: Text


class Draft(Struct, frozen=True):
    """The mark at the top of a handout whose texts the clinic has not reviewed."""

    mark: Text
    why: Text


class PatientPanel(Struct, frozen=True):
    """Who the handout is for. ``elsewhere`` is printed in place of a note that has no room."""

    fields: tuple[Labelled, ...]
    note: Labelled | None = None
    elsewhere: Text | None = None


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


class PainRule(Struct, frozen=True):
    """How exercise should feel, the 0-10 pain scale, and when to stop: one rule in one box.

    ``sign`` is the word on the stop sign, ``next_day`` the rule for the day after.
    """

    heading: Text
    lines: tuple[Text, ...]
    zones: tuple[PainZone, ...]
    sign: Text
    rule: Text
    next_day: Text
    call: Text


class Pointer(Struct, frozen=True):
    """Where the emergency signs are; ``template`` holds ``{page}``, if they are in the handout."""

    text: Text
    template: str = ""

    def to(self, page: str) -> Pointer:
        """Return a pointer to a page; an equal one if it has no template."""
        words = self.template.format(page=page) or self.text.plain
        return replace(self, text=text(words, strong=True))


class Prose(Struct, frozen=True):
    """A heading with paragraphs or bullets: signs of an emergency, what to expect, and so on."""

    name: BlockName
    heading: Text
    parts: tuple[Text, ...]

    @property
    def bulleted(self) -> bool:
        """Whether its parts are bullets rather than paragraphs."""
        return self.name not in (BlockName.EXPECT, BlockName.EDUCATION)


class Notes(Struct, frozen=True):
    """Lines for the patient's own notes."""

    heading: Text
    prompt: Text


class Contact(Struct, frozen=True):
    """The clinic and how to reach it, for layouts without a letterhead."""

    name: Text
    phone: Text
    ways: tuple[Text, ...]


BlockNode = (
    Title
    | PatientPanel
    | PainRule
    | Pointer
    | Prose
    | ExerciseCard
    | TrackingGrid
    | Notes
    | Contact
)


class Section(Struct, frozen=True):
    """The blocks of one section of the layout, in reading order."""

    blocks: tuple[BlockNode, ...]


class Letterhead(Struct, frozen=True):
    """The clinic at the top of the first page. ``ways`` are its address, website and so on.

    ``scan`` is the URI in its QR code; one of the ways says where the code leads.
    """

    name: Text
    kind: Text | None
    phone: Text
    ways: tuple[Text, ...]
    logo_alt: str
    scan: str | None = None


class Furniture(Struct, frozen=True):
    """What repeats on pages: running head, stop strip, footer. Screen readers read it at most once.

    ``page`` holds ``{page}`` and ``{pages}``. ``heading`` is the one-line head of a fridge sheet.
    ``clinic_name`` is the clinic without its kind, where there is no room for both.
    """

    clinic: Text
    clinic_name: Text
    patient: Text | None
    phone: Text
    stop_rule: Text
    call: Text
    disclaimer: Text
    disclaimer_short: Text
    made: Text
    code: Text
    page: str
    continued: Text
    heading: Text
    side: Text | None
    dates: Text | None

    @property
    def stop_and_call(self) -> Text:
        """The stop rule and whom to call, where they are set as one paragraph."""
        return Text((*self.stop_rule.runs, *text(" ").runs, *self.call.runs))

    def disclaimed(self, *, full: bool) -> Text:
        """Return the disclaimer, in full or short, and when the handout was made."""
        said = self.disclaimer if full else self.disclaimer_short
        between = " " if said.plain.endswith(".") else ". "
        return Text((*said.runs, *text(between).runs, *self.made.runs))


class Document(Struct, frozen=True):
    """A whole handout. ``code`` changes with the words that all its patients read.

    ``letterhead`` is None if the layout has none. ``blank`` is what a screen reader says for a line
    for the pen. ``token`` stands for the patient's reference, in a code that cameras read.
    ``draft`` marks the first page until the clinic has reviewed all its texts. ``rtl`` is True for
    a language that is read from right to left. ``digits`` are its digits from 0 to 9.
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
    draft: Draft | None = None
    rtl: bool = False
    digits: str = "0123456789"

    def number(self, number: int) -> str:
        """Return a whole number in the document's digits."""
        return "".join(self.digits[int(digit)] for digit in str(number))

    def pointing_to(self, page: int) -> Document:
        """Return the document with the page of its emergency signs; itself if nothing changes."""
        return self._with_pointers(lambda pointer: [pointer.to(self.number(page))])

    def without_pointer(self) -> Document:
        """Return the document without the line that says where the emergency signs are."""
        return self._with_pointers(lambda _pointer: [])

    def _with_pointers(self, made: Callable[[Pointer], Sequence[BlockNode]]) -> Document:
        def of(block: BlockNode) -> Sequence[BlockNode]:
            return made(block) if isinstance(block, Pointer) else [block]

        blocks = (chain.from_iterable(map(of, section.blocks)) for section in self.sections)
        sections = tuple(Section(tuple(each)) for each in blocks)
        return self if sections == self.sections else replace(self, sections=sections)

    def leaves(self) -> Iterator[Text]:
        """Yield every `Text` of draft mark, letterhead and sections, in reading order."""
        yield from leaves(self.draft)
        yield from leaves(self.letterhead)
        yield from leaves(self.sections)
