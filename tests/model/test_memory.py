"""A maker that remembers gives the identical object for the same things, and forgets in time."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from handouts.model.dosage import Dosage, Quantity
from handouts.model.memory import Memory, all_remembered, forget, remembered


class Made:
    """Something that is made."""

    def __init__(self, *things: object) -> None:
        self.things = things


TEN, OTHER_TEN = Quantity(10, 10), Quantity(10, 10)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("sore", "so" + "re"[:]),
        (3, 3),
        (None, None),
        ((1, "a"), (1, "a")),
        (frozenset({1}), frozenset({1})),
        (dt.date(2026, 12, 1), dt.date(2026, 12, 1)),
        (TEN, OTHER_TEN),
    ],
)
def test_equal_values_are_the_same(one: object, other: object) -> None:
    make = remembered(4)(Made)
    assert make(one) is make(other)
    assert make(one) is not make("something else")


def test_objects_are_the_same_only_if_identical() -> None:
    make = remembered(4)(Made)
    dose, equal = Dosage(repetitions=TEN), Dosage(repetitions=TEN)
    assert dose == equal
    assert make(dose) is make(dose)
    assert make(dose) is not make(equal)
    assert make(equal).things == (equal,)


def test_an_object_that_is_gone_is_never_taken_for_another() -> None:
    make = remembered(8)(Made)
    made = [make(Dosage(repetitions=Quantity(number, number))) for number in range(1, 9)]
    numbers = [one.things[0].repetitions.low for one in made]  # type: ignore[attr-defined]
    assert numbers == list(range(1, 9))


def test_named_values_count() -> None:
    @remembered(4)
    def make(first: str, *, ticks: bool) -> Made:
        return Made(first, ticks)

    assert make("a", ticks=True) is make("a", ticks=True)
    assert make("a", ticks=False).things == ("a", False)


def test_the_least_recently_used_is_forgotten() -> None:
    make = remembered(2)(Made)
    one, two = make(1), make(2)
    assert make(1) is one
    make(3)
    assert make(1) is one
    assert make(2) is not two


def test_what_is_a_patients_own_is_not_remembered() -> None:
    make = remembered(4, unless=lambda *things: things[0] == "own")(Made)
    assert make("own") is not make("own")
    assert make("shared") is make("shared")
    things = [things for _key, (things, _made) in all_remembered()]  # type: ignore[misc]
    assert ("shared",) in things
    assert ("own",) not in things


def test_a_failure_is_not_remembered() -> None:
    outcomes = iter([ValueError("not yet"), None])

    @remembered(4)
    def make(_thing: str) -> Made:
        if error := next(outcomes):
            raise error
        return Made()

    with pytest.raises(ValueError, match="not yet"):
        make("a")
    assert isinstance(make("a"), Made)


def test_forget() -> None:
    make = remembered(4)(Made)
    made = make(1)
    forget()
    assert make(1) is not made


def test_threads_get_the_same_object() -> None:
    memory: Memory[Made] = Memory(4)
    together = Barrier(4)

    def make() -> Made:
        together.wait(timeout=10)
        return Made()

    with ThreadPoolExecutor(4) as pool:
        jobs = [pool.submit(memory.recall, ("thing",), make) for _ in range(4)]
        assert len({id(job.result()) for job in jobs}) == 1
