"""What tags cost, as ratios against the untagged twin."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import pytest

from handouts import Workspace
from handouts.compose.compose import compose
from handouts.layout.engine import lay_out
from handouts.layout.items import Drawing
from handouts.pdf.write import write_pdf
from tests.conftest import Builder, OrderMaker

MOST_BYTES = 1.2
MOST_BYTES_UNPICTURED = 1.45
"""A sheet without pictures is so small that its tags are a third of it."""

MOST_TIME = 1.25


@pytest.mark.parametrize("layout", Workspace().ids("layouts"))
def test_bytes(handout_for: Builder, layout: str) -> None:
    handout = handout_for(layout=layout)
    twin = write_pdf(handout.story, tagged=False)
    drawings = [i for page in handout.story.pages for i in page.items if isinstance(i, Drawing)]
    most = MOST_BYTES if len(drawings) > 3 else MOST_BYTES_UNPICTURED
    assert len(handout.pdf) <= most * len(twin.pdf)


def test_time(order_for: OrderMaker, workspace: Workspace) -> None:
    """Whole handouts, made in turns so that a busy machine slows both; the best of three tries."""
    order = order_for(layout="standard")

    def make(*, tagged: bool) -> None:
        write_pdf(lay_out(compose(order), order, workspace), tagged=tagged)

    tries = []
    for _ in range(3):
        pairs = [
            (_seconds(lambda: make(tagged=True)), _seconds(lambda: make(tagged=False)))
            for _ in range(5)
        ]
        tagged, plain = (statistics.median(times) for times in zip(*pairs, strict=True))
        tries.append(tagged / plain)
    assert min(tries) <= MOST_TIME


def _seconds(work: Callable[[], None]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start
