"""Turn a SourceFile into a validated model; every problem gets its place and our own words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar, get_args, get_origin

import msgspec
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from handouts.errors import ContentError, Location, Problem
from handouts.load.messages import Complaint, describe
from handouts.load.source import SourceFile, Step
from handouts.model.base import ContentFile

M = TypeVar("M", bound=BaseModel)

SCHEMA = 1


def build_model(
    model: type[M], source: SourceFile, *, name: str | None = None, private: bool = False
) -> M:
    """Return the model that a file describes.

    ``name`` is its id, taken from the file name; None for a file without one, such as a patient's.
    ``private``: it may contain patient text, which messages do not quote.

    Raises:
        ContentError: with all problems of the file, each at its key or value.
    """
    value = dict(source.value)
    problems = list(_file_problems(model, source, name))
    if name is not None:
        value["id"] = name
    if not issubclass(model, ContentFile):
        value.pop("schema", None)
    try:
        # Strict JSON rules: "4" is no number and 1 is not true, but lists become tuples.
        built = model.model_validate_json(msgspec.json.encode(value), strict=True)
    except ValidationError as error:
        problems += _problems(model, source, error, private=private)
    else:
        if not problems:
            return built
    unique = dict.fromkeys(problems)
    raise ContentError(sorted(unique, key=lambda problem: problem.location))


def _file_problems(
    model: type[BaseModel], source: SourceFile, name: str | None
) -> Iterable[Problem]:
    """Check the keys that every file shares: ``schema``, and ``id``, which the file name gives."""
    if issubclass(model, ContentFile) and not source.has("schema"):
        hint = f'write "schema: {SCHEMA}" on the first line'
        yield Problem('missing key "schema"', source.location(), hint)
    if not issubclass(model, ContentFile) and source.get("schema") not in (None, SCHEMA):
        message = f"schema must be {SCHEMA}, the only one this version reads"
        yield Problem(message, source.location("schema"))
    for key in ("id", "schema_"):
        if source.has(key) and (key != "id" or source.get(key) != name):
            hint = "the file name is the id: remove this line" if key == "id" else ""
            yield Problem(f'unknown key "{key}"', source.key_location(key), hint)


def _problems(
    model: type[BaseModel], source: SourceFile, error: ValidationError, *, private: bool
) -> Iterable[Problem]:
    details = list(_each(error.errors(include_url=False)))
    for detail in _without_echoes(model, source, details):
        path = _path(source, detail)
        complaint = Complaint(
            kind=detail["type"],
            path=path,
            context=detail.get("ctx", {}),
            value=source.get(*path),
            key=str(detail["loc"][-1]) if detail["loc"] else "",
            known=_known(model_at(model, path)),
            private=private,
            commented=source.location(*path) in source.commented,
        )
        message, hint = describe(complaint)
        yield Problem(message, _place(source, detail, path), hint)


def _each(details: list[ErrorDetails]) -> Iterable[ErrorDetails]:
    """Yield every error; an error of ours that found several faults becomes one for each."""
    for detail in details:
        faults = getattr(detail.get("ctx", {}).get("error"), "faults", None)
        if faults is None:
            yield detail
            continue
        for fault in faults:
            yield {**detail, "ctx": {"error": fault}}


def _known(model: type[BaseModel] | None) -> tuple[str, ...]:
    if model is None:
        return ()
    names = (field.alias or name for name, field in model.model_fields.items())
    return tuple(name for name in names if name != "id")


def _path(source: SourceFile, detail: ErrorDetails) -> tuple[Step, ...]:
    """Return the part of an error's place that is in the file.

    pydantic also names union members, validators and ``[key]``, and the missing key itself. A
    validator that compares several values may name the wrong one itself.
    """
    path: tuple[Step, ...] = ()
    further = getattr(detail.get("ctx", {}).get("error"), "path", ())
    for step in (*detail["loc"], *further):
        if source.has(*path, step):
            path = (*path, step)
    return path


def _place(source: SourceFile, detail: ErrorDetails, path: tuple[Step, ...]) -> Location:
    if detail["loc"] == ("id",):
        return Location(source.file)
    if detail["type"] == "extra_forbidden" or detail["loc"][-1:] == ("[key]",):
        return source.key_location(*path)
    return source.location(*path)


def _without_echoes(
    model: type[BaseModel], source: SourceFile, details: list[ErrorDetails]
) -> list[ErrorDetails]:
    """Return the errors without those that only repeat another: of unions, and half-read lists.

    A value that fits no member of a union has an error for each member. The deepest error belongs
    to the member that was meant; at equal depth, the errors of a wrong basic type are left out.
    """
    paths = [_path(source, detail) for detail in details]
    kept = []
    for detail, path in zip(details, paths, strict=True):
        if detail["type"] == "too_short" and path:
            value = source.get(*path)
            # pydantic counts only the valid items; the invalid ones have their own errors.
            if isinstance(value, list) and len(value) >= detail["ctx"]["min_length"]:
                continue
        others = [
            (other, other_path)
            for other, other_path in zip(details, paths, strict=True)
            if other is not detail and other_path[: len(path)] == path
        ]
        if _in_union(model, detail, path) and any(
            _better(other, detail, deeper=len(other_path) > len(path))
            for other, other_path in others
        ):
            continue
        kept.append(detail)
    return kept


def _in_union(model: type[BaseModel], detail: ErrorDetails, path: tuple[Step, ...]) -> bool:
    """Return whether an error is in a member of a union, which its place names after the value."""
    beyond = detail["loc"][len(path) :]
    if not beyond or beyond == ("[key]",):
        return False
    return beyond[0] != "id" and beyond[0] not in _known(model_at(model, path))


def _better(other: ErrorDetails, detail: ErrorDetails, *, deeper: bool) -> bool:
    """Return whether another error of the same value says more than ``detail``."""
    if deeper:
        return True
    wrong_type = detail["type"].endswith("_type")
    if wrong_type != other["type"].endswith("_type"):
        return wrong_type
    return str(detail["loc"]) > str(other["loc"])


def model_at(model: type[BaseModel], path: Iterable[Step]) -> type[BaseModel] | None:
    """Return the model of the mapping at ``path``; None if that is not a model.

    If the last step is no key of a model, the model of the mapping around it is returned.
    """
    annotation: Any = model
    nearest: type[BaseModel] | None = model
    for step in path:
        annotation = _step(annotation, step)
        found = _model_in(annotation)
        if found or annotation is None:
            nearest = found or nearest
        else:
            nearest = None if isinstance(step, int) else nearest
    return nearest


def _step(annotation: Any, step: Step) -> Any:
    for option in _options(annotation):
        if isinstance(option, type) and issubclass(option, BaseModel):
            for name, field in option.model_fields.items():
                if step in (name, field.alias):
                    return field.annotation
        origin, args = get_origin(option), get_args(option)
        if origin in (tuple, list) and isinstance(step, int) and args:
            return args[0]
        if origin is dict and isinstance(step, str):
            return args[1]
    return None


def _options(annotation: Any) -> tuple[Any, ...]:
    """Return the members of a union, without ``Annotated`` wrappers."""
    if hasattr(annotation, "__metadata__"):
        return _options(annotation.__origin__)
    if hasattr(annotation, "__args__") and get_origin(annotation) not in (tuple, list, dict):
        return tuple(option for part in get_args(annotation) for option in _options(part))
    return (annotation,)


def _model_in(annotation: Any) -> type[BaseModel] | None:
    for option in _options(annotation):
        if isinstance(option, type) and issubclass(option, BaseModel):
            return option
    return None
