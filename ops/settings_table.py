"""docs/settings.md, written from the settings themselves: `python -m ops settings`."""

import ast
import inspect
from collections.abc import Iterator
from textwrap import dedent

from pydantic import SecretStr
from pydantic_settings import BaseSettings

from gateway.settings import GatewaySettings
from shared.settings import HttpSettings, ServiceSettings

PREFIX = "YIHU_"


HEAD = """# Settings

Every limit and time of a process, as environment variables: given to `make run` they reach all processes, in the compose
file they go into `environment`. How an installation as a whole is set up is in [operations.md](operations.md). Generated:
`make openapi`.
"""


def settings_document() -> str:
    """Three tables in Markdown: of every process, of the services, of the gateway."""
    parts = (
        ("Of every process", HttpSettings, frozenset()),
        ("Of a service", ServiceSettings, frozenset(HttpSettings.model_fields)),
        ("Of the gateway", GatewaySettings, frozenset(HttpSettings.model_fields)),
    )
    return "\n".join([HEAD, *(f"## {title}\n\n{_table(settings, without)}\n" for title, settings, without in parts)])


def _table(settings: type[BaseSettings], without: frozenset[str]) -> str:
    notes = _notes(settings)
    rows = (
        f"| `{_variable(settings, name)}` | {_default(settings, name)} | {notes.get(name, '')} |"
        for name in settings.model_fields
        if name not in without
    )
    return "\n".join(("| variable | default | meaning |", "|---|---|---|", *rows))


def _variable(settings: type[BaseSettings], name: str) -> str:
    alias = settings.model_fields[name].validation_alias
    return alias if isinstance(alias, str) else f"{PREFIX}{name.upper()}"


def _default(settings: type[BaseSettings], name: str) -> str:
    field = settings.model_fields[name]
    if field.is_required() or field.annotation is SecretStr:
        return "given by the supervisor"
    if name.endswith("_path"):
        return "of the image"
    default = field.get_default(call_default_factory=True, validated_data={})
    return f"`{default}`" if default not in ({}, ()) else "–"


def _notes(settings: type[BaseSettings]) -> dict[str, str]:
    """The text below each field, as pydantic reads it where it is told to; the settings stay free of that."""
    return dict(_documented(ast.parse(dedent(inspect.getsource(settings)))))


def _documented(tree: ast.Module) -> Iterator[tuple[str, str]]:
    (declaration,) = tree.body
    assert isinstance(declaration, ast.ClassDef)  # noqa: S101 - for the type checker
    for field, note in zip(declaration.body, declaration.body[1:], strict=False):
        if (
            isinstance(field, ast.AnnAssign)
            and isinstance(field.target, ast.Name)
            and isinstance(note, ast.Expr)
            and isinstance(note.value, ast.Constant)
        ):
            yield field.target.id, " ".join(str(note.value.value).split())
