"""The bodies that a procedure's steps are posted with, made from its declaration."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any, Literal, TypeVar, cast
from uuid import UUID

from pydantic import BaseModel, Field, ValidationError, create_model

from shared.procedures.declaration import Procedure, Step
from shared.procedures.evidence import StepFields
from shared.records.subjects import FIELDS_OF
from shared.service.problems import FieldError, Unprocessable
from shared.service.validation import field_errors

Form = TypeVar("Form", bound=BaseModel)


class RowFields(StepFields):
    """A row of `steps:batch`: which case, and in which revision it was looked at."""

    case_id: UUID
    if_revision: int | None = Field(default=None, ge=1, lt=2**31, description="refuse the row if the case has another")


class Forms:
    """The forms of one procedure by step: `openings`, `steps` (`POST …/{id}:<step>`) and `rows` (`…/steps:batch`)."""

    def __init__(self, procedure: Procedure) -> None:
        self._procedure = procedure
        self._default = next(iter(procedure.openings))

    @cached_property
    def openings(self) -> dict[str, type[StepFields]]:
        fields_of_subject = FIELDS_OF[self._procedure.cases.subject]
        return {
            name: self._form(step, fields_of_subject, StepFields, named=name if name == self._default else ...)
            for name, step in self._procedure.openings.items()
        }

    @cached_property
    def steps(self) -> dict[str, type[StepFields]]:
        return {name: self._form(step, StepFields) for name, step in self._procedure.later.items()}

    @cached_property
    def rows(self) -> dict[str, type[StepFields]]:
        later = self._procedure.later.items()
        return {name: self._form(step, RowFields, suffix="Row", named=...) for name, step in later}

    def opening(self, body: object) -> tuple[Step, StepFields]:
        """The opening step of a body, and the body checked. Raises Unprocessable."""
        given = body.get("step", self._default) if isinstance(body, Mapping) else self._default
        form = self._named(self.openings, given)
        return self._procedure.openings[str(given)], parse(form, body)

    def row(self, body: object) -> tuple[Step, StepFields]:
        """The same for a row of `steps:batch`; the form is a `RowFields`."""
        if not isinstance(body, Mapping):
            raise Unprocessable(errors=[FieldError("", "dict_type")])
        if "step" not in body:
            raise Unprocessable(errors=[FieldError("/step", "missing")])
        form = self._named(self.rows, body["step"])
        return self._procedure.later[str(body["step"])], parse(form, body)

    @staticmethod
    def _named(forms: dict[str, type[StepFields]], name: object) -> type[StepFields]:
        form = forms.get(name) if isinstance(name, str) else None
        if form is None:
            raise Unprocessable(errors=[FieldError("/step", "unknown_step", {"allowed": sorted(forms)})])
        return form

    def _form(self, step: Step, *bases: type[BaseModel], suffix: str = "", named: Any = None) -> type[StepFields]:
        """`named` is the default of the field `step`: the name itself, or `...` where it must be given."""
        title = "".join(part.capitalize() for part in step.name.split("_"))
        field: dict[str, Any] = {} if named is None else {"step": (Literal[step.name], named)}
        together: Any = (*bases, step.evidence)  # StepFields is among them, which mypy cannot see
        form = create_model(
            f"{self._procedure.cases.schema.__name__}{title}{suffix}",
            __base__=together,
            __doc__=step.evidence.__doc__,
            **field,
        )
        return cast(type[StepFields], form)


def parse(form: type[Form], body: object) -> Form:
    """The body as the form. Raises Unprocessable naming each fault."""
    try:
        return form.model_validate(body)
    except ValidationError as error:
        raise Unprocessable(errors=field_errors(error)) from None
