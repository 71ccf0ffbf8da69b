"""The demo district: the plans' figures to the person, and rows that every rule of the services accepts."""

from collections import Counter
from datetime import date
from decimal import Decimal

import pytest

from ops.demo import District, generate, load_profile, profile_names
from ops.demo.departments.health import institution_documents
from services.health.records import RECORD_TYPES
from services.health.records.settlement_bills import LAYERS
from services.registry.households.rules import Person, check_composition, check_household
from services.registry.households.schemas import HouseholdInput
from services.registry.income.record import INCOME_YEARS, IncomeYear
from services.registry.members.rules import check_member, with_identity
from services.registry.policy.catalogue import all_defaults
from services.registry.villages.schemas import VillageInput
from shared.identity import NATION, parse_id_number
from shared.policy.policy import Policy
from shared.records import RecordType, RuleContext

DAYS = (date(2025, 11, 21), date(2025, 1, 1), date(2024, 2, 29))


@pytest.fixture(scope="module", params=DAYS, ids=str)
def today(request: pytest.FixtureRequest) -> date:
    day: date = request.param
    return day


@pytest.fixture(scope="module", params=profile_names())
def district(request: pytest.FixtureRequest, today: date) -> District:
    return generate(load_profile(request.param), today=today)


@pytest.fixture(scope="module")
def hanyang() -> District:
    return generate(load_profile("hanyang"), today=DAYS[0])


def rows(district: District, path: str) -> tuple[dict[str, object], ...]:
    return next(step.rows for step in district.steps if step.path.endswith(path))


class TestFigures:
    @pytest.mark.req("H06", "H07", "H08", "H09")
    def test_hanyang(self, hanyang: District) -> None:
        households = Counter(one.kind for one in hanyang.households)
        persons: Counter[str] = Counter()
        for one in hanyang.households:
            persons[one.kind] += len(one.people)
        assert households == {"dibao": 536, "tekun": 46, "general": 515}
        assert persons == {"dibao": 892, "tekun": 46, "general": 1531}
        assert (households.total(), persons.total()) == (1097, 2469)
        assert len({one.village.code for one in hanyang.households}) == 21

    @pytest.mark.req("M02", "M41")
    def test_mingshan(self) -> None:
        district = generate(load_profile("mingshan"), today=DAYS[0])
        assert len(district.households) == 113
        assert sum(len(one.people) for one in district.households) == 214
        assert len(district.profile.villages) == 25
        assert {one.village.code for one in district.households} == {one.code for one in district.profile.villages}

    def test_same_day_same_district(self, hanyang: District) -> None:
        assert generate(load_profile("hanyang"), today=DAYS[0]) == hanyang

    def test_persons_stay_the_same_through_the_year(self, hanyang: District) -> None:
        later = generate(load_profile("hanyang"), today=date(2025, 12, 31))
        assert [p.id_number for h in later.households for p in h.people if p.age] == [
            p.id_number for h in hanyang.households for p in h.people if p.age
        ]


class TestPeople:
    def test_numbers_are_right_reserved_and_nobody_s_twice(self, district: District, today: date) -> None:
        numbers = [person.id_number for one in district.households for person in one.people]
        assert len(set(numbers)) == len(numbers)
        for one in district.households:
            for person in one.people:
                known = parse_id_number(person.id_number, today=today)
                assert known.area.startswith("99")
                assert (known.birth_date, known.sex) == (person.birth_date, person.sex)

    def test_two_generations_are_apart(self, district: District) -> None:
        for one in district.households:
            head = one.people[0]
            for person in one.people:
                if person.relation in ("father", "mother"):
                    assert person.age >= head.age + 18 or person.age == 96
                if person.relation in ("son", "daughter"):
                    assert head.age - person.age >= 16


class TestRegistryRows:
    def test_villages(self, district: District) -> None:
        for row in rows(district, "/villages:batch"):
            VillageInput.model_validate(row)

    def test_households_pass_every_rule(self, district: District, today: date) -> None:
        for row in rows(district, "/households:batch"):
            form = HouseholdInput.model_validate(row)
            assert not check_household(form, on=today)
            assert form.state_since is not None
            assert form.state_since <= today
            people = []
            for index, member in enumerate(form.members):
                whole = with_identity(member)
                assert not check_member(whole, on=today), whole
                assert member.since is not None
                assert member.since <= today
                people.append(Person(f"/{index}", whole.relation, whole.sex, whole.id_number))
            assert not check_composition(people)

    def test_incomes_are_plausible_and_pass_the_rules(self, district: District, today: date) -> None:
        defaults = all_defaults()
        context = RuleContext(None, None, Policy(defaults).at(area=NATION, year=today.year), today)
        below = 0
        documents = rows(district, "/income-years:batch")
        for row in documents:
            record = IncomeYear.model_validate({name: value for name, value in row.items() if name != "household_code"})
            for rule in INCOME_YEARS.rules:
                assert not list(rule(record, context)), row
            assert record.persons is not None
            below += record.income / record.persons < Decimal(6000)
        assert 0 < below < len(documents) / 4

    def test_codes_are_one_household_s_each(self, district: District) -> None:
        codes = [row["code"] for row in rows(district, "/households:batch")]
        assert len(set(codes)) == len(codes)


class TestHealthRows:
    def test_every_row_passes_schema_and_rules(self, district: District, today: date) -> None:
        by_name: dict[str, RecordType] = {one.name: one for one in RECORD_TYPES}
        policy = Policy(all_defaults()).at(area=NATION, year=today.year)
        context = RuleContext(household=None, member=None, policy=policy, today=today)
        seen = 0
        for step in district.steps:
            if step.service != "health":
                continue
            record_type = by_name[step.path.removeprefix("/api/v1/health/").removesuffix(":batch")]
            keys = set()
            for row in step.rows:
                record = record_type.create_adapter.validate_python(row)
                for rule in record_type.rules:
                    assert not list(rule(record, context)), (step.title, row)
                subject = row.get("id_number") or row.get("household_code") or row.get("division")
                keys.add(record_type.key_of(record_type.content(record), str(subject)))
                seen += 1
            assert len(keys) == len(step.rows), f"{step.title}: two rows with one natural key"
        assert seen > 1000

    @pytest.mark.req("D30", "Y43")
    def test_layers_of_every_bill_add_up(self, district: District) -> None:
        for row in rows(district, "/settlement-bills:batch"):
            assert sum((Decimal(str(row[layer])) for layer in LAYERS), Decimal(0)) == Decimal(str(row["total"]))

    @pytest.mark.req("H36")
    def test_each_village_has_a_clinic(self, district: District, today: date) -> None:
        places = {row["division"] for row in institution_documents(district.profile, today=today)}
        assert places == {one.code for one in (*district.profile.villages, district.profile.township)}
