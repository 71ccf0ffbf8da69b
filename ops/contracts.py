"""`make openapi`: builds openapi.json, asyncapi.json, codes.json and settings.md in docs; `--check` compares instead.

The documents are committed, so that a change of the interface shows in the diff that makes it.
"""

import argparse
import base64
import difflib
import importlib
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import cast

from fastapi import FastAPI

from gateway.app import create_app as create_gateway
from gateway.oauth import TOKEN_PATH
from gateway.settings import GatewaySettings
from ops.event_catalogue import asyncapi
from ops.openapi_merge import Part, merge
from ops.openapi_words import Json
from ops.settings_table import settings_document
from ops.topology import FIRST, ROOT, departments
from shared.codes import CodeList, Label, code_lists_document, load_code_lists
from shared.records.schemas import ProblemDocument
from shared.settings import ServiceSettings

VERSION = "1.0.0"
PLACEHOLDER_KEY = base64.urlsafe_b64encode(bytes(32)).decode()
"""No service is started here; its settings only have to be well-formed."""

DESCRIPTION = """\
一户一档、一个状态：各行业部门的扶贫数据经统一接口共享，形成每户的统一状态。

One household, one record, one status. Texts follow `Accept-Language` (zh or en, zh by default). Times are RFC 3339 with
offset, days ISO dates of China, money decimal strings in yuan, ratios decimal strings 0–1. Codes are explained by
`GET /api/v1/codes`. Refusals are `application/problem+json` (RFC 9457): `errors[]` names field (JSON pointer), rule and
remedy. Unknown or empty query parameters are refused. `X-Request-Id` is taken over and answered; send
`Idempotency-Key` with every POST that creates, so that it can be repeated safely."""

OTHER_SCOPES = {
    "status:read": "统一状态：查询 / read the unified status",
    "changes:read": "变更推送：订阅 / follow status changes",
    "policy:write": "政策参数：设置 / set policy parameters",
    "pii:reveal": "敏感信息：查看原文（留痕） / reveal personal data, logged",
    "operations": "运行维护 / operations",
}


def service_part(name: str) -> Part:
    """A service's own document, made without starting it."""
    module = importlib.import_module(f"services.{name}.app")
    create_app = cast(Callable[[ServiceSettings], FastAPI], module.create_app)
    return _part(name, create_app(_settings()))


def gateway_part() -> Part:
    """The gateway's own paths; all but the live feed are open."""
    settings = GatewaySettings.model_validate(
        {"database_url": "postgresql://unused", "signing_key": PLACEHOLDER_KEY, "jwks_url": "{}"}
    )
    own = _part("gateway", create_gateway(settings).own)
    paths = own.document["paths"]
    if not isinstance(paths, dict):
        raise TypeError("the gateway's document has no paths")
    open_paths = frozenset(paths)
    paths.setdefault("/api/v1/changes", {"get": _changes()})
    return Part(name=own.name, title=own.title, document=own.document, public=open_paths)


def openapi_document(names: Sequence[str]) -> Json:
    """The merged OpenAPI document of these services and the gateway."""
    parts = [gateway_part(), *(service_part(name) for name in names)]
    info: Json = {"title": "一户 Yihu", "version": VERSION, "description": DESCRIPTION}
    scopes = dict(OTHER_SCOPES)
    for part in parts[1:]:
        scopes[f"{part.name}:read"] = f"{part.title.zh}：查询 / read {part.title.en}"
        scopes[f"{part.name}:write"] = f"{part.title.zh}：上报 / write {part.title.en}"
    return merge(parts, info=info, scopes=dict(sorted(scopes.items())), token_url=TOKEN_PATH, problem=ProblemDocument)


def codes_document(root: Path = ROOT) -> object:
    """All code lists of the kernel and the services; raises ValueError where two lists have one name."""
    lists: dict[str, CodeList] = {}
    folders = [root / "shared/codes/data", *sorted((root / "services").glob("**/codes"))]
    for folder in folders:
        for name, one in load_code_lists(folder).items():
            if lists.setdefault(name, one) != one:
                raise ValueError(f"{folder}: another code list is called {name} already")
    return json.loads(code_lists_document(lists.values()))


def build(root: Path = ROOT) -> dict[Path, bytes]:
    """The documents by path, as they should be committed."""
    names = [each.name for each in departments(root)]
    others = [name for name in names if name != FIRST]
    return {
        root / "docs/openapi.json": as_bytes(openapi_document(names)),
        root / "docs/asyncapi.json": as_bytes(asyncapi(version=VERSION, departments=others)),
        root / "docs/codes.json": as_bytes(codes_document(root)),
        root / "docs/settings.md": settings_document().encode(),
    }


def as_bytes(document: object) -> bytes:
    """JSON with a line for each value, so that changes show in a diff."""
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def differences(documents: dict[Path, bytes]) -> list[str]:
    """What is out of date: for each document that differs, the first lines of the difference."""
    found: list[str] = []
    for path, wanted in documents.items():
        present = path.read_bytes() if path.exists() else b""
        if present == wanted:
            continue
        lines = difflib.unified_diff(
            present.decode().splitlines(), wanted.decode().splitlines(), "committed", "built", lineterm="", n=1
        )
        shown = [line for _, line in zip(range(30), lines, strict=False)]
        found.append("\n".join([f"{path.name} is out of date; run `make openapi`", *shown]))
    return found


def main(arguments: list[str] | None = None) -> int:
    """Write the documents, or with --check say whether they are up to date (1: they are not)."""
    parser = argparse.ArgumentParser(prog="python -m ops.contracts", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing; fail when a document is out of date")
    options = parser.parse_args(arguments)
    documents = build()
    if options.check:
        found = differences(documents)
        for text in found:
            print(text, file=sys.stderr)
        return 1 if found else 0
    for path, content in documents.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.read_bytes() != content:
            path.write_bytes(content)
            print(f"{path.relative_to(ROOT)} written, {len(content):,} bytes")
    return 0


def _part(name: str, app: FastAPI) -> Part:
    document = json.loads(json.dumps(app.openapi(), default=str))
    return Part(name=name, title=Label(zh=app.summary or app.title, en=app.title), document=document)


def _settings() -> ServiceSettings:
    return ServiceSettings.model_validate(
        {"database_url": "postgresql://unused", "pii_key": PLACEHOLDER_KEY, "jwks_url": "{}"}
    )


def _changes() -> Json:
    def text(name: str, place: str, description: str) -> Json:
        return {"name": name, "in": place, "description": description, "schema": {"type": "string"}}

    return {
        "summary": "Live feed of status changes",
        "description": (
            "统一状态变更的实时推送，限于调用者的区划。\n\n"
            "Server-sent events `status.changed` of the households in the caller's area. Each has an id; reconnect "
            "with `Last-Event-ID` (or `after`) to get what was missed. A `reset` event says that what was missed is "
            "not known any more: read the statuses again. The stream ends when the token expires."
        ),
        "operationId": "gateway_changes",
        "parameters": [
            text("after", "query", "the id of the last event that was seen"),
            text("division", "query", "only what changes there: 12 digits, or the leading 2, 4, 6 or 9"),
            text("Last-Event-ID", "header", "as `after`; sent by browsers by themselves"),
        ],
        "responses": {
            "200": {"description": "A stream", "content": {"text/event-stream": {"schema": {"type": "string"}}}}
        },
    }


if __name__ == "__main__":
    sys.exit(main())
