"""Every record type through the API and the real database: created, corrected, batched, unmatched, filtered, voided."""

from dataclasses import dataclass

import pytest

from services.health.records import RECORD_TYPES
from shared.policy import PolicyOverride
from shared.records import Subject
from shared.roster.models import Sex
from shared.testing.department import DONGZHOU_VILLAGE, HANYANG_PAIRED_VILLAGE, DepartmentSystem
from tests.services.health.samples import SAMPLES, Sample, numbered

SUBJECTS = {one.name: one.subject for one in RECORD_TYPES}


@dataclass
class Case:
    """A sample with a subject of its own in the roster."""

    sample: Sample
    subject: dict[str, object]
    number: int
    id_number: str

    @property
    def body(self) -> dict[str, object]:
        return {**self.subject, **numbered(self.sample.content, self.number)}


@pytest.fixture(scope="module")
async def village(health: DepartmentSystem) -> None:
    item = PolicyOverride(
        key="health.health_package_items", area="420115000000", year=2020, value=["free_registration"]
    )
    await health.set_policy(item)


@pytest.fixture(params=SAMPLES, ids=lambda sample: sample.record_type)
async def case(request: pytest.FixtureRequest, health: DepartmentSystem, village: None) -> Case:
    sample: Sample = request.param
    person = health.person("王五")
    home = await health.household(person)
    subject: dict[str, object] = {
        Subject.MEMBER: {"id_number": person.id_number},
        Subject.HOUSEHOLD: {"household_code": home.code},
        Subject.VILLAGE: {"division": HANYANG_PAIRED_VILLAGE},
    }[SUBJECTS[sample.record_type]]
    return Case(sample, subject, int(home.code[1:]), person.id_number)


def test_every_record_type_has_a_sample() -> None:
    assert {one.record_type for one in SAMPLES} == set(SUBJECTS)


