"""The words that operations of all services have in common: what a refusal and what a parameter's name mean."""

import json
from collections.abc import Mapping

Json = dict[str, object]

PROBLEM = "ProblemDocument"
PROBLEM_JSON = "application/problem+json"
SCHEMAS = "#/components/schemas/"
FASTAPI_FAULTS = frozenset({"HTTPValidationError", "ValidationError"})

PROBLEMS: Mapping[str, str] = {
    "400": "A parameter, a header or the JSON is malformed, or a query parameter is unknown or empty",
    "401": "No valid token",
    "403": "The scope or the area of the caller does not allow it",
    "404": "Not there, or not within the caller's area",
    "408": "The body came in too slowly",
    "409": "It disagrees with what is recorded",
    "412": "Changed since (If-Match)",
    "413": "The body is too large",
    "415": "The body has another media type",
    "422": "The content is not acceptable; errors names field, rule and remedy",
    "429": "Too many requests",
    "503": "Not now; try again after Retry-After",
    "504": "The service did not answer in time; what was posted may have been carried out",
}
PARAMETERS: Mapping[str, str] = {
    "Idempotency-Key": "a text of the caller's own; the request sent again with it gets the first answer again",
    "household_id": "the household",
    "member_id": "the person",
    "change_id": "the change, as the household's changes name it",
    "line_id": "the line, as its list names it",
    "vacancy_id": "the record of the vacancy",
    "code": "the code, as the list of all has it",
    "key": "the key of the parameter",
    "name": "the name of the code list",
    "year": "a calendar year",
    "limit": "rows a page",
}
"""What names mean everywhere, for parameters that a service says nothing of."""
_ALWAYS = ("400", "401", "403", "429", "503", "504")
_WITH_BODY = ("408", "409", "413", "415", "422")
_WITHOUT_TOKEN = ("400", "429", "503")


def describe_parameters(operation: Json) -> None:
    """A parameter without words of its own has those of its schema (a code list's), or those of its name."""
    for parameter in _parameters(operation):
        if not parameter.get("description"):
            words = _words_of(parameter.get("schema")) or PARAMETERS.get(str(parameter.get("name")))
            if words:
                parameter["description"] = words


def _words_of(schema: object) -> str | None:
    match schema:
        case {"description": str(words)}:
            return words
        case {"anyOf": [first, *_]}:
            return _words_of(first)
        case _:
            return None


def add_problems(operation: Json, *, path: str, public: bool) -> None:
    responses = mapping_of(operation.setdefault("responses", {}))
    if _refers_to_fastapi_fault(responses.get("422")):
        del responses["422"]
    wanted = list(_WITHOUT_TOKEN if public else _ALWAYS)
    if "{" in path:
        wanted.append("404")
    if "requestBody" in operation:
        wanted.extend(_WITH_BODY)
    if any(str(one.get("name")).lower() == "if-match" for one in _parameters(operation)):
        wanted.append("412")
    for status in wanted:
        responses.setdefault(status, {"$ref": f"#/components/responses/Problem{status}"})
    for status, text in PROBLEMS.items():
        # Refusals that a service describes in full have the shared description's words in most cases; one is enough.
        if _is_plain_problem(responses.get(status), text):
            responses[status] = {"$ref": f"#/components/responses/Problem{status}"}
    operation["responses"] = dict(sorted(responses.items()))
    if public:
        operation["security"] = []


def _refers_to_fastapi_fault(response: object) -> bool:
    return any(f'"{SCHEMAS}{name}"' in json.dumps(response, default=str) for name in FASTAPI_FAULTS)


def _is_plain_problem(response: object, text: str) -> bool:
    match response:
        case {"description": str(description), "content": {"application/problem+json": {"schema": {"$ref": str(ref)}}}}:
            return ref == SCHEMAS + PROBLEM and description == text
        case _:
            return False


def problem_response(text: str) -> Json:
    return {"description": text, "content": {PROBLEM_JSON: {"schema": {"$ref": SCHEMAS + PROBLEM}}}}


def _parameters(operation: Json) -> list[Json]:
    parameters = operation.get("parameters", [])
    return [one for one in parameters if isinstance(one, dict)] if isinstance(parameters, list) else []


def mapping_of(value: object) -> Json:
    if not isinstance(value, dict):
        raise TypeError(f"an object is expected, not {type(value).__name__}")
    return value
