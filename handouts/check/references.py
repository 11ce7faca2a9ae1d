"""Turn links between files into problems: nothing has that name, or two links contradict."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from handouts.check.codes import finding
from handouts.check.translations import language_problems
from handouts.errors import Problem, did_you_mean
from handouts.load.extends import digest_of
from handouts.load.library import Library, loaded_or_none
from handouts.load.source import KeyPath, SourceFile, Step
from handouts.load.texts import wordings
from handouts.model.base import WRITTEN_IN, Region
from handouts.model.clinic import Clinic
from handouts.model.exercise import Exercise, Sides
from handouts.model.layout import Layout
from handouts.model.locale import Locale
from handouts.model.phrases import SidePhrases
from handouts.model.program import PrescribedSide, Prescription, Program, Safety
from handouts.workspace import Kind


def program_references(library: Library, program: Program) -> Iterator[Problem]:
    """Check a program's exercises, variants, sides and safety text.

    An exercise whose own file is wrong is skipped, because that file has its own problems.
    """
    source = library.source(Kind.PROGRAMS, program.id)
    for path, prescription in program.prescription_paths:
        name = prescription.exercise
        if unknown := _unknown(library, Kind.EXERCISES, name, source, *path, "exercise"):
            yield unknown
            continue
        exercise = loaded_or_none(library.exercise, name)
        if exercise is None:
            continue
        yield from _variant(exercise, prescription, source, path)
        if reason := cannot_have_side(exercise, prescription):
            place = source.location(*path, "side")
            yield finding("side-not-possible", reason, place, "remove the side")
    if unknown := _unknown(library, Kind.SAFETY, program.safety, source, "safety"):
        yield unknown
    else:
        yield from _outside_regions(library, program, source)


def locale_of(library: Library, source: SourceFile) -> Locale | None:
    """Return the locale of a file's texts, whose nouns must agree with its words for sides.

    It is None if there is none, its file is wrong, or the texts are in another language.
    """
    if not source.languages <= {library.language}:
        return None
    return loaded_or_none(library.locale, library.language)


def sides_of(library: Library, source: SourceFile) -> SidePhrases | None:
    """Return the words for sides of a file's texts; see `locale_of`."""
    locale = locale_of(library, source)
    return locale.side if locale else None


def safety_of(library: Library, program: Program) -> Safety | None:
    """Return the safety text of a program; None if there is none, or its own file is wrong."""
    return loaded_or_none(library.safety, program.safety)


def safety_for(library: Library, needs: Iterable[Sequence[Region]]) -> str | None:
    """Return the id of a safety text that is for all of some exercises; None if there is none.

    ``needs`` are the regions of each exercise. If several texts fit, it is the one for the regions
    that the exercises name first.
    """
    wanted = list(needs)
    found: list[tuple[int, str]] = []
    for name in library.workspace.ids(Kind.SAFETY):
        safety = loaded_or_none(library.safety, name)
        regions = safety.regions if safety else ()
        shared = [[at for at, each in enumerate(need) if each in regions] for need in wanted]
        if safety and all(shared):
            found.append((sum(places[0] for places in shared), name))
    return min(found)[1] if found else None


def _outside_regions(library: Library, program: Program, source: SourceFile) -> Iterator[Problem]:
    """Report exercises for regions that the safety text is not for; once, if that is all of them.

    The problem has no code, so that no file can switch it off. A text that is for other regions
    too lists them under ``regions``.
    """
    safety = safety_of(library, program)
    if safety is None:
        return
    exercises = {
        path: exercise
        for path, item in program.prescription_paths
        if (exercise := loaded_or_none(library.exercise, item.exercise))
    }
    covered = set(safety.regions)
    outside = {path: each for path, each in exercises.items() if not covered & set(each.regions)}
    if not outside:
        return
    fitting = safety_for(library, (each.regions for each in exercises.values()))
    named = f"safety: {fitting}" if fitting else "a safety text that is for all of them"
    covers = f"the safety text {safety.id} is for {', '.join(safety.regions)}"
    if len(outside) == len(exercises):
        message = f"{covers}, but no exercise of the program is"
        needed = dict.fromkeys(region for each in exercises.values() for region in each.regions)
        hint = f"they are for {', '.join(needed)}: write {named}"
        yield Problem(message, source.location("safety"), hint)
        return
    for path, exercise in outside.items():
        message = f"{exercise.id} is for {', '.join(exercise.regions)}, but {covers}"
        hint = f"leave it out, or write {named}"
        yield Problem(message, source.location(*path, "exercise"), hint)


def clinic_references(library: Library, clinic: Clinic) -> list[Problem]:
    """Check that a clinic's language has a locale, and that its way to write dates is known."""
    place = library.source(Kind.CLINICS, clinic.id).location("locale")
    return language_problems(library, clinic.locale, place)


def _variant(
    exercise: Exercise, prescription: Prescription, source: SourceFile, path: KeyPath
) -> Iterator[Problem]:
    name = prescription.variant
    if name is None or name in variant_names(exercise):
        return
    known = variant_names(exercise)
    message = f'{exercise.id} has no variant "{name}"'
    hint = did_you_mean(name, known) if known else "it has no variants: remove the line"
    yield finding("link-unknown", message, source.location(*path, "variant"), hint)


def cannot_have_side(exercise: Exercise, prescription: Prescription) -> str:
    """Return why a side cannot be prescribed for an exercise; empty if it can."""
    side = prescription.side
    if side is None or (exercise.sides is Sides.ALTERNATE and side is PrescribedSide.EACH):
        return ""
    ways = {
        Sides.BOTH: "works both sides together",
        Sides.ALTERNATE: "swaps sides at each repetition",
    }
    if exercise.sides not in ways:
        return ""
    return f'{exercise.id} {ways[exercise.sides]} and cannot be done on side "{side.value}"'


