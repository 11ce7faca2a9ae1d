"""Turn a FHIR R4 body into the resources that are read, and find which of them others refer to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from msgspec import Struct
from pydantic import TypeAdapter, ValidationError

from handouts.desk.fhir import Issue
from handouts.desk.fhir_models import READ, Bundle
from handouts.load.messages import Complaint, describe

_TREE: TypeAdapter[dict[str, Any]] = TypeAdapter(dict[str, Any])


class Found(Struct):
    """A resource, where it stands, and by which address others refer to it."""

    where: str
    url: str
    resource: Any

    def is_meant(self, reference: str) -> bool:
        """Whether a reference means it: by its fullUrl, else by type and id."""
        if not reference or reference == self.url:
            return bool(reference)
        if "://" in self.url:
            # Two addresses are the same or are not; a short one is of the same server.
            return "://" not in reference and self.url.endswith(f"/{reference}")
        short = f"{self.resource.resource_type}/{self.resource.id}"
        has_id = bool(self.resource.id)
        return has_id and (reference == short or reference.endswith(f"/{short}"))

    @property
    def reference(self) -> dict[str, Any]:
        """A reference to it, as it was sent; empty where there is none."""
        kind, name = self.resource.resource_type, self.resource.id
        if self.url and not self.url.startswith("#"):
            return {"reference": self.url}
        if name and not self.url:
            return {"reference": f"{kind}/{name}"}
        for each in self.resource.identifier:
            if each.value:
                named = {"system": each.system} if each.system else {}
                return {"type": kind, "identifier": {**named, "value": each.value}}
        return {}


class Sent:
    """The resources of a body, and what is wrong with them."""

    def __init__(self, body: bytes) -> None:
        self.issues: list[Issue] = []
        self._found: list[Found] = []
        try:
            tree = _TREE.validate_json(body)
        except ValidationError:
            hint = "send a FHIR R4 resource as JSON"
            self.issues.append(Issue("", "the body is not a JSON object", hint, "structure"))
            return
        kind = str(tree.get("resourceType"))
        if kind == "Bundle":
            bundle = self._model(Bundle, tree, "Bundle")
            for number, entry in enumerate(bundle.entry if bundle else ()):
                self._add(f"Bundle.entry[{number}].resource", entry.full_url, entry.resource)
        elif kind in READ:
            self._add(kind, "", tree)
        else:
            said = "this is no Bundle, ServiceRequest or CarePlan"
            hint = "send a Bundle with the Patient and the request"
            self.issues.append(Issue("", said, hint, "not-supported"))

    def of(self, kind: type[Any]) -> list[Found]:
        """Return the resources of a kind."""
        return [each for each in self._found if isinstance(each.resource, kind)]

    def resolve(self, reference: str) -> Found | None:
        """Return what a reference means, within what was sent."""
        return next((each for each in self._found if each.is_meant(reference)), None)

    def _add(self, where: str, url: str, tree: dict[str, Any]) -> None:
        """Keep a resource that is read, and those that it contains."""
        model = READ.get(str(tree.get("resourceType")))
        resource = self._model(model, tree, where) if model else None
        if resource is None:
            return
        self._found.append(Found(where, url, resource))
        for number, inner in enumerate(getattr(resource, "contained", ())):
            self._add(f"{where}.contained[{number}]", f"#{inner.get('id', '')}", inner)

    def _model(self, model: type[Any], tree: dict[str, Any], where: str) -> Any:
        try:
            return model.model_validate(tree)
        except ValidationError as error:
            for detail in error.errors(include_url=False, include_input=False):
                message, kind = _described(detail)
                self.issues.append(Issue(_path(where, detail["loc"]), message, kind=kind))
        return None


def _path(where: str, steps: Iterable[int | str]) -> str:
    """Return the FHIRPath of a part of a resource."""
    for step in steps:
        where += f"[{step}]" if isinstance(step, int) else f".{step}"
    return where


def _described(detail: Any) -> tuple[str, str]:
    """Return message and kind of an error of pydantic; nothing that was sent is in them."""
    name = next((each for each in reversed(detail["loc"]) if isinstance(each, str)), "")
    if name in ("modifierExtension", "implicitRules"):
        return f"{name} may change the meaning, and is not understood", "not-supported"
    if detail["type"] == "missing":
        return f"{name} is missing", "required"
    context = detail.get("ctx", {})
    said = Complaint(detail["type"], (name,), context, None, name, (), private=True)
    return describe(said)[0], "structure"
