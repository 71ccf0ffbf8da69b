"""Writes: once and only once, guarded corrections, bad rows that harm nobody, refusals that say what to do."""

import asyncio
import uuid
from typing import cast

import pytest

from tests.gateway.families import (
    BILLS,
    ENROLMENTS,
    bill,
    enrolment,
    figure,
    household,
    member,
    new_id_number,
    register,
    status_of,
    today,
    version_of,
)
from tests.gateway.system import System, body_of


class TestIdempotency:
    @pytest.mark.req("SYS24")
    async def test_the_same_key_gives_the_same_answer_and_writes_once(self, system: System) -> None:
        family = await register(system, size=1)
        key, content = uuid.uuid4().hex, bill(self_paid="12.00", id_number=family.head.id_number)
        first = await system.health.post(BILLS, content, key=key)
        again = await system.health.post(BILLS, content, key=key)
        assert first.status_code == again.status_code == 201
        assert first.content == again.content
        assert version_of(first) == version_of(again)
        history = body_of(await system.health.get(f"{BILLS}/{first.json()['id']}/history"))
        assert len(cast(list[object], history["entries"])) == 1

    async def test_sent_twenty_times_at_once_it_is_written_once(self, system: System) -> None:
        family = await register(system, size=1)
        key, content = uuid.uuid4().hex, bill(self_paid="5.00", id_number=family.head.id_number)
        answers = await asyncio.gather(*(system.health.post(BILLS, content, key=key) for _ in range(20)))
        assert {answer.status_code for answer in answers} == {201}
        assert len({answer.content for answer in answers}) == 1
        found = await system.health.pages(BILLS, bill_number=str(content["bill_number"]))
        assert [one["revision"] for one in found] == [1]
        status = await status_of(system.mobile, family, at_least=f"health:{version_of(answers[0])}")
        assert figure(status, "self_paid_medical_cost") == "5.00"

    async def test_the_same_key_with_another_content_is_refused(self, system: System) -> None:
        family = await register(system, size=1)
        key = uuid.uuid4().hex
        body_of(await system.health.post(BILLS, bill(id_number=family.head.id_number), key=key), 201)
        other = await system.health.post(BILLS, bill(id_number=family.head.id_number), key=key)
        assert (other.status_code, other.json()["code"]) == (409, "idempotency-key-reused")

    async def test_a_household_posted_twice_under_a_key_exists_once(self, system: System) -> None:
        key, content = uuid.uuid4().hex, household([member(new_id_number())])
        answers = await asyncio.gather(
            *(system.registry.post("/api/v1/households", content, key=key) for _ in range(8))
        )
        assert {answer.status_code for answer in answers} == {201}
        assert len({answer.json()["household_id"] for answer in answers}) == 1

    async def test_without_a_key_the_natural_key_keeps_a_repeat_from_doubling(self, system: System) -> None:
        family = await register(system, size=1)
        content = bill(self_paid="9.00", id_number=family.head.id_number)
        first = await system.health.post(BILLS, content)
        again = await system.health.post(BILLS, content)
        assert (first.status_code, again.status_code) == (201, 200)
        assert first.json()["id"] == again.json()["id"]
        assert again.json()["revision"] == 1


class TestCorrections:
    @pytest.mark.req("D10")
    async def test_a_correction_under_an_old_tag_is_refused_and_changes_nothing(self, system: System) -> None:
        family = await register(system, size=1)
        content = bill(self_paid="10.00", id_number=family.head.id_number)
        first = await system.health.post(BILLS, content)
        tag = first.headers["etag"]
        corrected = {**content, "total": "20.00", "self_paid": "20.00"}
        second = await system.health.post(BILLS, corrected, headers={"If-Match": tag})
        assert body_of(second)["revision"] == 2
        third = await system.health.post(
            BILLS, {**content, "total": "30.00", "self_paid": "30.00"}, headers={"If-Match": tag}
        )
        assert third.status_code == 412
        status = await status_of(system.mobile, family, at_least=f"health:{version_of(second)}")
        assert figure(status, "self_paid_medical_cost") == "20.00"

    async def test_of_many_corrections_under_one_tag_exactly_one_is_taken(self, system: System) -> None:
        family = await register(system, size=1)
        path = f"/api/v1/households/{family.household_id}"
        tag = (await system.registry.get(path)).headers["etag"]
        answers = await asyncio.gather(
            *(
                system.registry.send("PATCH", path, body={"village_group": f"{number}组"}, headers={"If-Match": tag})
                for number in range(1, 9)
            )
        )
        assert sorted(answer.status_code for answer in answers) == [200] + [412] * 7

    async def test_the_history_tells_who_when_and_what_before(self, system: System) -> None:
        family = await register(system, size=1)
        content = bill(self_paid="10.00", id_number=family.head.id_number)
        first = await system.health.post(BILLS, content)
        await system.health.post(BILLS, {**content, "total": "11.00", "self_paid": "11.00"})
        voided = await system.health.post(f"{BILLS}/{first.json()['id']}:void", {"reason": "录入有误"})
        assert body_of(voided)["state"] == "voided"
        history = body_of(await system.health.get(f"{BILLS}/{first.json()['id']}/history"))
        entries = cast(list[dict[str, object]], history["entries"])
        assert {str(entry["action"]) for entry in entries} == {"create", "correct", "void"}
        assert all(entry["principal"] == "health-system" and entry["request_id"] for entry in entries)
        status = await status_of(system.mobile, family, at_least=f"health:{version_of(voided)}")
        assert figure(status, "self_paid_medical_cost") is None


