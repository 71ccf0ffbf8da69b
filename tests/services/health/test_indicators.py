"""Indicators against planted cases: numerator, denominator, target, verdict, and who is missing."""

from decimal import Decimal

import pytest

from shared.policy import PolicyOverride
from shared.roster.models import HouseholdState, Sex
from shared.testing.department import DepartmentSystem, Person

ENROLLED = {"year": 2020, "enrolled": True, "enrolled_on": "2020-01-05", "scheme": "resident"}
BILL = {"kind": "inpatient", "settled_on": "2020-03-01"}


def village(number: int, *, county: str = "420115") -> str:
    """A village of its own for each test, so that counts are exact."""
    return f"{county}010{number:03d}"


def counts(value: dict[str, object]) -> tuple[object, object, object, object]:
    return value["numerator"], value["denominator"], value["ratio"], value["met"]


def people(missing: list[dict[str, object]]) -> set[object]:
    return {one["member_id"] for one in missing}


async def home_of(health: DepartmentSystem, where: str, *names: str, **more: object) -> list[Person]:
    persons = [health.person(name) for name in names]
    await health.household(*persons, division=where, **more)
    return persons


@pytest.mark.req("D29", "M16", "H23")
async def test_insurance_coverage(health: DepartmentSystem) -> None:
    where = village(1)
    insured, without, gone = await home_of(health, where, "甲", "乙", "丙")
    await home_of(health, where, "丁", state=HouseholdState.CANDIDATE)
    (exited,) = await home_of(health, where, "戊", state=HouseholdState.EXITED)
    await health.accept("insurance-enrolments", insured, **ENROLLED)
    await health.accept("insurance-enrolments", without, year=2020, enrolled=False, enrolled_on="2020-01-05")
    await health.accept("insurance-enrolments", exited, **{**ENROLLED, "year": 2019, "enrolled_on": "2019-01-05"})
    voided = await health.accept("insurance-enrolments", gone, **ENROLLED)
    await health.post(f"insurance-enrolments/{voided['id']}:void", {"reason": "错误"})
    value = await health.indicator("insurance_coverage", division=where, year=2020)
    assert counts(value) == (1, 4, "0.2500", False)
    assert value["target"] == {
        "value": "0.99",
        "key": "health.insurance_coverage_target",
        "area": "420115000000",
        "year": 2015,
        "concept": None,
    }
    missing = await health.missing("insurance_coverage", division=where, year=2020)
    assert people(missing) == {without.id, gone.id, exited.id}
    assert {one["name"] for one in missing} == {"乙", "丙", "戊"}
    assert without.id_number not in str(missing)


@pytest.mark.req("D29", "H23")
async def test_the_target_is_that_of_area_and_year(health: DepartmentSystem) -> None:
    dongzhou = village(2, county="210403")
    (person,) = await home_of(health, dongzhou, "甲")
    await health.accept("insurance-enrolments", person, **ENROLLED)
    value = await health.indicator("insurance_coverage", division=dongzhou, year=2020)
    assert counts(value) == (1, 1, "1.0000", True)
    assert value["target"]["value"] == "1"  # type: ignore[index]  # a JSON object


@pytest.mark.req("M16")
async def test_preferential_policy(health: DepartmentSystem) -> None:
    where = village(3)
    one, two, three = await home_of(health, where, "甲", "乙", "丙")
    await health.accept("insurance-enrolments", one, **ENROLLED, preferential_policy=True)
    await health.accept("insurance-enrolments", two, **ENROLLED)
    assert counts(await health.indicator("preferential_policy", division=where)) == (1, 3, "0.3333", False)
    assert people(await health.missing("preferential_policy", division=where)) == {two.id, three.id}


@pytest.mark.req("Y42")
async def test_contribution_subsidy_of_the_insured(health: DepartmentSystem) -> None:
    where = village(4)
    one, two, _ = await home_of(health, where, "甲", "乙", "丙")
    money = {"contribution": "280", "subsidy_class": "full", "subsidy": "280"}
    await health.accept("insurance-enrolments", one, **ENROLLED, **money)
    await health.accept("insurance-enrolments", two, **ENROLLED)
    assert counts(await health.indicator("contribution_subsidy", division=where)) == (1, 2, "0.5000", False)
    (missing,) = await health.missing("contribution_subsidy", division=where)
    assert missing["detail"] == {"subsidy_class": "none"}


