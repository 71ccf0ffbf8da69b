"""The committed documents are what the code says, and they hold together."""

import json
from collections.abc import Iterator
from functools import cache
from typing import cast

import pytest

from ops.contracts import build, differences
from ops.event_catalogue import EVENTS
from ops.topology import ROOT, departments

METHODS = {"get", "put", "post", "delete", "patch"}


@cache
def document(name: str) -> dict[str, dict[str, object]]:
    loaded: dict[str, dict[str, object]] = json.loads((ROOT / "docs" / name).read_text(encoding="utf-8"))
    return loaded


def operations() -> Iterator[tuple[str, str, dict[str, object]]]:
    for path, item in document("openapi.json")["paths"].items():
        assert isinstance(item, dict)
        for method, operation in item.items():
            yield path, method, operation


def references(value: object) -> Iterator[str]:
    match value:
        case {"$ref": str(reference)}:
            yield reference
        case dict():
            for item in value.values():
                yield from references(item)
        case list():
            for item in value:
                yield from references(item)


def resolve(name: str, reference: str) -> object:
    found: object = document(name)
    for part in reference.removeprefix("#/").split("/"):
        assert isinstance(found, dict)
        found = found[part.replace("~1", "/").replace("~0", "~")]
    return found


def test_the_documents_are_up_to_date() -> None:
    assert differences(build()) == []


class TestOpenApi:
    @pytest.mark.parametrize("name", ["openapi.json", "asyncapi.json"])
    def test_every_reference_leads_somewhere(self, name: str) -> None:
        for reference in set(references(document(name))):
            assert resolve(name, reference) is not None

    def test_each_operation_has_an_id_of_its_own_and_its_services_tag(self) -> None:
        ids = [str(operation["operationId"]) for _, _, operation in operations()]
        assert len(ids) == len(set(ids))
        tags = {str(tag["name"]) for tag in cast(list[dict[str, object]], document("openapi.json")["tags"])}
        assert tags == {"gateway", *(each.name for each in departments())}
        for path, method, operation in operations():
            assert method in METHODS
            (tag,) = cast(list[str], operation["tags"])
            assert tag in tags, path
            assert str(operation["operationId"]).startswith(f"{tag}_")
            assert operation.get("summary"), f"{method} {path}"

    def test_each_operation_answers_refusals_as_problems(self) -> None:
        for path, method, operation in operations():
            responses = operation["responses"]
            assert isinstance(responses, dict)
            for status, response in responses.items():
                if int(status) < 400 or path.startswith("/api/v1/oauth/"):
                    continue
                described = resolve("openapi.json", response["$ref"]) if "$ref" in response else response
                assert isinstance(described, dict)
                assert "application/problem+json" in described["content"], f"{method} {path} {status}"
            assert "503" in responses
            if operation.get("security") != []:
                assert {"401", "403"} <= responses.keys()
            if "requestBody" in operation:
                assert {"413", "415", "422"} <= responses.keys()

    def test_the_parameters_of_each_path_are_described(self) -> None:
        for path, method, operation in operations():
            named = {part[1:].partition("}")[0] for part in path.split("/") if part.startswith("{")}
            parameters = operation.get("parameters", [])
            assert isinstance(parameters, list)
            described = {one["name"] for one in parameters if one["in"] == "path"}
            assert named == described, f"{method} {path}"
            silent = [one["name"] for one in parameters if not one.get("description")]
            assert not silent, f"{method} {path}: {silent} say nothing"

    def test_no_personal_data_in_addresses(self) -> None:
        for path, _, operation in operations():
            parameters = operation.get("parameters", [])
            assert isinstance(parameters, list)
            names = {str(one["name"]) for one in parameters if one["in"] in {"path", "query"}}
            assert not names & {"id_number", "phone", "bank_account", "disability_card", "member_name"}, path

    def test_scopes_of_every_service(self) -> None:
        flows = resolve("openapi.json", "#/components/securitySchemes/oauth2/flows")
        assert isinstance(flows, dict)
        for flow in flows.values():
            assert flow["tokenUrl"] == "/api/v1/oauth/token"
            for service in (each.name for each in departments()):
                assert {f"{service}:read", f"{service}:write"} <= flow["scopes"].keys()


class TestAsyncApi:
    def test_every_event_has_its_channel_and_schema(self) -> None:
        channels = document("asyncapi.json")["channels"]
        assert {channel["address"] for channel in channels.values()} == {event.address for event in EVENTS}  # type: ignore[index]  # objects
        for event in EVENTS:
            schema = resolve("asyncapi.json", f"#/components/schemas/{event.data.__name__}")
            assert isinstance(schema, dict)
            assert not {"id_number", "phone", "bank_account"} & schema["properties"].keys()


class TestCodes:
    def test_every_code_has_both_languages(self) -> None:
        lists = document("codes.json")["lists"]
        assert len(lists) > 30
        for one in lists:
            assert isinstance(one, dict)
            assert one["title"]["zh"]
            assert one["title"]["en"]
            assert one["source"]
            for code in one["codes"]:
                assert code["code"]
                assert code["zh"]
                assert code["en"]
