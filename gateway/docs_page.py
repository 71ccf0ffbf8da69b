"""`/docs`: Swagger UI from files of our own; an office's network may reach nothing else."""

from functools import cache
from importlib import resources

from fastapi import APIRouter
from starlette.responses import Response

from gateway.documents import OPENAPI_PATH
from shared.service.problems import NotFound

DOCS_PATH = "/docs"

_ASSETS = {
    "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
    "swagger-ui.css": "text/css; charset=utf-8",
    "favicon.png": "image/png",
}
_START = f"""\
window.addEventListener("load", () => {{
  if (!window.SwaggerUIBundle) {{ location.replace("{OPENAPI_PATH}"); return; }}
  SwaggerUIBundle({{
    url: "{OPENAPI_PATH}", dom_id: "#swagger-ui", deepLinking: true, docExpansion: "none", filter: true,
    tagsSorter: "alpha", validatorUrl: null, presets: [SwaggerUIBundle.presets.apis],
  }});
}});
"""
"""Without the files of Swagger UI the reader is led to the plain document."""
_PAGE = f"""\
<!doctype html>
<html lang="zh">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>一户 Yihu · API</title>
<link rel="icon" href="{DOCS_PATH}/favicon.png">
<link rel="stylesheet" href="{DOCS_PATH}/swagger-ui.css">
</head>
<body>
<noscript><a href="{OPENAPI_PATH}">OpenAPI</a></noscript>
<div id="swagger-ui"></div>
<script src="{DOCS_PATH}/swagger-ui-bundle.js"></script>
<script src="{DOCS_PATH}/start.js"></script>
</body>
</html>
"""
_POLICY = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
}


def docs_router() -> APIRouter:
    """The page, its start script, and the files of Swagger UI (of the package fastapi-offline)."""
    router = APIRouter(include_in_schema=False)

    @router.get(DOCS_PATH)
    async def page() -> Response:
        return Response(_PAGE, media_type="text/html; charset=utf-8", headers=_POLICY)

    @router.get(f"{DOCS_PATH}/start.js")
    async def start() -> Response:
        return Response(_START, media_type="text/javascript; charset=utf-8", headers=_POLICY)

    @router.get(f"{DOCS_PATH}/{{name}}")
    async def asset(name: str) -> Response:
        media_type, content = _ASSETS.get(name), _asset(name) if name in _ASSETS else None
        if media_type is None or content is None:
            raise NotFound
        headers = {**_POLICY, "Cache-Control": "public, max-age=86400"}
        return Response(content, media_type=media_type, headers=headers)

    return router


@cache
def _asset(name: str) -> bytes | None:
    try:
        return (resources.files("fastapi_offline") / "static" / name).read_bytes()
    except (ModuleNotFoundError, FileNotFoundError):
        return None
