"""Housing of the demo district: every row is one that the rules accept, and each list has its cases."""

from datetime import date

import pytest

from ops.demo.departments.housing import steps
from ops.demo.households import Household, households
from ops.demo.profiles import Profile, load_profile, profile_names
from ops.demo.step import Step
from services.housing.procedures import RENOVATION
from services.housing.records import RECORD_TYPES
from services.registry.policy.catalogue import all_defaults
from shared.identity import NATION
from shared.policy.policy import Policy
from shared.procedures import StepContext
from shared.records import RuleContext

DAYS = (date(2025, 11, 21), date(2025, 1, 1), date(2024, 2, 29))


@pytest.fixture(scope="module", params=DAYS, ids=str)
def today(request: pytest.FixtureRequest) -> date:
    day: date = request.param
    return day


@pytest.fixture(scope="module", params=profile_names())
def made(request: pytest.FixtureRequest, today: date) -> tuple[Profile, list[Household], dict[str, Step]]:
    profile = load_profile(request.param)
    district = households(profile, today=today)
    found: dict[str, Step] = {}
    for step in steps(profile, district, today=today):
        found.setdefault(step.path.split("/")[-1].removesuffix(":batch"), step)
    return profile, district, found


class TestHousingRows:
    def test_every_row_passes_schema_and_rules(self, made: tuple[object, object, dict[str, Step]], today: date) -> None:
        context = RuleContext(None, None, Policy(all_defaults()).at(area=NATION, year=today.year), today)
        for record_type in RECORD_TYPES:
            rows = made[2][record_type.name].rows
            keys = set()
            for row in rows:
                record = record_type.create_adapter.validate_python(row)
                assert not [fault for rule in record_type.rules for fault in rule(record, context)], row
                keys.add(record_type.key_of(record_type.content(record), str(row["household_code"])))
            assert len(keys) == len(rows), f"{record_type.name}: two rows with one natural key"

    @pytest.mark.req("Y20")
    def test_every_file_is_one_that_can_be_taken_over(
        self, made: tuple[object, object, dict[str, Step]], today: date
    ) -> None:
        step = RENOVATION.openings["take_over"]
        view = Policy(all_defaults()).at(area=NATION, year=today.year)
        stages = set()
        for row in made[2]["renovations"].rows:
            envelope = {"household_code", "step", "taken_on"}
            given = step.evidence.model_validate({name: value for name, value in row.items() if name not in envelope})
            taken_on = date.fromisoformat(str(row["taken_on"]))
            context = StepContext(None, None, view, today, case=None, taken_on=taken_on)
            assert taken_on <= today
            assert not [fault for rule in step.rules for fault in rule(given, context)], row
            stages.add(step.to.by(given, context))  # type: ignore[union-attr]  # a choice
        assert stages <= set(RENOVATION.stage)
        assert {"subsidy_paid", "started"} <= stages

    def test_rows_are_some_for_nearly_every_household(
        self, made: tuple[object, list[Household], dict[str, Step]]
    ) -> None:
        _, district, found = made
        assert len(found["dwellings"].rows) >= len(district)
        assert all(step.rows for step in found.values())

    def test_the_same_day_gives_the_same_rows(
        self, made: tuple[Profile, list[Household], dict[str, Step]], today: date
    ) -> None:
        profile, district, found = made
        again = list(steps(profile, district, today=today))
        assert all(step in again for step in found.values())
