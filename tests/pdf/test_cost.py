"""What tags cost in bytes, as ratios against the untagged twin."""

from __future__ import annotations

import pytest

from handouts import Workspace
from handouts.stamp.build import write_pdf
from tests.conftest import Builder
from tests.layout.recording import Drawing, pages_of

MOST_BYTES = 1.2
MOST_BYTES_UNPICTURED = 1.45
"""A sheet without pictures is so small that its tags are a third of it."""


@pytest.mark.parametrize("layout", Workspace().ids("layouts"))
def test_bytes(handout_for: Builder, layout: str) -> None:
    handout = handout_for(layout=layout)
    twin = write_pdf(handout.laid_out, tagged=False)
    drawings = [
        i for page in pages_of(handout.laid_out) for i in page.items if isinstance(i, Drawing)
    ]
    most = MOST_BYTES if len(drawings) > 3 else MOST_BYTES_UNPICTURED
    assert len(handout.pdf) <= most * len(twin.pdf)
