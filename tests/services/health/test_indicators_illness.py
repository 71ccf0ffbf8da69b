"""Chronic and serious illness: contracts and filing."""

import pytest

from shared.policy import PolicyOverride
from shared.testing.department import DepartmentSystem
from tests.services.health.planted import BILL, counts, home_of, people, village


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
    (four,) = await home_of(health, where, "丁")
    await health.accept("chronic-patients", four, disease="tuberculosis", diagnosed_on="2018-01-01", **ended)
    await health.accept("chronic-contracts", one, year=2020, disease="hypertension", signed_on="2020-02-01")
    value = await health.indicator("chronic_contract", division=where, year=2020)
    assert counts(value) == (1, 2, "0.5000", False)
    assert [one["key"] for one in value["parameters"]] == ["health.chronic_contract_diseases"]  # type: ignore[attr-defined]
    (missing,) = await health.missing("chronic_contract", division=where, year=2020)
    assert (missing["member_id"], missing["detail"]) == (two.id, {"disease": "diabetes"})
    again = {"year": 2020, "screened_on": "2020-03-01", "diseases": ["tuberculosis"]}
    await health.accept("chronic-screenings", four, **again)
    assert people(await health.missing("chronic_contract", division=where, year=2020)) == {two.id, four.id}


@pytest.mark.req("M17", "Y46")
async def test_chronic_contracts_are_of_the_disease_and_the_year(health: DepartmentSystem) -> None:
    where = village(18)
    both, ended, cured, mistaken = await home_of(health, where, "甲", "乙", "丙", "丁")
    for disease, day in (("hypertension", "2019-01-01"), ("diabetes", "2020-01-01")):
        await health.accept("chronic-patients", both, disease=disease, diagnosed_on=day)
    await health.accept("chronic-contracts", both, year=2020, disease="diabetes", signed_on="2020-02-01")
    await health.accept("chronic-contracts", both, year=2019, disease="hypertension", signed_on="2019-02-01")
    over = {"status": "ended", "ended_on": "2020-03-01"}
    await health.accept("chronic-patients", ended, disease="diabetes", diagnosed_on="2019-06-01", **over)
    await health.accept(
        "chronic-screenings", cured, year=2019, screened_on="2019-02-01", diseases=["diabetes", "hypertension"]
    )
    await health.accept("chronic-patients", cured, disease="diabetes", diagnosed_on="2019-02-01", **over)
    entry = await health.accept("chronic-patients", mistaken, disease="diabetes", diagnosed_on="2019-01-01")
    await health.post(f"chronic-patients/{entry['id']}:void", {"reason": "误诊"})

    async def uncontracted(year: int) -> set[tuple[object, object]]:
        missing = await health.missing("chronic_contract", division=where, year=year)
        return {(one["member_id"], one["detail"]["disease"]) for one in missing}  # type: ignore[index]  # a JSON object

    assert counts(await health.indicator("chronic_contract", division=where, year=2018))[1] == 0
    assert counts(await health.indicator("chronic_contract", division=where, year=2019))[:2] == (1, 4)
    assert await uncontracted(2019) == {(ended.id, "diabetes"), (cured.id, "diabetes"), (cured.id, "hypertension")}
    assert counts(await health.indicator("chronic_contract", division=where, year=2020))[:2] == (1, 3)
    assert await uncontracted(2020) == {(both.id, "hypertension"), (cured.id, "hypertension")}
    (signed,) = (await health.read("chronic-contracts", member_id=both.id, year=2020))["items"]  # type: ignore[misc]  # a JSON array
    await health.post(f"chronic-contracts/{signed['id']}:void", {"reason": "误录"})  # type: ignore[has-type]
    assert counts(await health.indicator("chronic_contract", division=where, year=2020))[:2] == (0, 3)


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


@pytest.mark.req("M18")
async def test_a_place_may_give_time_to_file(health: DepartmentSystem) -> None:
    where = village(14)
    long_ago, lately, filed, billed = await home_of(health, where, "甲", "乙", "丙", "丁")
    await health.accept("serious-illness-cases", long_ago, disease="stroke", diagnosed_on="2020-05-02")
    await health.accept("serious-illness-cases", lately, disease="stroke", diagnosed_on="2020-05-03")
    day = "2020-05-30"
    await health.accept("serious-illness-cases", filed, disease="stroke", diagnosed_on=day, filed_on=day)
    bill = {"bill_number": "G1", "kind": "inpatient", "settled_on": day, "total": "1", "self_paid": "1"}
    await health.accept("settlement-bills", billed, **bill, serious_illness="lung_cancer")
    assert counts(await health.indicator("serious_illness_filing", division=where))[:2] == (1, 4)
    key = "health.serious_illness_filing_days"
    await health.set_policy(PolicyOverride(key=key, area=where, year=2020, value=30))
    assert counts(await health.indicator("serious_illness_filing", division=where))[:2] == (1, 2)
    assert people(await health.missing("serious_illness_filing", division=where)) == {long_ago.id}
    listed = (await health.read("lists/serious_illness_unfiled", division=where))["items"]
    assert [one["member_id"] for one in listed] == [long_ago.id]  # type: ignore[attr-defined]  # a JSON array