@pytest.mark.req("D31", "D32", "D33", "M15", "M17")
async def test_what_is_owed_to_each_person_in_a_year(health: DepartmentSystem) -> None:
    where = village(5)
    one, two = await home_of(health, where, "甲", "乙")
    for person in (one, two):
        await health.accept("insurance-enrolments", person, **ENROLLED)
        await health.accept("doctor-contracts", person, year=2020, signed_on="2020-02-01")
        await health.accept("physical-examinations", person, year=2020, examined_on="2020-02-01")
    await health.accept("chronic-screenings", one, year=2020, screened_on="2020-02-01")
    await health.accept("chronic-screenings", two, year=2019, screened_on="2019-02-01")
    for code in ("doctor_contract", "physical_examination"):
        assert counts(await health.indicator(code, division=where, year=2020)) == (2, 2, "1.0000", True)
        assert counts(await health.indicator(code, division=where, year=2019)) == (0, 2, "0.0000", False)
    assert counts(await health.indicator("chronic_screening", division=where, year=2020)) == (1, 2, "0.5000", False)
    assert counts(await health.indicator("grass_roots_coverage", division=where, year=2020))[:2] == (1, 2)
    (missing,) = await health.missing("grass_roots_coverage", division=where, year=2020)
    assert missing["member_id"] == two.id
    assert missing["detail"] == {
        "insured": True,
        "doctor_contract": True,
        "physical_examination": True,
        "chronic_screening": False,
    }


@pytest.mark.req("Y47", "SYS09")
async def test_health_card(health: DepartmentSystem) -> None:
    where = village(6)
    one, two, three = await home_of(health, where, "甲", "乙", "丙")
    await health.accept("health-cards", one, card_number="1", issued_on="2019-01-01")
    await health.accept("health-cards", two, card_number="2", issued_on="2019-01-01", status="lost")
    assert counts(await health.indicator("health_card", division=where))[:2] == (1, 3)
    assert people(await health.missing("health_card", division=where)) == {two.id, three.id}


@pytest.mark.req("M17", "Y46", "SYS10")
async def test_chronic_contracts_are_counted_by_patient_and_disease(health: DepartmentSystem) -> None:
    where = village(7)
    one, two, three = await home_of(health, where, "甲", "乙", "丙")
    await health.accept("chronic-patients", one, disease="hypertension", diagnosed_on="2018-01-01")
    await health.accept("chronic-patients", one, disease="chronic_hepatitis", diagnosed_on="2018-01-01")
    await health.accept("chronic-screenings", one, year=2020, screened_on="2020-01-01", diseases=["hypertension"])
    await health.accept("chronic-screenings", two, year=2020, screened_on="2020-01-01", diseases=["diabetes"])
    await health.accept("chronic-screenings", three, year=2019, screened_on="2019-01-01", diseases=["tuberculosis"])
    ended = {"status": "ended", "ended_on": "2019-12-01"}
    await health.accept("chronic-patients", three, disease="tuberculosis", diagnosed_on="2019-01-01", **ended)
    await health.accept("chronic-contracts", one, year=2020, disease="hypertension", signed_on="2020-02-01")
    value = await health.indicator("chronic_contract", division=where, year=2020)
    assert counts(value) == (1, 2, "0.5000", False)
    assert [one["key"] for one in value["parameters"]] == ["health.chronic_contract_diseases"]  # type: ignore[attr-defined]
    (missing,) = await health.missing("chronic_contract", division=where, year=2020)
    assert (missing["member_id"], missing["detail"]) == (two.id, {"disease": "diabetes"})


@pytest.mark.req("M18", "Y44")
async def test_serious_illness_filing(health: DepartmentSystem) -> None:
    where = village(8)
    filed, diagnosed, billed, well = await home_of(health, where, "甲", "乙", "丙", "丁")
    case = {"diagnosed_on": "2020-02-01"}
    await health.accept("serious-illness-cases", filed, disease="gastric_cancer", **case, filed_on="2020-02-03")
    await health.accept("serious-illness-cases", diagnosed, disease="lung_cancer", **case)
    await health.accept(
        "settlement-bills", billed, bill_number="S1", **BILL, serious_illness="stroke", total="1", self_paid="1"
    )
    form = "childhood_atrial_septal_defect"
    await health.accept(
        "settlement-bills", filed, bill_number="S2", **BILL, serious_illness=form, total="1", self_paid="1"
    )
    disease = "childhood_congenital_heart_disease"
    await health.accept("serious-illness-cases", filed, disease=disease, **case, filed_on="2020-02-03")
    await health.accept("settlement-bills", well, bill_number="S3", **BILL, total="1", self_paid="1")
    value = await health.indicator("serious_illness_filing", division=where, year=2020)
    assert counts(value) == (2, 4, "0.5000", False)
    missing = await health.missing("serious_illness_filing", division=where, year=2020)
    assert {(one["member_id"], one["detail"]["disease"]) for one in missing} == {  # type: ignore[index]
        (diagnosed.id, "lung_cancer"),
        (billed.id, "stroke"),
    }


