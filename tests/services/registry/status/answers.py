"""Reading the answers of the status routes."""

import httpx
import orjson


def problem(answer: httpx.Response, status: int, code: str) -> dict[str, object]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    document = orjson.loads(answer.content)
    assert document["code"] == code
    assert isinstance(document, dict)
    return document
