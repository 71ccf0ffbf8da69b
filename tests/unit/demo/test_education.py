"""The demo's education records: rows that every rule accepts, and a planted case for each standing list."""

from collections import Counter
from datetime import date

import pytest

from ops.demo import load_profile, profile_names
from ops.demo.departments.education import steps
from ops.demo.households import households
from ops.demo.step import Document
from services.education import FOLDER
from services.education.records import RECORD_TYPES
from shared.identity import NATION
from shared.policy import NATIONAL, load_defaults
from shared.policy.policy import Policy
from shared.records import RecordType, RuleContext

DAYS = (date(2025, 11, 21), date(2025, 1, 1), date(2024, 2, 29), date(2025, 9, 1))
SERVICE = "/api/v1/education/"


@pytest.fixture(scope="module", params=DAYS, ids=str)
def today(request: pytest.FixtureRequest) -> date:
    day: date = request.param
    return day


@pytest.fixture(scope="module", params=profile_names())
def district(request: pytest.FixtureRequest, today: date) -> dict[str, tuple[Document, ...]]:
    """The rows of each path."""
    profile = load_profile(request.param)
    return {step.path: step.rows for step in steps(profile, households(profile, today=today), today=today)}


def rows(district: dict[str, tuple[Document, ...]], records: str) -> tuple[Document, ...]:
    return district[f"{SERVICE}{records}:batch"]


class TestEducationRows:
    def test_every_row_passes_schema_and_rules(self, district: dict[str, tuple[Document, ...]], today: date) -> None:
        policy = Policy(load_defaults(NATIONAL, FOLDER / "policy")).at(area=NATION, year=today.year)
        context = RuleContext(household=None, member=None, policy=policy, today=today)
        for record_type in RECORD_TYPES:
            seen = keys(record_type, rows(district, record_type.name), context)
            assert len(set(seen)) == len(seen), f"{record_type.name}: two rows with one natural key"
        assert sum(len(rows(district, one.name)) for one in RECORD_TYPES) > 100

    @pytest.mark.req("D26", "D27", "M22", "M23")
    def test_each_list_has_a_planted_case(self, district: dict[str, tuple[Document, ...]]) -> None:
        statuses = Counter(row["status"] for row in rows(district, "enrolments"))
        assert {"dropped_out", "suspended", "home_teaching"} <= statuses.keys()
        assert any("visited_on" not in row for row in rows(district, "dropout-cases"))
        awards = rows(district, "aid-awards")
        doubled = Counter((row["id_number"], row["year"], row["term"], row["item"]) for row in awards)
        assert 2 in doubled.values()
        assert any("paid_on" not in row for row in awards)
        assert any(row["award_number"] == "ZZ-0" for row in awards)


def keys(record_type: RecordType, documents: tuple[Document, ...], context: RuleContext) -> list[str]:
    """The natural key of each row, after all rules have let it pass."""
    found = []
    for row in documents:
        record = record_type.create_adapter.validate_python(row)
        for rule in record_type.rules:
            assert not list(rule(record, context)), (record_type.name, row)
        subject = row.get("id_number") or row.get("household_code") or row.get("division")
        found.append(record_type.key_of(record_type.content(record), str(subject)))
    return found
