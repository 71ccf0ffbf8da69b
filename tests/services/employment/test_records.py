"""The department's records through the service: facts follow, voiding takes back, batches and junk are borne."""

from collections.abc import Callable
from datetime import date

import pytest

from services.employment.records import RECORD_TYPES
from shared.facts.models import StandingKind
from shared.records.subjects import Subject
from shared.testing.department import HANYANG_PAIRED_VILLAGE, Body, DepartmentSystem
from shared.testing.people import make_id_number

WORK = {"employer_name": "纺织厂", "started_on": "2020-02-01", "place": "county", "monthly_wage": "3000"}
CONTENT: dict[str, Callable[[int], Body]] = {
    "labour-profiles": lambda n: {
        "year": 2020,
        "surveyed_on": "2020-03-01",
        "ability": "ordinary",
        "willing_to_work": True,
        "wanted_places": ["county"],
        "least_monthly_wage": str(2000 + n),
    },
    "training-sessions": lambda n: {
        "session_number": f"P{n}",
        "title": "电工班",
        "kind": "vocational",
        "skill": "electrician",
        "starts_on": "2020-03-01",
        "ends_on": "2020-03-20",
        "hours": 80,
    },
    "training-attendances": lambda n: {
        "session_number": f"P{n}",
        "kind": "agro_technical",
        "started_on": "2020-03-01",
        "outcome": "completed",
        "completed_on": "2020-03-20",
        "certificate_kind": "training",
        "certificate_number": f"Z{n}",
        "certified_on": "2020-04-01",
    },
    "employers": lambda n: {
        "employer_code": f"E{n}",
        "employer_name": "纺织厂",
        "kind": "enterprise",
        "reported_on": "2020-01-05",
        "workers": n,
    },
    "employment-bases": lambda n: {
        "base_code": f"B{n}",
        "base_name": "返乡创业园",
        "kind": "return_home_park",
        "level": "county",
        "recognised_on": "2019-01-05",
    },
    "vacancies": lambda n: {
        "vacancy_number": f"V{n}",
        "employer_name": "纺织厂",
        "occupation": "garment",
        "posts": 3,
        "opened_on": "2020-03-01",
        "place": "county",
        "monthly_wage": "2800.50",
        "youngest": 18,
        "oldest": 55,
    },
    "referrals": lambda n: {"vacancy_number": f"V{n}", "referred_on": "2020-03-02"},
    "placements": lambda n: {**WORK, "employer_code": f"E{n}", "arrangement": "contract", "channel": "referral"},
    "public-welfare-posts": lambda n: {
        "kind": "cleaning",
        "payer": "township",
        "started_on": "2020-01-01",
        "contract_until": "2020-12-31",
        "monthly_subsidy": "600",
    },
    "work-years": lambda n: {
        "year": 2019,
        "reported_on": "2020-01-10",
        "work_months": 10,
        "place": "county",
        "wage_income": str(20000 + n),
    },
    "employer-awards": lambda n: {
        "employer_code": f"E{n}",
        "employer_name": "纺织厂",
        "kind": "absorption",
        "year": 2020,
        "paid_on": "2020-05-01",
        "amount": "1000",
    },
    "employment-activities": lambda n: {
        "activity_number": f"A{n}",
        "activity_name": "春风行动",
        "kind": "spring_breeze",
        "held_on": "2020-02-20",
        "posts_offered": n,
    },
    "activity-participations": lambda n: {
        "activity_number": f"A{n}",
        "kind": "spring_breeze",
        "attended_on": "2020-02-20",
        "result": "intention",
    },
    "start-up-supports": lambda n: {
        "kind": "guaranteed_loan",
        "business_name": "养蜂场",
        "granted_on": "2020-04-01",
        "amount": "50000",
        "repay_by": "2022-04-01",
    },
}


@pytest.mark.req("M14", "D19")
async def test_work_becomes_benefit_standing_and_figure_and_voiding_takes_it_back(
    employment: DepartmentSystem,
) -> None:
    one = employment.person("甲", labour_skill="ordinary")
    home = await employment.household(one)
    answer = await employment.post("placements", {"id_number": one.id_number, **WORK})
    assert answer.headers["yihu-version"].startswith("employment=")
    facts = await employment.facts(home)
    assert [benefit.programme for benefit in facts.benefits] == ["job_placement"]
    assert [standing.kind for standing in facts.standings] == [StandingKind.EMPLOYED]
    assert str(facts.figures["work_wages"]) == "15000.00"
    assert facts.valid_until == date(2020, 7, 1)
    ended = {"ended_on": "2020-05-20", "end_reason": "employer_closed"}
    await employment.accept("placements", one, **WORK, **ended)
    facts = await employment.facts(home)
    assert {signal.code for signal in facts.signals} == {"job_lost", "labour_household_without_work"}
    assert facts.standings == ()
    voided = await employment.post(f"placements/{answer.json()['id']}:void", {"reason": "重复登记"})
    assert voided.status_code == 200
    facts = await employment.facts(home)
    assert (facts.signals, facts.benefits, facts.figures) == ((), (), {})


