"""Makers of things become makers that remember: of the same things comes the identical object.

What is said in many handouts is made once a process, and may be recognized by its identity.
Nothing that is a patient's own may be remembered: neither what is made, nor what it is made of.
"""

from __future__ import annotations

import datetime as dt
from collections import OrderedDict
from collections.abc import Callable, Iterator
from functools import wraps
from threading import Lock
from types import NoneType
from typing import Generic, ParamSpec, TypeVar, cast
from weakref import WeakSet

from handouts.model.dosage import Quantity

P = ParamSpec("P")
T = TypeVar("T")

MOST = 4096
"""Nodes of a kind that are remembered, if there is one for each exercise and dose."""
FEW = 256
"""Nodes of a kind that are remembered, if there is one for each clinic, program or start date."""

_VALUES = (str, int, NoneType, tuple, frozenset, dt.date, Quantity)
"""Things of these types are the same if they are equal; all others if they are identical."""

_memories: WeakSet[Memory[object]] = WeakSet()


class Memory(Generic[T]):
    """The last ``most`` objects asked for, by what each was made of."""

    def __init__(self, most: int) -> None:
        self.most = most
        # What an object was made of is kept with it, so that nothing else gets its identity.
        self._known: OrderedDict[tuple[object, ...], tuple[tuple[object, ...], T]] = OrderedDict()
        self._lock = Lock()
        _memories.add(cast("Memory[object]", self))

    def recall(self, things: tuple[object, ...], make: Callable[[], T]) -> T:
        """Return what was made of the same things before, else what ``make`` returns."""
        key = tuple([one if isinstance(one, _VALUES) else id(one) for one in things])
        with self._lock:
            found = self._known.get(key)
            if found is not None:
                self._known.move_to_end(key)
                return found[1]
        made = make()
        with self._lock:
            # Another thread may have made it meanwhile: the first one counts.
            made = self._known.setdefault(key, (things, made))[1]
            if len(self._known) > self.most:
                self._known.popitem(last=False)
        return made

    def forget(self) -> None:
        """Forget everything."""
        with self._lock:
            self._known.clear()

    def __iter__(self) -> Iterator[object]:
        with self._lock:
            return iter(list(self._known.items()))


def remembered(
    most: int, *, unless: Callable[..., bool] | None = None
) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Let a maker remember what it made last of so many different arguments.

    It must depend on its arguments alone; those given by name are plain values. ``unless`` tells
    of arguments that are a patient's own: what is made of them is not remembered.
    """

    def remember(make: Callable[P, T]) -> Callable[P, T]:
        memory: Memory[T] = Memory(most)

        @wraps(make)
        def made(*things: P.args, **named: P.kwargs) -> T:
            if unless is not None and unless(*things, **named):
                return make(*things, **named)
            return memory.recall((*things, *named.items()), lambda: make(*things, **named))

        return made

    return remember


def forget() -> None:
    """Forget all that is remembered anywhere."""
    for memory in _memories:
        memory.forget()


def all_remembered() -> Iterator[object]:
    """Yield all that is remembered anywhere: keys, what things were made of, and the things."""
    for memory in _memories:
        yield from memory