@pytest.mark.req("M19")
async def test_publicity_and_awareness_are_of_households(health: DepartmentSystem) -> None:
    where = village(9)
    homes = [await health.household(health.person("甲"), division=where) for _ in range(3)]

    async def visit(number: int, day: str, **more: object) -> None:
        body = {"household_id": str(homes[number].household_id), "visited_on": day, **more}
        assert (await health.post("publicity-visits", body)).status_code == 201

    await visit(0, "2020-02-01", aware=False)
    await visit(0, "2020-03-01", aware=True)
    await visit(0, "2020-04-01")
    await visit(1, "2020-02-01", aware=True)
    await visit(1, "2020-03-01", aware=False)
    await visit(2, "2019-03-01", aware=True)
    assert counts(await health.indicator("publicity", division=where, year=2020)) == (2, 3, "0.6666", False)
    assert counts(await health.indicator("awareness", division=where, year=2020)) == (1, 3, "0.3333", False)
    missing = await health.missing("publicity", division=where, year=2020)
    assert [(one["household_id"], one["household_code"]) for one in missing] == [
        (str(homes[2].household_id), homes[2].code)
    ]


@pytest.mark.req("D30", "Y48", "SYS11")
async def test_bills_settled_at_one_stop_and_treated_before_payment(health: DepartmentSystem) -> None:
    where = village(10)
    (one,) = await home_of(health, where, "甲")
    (other,) = await home_of(health, where, "乙", state=HouseholdState.CANDIDATE)
    amount = {"total": "10", "self_paid": "10"}
    await health.accept("settlement-bills", one, bill_number="O1", **BILL, **amount, one_stop=True)
    await health.accept("settlement-bills", one, bill_number="O2", **BILL, **amount, treated_before_payment=True)
    await health.accept("settlement-bills", one, bill_number="O3", **{**BILL, "kind": "outpatient"}, **amount)
    await health.accept("settlement-bills", other, bill_number="O4", **BILL, **amount)
    assert counts(await health.indicator("one_stop_settlement", division=where)) == (1, 2, "0.5000", False)
    assert counts(await health.indicator("treat_first_pay_later", division=where)) == (1, 2, "0.5000", False)
    (missing,) = await health.missing("one_stop_settlement", division=where)
    assert (missing["detail"], missing["member_id"]) == ({"bill_number": "O2"}, one.id)


@pytest.mark.req("H24", "Y43")
async def test_reimbursement_of_the_poor_against_others(health: DepartmentSystem) -> None:
    where = village(11)
    (poor,) = await home_of(health, where, "甲")
    (other,) = await home_of(health, where, "乙", state=HouseholdState.CANDIDATE)
    layers = {"total": "1000", "basic_insurance": "750", "medical_aid": "150", "self_paid": "100"}
    await health.accept("settlement-bills", poor, bill_number="R1", **BILL, **layers)
    plain = {"total": "1000", "basic_insurance": "600", "self_paid": "400"}
    await health.accept("settlement-bills", other, bill_number="R2", **BILL, **plain)
    poor_ratio = await health.indicator("reimbursement_ratio_registered", division=where)
    assert counts(poor_ratio) == ("750.00", "1000.00", "0.7500", None)
    assert counts(await health.indicator("relieved_cost", division=where))[:3] == ("900.00", "1000.00", "0.9000")
    rise = await health.indicator("reimbursement_rise", division=where)
    assert counts(rise) == ("0.7500", "0.6000", "0.1500", False)
    assert rise["target"]["concept"] == "points"  # type: ignore[index]
    key = "health.reimbursement_rise_target"
    await health.set_policy(PolicyOverride(key=key, area=where, year=2020, value="0.2", concept="relative"))
    assert counts(await health.indicator("reimbursement_rise", division=where)) == ("0.7500", "0.6000", "0.2500", True)
    assert (await health.get("indicators/reimbursement_rise/missing", division=where)).status_code == 404


