"""Turn elements of FHIR into what they name here: a person, exercise, program, side or dose."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from handouts.desk.fhir import EXERCISE, PROGRAM, Issue, Sent
from handouts.desk.fhir_models import (
    Concept,
    Detail,
    FhirPatient,
    HumanName,
    Identifier,
    Request,
    Timing,
)
from handouts.desk.worksheet import Item, Person, new_key
from handouts.errors import HandoutError
from handouts.load.library import Library
from handouts.model.clinic import AffectedSide, language_tag
from handouts.workspace import Kind

_OLD_NAMES = frozenset({"old", "maiden", "temp", "anonymous", "nickname"})
_RECORD_NUMBER = ("http://terminology.hl7.org/CodeSystem/v2-0203", "MR")
PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9./-]{0,79}")
"""A code, which cannot be a person's name and may appear in a message."""


SNOMED = "http://snomed.info/sct"
_SIDES = {
    "7771000": AffectedSide.LEFT,
    "24028007": AffectedSide.RIGHT,
    "51440002": AffectedSide.BOTH,
}
"""Laterality in SNOMED CT: left, right, right and left."""
_SIDE_WORDS = {
    "left": AffectedSide.LEFT,
    "right": AffectedSide.RIGHT,
    "both": AffectedSide.BOTH,
    "bilateral": AffectedSide.BOTH,
}

_PERIODS = {"d": "x a day", "wk": "days a week"}
_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}")
SHORTHAND = 'write the dose into scheduledString: "3 x 10, 2 x a day"'


def person_of(patient: FhirPatient) -> Person:
    """Return the patient as in the form: names and the clinic's number."""
    nickname = next((name for name in patient.name if name.use == "nickname"), None)
    return Person(
        name=_name(patient.name),
        preferred_name=_written(nickname) if nickname else "",
        reference=_record_number(patient.identifier),
    )


def sides_of(site: Concept) -> set[AffectedSide]:
    """Return the sides that a body site names, by code, else in words."""
    codes = (each.code for each in site.coding if each.system == SNOMED)
    if sides := {_SIDES[code] for code in codes if code in _SIDES}:
        return sides
    text = " ".join((site.text, *(each.display for each in site.coding))).casefold()
    words = set(re.findall(r"\w+", text))
    return {side for word, side in _SIDE_WORDS.items() if word in words}


def dose_of(sent: Sent, timing: Timing, where: str) -> str:
    """Return the frequency of a schedule in our shorthand; refuse any other part of it."""
    repeat = timing.repeat
    for name in repeat.model_extra or ():
        place = f"{where}.{name}" if PLAIN.fullmatch(name) else where
        sent.say(place, "this part of a schedule cannot be said", SHORTHAND, "not-supported")
    if repeat.frequency is None:
        return ""
    if repeat.period != 1 or repeat.period_unit not in _PERIODS:
        message = "a schedule must be so many times a day, or days a week"
        sent.say(where, message, SHORTHAND, "not-supported")
        return ""
    return f"{repeat.frequency} {_PERIODS[repeat.period_unit]}"


