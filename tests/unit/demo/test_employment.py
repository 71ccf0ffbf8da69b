"""The demo's employment records: every row passes its rules, and the planted cases are there."""

from datetime import date

import pytest

from ops.demo import load_profile, profile_names
from ops.demo.departments.employment import steps
from ops.demo.households import households
from ops.demo.step import Document
from services.employment import FOLDER
from services.employment.records import RECORD_TYPES
from shared.identity import NATION
from shared.policy import NATIONAL, Policy, load_defaults
from shared.records import RecordType, RuleContext

DAYS = (date(2025, 11, 21), date(2025, 1, 1), date(2024, 2, 29))
BY_NAME: dict[str, RecordType] = {one.name: one for one in RECORD_TYPES}


@pytest.fixture(scope="module", params=DAYS, ids=str)
def today(request: pytest.FixtureRequest) -> date:
    day: date = request.param
    return day


Rows = dict[str, tuple[Document, ...]]


def kept(name: str, today: date) -> Rows:
    """The rows of a profile, by record type."""
    profile = load_profile(name)
    made = steps(profile, households(profile, today=today), today=today)
    return {step.path.removeprefix("/api/v1/employment/").removesuffix(":batch"): step.rows for step in made}


@pytest.fixture(scope="module", params=profile_names())
def rows(request: pytest.FixtureRequest, today: date) -> Rows:
    return kept(request.param, today)


class TestEmploymentRows:
    def test_every_row_passes_schema_and_rules(self, rows: Rows, today: date) -> None:
        assert set(rows) == set(BY_NAME)
        policy = Policy(load_defaults(NATIONAL, FOLDER / "policy")).at(area=NATION, year=today.year)
        context = RuleContext(household=None, member=None, policy=policy, today=today)
        for name, record_type in BY_NAME.items():
            keys = set()
            for row in rows[name]:
                record = record_type.create_adapter.validate_python(row)
                for rule in record_type.rules:
                    assert not list(rule(record, context)), (name, row)
                keys.add(
                    record_type.key_of(record_type.content(record), str(row.get("id_number") or row.get("division")))
                )
            assert len(keys) == len(rows[name]), f"{name}: two rows with one natural key"

    def test_the_planted_cases_are_there(self) -> None:
        hanyang = kept("hanyang", DAYS[0])
        placements = hanyang["placements"]
        assert 5 <= sum("ended_on" in row for row in placements) <= len(placements) / 20
        assert any(row["session_number"] == "PX0000" for row in hanyang["training-attendances"])
        holders = [row["id_number"] for row in hanyang["public-welfare-posts"]]
        assert len(set(holders)) < len(holders), "nobody has held a post for too long"
        assert any("result" not in row for row in hanyang["referrals"])
        assert 2000 < sum(len(hanyang[name]) for name in BY_NAME) < 8000