@pytest.mark.req("H25", "H26", "Y43")
async def test_insurance_and_aid_pay_where_illness_is_dear(health: DepartmentSystem) -> None:
    where = village(12)
    paid, unpaid, cheap = await home_of(health, where, "甲", "乙", "丙")
    dear = {"total": "20000", "basic_insurance": "10000"}
    relieved = {"serious_illness_insurance": "4000", "medical_aid": "2000", "self_paid": "4000"}
    await health.accept("settlement-bills", paid, bill_number="D1", **BILL, **dear, **relieved)
    await health.accept("settlement-bills", unpaid, bill_number="D2", **BILL, **dear, self_paid="10000")
    await health.accept(
        "settlement-bills", cheap, bill_number="D3", **BILL, total="5000", self_paid="4999", other_aid="1"
    )
    for code, due in (("serious_illness_insurance", 2), ("medical_aid", 3)):
        value = await health.indicator(code, division=where)
        assert (value["numerator"], value["denominator"]) == (due - 1, due), code
        (missing,) = await health.missing(code, division=where)
        assert (missing["member_id"], missing["detail"]) == (unpaid.id, {"self_paid": "10000.00"})


@pytest.mark.req("Y51")
async def test_rehabilitation_of_the_disabled(health: DepartmentSystem) -> None:
    where = village(13)
    one = health.person("甲", disability_type="4", disability_grade="1")
    two = health.person("乙", sex=Sex.FEMALE, disability_type="1", disability_grade="2")
    await health.household(one, two, health.person("丙"), division=where)
    await health.accept("rehabilitations", one, service="functional_training", started_on="2020-02-01")
    assert counts(await health.indicator("rehabilitation", division=where)) == (1, 2, "0.5000", None)
    assert people(await health.missing("rehabilitation", division=where)) == {two.id}


async def institution(health: DepartmentSystem, where: str, code: str, kind: str, **flags: bool) -> None:
    body = {
        "division": where,
        "institution_code": code,
        "institution_name": f"{code}号",
        "kind": kind,
        "assessed_on": "2020-01-01",
        **flags,
    }
    answer = await health.post("institutions", body)
    assert answer.status_code == 201, answer.text


class TestInstitutions:
    @pytest.mark.req("D34", "D35")
    async def test_dongzhou_counts_the_institutions_that_its_plan_names(self, health: DepartmentSystem) -> None:
        await institution(health, "210403103000", "ZD", "health_centre", standard=True)
        await institution(health, "210403105000", "OTHER", "health_centre", standard=True)
        await institution(health, "210403103217", "WZ", "village_clinic", standard=True, integrated_management=True)
        await institution(health, "210403104202", "AJ", "village_clinic", standard=True)
        value = await health.indicator("standard_health_centre", division="210403000000", year=2020)
        assert counts(value) == (1, 2, "0.5000", False)
        (missing,) = await health.missing("standard_health_centre", division="210403000000", year=2020)
        assert (missing["subject"], missing["detail"]) == ("210403104000", {"institution_name": None})
        assert counts(await health.indicator("standard_clinic", division="210403000000", year=2020))[:2] == (1, 2)
        (clinic,) = await health.missing("standard_clinic", division="210403000000", year=2020)
        assert (clinic["division"], clinic["detail"]) == ("210403104202", {"institution_name": "AJ号"})

    @pytest.mark.req("H36", "Y52", "SYS28")
    async def test_elsewhere_all_recorded_ones_count(self, health: DepartmentSystem) -> None:
        await institution(health, "420115020000", "SP", "health_centre", standard=True)
        await institution(health, "420115020000", "SP2", "hospital")
        value = await health.indicator("standard_health_centre", division="420115020000", year=2020)
        assert counts(value) == (1, 1, "1.0000", True)

    @pytest.mark.req("H36")
    async def test_each_poor_village_needs_a_clinic_with_all_five(self, health: DepartmentSystem) -> None:
        complete, partial, without, other = (village(20 + number) for number in range(4))
        for where, kind in ((complete, "poor"), (partial, "poor"), (without, "poor"), (other, "other")):
            await health.household(health.person("甲"), division=where, village_class=kind)
        five = dict.fromkeys(
            ("publicly_owned", "standard_building", "regular_service", "information_system", "integrated_management"),
            True,
        )
        await institution(health, complete, "V1", "village_clinic", **five)
        await institution(health, partial, "V2", "village_clinic", **{**five, "information_system": False})
        missing = await health.missing("five_isation_clinic", division="420115010000", limit=1000)
        found = {one["division"] for one in missing}
        assert {partial, without} <= found
        assert not {complete, other} & found


