"""Rows of a batch: taken in as any JSON and judged one by one, but described as what they should be."""

from pydantic import BaseModel, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema


class RowOf:
    """`Annotated[JsonValue, RowOf(Form)]`: accepts any JSON, so that one wrong row does not refuse the whole batch."""

    def __init__(self, form: type[BaseModel]) -> None:
        self._form = form

    def __get_pydantic_json_schema__(self, _: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return handler(self._form.__pydantic_core_schema__)
