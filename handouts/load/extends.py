"""Turn a file that gives only differences, and the file that it extends, into one whole file."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from handouts.errors import ContentError, Problem, did_you_mean
from handouts.files import digest_of_data
from handouts.load.models import build_model
from handouts.load.source import MappingEntry, Node, SourceFile, make_node, merge, with_key
from handouts.model.program import Addition, ProgramChanges
from handouts.workspace import Kind

OF_THE_FILE = {"schema", "lint", "extends", "copied_from", "language"}
"""Keys about the file itself, which a file that extends it does not inherit."""
_UNPRINTED = OF_THE_FILE | {"sources", "regions"}
"""Keys that are never printed."""
_CHANGES = frozenset(ProgramChanges.model_fields)


def laid_over(kind: Kind, base: SourceFile, over: SourceFile, *, own: bool) -> SourceFile:
    """Return a file laid over the one that it extends: see ``docs/clinic-folder.md``.

    ``own``: the file is the clinic's own. The result then records the values that it replaces, so
    that a review ends when they change.

    Raises:
        ContentError: if a program changes exercises that the extended one does not have.
    """
    root, replaced = _inherited(base.root, over.root), {}
    if own:
        changed = over.value.keys() & base.value.keys() - _UNPRINTED
        replaced = {f"{over.file} {key}": base.get(key) for key in sorted(changed)}
    given = over.root
    if kind is Kind.PROGRAMS and over.value.keys() & _CHANGES:
        changes = _Changes(base, over)
        root = with_key(root, "phases", changes.phases())
        given = _without(over.root, _CHANGES)
        if own:
            replaced |= changes.replaced()
    merged = _with_all_sources(merge(root, given), base.root)
    commented = base.commented | over.commented
    languages = base.languages | over.languages
    return SourceFile(over.file, merged, commented, base.replaced | replaced, languages)


def overridden_values(base: SourceFile, copy: SourceFile) -> dict[str, Any]:
    """Return the values of the original that its copy has changed."""
    stated = base.value.keys() - _UNPRINTED
    return {
        f"{copy.file} {key}": base.get(key)
        for key in sorted(stated)
        if base.get(key) != copy.get(key)
    }


def digest_of(source: SourceFile) -> str:
    """Return the digest of a file's content: 32 digits, the same however the file is written."""
    said = {key: value for key, value in source.value.items() if key not in OF_THE_FILE}
    return digest_of_data(said, 32)


def placed_at_extends(source: SourceFile, problems: Iterable[Problem]) -> list[Problem]:
    """Return problems, with those of an extended file moved to the line that extends it.

    That file is valid by itself: its value is wrong only together with those laid over it.
    """
    return [
        problem
        if problem.location.file == source.file or not problem.location.file
        else problem._replace(
            message=f"{problem.message} (at {problem.location})",
            location=source.location("extends"),
        )
        for problem in problems
    ]


def _inherited(base: Node, over: Node) -> Node:
    """Return what a file inherits from the one it extends: all but the keys about that file itself.

    Short steps belong to their full steps, so a file with other steps does not inherit them.
    """
    if not (isinstance(base.content, dict) and isinstance(over.content, dict)):
        return base
    left = set(OF_THE_FILE)
    if "steps" in over.content:
        left.add("short_steps")
    root = _without(base, left)
    variants, others = root.child("variants"), over.child("variants")
    if variants and others and isinstance(variants.content, dict):
        kept = {
            name: MappingEntry(entry.location, _inherited(entry.node, others.child(name) or others))
            for name, entry in variants.content.items()
        }
        root = with_key(root, "variants", make_node(variants.location, kept))
    return root


def _without(root: Node, keys: set[str] | frozenset[str]) -> Node:
    entries = root.content if isinstance(root.content, dict) else {}
    return make_node(root.location, {k: entry for k, entry in entries.items() if k not in keys})


def _with_all_sources(merged: Node, base: Node) -> Node:
    """Return a merged tree whose sources include those of the extended file, after its own."""
    own, inherited = merged.child("sources"), base.child("sources")
    if own is None or inherited is None or own is inherited:
        return merged
    if not (isinstance(own.content, tuple) and isinstance(inherited.content, tuple)):
        return merged
    return with_key(merged, "sources", make_node(own.location, (*own.content, *inherited.content)))