class TestQuestions:
    async def test_breakdown_by_division_adds_up(self, health: DepartmentSystem) -> None:
        first, second = "420115031201", "420115031202"
        (one, two), (three,) = await home_of(health, first, "甲", "乙"), await home_of(health, second, "丙")
        for person in (one, three):
            await health.accept("doctor-contracts", person, year=2020, signed_on="2020-02-01")
        value = await health.indicator("doctor_contract", division="420115031000", by="division")
        assert counts(value)[:2] == (2, 3)
        parts = value["by_division"]
        assert isinstance(parts, list)
        assert [(part["division"], part["numerator"], part["denominator"]) for part in parts] == [
            (first, 1, 2),
            (second, 1, 1),
        ]
        assert people(await health.missing("doctor_contract", division="420115031000")) == {two.id}

    async def test_a_caller_sees_its_own_area_only(self, health: DepartmentSystem) -> None:
        own, hidden = "420115032201", "420115032202"
        await home_of(health, own, "甲")
        await home_of(health, hidden, "乙")
        value = await health.indicator("doctor_contract", own, division="420115032000")
        assert (value["denominator"], value["complete"]) == (1, False)
        assert len(await health.missing("doctor_contract", own, division="420115032000")) == 1
        assert (await health.get("indicators", own, division=hidden)).status_code == 403
        assert (await health.indicator("doctor_contract", own))["division"] == own

    async def test_the_missing_list_has_pages(self, health: DepartmentSystem) -> None:
        where = "420115033201"
        persons = await home_of(health, where, *"甲乙丙丁戊")
        seen: list[object] = []
        cursor: str | None = None
        while True:
            query = {"division": where, "limit": 2} | ({"cursor": cursor} if cursor else {})
            page = (await health.get("indicators/health_card/missing", **query)).json()
            seen += [one["member_id"] for one in page["items"]]
            cursor = page["next_cursor"]
            if cursor is None:
                break
        assert sorted(map(str, seen)) == sorted(person.id for person in persons)

    async def test_nothing_due_is_no_verdict(self, health: DepartmentSystem) -> None:
        value = await health.indicator("one_stop_settlement", division="420115034201")
        assert counts(value) == (0, 0, None, None)

    async def test_the_list_holds_every_indicator(self, health: DepartmentSystem) -> None:
        answer = await health.get("indicators", division="420115000000", year=2020)
        items = answer.json()["items"]
        assert {"insurance_coverage", "awareness", "reimbursement_rise"} <= {one["code"] for one in items}
        for one in items:
            assert one["label"]["zh"]
            assert one["label"]["en"]
            assert one["ratio"] is None or Decimal(one["ratio"]) <= 1

    @pytest.mark.parametrize(
        ("path", "status"),
        [
            ("indicators?year=1999", 400),
            ("indicators?year=2101", 400),
            ("indicators?year=abc", 400),
            ("indicators?year=", 400),
            ("indicators?year=2005", 400),
            ("indicators?division=12345", 400),
            ("indicators?division=4201150102011", 400),
            ("indicators?division=%EF%BC%94%EF%BC%92", 400),
            ("indicators?colour=red", 400),
            ("indicators?by=village", 400),
            ("indicators?division=110000000000", 403),
            ("indicators/no_such_indicator", 404),
            ("indicators/%00", 400),
            ("indicators/health_card/missing?limit=0", 400),
            ("indicators/health_card/missing?limit=-1", 400),
            ("indicators/health_card/missing?limit=100000", 400),
            ("indicators/health_card/missing?cursor=!!!", 400),
            ("indicators/health_card/missing?cursor=W10", 400),
            ("indicators/health_card/missing?cursor=WyIwIiwiXHUwMDAwIl0", 400),
            ("indicators/health_card/missing?cursor=" + "A" * 5000, 400),
        ],
    )
    async def test_a_wrong_question_is_refused(self, health: DepartmentSystem, path: str, status: int) -> None:
        answer = await health.client.get(f"/api/v1/health/{path}", headers=health.headers())
        assert answer.status_code == status, answer.text
        assert answer.headers["content-type"].startswith("application/problem+json")
