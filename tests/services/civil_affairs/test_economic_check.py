"""An economic check answered from shared data, with its purpose in the log (D21, D22, SYS03, SYS04)."""

from decimal import Decimal

import pytest

from shared.roster.models import RosterIncome
from shared.testing.department import Body, DepartmentSystem
from tests.services.civil_affairs.office import Office

PURPOSE = "低保申请家庭经济状况核查"


@pytest.fixture
def office(civil_affairs: DepartmentSystem) -> Office:
    return Office(civil_affairs)


async def ask(office: Office, who: str = "township", **question: object) -> Body:
    answer = await office.post("economic-checks", {"purpose": PURPOSE, "authorised": True, **question}, who)
    assert answer.status_code == 200, answer.text
    body: Body = answer.json()
    return body


def codes(answer: Body) -> list[str]:
    return [finding["code"] for finding in answer["findings"]]  # type: ignore[attr-defined]  # JSON


@pytest.mark.req("D21", "D22", "SYS03", "SYS04")
async def test_the_registry_and_civil_affairs_answer_together(office: Office) -> None:
    service = office.service
    head, wife = service.person("甲"), service.person("乙", relation="spouse", work_months=8, work_place="county")
    elsewhere = service.person("丙")
    await service.household(elsewhere)
    income = RosterIncome(year=2019, concept="net", per_capita=Decimal(5000), dibao=Decimal(4000))
    household = await service.household(head, wife, income=income, household_type="dibao")
    await office.take_over(household, persons=2, monthly_amount="333.33")
    answer = await ask(
        office,
        household_code=household.code,
        persons=[head.id_number, elsewhere.id_number, service.person("不在册").id_number],
        declared_income="500.00",
    )
    known: Body = answer["household"]  # type: ignore[assignment]  # JSON
    assert (known["household_type"], known["state"]) == ("dibao", "registered")
    assert known["income"] == {
        "year": 2019,
        "concept": "net",
        "per_capita": "5000",
        "dibao_a_year": "4000",
        "without_dibao": "3000.00",
    }
    members = [(one["name"], one["stated"], one["age"]) for one in known["members"]]  # type: ignore[attr-defined]  # JSON
    assert members == [("甲", True, 40), ("乙", False, 40)]
    assert [(one["known"], one["same_household"]) for one in answer["stated"]] == [  # type: ignore[attr-defined]  # JSON
        (True, True),
        (True, False),
        (False, False),
    ]
    assert [one["kind"] for one in answer["categories"]] == ["dibao"]  # type: ignore[attr-defined]  # JSON
    assert [one["programme"] for one in answer["benefits"]] == ["dibao"]  # type: ignore[attr-defined]  # JSON
    assert codes(answer) == [
        "income_below_standard",
        "declared_income_differs",
        "member_not_stated",
        "member_works",
        "stated_in_other_household",
        "already_in_dibao",
    ]


@pytest.mark.req("SYS04")
async def test_who_asked_and_why_is_in_the_log(office: Office) -> None:
    household = await office.service.household(office.service.person("甲"))
    first = await ask(office, household_id=str(household.household_id))
    await ask(office, "district", household_id=str(household.household_id), purpose="复核")
    logged = await office.get("economic-checks", household_id=str(household.household_id))
    assert [(one["principal"], one["purpose"]) for one in logged["items"]] == [  # type: ignore[attr-defined]  # JSON
        ("district", "复核"),
        ("township", PURPOSE),
    ]
    assert logged["items"][1]["entry"] == first["entry"]  # type: ignore[index]  # JSON


async def test_a_name_beside_the_number_has_to_be_the_persons(office: Office) -> None:
    person = office.service.person("甲")
    await office.service.household(person)
    assert (await ask(office, id_number=person.id_number, name="甲"))["known"]
    question = {"id_number": person.id_number, "name": "乙", "purpose": PURPOSE, "authorised": True}
    answer = await office.post("economic-checks", question)
    assert [(one["pointer"], one["code"]) for one in answer.json()["errors"]] == [("/name", "name_of_another")]


async def test_what_lies_elsewhere_is_not_known(office: Office) -> None:
    far = await office.service.household(office.service.person("远"), division="210403104202")
    answer = await ask(office, household_code=far.code)
    assert (answer["known"], answer["household"], codes(answer)) == (False, None, ["unknown_to_registry"])


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ({"household_code": "H1", "purpose": PURPOSE, "authorised": False}, "authorisation_required"),
        ({"household_code": "H1", "authorised": True}, "missing"),
        ({"purpose": PURPOSE, "authorised": True}, "subject_household"),
        ({"household_code": "H1", "purpose": PURPOSE, "authorised": True, "persons": ["1"]}, "id_number_length"),
    ],
)
async def test_a_question_without_its_ground_is_refused(office: Office, question: Body, code: str) -> None:
    answer = await office.post("economic-checks", question)
    assert answer.status_code == 422, answer.text
    problem = answer.json()
    assert code in [error["code"] for error in problem["errors"]], problem
    assert problem["detail"]