class _Changes:
    """The changes of a program to the phases of the one that it extends: remove, change and add.

    Raises:
        ContentError: if they are not valid, or if the program also gives phases.
    """

    def __init__(self, base: SourceFile, over: SourceFile) -> None:
        self.over, self.problems = over, list[Problem]()
        if over.has("phases"):
            message = (
                "phases replaces all phases of the original: there is nothing to remove, change "
                "or add"
            )
            hint = "make the change in phases, or remove the key phases"
            raise ContentError(Problem(message, over.key_location("phases"), hint))
        left = {key for key in over.value if key not in _CHANGES}
        stated = SourceFile(over.file, _without(over.root, left), over.commented)
        self.stated = build_model(ProgramChanges, stated)
        self.listed = base.root.child("phases")
        self.extended = str(over.extends)
        self.before = [list(_items(phase.child("exercises"))) for phase in _items(self.listed)]
        self.now = [list(phase) for phase in self.before]

    def phases(self) -> Node:
        """Return the phases after all removals, changes and additions, made in that order."""
        if self.listed is None or not self.before:
            # The extended file itself is wrong, and reports it.
            return self.listed or make_node(self.over.location(), ())
        for number, name in enumerate(self.stated.remove):
            self._remove(name, number)
        for name in self.stated.change:
            self._change(name)
        for number, addition in enumerate(self.stated.add):
            self._add(addition, number)
        if self.problems:
            raise ContentError(sorted(self.problems, key=lambda problem: problem.location))
        phases = (
            with_key(phase, "exercises", make_node(phase.location, tuple(items)))
            for phase, items in zip(_items(self.listed), self.now, strict=True)
        )
        return make_node(self.listed.location, tuple(phases))

    def replaced(self) -> dict[str, Any]:
        """Return the prescriptions of the extended program that are removed or changed."""
        listed = {_id(node): node.plain() for phase in self.before for node in phase}
        named = [("remove", name) for name in self.stated.remove]
        named += [("change", name) for name in self.stated.change]
        return {f"{self.over.file} {key} {name}": listed.get(name) for key, name in named}

    def _find(self, name: str, *path: str | int) -> tuple[int, int] | None:
        places = [
            (phase, number)
            for phase, items in enumerate(self.now)
            for number, node in enumerate(items)
            if _id(node) == name
        ]
        if len(places) == 1:
            return places[0]
        place = self.over.key_location(*path)
        known = [_id(node) for phase in self.before for node in phase]
        if places:
            message = f"{self.extended} has {name} {len(places)} times"
            self.problems.append(Problem(message, place, "write out all the phases"))
        elif name in known:
            self.problems.append(
                Problem(f"{name} is removed above", place, "keep only one of the two")
            )
        else:
            message = f'{self.extended} has no exercise "{name}"'
            self.problems.append(Problem(message, place, did_you_mean(name, known)))
        return None

    def _remove(self, name: str, number: int) -> None:
        if found := self._find(name, "remove", number):
            del self.now[found[0]][found[1]]
            if not self.now[found[0]]:
                message = f"without {name} nothing is left of phase {found[0] + 1}"
                place = self.over.location("remove", number)
                self.problems.append(Problem(message, place, "write out all the phases"))

    def _change(self, name: str) -> None:
        change = self.over.root.child("change")
        stated = change.child(name) if change else None
        if (found := self._find(name, "change", name)) and stated:
            phase, number = found
            self.now[phase][number] = merge(self.now[phase][number], stated)

    def _add(self, addition: Addition, number: int) -> None:
        path = ("add", number)
        place = self.over.location(*path, "exercise")
        if any(_id(node) == addition.exercise for phase in self.now for node in phase):
            message = f"{self.extended} already has {addition.exercise}"
            self.problems.append(Problem(message, place, "write what differs under change"))
            return
        if addition.after and addition.before:
            hint = "write after or before, not both"
            self.problems.append(Problem("two places for one exercise", place, hint))
            return
        key = "after" if addition.after else "before"
        phase, at = len(self.now) - 1, len(self.now[-1])
        if beside := addition.after or addition.before:
            found = self._find(beside, *path, key)
            if found is None:
                return
            phase, at = found[0], found[1] + (1 if addition.after else 0)
        node = _items(self.over.root.child("add"))[number]
        self.now[phase].insert(at, _without(node, {"after", "before"}))


def _items(node: Node | None) -> tuple[Node, ...]:
    """Return the items of a list; none for anything else."""
    return node.content if node and isinstance(node.content, tuple) else ()


def _id(node: Node) -> str:
    named = node.child("exercise")
    return str(named.content) if named else ""
