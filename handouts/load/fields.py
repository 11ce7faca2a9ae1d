"""A path into a file into the model that describes that place, to know which keys it may have."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, get_args, get_origin

from pydantic import BaseModel

from handouts.load.tree import Step


def model_at(model: type[BaseModel], path: Iterable[Step]) -> type[BaseModel] | None:
    """Return the model of the mapping at ``path``; None if that is not a model.

    A last step that is no key of a model is passed over: its mapping is returned.
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
    """Return the members of a union, ``Annotated`` wrappers taken off."""
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
