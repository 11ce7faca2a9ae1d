"""Disks are asked to write during the work, in a thread that ends with it."""

from __future__ import annotations

import itertools
import threading
import time

import pytest

from handouts.deliver import output as flushing


def test_disks_are_flushed_while_there_is_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flushing, "_PAUSE", 0.001)
    thrice, calls = threading.Event(), []

    def flush() -> None:
        calls.append(threading.current_thread())
        if len(calls) == 3:
            thrice.set()

    with flushing.repeated(flush):
        assert thrice.wait(10)
    assert threading.main_thread() not in calls
    assert not calls[0].is_alive(), "nothing is flushed after the end"


def test_a_slow_disk_is_left_in_peace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flushing, "_PAUSE", 0.001)
    moments: list[tuple[float, float]] = []

    def flush() -> None:
        begin = time.monotonic()
        time.sleep(0.05)
        moments.append((begin, time.monotonic()))

    with flushing.repeated(flush):
        time.sleep(0.5)
    assert len(moments) >= 2
    for (_, end), (begin, _) in itertools.pairwise(moments):
        assert begin - end >= 0.09