def variant_names(exercise: Exercise) -> tuple[str, ...]:
    """Return the variants that may be prescribed, the default one first."""
    default = (exercise.default_variant,) if exercise.default_variant else ()
    return (*default, *(name for name in exercise.variants if name not in default))


def exercise_references(library: Library, exercise: Exercise) -> Iterator[Problem]:
    """Check links to easier and harder exercises, also of variants, and the default variant."""
    source = library.source(Kind.EXERCISES, exercise.id)
    for path, name in _links(exercise):
        if name == exercise.id:
            message = f"{name} links to itself"
            yield finding("link-circle", message, source.location(*path), "remove the link")
            continue
        if unknown := _unknown(library, Kind.EXERCISES, name, source, *path):
            yield unknown
    if exercise.default_variant in exercise.variants:
        message = f'"{exercise.default_variant}" is the default variant: its words are those above'
        place = source.key_location("variants", exercise.default_variant)
        yield finding("variant-unused", message, place, "move its words up, and remove it here")


def copy_problems(library: Library, kind: Kind, name: str) -> Iterator[Problem]:
    """Report a copy whose original has changed, and a file that replaces a built-in one unmarked.

    A file that extends another needs no digest: what it does not state is read from the other.
    """
    workspace = library.workspace
    path = workspace.find(kind, name)
    if not workspace.is_own(path) or library.language != WRITTEN_IN:
        # A copy is compared with its original, not with a translation of it.
        return
    source, base = library.source(kind, name), library.base(kind, name)
    copied = source.get("copied_from")
    if copied is None:
        # The built-in clinics are examples; a locale that lacks a new phrase is refused anyway.
        needs_none = kind in (Kind.CLINICS, Kind.LOCALES) or source.extends is not None
        if base is None or needs_none:
            return
        hint = (
            "handouts copy makes a copy that is compared with its original; or write "
            f"{_copied(name, base)}"
        )
        message = (
            f"it replaces the built-in {kind.noun} {name}, so changes to the original go unnoticed"
        )
        yield finding("replaces-builtin", message, source.location("schema"), hint)
    elif base is None:
        message = f"the {kind.noun} {copied['id']}, of which this is a copy, no longer exists"
        place = source.location("copied_from")
        yield finding("copy-changed", message, place, "remove copied_from")
    elif digest_of(base) != copied["digest"]:
        origin = copied["id"]
        look = f"handouts show --diff {name}" if kind in _DRAWN else f"compare it with {base.file}"
        message = f"the {kind.noun} {origin}, of which this is a copy, has changed since"
        hint = f"{look}; take over what you want, then write {_copied(origin, base)}"
        yield finding("copy-changed", message, source.location("copied_from"), hint)


_DRAWN = (Kind.PROGRAMS, Kind.EXERCISES)


def _copied(name: str, base: SourceFile) -> str:
    return f"copied_from: {{id: {name}, digest: {digest_of(base)}}}"


def _links(exercise: Exercise) -> Iterator[tuple[KeyPath, str]]:
    """Yield each exercise that one, or a variant of it, names as easier or harder, with path."""
    for path, wording in wordings(exercise):
        for way in ("easier", "harder"):
            change = getattr(wording, way)
            for number, name in enumerate(change.exercises if change else ()):
                yield (*path, way, "exercises", number), name


def link_circles(library: Library, names: tuple[str, ...]) -> Iterator[Problem]:
    """Report every link that would make an exercise harder than itself.

    ``a`` harder ``b`` and ``b`` easier ``a`` say the same: ``b`` is above ``a``. Links of
    variants are left out, because they compare only with that form.
    """
    loaded = ((name, loaded_or_none(library.exercise, name)) for name in names)
    links = [
        (name, path, other)
        for name, exercise in loaded
        for path, other in (_links(exercise) if exercise else ())
        if path[0] != "variants" and other != name
    ]
    above: dict[str, set[str]] = {}
    for name, path, other in links:
        easier, harder = (name, other) if path[0] == "harder" else (other, name)
        above.setdefault(easier, set()).add(harder)
    for name, path, other in links:
        way = path[0]
        start, goal = (other, name) if way == "harder" else (name, other)
        if _leads_to(above, start, goal):
            message = f"{other} cannot be {way} than {name}: other links say the opposite"
            place = library.source(Kind.EXERCISES, name).location(*path)
            hint = f"check easier and harder in {other} and in the exercises that they name"
            yield finding("link-circle", message, place, hint)


def _leads_to(above: dict[str, set[str]], start: str, goal: str) -> bool:
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        name = waiting.pop()
        if name == goal:
            return True
        if name not in seen:
            seen.add(name)
            waiting.extend(above.get(name, ()))
    return False


def _unknown(
    library: Library, kind: Kind, name: str, source: SourceFile, *path: Step
) -> Problem | None:
    known = library.workspace.ids(kind)
    if name in known:
        return None
    message = f'there is no {kind.noun} "{name}"'
    return finding("link-unknown", message, source.location(*path), did_you_mean(name, known))


def with_bases(load: Callable[[str], Exercise | Layout | Locale], name: str) -> Iterator[str]:
    """Yield the id of a file and the ids of all that it extends, as far as they can be loaded."""
    seen: set[str] = set()
    base: str | None = name
    while base and base not in seen:
        seen.add(base)
        yield base
        content = loaded_or_none(load, base)
        base = content.extends if content else None
