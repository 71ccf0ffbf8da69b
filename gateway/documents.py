"""The committed documents that the gateway serves as they are: the merged OpenAPI document and the code lists."""

import hashlib
import logging
from pathlib import Path

import orjson
from fastapi import APIRouter, Request
from pydantic import JsonValue
from starlette.responses import Response

from gateway.render import code_lists
from shared.codes import code_lists_document
from shared.service.bodies import JSON
from shared.service.problems import NotFound

OPENAPI_PATH = "/api/v1/openapi.json"
CODES_PATH = "/api/v1/codes"

_INFO = {"title": "Yihu", "version": "1"}

logger = logging.getLogger(__name__)


class Document:
    """Ready JSON with its ETag."""

    def __init__(self, body: bytes) -> None:
        self.body = body
        self.etag = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'

    def respond(self, request: Request) -> Response:
        """200 with the body, or 304 for a reader who has it."""
        headers = {"ETag": self.etag, "Cache-Control": "public, max-age=60"}
        condition = request.headers.get("if-none-match", "")
        if condition.strip() == "*" or any(
            part.strip().removeprefix("W/") == self.etag for part in condition.split(",")
        ):
            return Response(status_code=304, headers=headers)
        return Response(self.body, headers=headers, media_type=JSON)


class Documents:
    """Both documents, read once at start; `codes` is also the source of the texts beside codes."""

    def __init__(self, *, openapi: bytes, codes: bytes) -> None:
        self.openapi = Document(openapi)
        self.codes_content: JsonValue = orjson.loads(codes)
        self.codes = Document(codes)
        self.code_lists = {
            name: Document(orjson.dumps(entry)) for name, entry in code_lists(self.codes_content).items()
        }

    @classmethod
    def read(cls, *, openapi_path: Path, codes_path: Path) -> "Documents":
        """Reads the files; raises ValueError for a broken one. One that is not built yet is served without content."""
        openapi = _content(openapi_path, orjson.dumps({"openapi": "3.1.0", "info": _INFO, "paths": {}}))
        orjson.loads(openapi)
        return cls(openapi=openapi, codes=_content(codes_path, code_lists_document()))


def documents_router() -> APIRouter:
    """The routes of both documents."""
    router = APIRouter(tags=["documents"])

    @router.get(OPENAPI_PATH, summary="This interface as one OpenAPI document", operation_id="get_openapi")
    async def openapi(request: Request) -> Response:
        return _documents(request).openapi.respond(request)

    @router.get(CODES_PATH, summary="All code lists with Chinese and English labels", operation_id="get_codes")
    async def codes(request: Request) -> Response:
        return _documents(request).codes.respond(request)

    @router.get(f"{CODES_PATH}/{{name}}", summary="One code list", operation_id="get_code_list")
    async def code_list(request: Request, name: str) -> Response:
        document = _documents(request).code_lists.get(name)
        if document is None:
            raise NotFound
        return document.respond(request)

    return router


def _documents(request: Request) -> Documents:
    documents: Documents = request.state.documents
    return documents


def _content(path: Path, otherwise: bytes) -> bytes:
    if path.exists():
        return path.read_bytes()
    logger.warning("%s is missing and has to be built", path.name)
    return otherwise
