"""Rows of a batch: taken in as any JSON and judged one by one, but described as what they should be."""

from types import UnionType

from pydantic import BaseModel, GetJsonSchemaHandler, TypeAdapter
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema


class RowOf:
    """`Annotated[JsonValue, RowOf(Form)]`: accepts any JSON, so that one wrong row does not refuse the whole batch.

    A union of forms is described as such.
    """

    def __init__(self, form: type[BaseModel] | UnionType) -> None:
        self._form = form

    def __get_pydantic_json_schema__(self, _: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        adapter: TypeAdapter[object] = TypeAdapter(self._form)  # type: ignore[arg-type]  # a union is a form too
        return handler(adapter.core_schema)