class Named:
    """The exercises and programs of a library, by our codes or by their exact names."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def named_by(self, concept: Concept, where: str) -> Item | str | Issue | None:
        """Return the exercise or the program's id that a concept names; an issue if wrong."""
        for coding in concept.coding:
            if found := self._coded(coding.system, coding.code):
                return found
            if coding.system not in (EXERCISE, PROGRAM):
                continue
            what = coding.system.rpartition(":")[2]
            code = f' "{coding.code}"' if PLAIN.fullmatch(coding.code) else " of this code"
            message = f"there is no {what}{code}"
            return Issue(where, message, f"GET /api/{what}s lists them", "not-found")
        said_names = {plain(concept.text), *(plain(each.display) for each in concept.coding)}
        called = [code for code, name in self._names() if plain(name) in said_names]
        # A name that both an exercise and its variant have means the exercise.
        codes = {code for code in called if "/" not in code or code.partition("/")[0] not in called}
        if len(codes) > 1:
            message = f"this is the name of several: {', '.join(sorted(codes))}"
            return Issue(where, message, f"use a code of {EXERCISE}", "multiple-matches")
        return next((self._exercise(code) or code for code in codes), None)

    def defined(self, element: Request | Detail) -> Item | str | None:
        """Return what is instantiated: ``urn:handouts:program:ID``, ``…/PlanDefinition/ID``."""
        for address in (*element.instantiates_canonical, *element.instantiates_uri):
            bare = address.partition("|")[0]
            found = self._coded(PROGRAM, _defined(bare, PROGRAM, "PlanDefinition"))
            found = found or self._coded(EXERCISE, _defined(bare, EXERCISE, "ActivityDefinition"))
            if found:
                return found
        return None

    def language(self, patient: FhirPatient) -> str | None:
        """Return the language that a patient prefers; "" if unknown, None if it has no texts."""
        spoken = patient.communication
        preferred = next((each for each in spoken if each.preferred), None)
        preferred = preferred or (spoken[0] if len(spoken) == 1 else None)
        if preferred is None:
            return ""
        known = self._library.workspace.ids(Kind.LOCALES)
        for coding in preferred.language.coding:
            tag = language_tag(coding.code) if _TAG.fullmatch(coding.code) else ""
            if tag.partition("-")[0] in known:
                return tag
        return None

    def clinician(self, clinic: str, people: Iterable[str]) -> str:
        """Return the id of the first of some people who is a clinician of the clinic, else ""."""
        try:
            clinicians = self._library.clinic(clinic).clinicians
        except HandoutError:
            return ""
        known = {plain(each.name): each.id for each in clinicians}
        return next((known[name] for name in map(plain, people) if name in known), "")

    def _coded(self, system: str, code: str) -> Item | str | None:
        if system == PROGRAM and code in self._library.workspace.ids(Kind.PROGRAMS):
            return code
        return self._exercise(code) if system == EXERCISE else None

    def _exercise(self, code: str) -> Item | None:
        name, _, variant = code.partition("/")
        if name not in self._library.workspace.ids(Kind.EXERCISES):
            return None
        try:
            self._library.exercise(name).variant(variant or None)
        except (KeyError, HandoutError):
            return None
        return Item(new_key(), name, variant)

    def _names(self) -> Iterator[tuple[str, str]]:
        """Yield code and name of all readable exercises and programs."""
        library, ids = self._library, self._library.workspace.ids
        for name in ids(Kind.EXERCISES):
            if not self._exercise(name):
                continue
            exercise = library.exercise(name)
            yield from ((name, called) for called in (exercise.name, *exercise.also_known_as))
            for variant, words in exercise.variants.items():
                if words.name:
                    yield f"{name}/{variant}", words.name
        for name in ids(Kind.PROGRAMS):
            try:
                yield name, library.program(name).name
            except HandoutError:
                continue


def _defined(address: str, system: str, kind: str) -> str:
    """Return our id at the end of a definition's address; "" for other people's definitions."""
    before, _, name = address.rpartition(":" if address.startswith("urn:") else "/")
    return name if before == system or before.endswith(f"/{kind}") else ""


def plain(text: str) -> str:
    """Return a text for comparisons, without differences in case and spaces."""
    return " ".join(text.split()).casefold()


def _written(name: HumanName) -> str:
    return name.text or " ".join((*name.given, name.family, *name.suffix)).strip()


def _name(names: Sequence[HumanName]) -> str:
    """Return the name to print: the official one, else the usual one, never a former one."""
    current = [name for name in names if name.use not in _OLD_NAMES]
    ranked = sorted(current, key=lambda name: {"official": 0, "usual": 1}.get(name.use, 2))
    return _written(ranked[0]) if ranked else ""


def _record_number(identifiers: Sequence[Identifier]) -> str:
    """Return the clinic's number for the patient: a medical record number, else the first."""

    def is_other(each: Identifier) -> bool:
        return all((one.system, one.code) != _RECORD_NUMBER for one in each.type.coding)

    valid = [each for each in identifiers if each.value and each.use != "old"]
    return next((each.value for each in sorted(valid, key=is_other)), "")
