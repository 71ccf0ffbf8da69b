"""Households: created, corrected, refused."""

from typing import Any

import asyncpg
import httpx
import pytest

from tests.services.registry.conftest import VILLAGE, People, create


class TestCreate:
    @pytest.mark.req("D08", "D10", "D11", "M33")
    async def test_a_household_with_members_is_created_and_read_back(
        self, registry: httpx.AsyncClient, people: People
    ) -> None:
        document = people.household(
            "H1",
            causes=["illness", "lack_of_funds"],
            living={"arable_land": "3.50", "safe_water": True},
            phone="13800001234",
            bank_account="6222020000001234567",
        )
        answer = await registry.post("/api/v1/households", json=document)
        assert answer.status_code == 201
        assert answer.headers["Yihu-Version"] == "registry=1"
        found = (await registry.get(answer.headers["Location"])).json()
        assert found["causes"] == ["illness", "lack_of_funds"]
        assert found["living"]["arable_land"] == "3.50"
        assert [member["relation"] for member in found["members"]] == ["head", "spouse"]
        assert found["members"][0]["sex"] == "1"
        assert found["members"][0]["birth_date"] == "1960-05-01"

    async def test_no_answer_and_no_plain_column_shows_a_personal_number(
        self,
        registry: httpx.AsyncClient,
        people: People,
        behind: "asyncpg.Connection[asyncpg.Record]",
    ) -> None:
        document = people.household("H1", phone="13800001234", bank_account="6222020000001234567")
        created = await create(registry, document)
        secrets = [member["id_number"] for member in document["members"]] + ["13800001234", "6222020000001234567"]
        shown = [
            (await registry.get(f"/api/v1/households/{created['household_id']}")).text,
            (await registry.get(f"/api/v1/households/{created['household_id']}/history")).text,
            (await registry.get("/api/v1/households")).text,
        ]
        for table in ("household", "member", "household_history", "roster_household", "outbox", "household_status"):
            rows = await behind.fetch(f"SELECT t::text FROM {table} t")
            shown += [row[0] for row in rows]
        shown += [bytes(row[0]).decode() for row in await behind.fetch("SELECT payload FROM outbox")]
        assert created["members"][0]["id_number"].endswith(document["members"][0]["id_number"][-4:])
        for secret in secrets:
            assert not any(secret in text for text in shown)

    async def test_the_same_code_again_corrects_and_keeps_what_is_not_named(
        self, registry: httpx.AsyncClient, people: People
    ) -> None:
        document = people.household("H1", natural_village="东湾")
        await create(registry, document)
        again = await registry.post("/api/v1/households", json=document)
        assert (again.status_code, again.headers["Yihu-Version"]) == (200, "registry=1")
        corrected = await registry.post(
            "/api/v1/households", json={"code": "H1", "division": VILLAGE, "household_type": "dibao"}
        )
        assert corrected.status_code == 200, corrected.text
        assert corrected.json()["natural_village"] == "东湾"
        assert corrected.json()["causes"] == ["illness"]
        assert len(corrected.json()["members"]) == 2
        assert corrected.headers["Yihu-Version"] == "registry=2"

    async def test_a_repeat_under_an_idempotency_key_acts_once(
        self, registry: httpx.AsyncClient, people: People, behind: "asyncpg.Connection[asyncpg.Record]"
    ) -> None:
        document = people.household("H1")
        first = await registry.post("/api/v1/households", json=document, headers={"Idempotency-Key": "k1"})
        second = await registry.post("/api/v1/households", json=document, headers={"Idempotency-Key": "k1"})
        assert (first.status_code, second.status_code) == (201, 201)
        assert first.content == second.content
        assert await behind.fetchval("SELECT count(*) FROM household_history WHERE action = 'create'") == 1


def _without(document: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in document.items() if key != name}


