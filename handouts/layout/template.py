"""A story → the same pages for other documents of its outline, without laying them out.

Where the open nodes of another document (`handouts.compose.outline`) answer all that laying out
asked as those of the story did, its pages are the same, and only show other parts.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Sequence
from typing import cast
from weakref import ref

from msgspec import Struct

from handouts.compose.cards import ExerciseCard
from handouts.compose.document import PlanRow
from handouts.compose.outline import Open
from handouts.layout.flowable import Asked, Flowable
from handouts.layout.items import Page, Part, PartAt
from handouts.layout.look import Look
from handouts.layout.memory import Form
from handouts.layout.plan_row import Columns, RowBlock, columns_of
from handouts.layout.story import Story

_Forms = dict[Form, Flowable]


class Shown(Struct, frozen=True):
    """An open node on a page: which, in what form, tighter so many times, in what size."""

    index: int
    form: Form
    tighter: int
    size: tuple[float, float]


class _Question(Struct, frozen=True):
    """What was asked of a node in some forms, with the answers; ``number`` stands for it."""

    number: int
    asked: tuple[tuple[Form, Asked], ...]
    answers: tuple[Hashable, ...]


class Template(Struct, frozen=True):
    """What other documents of a story's outline are asked; it holds nothing of the patient.

    ``look``: what the story was drawn with, as long as that is remembered. ``questions``: those
    of each open node; ``columns``: how the rows of the plan stand, by widths; ``shown``: the open
    nodes on its pages, in their order.
    """

    look: ref[Look]
    questions: tuple[_Question, ...]
    columns: frozenset[tuple[Columns, float]]
    shown: tuple[Shown, ...]

    def fits(self, look: Look, nodes: Sequence[Open]) -> bool:
        """Whether other open nodes take the same room.

        Raises:
            DoesNotFit: if one of them does not fit at all.
        """
        rows = [node for node in nodes if isinstance(node, PlanRow)]
        return all(
            columns_of(look, rows, columns.level, width, pictured=columns.pictured) == columns
            for columns, width in self.columns
        ) and all(
            self._answers(look, node, question) == question.answers
            for node, question in zip(nodes, self.questions, strict=True)
        )

    def _answers(self, look: Look, node: Open, question: _Question) -> object:
        record = look.memory.record(node)
        if record is not None and question.number in record.made:
            return record.made[question.number]
        answers = tuple(_form(look, node, form).answers(asked) for form, asked in question.asked)
        record = look.memory.record(node)
        if record is not None:
            record.keep(question.number, answers)
        return answers


def part_of(look: Look, node: Open, shown: Shown) -> Part:
    """Return the part that shows another node in the place of one."""
    form: Flowable | None = _form(look, node, shown.form)
    for _ in range(shown.tighter):
        form = form and form.tighter()
    if form is None:
        raise TypeError("a form that the node has not")
    return form.drawn(shown.size)


def _form(look: Look, node: Open, form: Form) -> Flowable:
    return cast("Flowable", look.keep(form.make, node, *form.settings))


def open_parts(pages: Sequence[Page], nodes: Collection[Open]) -> Iterator[Part]:
    """Yield the parts of pages that show open nodes, in their order."""
    known = set(map(id, nodes))
    for page in pages:
        for item in page.items:
            if isinstance(item, PartAt) and id(item.part.node) in known:
                yield item.part


def template_of(story: Story, nodes: Sequence[Open]) -> Template | None:
    """Return the template of a story with its open nodes.

    None if one of them is shown in no part, or in one that may be split: its parts are others.
    """
    forms = [_forms(story, node) for node in nodes]
    if any(type(made).split is not Flowable.split for each in forms for made in each.values()):
        return None
    shown = []
    for part in open_parts(story.composed, nodes):
        index = next(index for index, node in enumerate(nodes) if node is part.node)
        found = _found(part, index, forms[index])
        if found is None:
            return None
        shown.append(found)
    if not _all_shown(nodes, {each.index for each in shown}):
        return None
    questions = tuple(_question(story.look, each) for each in forms)
    return Template(ref(story.look), questions, _columns(forms), tuple(shown))


def _forms(story: Story, node: Open) -> _Forms:
    """Return what was asked when the story was laid out, of all that shows a node."""
    record = story.look.memory.record(node)
    return {
        form: made
        for form, made in (record.forms if record else {}).items()
        if isinstance(made, Flowable) and (id(node), form) in story.asked
    }


def _question(look: Look, forms: _Forms) -> _Question:
    asked = tuple((form, made.was_asked) for form, made in forms.items())
    answers = tuple(made.answers(made.was_asked) for made in forms.values())
    return _Question(look.memory.number(asked), asked, answers)


def _columns(forms: Sequence[_Forms]) -> frozenset[tuple[Columns, float]]:
    rows = (made for each in forms for made in each.values() if isinstance(made, RowBlock))
    return frozenset((row.columns, width) for row in rows for width in row.was_asked[0])


def _found(part: Part, index: int, forms: _Forms) -> Shown | None:
    """Return which form of a node a part shows."""
    for form, made in forms.items():
        tighter, shown = 0, cast("Flowable | None", made)
        while shown is not None:
            size = shown.size_of(part)
            if size is not None:
                return Shown(index, form, tighter, size)
            tighter, shown = tighter + 1, shown.tighter()
    return None


def _all_shown(nodes: Sequence[Open], shown: Collection[int]) -> bool:
    """Whether each open node is in a part: top and body of a card may be in that of the card."""
    whole: set[int] = set()
    for index, node in enumerate(nodes):
        if isinstance(node, ExerciseCard):
            if index in shown:
                whole |= {id(node.top), id(node.body)}
        elif index not in shown and id(node) not in whole:
            return False
    return True
