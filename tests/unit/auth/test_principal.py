"""A caller: scopes it needs, places it covers."""

import pytest
from starlette.requests import Request

from shared.auth import Principal, principal_of
from shared.service import Forbidden, Unauthenticated
from tests.unit.auth.build import HELPER


class TestPrincipal:
    def test_require_names_what_is_missing(self) -> None:
        HELPER.require("village:read", "status:read")
        with pytest.raises(Forbidden) as refusal:
            HELPER.require("village:read", "pii:reveal", "operations")
        assert refusal.value.params == {"scopes": "pii:reveal operations"}

    @pytest.mark.parametrize(
        ("divisions", "place", "covered"),
        [
            (("420115010000",), "420115010007", True),
            (("420115010000",), "420115011001", False),
            (("000000000000",), "110101001001", True),
            (("000000000000",), None, True),
            (("420115010000",), None, False),
            ((), "420115010001", False),
            (("420115010001", "210400000000"), "210411001002", True),
        ],
    )
    def test_covers(self, divisions: tuple[str, ...], place: str | None, covered: bool) -> None:
        assert Principal(subject="a", kind="person", divisions=divisions).covers(place) is covered

    def test_principal_of_a_request_without_one(self) -> None:
        with pytest.raises(Unauthenticated):
            principal_of(Request({"type": "http", "headers": []}))
