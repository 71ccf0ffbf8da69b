"""A pydantic type for a code of a list."""

from dataclasses import dataclass

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from shared.codes.registry import code_list


@dataclass(frozen=True, slots=True)
class CodeOf:
    """Marks a text as a code of the named list: `ethnicity: Annotated[str, CodeOf("ethnicity")]`.

    Any other value is refused with the error code `unknown_code` and the list's name in `list`; the JSON schema is an
    enum that names its list, where the labels are (`x-code-list`). The list must be registered when the model is
    defined, else `UnknownCodeList` is raised there.
    """

    name: str

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        # A literal schema is checked in Rust: a code costs no Python call for a row of a batch.
        return core_schema.custom_error_schema(
            core_schema.literal_schema(list(code_list(self.name).codes)),
            custom_error_type="unknown_code",
            custom_error_message="unknown_code",
            custom_error_context={"list": self.name},
        )

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        where = f"labels: `GET /api/v1/codes/{self.name}`"
        return {**handler(schema), "description": where, "x-code-list": self.name}