class TestBadRows:
    @pytest.mark.req("SYS24", "M49")
    async def test_a_bad_row_does_not_take_its_neighbours_along(self, system: System) -> None:
        family = await register(system, size=2)
        head, spouse = family.people
        rows: list[object] = [
            enrolment(id_number=head.id_number),
            {**enrolment(id_number=spouse.id_number), "scheme": "no such scheme"},
            enrolment(id_number=spouse.id_number[:-1] + ("0" if spouse.id_number[-1] != "0" else "1")),
            "not even an object",
            None,
            {**enrolment(id_number=spouse.id_number), "enrolled_on": "2026-13-40"},
            enrolment(id_number=spouse.id_number),
        ]
        document = body_of(await system.health.post(f"{ENROLMENTS}:batch", {"rows": rows}))
        results = cast(list[dict[str, object]], document["results"])
        assert [one["row"] for one in results] == list(range(7))
        assert [one["status"] for one in results] == [201, 422, 422, 422, 422, 422, 201]
        assert (document["accepted"], document["refused"]) == (2, 5)
        for one in results[1:6]:
            problem = cast(dict[str, object], one["problem"])
            for error in cast(list[dict[str, str]], problem["errors"]):
                assert error["pointer"].startswith(f"/rows/{one['row']}")
        version = results[6]["version"]
        status = await status_of(system.mobile, family, at_least=f"health:{version}")
        parts = cast(list[dict[str, object]], status["guarantees"])
        assert next(part for part in parts if part["item"] == "basic_medical")["state"] == "met"

    async def test_a_bad_household_does_not_take_its_neighbours_along(self, system: System) -> None:
        good, other = household([member(new_id_number())]), household([member(new_id_number())])
        no_head = household([member(new_id_number(), relation="son")])
        same_person = household([cast(list[dict[str, object]], good["members"])[0]])
        rows = [good, no_head, same_person, {**other, "division": "999999999999"}, other]
        document = body_of(await system.registry.post("/api/v1/households:batch", {"rows": rows}))
        results = cast(list[dict[str, object]], document["results"])
        assert [one["status"] for one in results][0::4] == [201, 201]
        assert results[1]["status"] == 422
        assert results[2]["status"] == 409, "one person, one household"
        assert results[3]["status"] in {403, 422}
        duplicate = cast(dict[str, object], results[2]["problem"])
        named = str(duplicate)
        assert str(good["code"]) in named
        assert str(same_person["code"]) in named

    @pytest.mark.parametrize(
        ("rows", "status"), [([], 422), (["x"] * 1001, 413), ({}, 422), (None, 422), ("rows", 422)]
    )
    async def test_a_batch_of_the_wrong_size_or_kind_is_refused_as_a_whole(
        self, system: System, rows: object, status: int
    ) -> None:
        answer = await system.health.post(f"{ENROLMENTS}:batch", {"rows": rows})
        assert answer.status_code == status
        assert answer.json()["errors"][0]["pointer"] == "/rows"


class TestRefusals:
    @pytest.mark.req("SYS24", "M49")
    async def test_a_refusal_names_field_rule_and_remedy_in_both_languages(self, system: System) -> None:
        content = {**enrolment(id_number=new_id_number()), "enrolled_on": f"{today().year - 3}-05-01"}
        texts = {}
        for language in ("zh", "en"):
            answer = await system.health.post(ENROLMENTS, content, headers={"Accept-Language": language})
            assert answer.status_code == 422
            assert answer.headers["content-language"] == language
            problem = answer.json()
            assert problem["title"]
            assert problem["detail"]
            assert problem["remedy"]
            assert problem["instance"] == answer.headers["x-request-id"]
            (error,) = problem["errors"]
            assert error["pointer"] == "/enrolled_on"
            assert error["code"] == "day_outside_enrolment"
            assert error["message"]
            assert error["remedy"]
            texts[language] = error["message"] + error["remedy"]
        assert any("\u4e00" <= letter <= "\u9fff" for letter in texts["zh"])
        assert texts["en"].isascii()

    async def test_a_bill_whose_layers_do_not_add_up_is_refused_with_both_sums(self, system: System) -> None:
        answer = await system.health.post(BILLS, {**bill(id_number=new_id_number()), "total": "99.00"})
        (error,) = body_of(answer, 422)["errors"]  # type: ignore[misc]  # a list
        assert error["code"] == "layers_do_not_add_up"  # type: ignore[has-type]
        assert "99.00" in error["message"]  # type: ignore[has-type]
        assert "30.00" in error["message"]  # type: ignore[has-type]

    async def test_an_ambiguous_name_is_a_conflict(self, system: System) -> None:
        one, other = member(new_id_number()), member(new_id_number("female"), relation="daughter")
        code = household([one, {**other, "name": one["name"]}])
        made = body_of(await system.registry.post("/api/v1/households", code), 201)
        content = enrolment(household_code=str(made["code"]), name=str(one["name"]))
        path = f"/api/v1/households/{made['household_id']}/status"
        waited = await system.mobile.get(path, params={"at_least": "health:1"})
        assert waited.status_code == 200
        answer = await system.health.post(ENROLMENTS, content)
        assert answer.status_code == 409, answer.text
