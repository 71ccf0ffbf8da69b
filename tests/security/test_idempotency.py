"""A stored answer is for the caller who got it, as long as that caller may see the place."""

from shared.auth import Principal
from shared.records.idempotency import Once


def once(*divisions: str) -> Once | None:
    principal = Principal(subject="a", kind="system", divisions=divisions)
    return Once.of(principal, "key", method="POST", path="/api/v1/health/insurance-enrolments", body=b"{}")


def test_the_same_request_from_the_same_area_is_the_same() -> None:
    assert once("420115010200") == once("420115010200")
    assert once("420115010000", "420115010200") == once("420115010000")  # the second lies within the first


def test_an_area_that_has_shrunk_makes_it_another_request() -> None:
    assert once("420115010000") != once("420115010200")
    assert once("420115010000") != once()
