"""Turn resources of FHIR R4 requests into models of the fields that are read.

The fields are those of the HL7 Physical Activity Implementation Guide 1.0 (PAServiceRequest,
PACarePlan) that mean something for a handout; `handouts.desk.fhir_orders` reads them.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel


class FhirElement(BaseModel):
    """A part of a resource; fields that are not listed are ignored, with one exception.

    A ``modifierExtension`` or ``implicitRules`` can change the meaning of all other fields, and a
    reader that does not understand it must not act on the resource (FHIR R4, 2.4.1).
    """

    model_config = ConfigDict(alias_generator=to_camel, extra="ignore", frozen=True)

    modifier_extension: Annotated[tuple[Any, ...], Field(max_length=0)] = ()
    implicit_rules: None = None


Text = Annotated[str, Field(max_length=20_000)]
Few = Field(max_length=50)
Many = Field(max_length=500)


class Coding(FhirElement):
    """A code of a system."""

    system: Text = ""
    code: Text = ""
    display: Text = ""


class Concept(FhirElement):
    """Codes or words for one thing."""

    coding: Annotated[tuple[Coding, ...], Few] = ()
    text: Text = ""


class Identifier(FhirElement):
    """An identifier from a system, such as a record number."""

    use: Text = ""
    type: Concept = Concept()
    system: Text = ""
    value: Text = ""


class Reference(FhirElement):
    """A reference to a resource."""

    reference: Text = ""
    identifier: Identifier | None = None
    display: Text = ""


class Period(FhirElement):
    """A period, of which only the first day is read."""

    start: Text = ""


class Repeat(FhirElement):
    """How often; fields that are not listed are kept, so that they can be refused."""

    model_config = ConfigDict(alias_generator=to_camel, extra="allow", frozen=True)

    bounds_period: Period = Period()
    frequency: Annotated[int, Field(ge=1, le=99)] | None = None
    period: Annotated[float, Field(gt=0, le=999)] | None = None
    period_unit: Text = ""


class Timing(FhirElement):
    """The times at which something is done."""

    repeat: Repeat = Repeat()


class HumanName(FhirElement):
    """One name of a person."""

    use: Text = ""
    text: Text = ""
    family: Text = ""
    given: Annotated[tuple[Text, ...], Few] = ()
    suffix: Annotated[tuple[Text, ...], Few] = ()


class Communication(FhirElement):
    """A language that a patient speaks."""

    language: Concept = Concept()
    preferred: bool = False


class Resource(FhirElement):
    """The fields that all resources have."""

    id: Text = ""
    identifier: Annotated[tuple[Identifier, ...], Few] = ()


class FhirPatient(Resource):
    """The person that the handout is for."""

    resource_type: Literal["Patient"]
    active: bool = True
    name: Annotated[tuple[HumanName, ...], Few] = ()
    communication: Annotated[tuple[Communication, ...], Few] = ()
    deceased_boolean: bool = False
    deceased_date_time: Text = ""


class Request(Resource):
    """The fields that ServiceRequest and CarePlan share."""

    status: Text
    intent: Text
    subject: Reference
    instantiates_canonical: Annotated[tuple[Text, ...], Few] = ()
    instantiates_uri: Annotated[tuple[Text, ...], Few] = ()
    contained: Annotated[tuple[dict[str, Any], ...], Few] = ()
    note: Annotated[tuple[Any, ...], Many] = ()


class ServiceRequest(Request):
    """An order: PAServiceRequest."""

    resource_type: Literal["ServiceRequest"]
    do_not_perform: bool = False
    code: Concept = Concept()
    order_detail: Annotated[tuple[Concept, ...], Few] = ()
    occurrence_date_time: Text = ""
    occurrence_period: Period = Period()
    occurrence_timing: Timing = Timing()
    body_site: Annotated[tuple[Concept, ...], Few] = ()
    requester: Reference = Reference()
    performer: Annotated[tuple[Reference, ...], Few] = ()
    patient_instruction: Text = ""
    quantity_quantity: Any = None
    quantity_ratio: Any = None
    quantity_range: Any = None


class Detail(FhirElement):
    """An activity that is written in the plan itself."""

    kind: Text = ""
    instantiates_canonical: Annotated[tuple[Text, ...], Few] = ()
    instantiates_uri: Annotated[tuple[Text, ...], Few] = ()
    code: Concept = Concept()
    status: Text
    do_not_perform: bool = False
    scheduled_timing: Timing = Timing()
    scheduled_string: Text = ""
    description: Text = ""
    quantity: Any = None
    daily_amount: Any = None


class Activity(FhirElement):
    """One activity of a plan."""

    reference: Reference | None = None
    detail: Detail | None = None


class CarePlan(Request):
    """A plan: PACarePlan."""

    resource_type: Literal["CarePlan"]
    period: Period = Period()
    activity: Annotated[tuple[Activity, ...], Many] = ()


class BundleEntry(FhirElement):
    """A resource in a Bundle."""

    full_url: Text = ""
    resource: dict[str, Any] = {}


class Bundle(FhirElement):
    """Resources that were sent together."""

    resource_type: Literal["Bundle"]
    entry: Annotated[tuple[BundleEntry, ...], Many] = ()


READ: dict[str, type[FhirPatient | ServiceRequest | CarePlan]] = {
    "Patient": FhirPatient,
    "ServiceRequest": ServiceRequest,
    "CarePlan": CarePlan,
}
