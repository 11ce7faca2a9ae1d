"""Measures of laid-out pages that the layout tests share."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from handouts.figures.vector import Path
from handouts.layout.doc import LaidOut
from handouts.layout.sheet import TextRun
from handouts.model.layout import POINTS_PER_MM
from tests.layout.recording import Drawing, Page, pages_of

Box = tuple[float, float, float, float]


def ink(item: TextRun) -> Box:
    """Left, top, right, bottom of what a piece of text covers: capitals to descenders."""
    return (item.x, item.y - 0.7 * item.size, item.x + item.width, item.y + 0.2 * item.size)


def path_box(item: Path) -> Box:
    """Bounds of a path's points."""
    points = [
        pair
        for _, numbers in item.commands
        for pair in zip(numbers[::2], numbers[1::2], strict=True)
    ]
    across, down = [x for x, _ in points], [y for _, y in points]
    return (min(across), min(down), max(across), max(down))


def texts(page: Page) -> list[TextRun]:
    """All pieces of text of a page."""
    return [item for item in page.items if isinstance(item, TextRun)]


def overlaps(page: Page) -> Iterator[tuple[str, str]]:
    """Pairs of texts whose ink lies on each other, and texts that a line or edge runs through."""
    boxes = [(item, ink(item)) for item in texts(page) if item.text.strip()]
    boxes.sort(key=lambda each: each[1][1])
    for index, (one, a) in enumerate(boxes, 1):
        for other, b in boxes[index:]:
            if b[1] >= a[3]:
                break
            if min(a[2], b[2]) - max(a[0], b[0]) > 0.5 and min(a[3], b[3]) - b[1] > 0.5:
                yield one.text, other.text
    yield from _struck(page, boxes)


def _struck(page: Page, boxes: list[tuple[TextRun, Box]]) -> Iterator[tuple[str, str]]:
    for line in _level_lines(page):
        for item, box in boxes:
            struck = item.y - 0.6 * item.size < line[1] < item.y - 0.05 * item.size
            if struck and min(line[2], box[2]) - max(line[0], box[0]) > 1:
                yield "a line", item.text
    edges = [(box, edge) for box in _boxes(page) for edge in (box[1], box[3])]
    for (left, _, right, _), edge in edges:
        crossed = (item for item, box in boxes if box[1] + 0.5 < edge < box[3] - 0.5)
        wide = (item for item in crossed if item.x + item.width - left > 1 and right - item.x > 1)
        yield from (("an edge", item.text) for item in wide)


def _level_lines(page: Page) -> list[Box]:
    lines = (item for item in page.items if isinstance(item, Path) and len(item.commands) == 2)
    return [box for box in map(path_box, lines) if box[1] == box[3] and box[2] > box[0]]


def _boxes(page: Page) -> list[Box]:
    """What is filled or framed, wider than letters: bars, panels, boxes."""
    paths = (item for item in page.items if isinstance(item, Path) and len(item.commands) > 2)
    return [box for box in map(path_box, paths) if box[2] - box[0] > 12 and box[3] - box[1] > 6]


_UNIT = re.compile(r"(?:(?:second|minute|hour|day|week|time|set|more|kg|lb)s?|to|bis|Mal)\b")


def parted(page: Page) -> Iterator[tuple[str, str]]:
    """Lines that end between a number, or the line for one, and what it counts."""
    for item, after in pairwise(texts(page)):
        goes_on = item.line_end and after.source is item.source
        number = item.blank or re.search(r"\d$", item.text.rstrip())
        if goes_on and number and _UNIT.match(after.text):
            yield item.text, after.text


EDGE = 8 * POINTS_PER_MM
"""Printers leave this much of a page white (points)."""


def outside(page: Page, *, cut_out: bool = False) -> Iterator[str]:
    """What stands outside the side margins or nearer than 8 mm to an edge."""
    left, _, right, _ = page.margin
    for item in page.items:
        if isinstance(item, TextRun):
            box, name = ink(item), item.text
        elif isinstance(item, Path) and not cut_out:
            box, name = path_box(item), "path"
        else:
            continue
        sideways = box[0] < left - 1 or box[2] > page.width - right + 1
        if sideways or _near_edge(page, box):
            yield f"{name} {box}"


def _near_edge(page: Page, box: Box) -> bool:
    room = min(box[0], box[1], page.width - box[2], page.height - box[3])
    return room < EDGE - 0.5


def empty(page: Page) -> float:
    """The highest piece of a page on which nothing stands, as a part of its height."""
    spans = [(ink(item)[1], ink(item)[3]) for item in texts(page)]
    spans += [path_box(item)[1::2] for item in page.items if isinstance(item, Path)]
    for item in page.items:
        if isinstance(item, Drawing):
            spans.append((item.y, item.y + item.scale * item.vector.size[1]))
    reached, widest = 0.0, 0.0
    for top, bottom in sorted(spans):
        widest, reached = max(widest, top - reached), max(reached, bottom)
    return widest / page.height


def filled(page: Page) -> float:
    """How far down the page content or lines to write on reach, 0 to 1, but for what repeats."""
    ends = [box.y + box.height for box in page.placements if box.kind == "text"]
    ends += [entry.y + entry.height for entry in page.entries]
    return max(ends, default=0.0) / page.height


def all_text(story: LaidOut) -> str:
    """The printed characters of all pages, in drawing order."""
    return "\n".join(" ".join(item.text for item in texts(page)) for page in pages_of(story))
