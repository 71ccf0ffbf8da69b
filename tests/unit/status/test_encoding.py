"""The stored form is put together part by part and is still the one that the model gives."""

from datetime import date

from services.registry.status.home import Home
from services.registry.status.parameters import StatusRules
from services.registry.status.row import changed_parts, encode, status_row
from services.registry.status.said import said_by
from services.registry.status.unify import unify_parts
from shared.facts.models import FactsSnapshot, GuaranteeItem, GuaranteeState
from shared.policy import NATIONAL, Policy, load_defaults
from tests.unit.status import build

DAY = date(2020, 6, 1)
RULES = StatusRules(Policy(load_defaults(NATIONAL)))


def test_part_by_part_gives_the_bytes_of_the_whole() -> None:
    household = build.household(income="3000")
    home = Home(household)
    for version in (1, 2, 3):
        said = said_by({"health": _facts(household.household_id, version)}, DAY)
        status = unify_parts(home, said, RULES, DAY)
        body, _ = encode(status, home)
        assert body == status.to_json()
        assert body == encode(status, Home(household))[0]


def test_parts_that_change_are_named_and_sources_alone_when_only_versions_moved() -> None:
    household = build.household(income="3000")
    home = Home(household)
    rows = []
    for version, state in ((1, GuaranteeState.MET), (2, GuaranteeState.MET), (3, GuaranteeState.UNMET)):
        said = said_by({"health": _facts(household.household_id, version, state)}, DAY)
        rows.append(status_row(unify_parts(home, said, RULES, DAY), home, said))
    first, second, third = rows
    assert first.etag != second.etag
    assert changed_parts(first.parts, second.parts) == ["sources"]
    assert {"five", "guarantees"} <= set(changed_parts(second.parts, third.parts))
    assert not {"members", "income", "place"} & set(changed_parts(second.parts, third.parts))
    assert "members" in changed_parts(None, first.parts)


def _facts(household_id: object, version: int, state: GuaranteeState = GuaranteeState.UNMET) -> FactsSnapshot:
    home = build.household().model_copy(update={"household_id": household_id})
    word = build.word(GuaranteeItem.BASIC_MEDICAL, state, "no_insurance")
    return build.snapshot(home, "health", version=version, guarantees=[word], signals=[build.signal()])