class TestEveryRecordType:
    async def test_created_then_corrected_in_place(self, health: DepartmentSystem, case: Case) -> None:
        created = await health.post(case.sample.record_type, case.body)
        assert created.status_code == 201, created.text
        repeated = await health.post(case.sample.record_type, case.body)
        assert (repeated.status_code, repeated.json()["revision"]) == (200, 1)
        corrected = await health.post(case.sample.record_type, {**case.body, **case.sample.correction})
        assert corrected.status_code == 200, corrected.text
        assert corrected.json()["id"] == created.json()["id"]
        assert corrected.json()["revision"] == 2
        assert corrected.json().items() >= case.sample.correction.items()
        path = f"{case.sample.record_type}/{created.json()['id']}"
        assert (await health.get(path)).json() == corrected.json()
        history = (await health.get(f"{path}/history")).json()["entries"]
        assert [entry["action"] for entry in history] == ["create", "correct"]

    async def test_refused_with_field_and_remedy(self, health: DepartmentSystem, case: Case) -> None:
        body = {**case.body, **case.sample.refused}
        answer = await health.post(case.sample.record_type, body, **{"Accept-Language": "en"})
        assert answer.status_code == 422, answer.text
        (fault,) = answer.json()["errors"]
        assert fault["pointer"] == case.sample.at
        assert fault["message"]
        assert fault["remedy"]
        assert case.id_number not in answer.text

    async def test_a_bad_row_takes_no_neighbour_along(self, health: DepartmentSystem, case: Case) -> None:
        bad = {**case.body, **case.sample.refused}
        rows = [bad, case.body, {**case.body, "no_such_field": 1}]
        answer = await health.post(f"{case.sample.record_type}:batch", {"rows": rows})
        assert answer.status_code == 200, answer.text
        result = answer.json()
        assert (result["accepted"], result["refused"]) == (1, 2)
        assert [row["status"] for row in result["results"]] == [422, 201, 422]
        assert result["results"][0]["problem"]["errors"][0]["pointer"] == f"/rows/0{case.sample.at}"
        assert result["results"][2]["problem"]["errors"][0]["pointer"] == "/rows/2/no_such_field"

    async def test_filters_find_it_and_only_it(self, health: DepartmentSystem, case: Case) -> None:
        created = (await health.post(case.sample.record_type, case.body)).json()
        where: dict[str, object] = {"division": HANYANG_PAIRED_VILLAGE, "limit": 200}
        if created["member_id"] is not None:
            where["member_id"] = created["member_id"]
        elif created["household_id"] is not None:
            where["household_id"] = created["household_id"]
        finds = numbered(dict(case.sample.finds), case.number)
        found = (await health.get(case.sample.record_type, **where, **finds)).json()["items"]
        assert created["id"] in [one["id"] for one in found]
        if case.sample.misses:
            missed = await health.get(case.sample.record_type, **where, **case.sample.misses)
            assert created["id"] not in [one["id"] for one in missed.json()["items"]]
        elsewhere = await health.get(case.sample.record_type, division=DONGZHOU_VILLAGE)
        assert created["id"] not in [one["id"] for one in elsewhere.json()["items"]]
        unknown = await health.get(case.sample.record_type, colour="red")
        assert unknown.status_code == 400

    async def test_voided_with_a_reason_it_makes_room(self, health: DepartmentSystem, case: Case) -> None:
        created = (await health.post(case.sample.record_type, case.body)).json()
        path = f"{case.sample.record_type}/{created['id']}"
        assert (await health.post(f"{path}:void", {})).status_code == 422
        voided = await health.post(f"{path}:void", {"reason": "录入有误"})
        assert voided.status_code == 200, voided.text
        assert voided.json()["state"] == "voided"
        again = await health.post(case.sample.record_type, case.body)
        assert again.status_code == 201
        assert again.json()["id"] != created["id"]

    async def test_an_unknown_subject_waits_and_is_matched_when_it_appears(
        self, health: DepartmentSystem, case: Case
    ) -> None:
        if SUBJECTS[case.sample.record_type] is Subject.VILLAGE:
            pytest.skip("a place is known by its code")
        newcomer = health.person("赵六")
        body = {"id_number": newcomer.id_number, **numbered(case.sample.content, case.number + 500_000)}
        waiting = await health.post(case.sample.record_type, body)
        assert waiting.status_code == 201, waiting.text
        assert (waiting.json()["state"], waiting.json()["household_id"]) == ("unmatched", None)
        home = await health.household(newcomer)
        record = (await health.get(f"{case.sample.record_type}/{waiting.json()['id']}")).json()
        assert (record["state"], record["household_id"]) == ("matched", str(home.household_id))

    async def test_outside_the_callers_area_nothing_is_written_or_seen(
        self, health: DepartmentSystem, case: Case
    ) -> None:
        there = health.headers("210403000000")
        path = f"/api/v1/health/{case.sample.record_type}"
        refused = await health.client.post(path, json=case.body, headers=there)
        assert refused.status_code == 403, refused.text
        created = (await health.post(case.sample.record_type, case.body)).json()
        assert (await health.client.get(f"{path}/{created['id']}", headers=there)).status_code == 404

    async def test_reading_and_writing_need_their_scopes(self, health: DepartmentSystem, case: Case) -> None:
        path = f"/api/v1/health/{case.sample.record_type}"
        reader = health.headers(scopes=("health:read",))
        assert (await health.client.post(path, json=case.body, headers=reader)).status_code == 403
        writer = health.headers(scopes=("health:write",))
        assert (await health.client.get(path, headers=writer)).status_code == 403


@pytest.mark.req("Y50")
async def test_what_waited_is_not_taken_in_against_the_rules_once_its_person_is_known(health: DepartmentSystem) -> None:
    man, woman = health.person("周"), health.person("吴", sex=Sex.FEMALE)
    screening = {"year": 2020, "kind": "cervical_cancer", "screened_on": "2020-05-01"}
    waiting = [await health.accept("free-screenings", one, **screening) for one in (man, woman)]
    await health.household(man, woman)
    after = [await health.read(f"free-screenings/{one['id']}") for one in waiting]
    assert [one["state"] for one in after] == ["unmatched", "matched"]
    # Sent again it is told what is wrong with it.
    refused = await health.refuse("free-screenings", {"id_number": man.id_number, **screening})
    assert refused == [("/kind", "screening_not_for_sex")]