@pytest.mark.req("Y33", "Y28")
async def test_rules_look_at_person_and_household(employment: DepartmentSystem) -> None:
    child = employment.person("甲", birth=date(2006, 1, 1))
    await employment.household(child)
    assert await employment.refuse("placements", {"id_number": child.id_number, **WORK}) == [
        ("/started_on", "below_working_age")
    ]
    one = employment.person("乙")
    await employment.household(one)
    post = {**CONTENT["public-welfare-posts"](0), "contract_until": "2023-01-01"}
    assert await employment.refuse("public-welfare-posts", {"id_number": one.id_number, **post}) == [
        ("/contract_until", "post_beyond_limit")
    ]


@pytest.mark.req("D18", "Y28", "Y30", "Y31", "Y33", "Y34", "M12", "M13", "H34", "SYS20")
async def test_a_thousand_rows_of_each_type(employment: DepartmentSystem) -> None:
    assert set(CONTENT) == {one.name for one in RECORD_TYPES}
    numbers = [make_id_number(date(1975, 1, 1), "male", n % 400, area=f"9901{n // 400:02d}") for n in range(1000)]
    for record_type in RECORD_TYPES:
        rows = []
        for n, number in enumerate(numbers):
            village = record_type.subject is Subject.VILLAGE
            subject = {"division": HANYANG_PAIRED_VILLAGE} if village else {"id_number": number}
            rows.append({**subject, **CONTENT[record_type.name](n)})
        answer = await employment.post(f"{record_type.name}:batch", {"rows": rows})
        assert answer.status_code == 200, answer.text
        body = answer.json()
        assert (body["accepted"], body["refused"]) == (1000, 0), (record_type.name, body["results"][0])


async def test_facts_of_many_households_follow_one_batch(employment: DepartmentSystem) -> None:
    people = [employment.person(f"人{n}", labour_skill="ordinary") for n in range(40)]
    homes = [await employment.household(*people[at : at + 4]) for at in range(0, 40, 4)]
    rows = [{"id_number": one.id_number, **WORK, "started_on": f"2020-0{n % 5 + 1}-01"} for n, one in enumerate(people)]
    answer = await employment.post("placements:batch", {"rows": rows})
    assert answer.json()["accepted"] == 40
    for home in homes:
        assert (await employment.facts(home)).figures["labourers_in_work"] == 4


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"{",
        b'{"year": NaN}',
        b'{"year": ' + b"9" * 5000 + b"}",
        b'{"id_number": "\\u0000"}',
        b'{"vacancy_number": "\\ud800", "division": "420115010201"}',
        b"[" * 5000 + b"]" * 5000,
        '{"year": "２０２０", "surveyed_on": "2020-01-01"}'.encode(),
    ],
)
async def test_no_body_breaks_the_service(employment: DepartmentSystem, body: bytes) -> None:
    for path in ("labour-profiles", "placements:batch", "vacancies", "public-welfare-posts"):
        headers = {**employment.headers(), "Content-Type": "application/json"}
        answer = await employment.client.post(f"/api/v1/employment/{path}", content=body, headers=headers)
        assert 400 <= answer.status_code < 500, (path, answer.status_code, answer.text)
        assert answer.headers["content-type"].startswith("application/problem+json")


@pytest.mark.parametrize(
    ("amount", "status"),
    [("999999999999.99", 201), *((wrong, 422) for wrong in ("1000000000000", "0.001", "-1", "NaN", "1e3", "١٢"))],
)
async def test_no_amount_breaks_the_service(employment: DepartmentSystem, amount: str, status: int) -> None:
    one = employment.person("丙", labour_skill="ordinary")
    await employment.household(one)
    post = {**CONTENT["public-welfare-posts"](0), "monthly_subsidy": amount}
    for path, body in (("placements", {**WORK, "monthly_wage": amount}), ("public-welfare-posts", post)):
        answer = await employment.post(path, {"id_number": one.id_number, **body})
        assert answer.status_code == status, (path, answer.text)


@pytest.mark.parametrize("day", ["1900-01-01", "2100-12-31", "2020-02-30", "0000-00-00", "2020-2-3", "2020-06-02"])
async def test_no_day_breaks_the_service(employment: DepartmentSystem, day: str) -> None:
    one = employment.person("丁", birth=date(1900, 1, 1), labour_skill="ordinary")
    await employment.household(one)
    for path, field in (
        ("placements", "started_on"),
        ("public-welfare-posts", "started_on"),
        ("public-welfare-posts", "contract_until"),
        ("training-attendances", "started_on"),
        ("start-up-supports", "granted_on"),
    ):
        body = {"id_number": one.id_number, **CONTENT[path](0), field: day}
        answer = await employment.post(path, body)
        assert answer.status_code in (200, 201, 400, 422), (path, field, answer.text)
