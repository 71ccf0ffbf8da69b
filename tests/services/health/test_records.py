"""Every record type through the API and the real database: created, corrected, batched, unmatched, filtered, voided."""

from dataclasses import dataclass, field

import pytest

from services.health.records import RECORD_TYPES
from shared.policy import PolicyOverride
from shared.records import Subject
from shared.testing.department import DONGZHOU_VILLAGE, HANYANG_PAIRED_VILLAGE, DepartmentSystem


@dataclass(frozen=True)
class Sample:
    """Content that is taken in; what corrects it; what is refused and where; filters that find it and that do not."""

    record_type: str
    content: dict[str, object]
    correction: dict[str, object]
    refused: dict[str, object]
    at: str
    finds: dict[str, str] = field(default_factory=dict)
    misses: dict[str, str] = field(default_factory=dict)


SAMPLES = [
    Sample(
        "insurance-enrolments",
        {"year": 2020, "enrolled": True, "enrolled_on": "2020-01-05", "scheme": "resident"},
        {"contribution": "280.00", "subsidy_class": "fixed", "subsidy": "180.00"},
        {"scheme": None},
        "/scheme",
        {"year": "2020", "enrolled": "true", "scheme": "resident"},
        {"scheme": "employee"},
    ),
    Sample(
        "doctor-contracts",
        {"year": 2020, "signed_on": "2020-02-01", "doctor": "李医生"},
        {"package": "personalised"},
        {"signed_on": "2019-02-01"},
        "/signed_on",
        {"year": "2020"},
        {"year": "2019"},
    ),
    Sample(
        "physical-examinations",
        {"year": 2020, "examined_on": "2020-03-01"},
        {"result": "abnormal", "findings": "血压偏高\n建议复查"},
        {"examined_on": "2020-06-02"},
        "/examined_on",
        {"year": "2020"},
        {"year": "2018"},
    ),
    Sample(
        "chronic-screenings",
        {"year": 2020, "screened_on": "2020-03-01"},
        {"diseases": ["hypertension", "diabetes"]},
        {"diseases": ["gout"]},
        "/diseases/0",
        {"year": "2020"},
        {"year": "2018"},
    ),
    Sample(
        "chronic-patients",
        {"disease": "hypertension", "diagnosed_on": "2019-03-01"},
        {"centre_code": "C01"},
        {"status": "ended"},
        "/ended_on",
        {"disease": "hypertension", "status": "managed"},
        {"disease": "diabetes"},
    ),
    Sample(
        "chronic-contracts",
        {"year": 2020, "disease": "hypertension", "signed_on": "2020-03-01"},
        {"follow_ups": 2},
        {"follow_ups": -1},
        "/follow_ups",
        {"disease": "hypertension"},
        {"disease": "diabetes"},
    ),
    Sample(
        "serious-illness-cases",
        {"disease": "gastric_cancer", "diagnosed_on": "2020-03-01"},
        {"filed_on": "2020-03-05", "treatment": "in_treatment"},
        {"filed_on": "2020-02-28"},
        "/filed_on",
        {"disease": "gastric_cancer"},
        {"disease": "stroke"},
    ),
    Sample(
        "settlement-bills",
        {
            "bill_number": "B-{n}",
            "kind": "inpatient",
            "settled_on": "2020-03-01",
            "total": "100.00",
            "basic_insurance": "60.00",
            "self_paid": "40.00",
        },
        {"medical_aid": "40.00", "self_paid": "0.00", "one_stop": True},
        {"total": "100.01"},
        "/total",
        {"bill_number": "B-{n}", "kind": "inpatient"},
        {"kind": "outpatient"},
    ),
    Sample(
        "health-cards",
        {"card_number": "K-{n}", "issued_on": "2020-03-01"},
        {"status": "lost"},
        {"issued_on": "2020-02-30"},
        "/issued_on",
        {"status": "active"},
        {"status": "cancelled"},
    ),
    Sample(
        "free-screenings",
        {"year": 2020, "kind": "pre_pregnancy", "screened_on": "2020-03-01"},
        {"result": "negative"},
        {"year": 2019},
        "/screened_on",
        {"kind": "pre_pregnancy", "result": "pending"},
        {"kind": "newborn"},
    ),
    Sample(
        "rehabilitations",
        {"service": "nursing", "started_on": "2020-03-01"},
        {"cost": "100.00", "in_insurance": True, "paid_by_insurance": "50.00"},
        {"paid_by_aid": "1.00"},
        "/cost",
        {"service": "nursing", "in_insurance": "false"},
        {"service": "surgery"},
    ),
    Sample(
        "package-benefits",
        {"year": 2020, "item": "free_registration", "granted_on": "2020-03-01"},
        {"amount": "12.50"},
        {"item": "free_lunch"},
        "/item",
        {"year": "2020", "item": "free_registration"},
        {"item": "free_lunch"},
    ),
    Sample(
        "fund-payments",
        {
            "payment_number": "P-{n}",
            "fund": "registered_insurance_fund",
            "paid_on": "2020-03-01",
            "amount": "500.00",
        },
        {"amount": "600.00"},
        {"fund": "serious_patient_rescue_fund"},
        "/fund",
        {"fund": "registered_insurance_fund"},
        {"fund": "government_backstop"},
    ),
    Sample(
        "publicity-visits",
        {"visited_on": "2020-03-01", "topics": ["insurance"]},
        {"aware": True},
        {"visited_on": "2020-06-02"},
        "/visited_on",
    ),
    Sample(
        "institutions",
        {
            "institution_code": "I-{n}",
            "institution_name": "某村卫生室",
            "kind": "village_clinic",
            "assessed_on": "2020-03-01",
        },
        {"standard": True, "doctors": 2},
        {"doctors": -1},
        "/doctors",
        {"kind": "village_clinic"},
        {"kind": "hospital"},
    ),
]
SUBJECTS = {one.name: one.subject for one in RECORD_TYPES}


def numbered(content: dict[str, object], number: int) -> dict[str, object]:
    return {
        name: value.replace("{n}", str(number)) if isinstance(value, str) else value for name, value in content.items()
    }


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
