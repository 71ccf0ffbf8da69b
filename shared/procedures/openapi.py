"""The OpenAPI description of procedure routes, made from the declarations."""

from collections.abc import Iterable, Sequence

from pydantic import BaseModel, create_model
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from shared.pii.reveal import Purpose
from shared.procedures.declaration import Procedure
from shared.procedures.forms import Forms
from shared.procedures.schemas import Revealed, StepAnswer, StepBatchResult, Steps, WaitingFields
from shared.procedures.waiting import FILTERS
from shared.records.openapi import (
    BY_ID,
    REFERENCE,
    WRITE_HEADERS,
    Describer,
    JsonObject,
    mapping_at,
    model_of,
)

_NOTES = {
    "waits_for": "me (usual): cases with a step that this caller may take today; anyone: all open ones of the area",
    "late": "true: past their due day; false: not",
    "stage": "where the case stands",
    "division": "12-digit division, or its leading 2, 4, 6 or 9 digits",
    "due_by": "due by this day; of lasting stages, looks ahead up to it",
    "limit": "rows of a page",
    "cursor": "`next_cursor` of the page before",
}


def describe_procedures(document: JsonObject, *, service: str, prefix: str, procedures: Iterable[Procedure]) -> None:
    """Add the paths and schemas of these procedures to an OpenAPI document that has their cases as records."""
    paths = mapping_at(document, "paths")
    schemas = mapping_at(mapping_at(document, "components"), "schemas")
    models: list[tuple[type[BaseModel], JsonSchemaMode]] = [
        (Steps, "serialization"),
        (StepBatchResult, "serialization"),
        (Revealed, "serialization"),
        (Purpose, "validation"),
    ]
    for procedure in procedures:
        forms = Forms(procedure)
        answer = _answer(procedure, "Step", StepAnswer)
        waiting = _answer(procedure, "Waiting", WaitingFields)
        _describe(paths, procedure, forms, service=service, prefix=prefix, answer=answer, waiting=waiting)
        models += [(answer, "serialization"), (waiting, "serialization")]
        inputs = (*forms.openings.values(), *forms.steps.values(), *forms.rows.values())
        models += [(one, "validation") for one in inputs]
    _, definitions = models_json_schema(models, ref_template=REFERENCE)
    schemas.update(definitions.get("$defs", {}))


def _describe(
    paths: JsonObject,
    procedure: Procedure,
    forms: Forms,
    *,
    service: str,
    prefix: str,
    answer: type[BaseModel],
    waiting: type[BaseModel],
) -> None:
    describe, base = Describer(procedure.cases, service), f"{prefix}/{procedure.name}"
    openings = _one_of(list(forms.openings.values()))
    after, results = model_of(answer), {"200": ("A result for each row", model_of(StepBatchResult))}
    page: JsonObject = {
        "type": "object",
        "required": ["items", "next_cursor"],
        "properties": {
            "items": {"type": "array", "items": model_of(waiting)},
            "next_cursor": {"type": ["string", "null"]},
        },
    }
    mapping_at(paths, base)["post"] = describe(
        "open", "Open a case", {"201": ("The case", after)}, body=openings, headers=WRITE_HEADERS[:1]
    )
    added: JsonObject = {
        f"{base}:batch": {
            "post": describe("open_batch", "Open many", results, body=_rows(openings), headers=WRITE_HEADERS[:1])
        },
        f"{base}/steps:batch": {
            "post": describe(
                "steps_batch", "Take steps on many", results, body=_rows(_one_of(list(forms.rows.values()))),
                headers=WRITE_HEADERS[:1],
            )
        },
        f"{base}:waiting": {"get": describe("waiting", "What waits", {"200": ("A page", page)}, parameters=_FILTERS)},
        f"{base}/{{id}}/steps": {
            "get": describe(
                "steps", "The steps taken", {"200": ("The steps", model_of(Steps))}, parameters=BY_ID
            )
        },
        f"{base}/{{id}}/steps/{{step_id}}:reveal": {
            "post": describe(
                "reveal", "The identifiers in a step's evidence, in full; the view is logged (scope pii:reveal)",
                {"200": ("The identifiers", model_of(Revealed))}, body=model_of(Purpose), parameters=_BY_STEP,
            )
        },
    }  # fmt: skip
    for step in procedure.later.values():
        added[f"{base}/{{id}}:{step.name}"] = {
            "post": describe(
                f"step_{step.name}", step.label.en, {"200": ("The case as the step left it", after)},
                body=model_of(forms.steps[step.name]), parameters=BY_ID, headers=WRITE_HEADERS,
            )
        }  # fmt: skip
    paths.update(added)


def _answer(procedure: Procedure, suffix: str, more: type[BaseModel]) -> type[BaseModel]:
    cases = procedure.cases
    return create_model(f"{cases.schema.__name__}{suffix}", __base__=(cases.read_schema, more), __doc__=more.__doc__)


def _one_of(forms: Sequence[type[BaseModel]]) -> JsonObject:
    if len(forms) == 1:
        return model_of(forms[0])
    return {"oneOf": [model_of(one) for one in forms]}


def _rows(row: JsonObject) -> JsonObject:
    return {
        "type": "object",
        "required": ["rows"],
        "additionalProperties": False,
        "properties": {"rows": {"type": "array", "minItems": 1, "items": row}},
    }


_BY_STEP: list[JsonObject] = [*BY_ID, {**BY_ID[0], "name": "step_id"}]
_FILTERS: list[JsonObject] = [
    {"name": name, "in": "query", "schema": {"type": "string"}, "description": _NOTES[name]} for name in FILTERS
]