class TestRules:
    """Each of the row rules refuses what breaks it, and names pointer, code and remedy (B.1.4)."""

    @pytest.mark.parametrize(
        ("change", "pointer", "code"),
        [
            ({"members": []}, "/members", "members_required"),
            ({"division": "420115010000"}, "/division", "unknown_village"),
            ({"division": "990000000001"}, "/division", "division_gap"),
            ({"causes": ["illness", "illness"]}, "/causes", "repeated_code"),
            ({"causes": ["illness", "disability", "schooling", "disaster"]}, "/causes", "too_long"),
            ({"causes": ["bad luck"]}, "/causes/0", "unknown_code"),
            ({"household_type": "rich"}, "/household_type", "unknown_code"),
            ({"phone": "123"}, "/phone", "phone_number"),
            ({"first_identified_on": "2999-01-01"}, "/first_identified_on", None),
            ({"nonsense": 1}, "/nonsense", "extra_forbidden"),
            ({"state": "closed"}, "/state", "state_not_initial"),
            ({"state_since": "2020-06-02"}, "/state_since", "date_ahead"),
        ],
    )
    async def test_of_the_household(
        self, registry: httpx.AsyncClient, people: People, change: dict[str, Any], pointer: str, code: str | None
    ) -> None:
        answer = await registry.post(
            "/api/v1/households", json={**people.household("H1"), **change}, headers={"Accept-Language": "en"}
        )
        assert answer.status_code == 422, answer.text
        error = answer.json()["errors"][0]
        assert error["pointer"] == pointer
        if code is not None:
            assert error["code"] == code
        assert error["message"]

    @pytest.mark.parametrize(
        ("change", "pointer", "code"),
        [
            ({"id_number": "99010119600501001"}, "id_number", "id_number_length"),
            ({"birth_date": "1961-05-01"}, "birth_date", "birth_date_disagrees"),
            ({"sex": "2"}, "sex", "sex_disagrees"),
            ({"student_status": "primary"}, "student_status", "education_and_student_status"),
            ({"education": None}, "education", "education_or_student_status"),
            ({"work_months": 3}, "work_place", "work_place_missing"),
            ({"work_place": "county"}, "work_months", "work_months_missing"),
            ({"work_months": 13, "work_place": "county"}, "work_months", "less_than_equal"),
            ({"disability_card": "1"}, "disability_card", "disability_card_length"),
            ({"phone": "1380000"}, "phone", "phone_number"),
            ({"health_status": ["healthy", "disabled"]}, "health_status", "healthy_and_ill"),
            (
                {"resident_medical_insurance": True, "employee_medical_insurance": True},
                "employee_medical_insurance",
                "two_medical_insurances",
            ),
            ({"since": "2020-06-02"}, "since", "date_ahead"),
            ({"since": "1950-06-02"}, "since", "since_before_birth"),
        ],
    )
    async def test_of_a_member(
        self, registry: httpx.AsyncClient, people: People, change: dict[str, Any], pointer: str, code: str
    ) -> None:
        document = people.household("H1")
        document["members"][0] |= change
        answer = await registry.post("/api/v1/households", json=document)
        assert answer.status_code == 422, answer.text
        errors = [(error["pointer"], error["code"]) for error in answer.json()["errors"]]
        assert (f"/members/0/{pointer}", code) in errors

    async def test_disability_card_of_another_person(self, registry: httpx.AsyncClient, people: People) -> None:
        document = people.household("H1")
        document["members"][0]["disability_card"] = people.number() + "43"
        answer = await registry.post("/api/v1/households", json=document)
        assert answer.json()["errors"][0]["code"] == "disability_card_disagrees"

    @pytest.mark.parametrize(
        ("relations", "code"),
        [
            (("spouse:female", "son:male"), "no_head"),
            (("head:male", "head:female"), "several_heads"),
            (("head:male", "spouse:female", "spouse:female"), "several_spouses"),
            (("head:male", "spouse:male"), "head_and_spouse_same_sex"),
        ],
    )
    async def test_of_the_composition(
        self, registry: httpx.AsyncClient, people: People, relations: tuple[str, ...], code: str
    ) -> None:
        members = [people.member(*relation.split(":")) for relation in relations]
        answer = await registry.post("/api/v1/households", json=people.household("H1", members=members))
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["code"] == code
        assert answer.json()["errors"][0]["remedy"]

    async def test_without_an_id_number_sex_and_birth_date_are_required(
        self, registry: httpx.AsyncClient, people: People
    ) -> None:
        member = _without(people.member(), "id_number")
        answer = await registry.post("/api/v1/households", json=people.household("H1", members=[member]))
        assert {error["code"] for error in answer.json()["errors"]} == {"sex_required", "birth_date_required"}
        member |= {"sex": "1", "birth_date": "1970-01-01"}
        await create(registry, people.household("H1", members=[member]))

    @pytest.mark.req("D08")
    async def test_one_person_in_two_households_is_refused_with_both_named(
        self, registry: httpx.AsyncClient, people: People
    ) -> None:
        first = people.household("H1")
        await create(registry, first)
        second = people.household("H2", members=[people.member(), {**first["members"][1], "relation": "other"}])
        answer = await registry.post("/api/v1/households", json=second, headers={"Accept-Language": "en"})
        assert answer.status_code == 409
        problem = answer.json()
        assert problem["code"] == "duplicate-person"
        assert problem["params"] == {"household": "H2", "other": "H1"}
        assert "H1" in problem["detail"]
        assert "H2" in problem["detail"]
        assert problem["errors"][0]["pointer"] == "/members/1/id_number"
        assert first["members"][1]["id_number"] not in answer.text
