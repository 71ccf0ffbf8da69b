"""Code lists as data, with Chinese and English labels.

`Annotated[str, CodeOf("relation")]` types a field; `code_list("relation").label("head").text("zh")` names a code.
"""

from shared.codes.code_list import Code, CodeList, InvalidCodeList, load_code_list, load_code_lists
from shared.codes.code_of import CodeOf
from shared.codes.label import Label, Language
from shared.codes.registry import (
    UnknownCodeList,
    code_list,
    code_list_members,
    code_lists,
    code_lists_document,
    register_code_lists,
)

__all__ = [
    "Code",
    "CodeList",
    "CodeOf",
    "InvalidCodeList",
    "Label",
    "Language",
    "UnknownCodeList",
    "code_list",
    "code_list_members",
    "code_lists",
    "code_lists_document",
    "load_code_list",
    "load_code_lists",
    "register_code_lists",
]
