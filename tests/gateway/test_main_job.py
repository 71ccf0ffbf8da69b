"""The main job: a department system posts an update, and a mobile client reads the status that it changed."""

import time
from typing import cast

import pytest

from tests.gateway.families import (
    BILLS,
    ENROLMENTS,
    bill,
    enrolment,
    figure,
    guarantee,
    household,
    member,
    new_id_number,
    register,
    signals,
    status_answer,
    status_of,
    version_of,
)
from tests.gateway.system import System, body_of


class TestUpdateToStatus:
    @pytest.mark.req("M45", "SYS01", "D41", "M04", "D29")
    async def test_a_posted_record_changes_the_status_that_the_mobile_client_reads(self, system: System) -> None:
        family = await register(system, size=2)
        before = await status_of(system.mobile, family, at_least="registry:1")
        assert guarantee(before)["state"] == "unknown", "a department that has said nothing gives unknown, never met"

        head, spouse = family.people
        first = await system.health.post(ENROLMENTS, enrolment(id_number=head.id_number))
        assert first.status_code == 201, first.text
        half = await status_of(system.mobile, family, at_least=f"health:{version_of(first)}")
        part = guarantee(half)
        assert part["state"] == "unmet"
        (reason,) = cast(list[dict[str, object]], part["reasons"])
        assert reason["code"] == "no_enrolment"
        assert reason["department"] == "health"
        assert reason["member_id"] == spouse.member_id
        assert "insurance_gap" in signals(half)

        second = await system.health.post(ENROLMENTS, enrolment(member_id=spouse.member_id))
        whole = await status_of(system.mobile, family, at_least=f"health:{version_of(second)}")
        part = guarantee(whole)
        assert part["state"] == "met"
        assert part["reasons"] == []
        assert set(cast(list[str], part["evidence"])) == {first.json()["id"], second.json()["id"]}
        (source,) = cast(list[dict[str, object]], part["sources"])
        assert source["department"] == "health"
        assert source["version"] == version_of(second)
        assert "insurance_gap" not in signals(whole)

    @pytest.mark.req("M27", "M04")
    async def test_the_short_form_tells_the_same(self, system: System) -> None:
        family = await register(system, size=1)
        written = await system.health.post(ENROLMENTS, enrolment(enrolled=False, id_number=family.head.id_number))
        short = await status_of(system.mobile, family, at_least=f"health:{version_of(written)}", view="mobile")
        assert cast(dict[str, str], short["guarantees"])["basic_medical"] == "unmet"
        assert short["all_held"] == "no"
        assert cast(dict[str, dict[str, object]], short["sources"])["health"]["version"] == version_of(written)

    @pytest.mark.req("M45")
    async def test_every_source_of_a_status_has_a_version_and_an_age(self, system: System) -> None:
        family = await register(system, size=1)
        written = await system.health.post(ENROLMENTS, enrolment(id_number=family.head.id_number))
        status = await status_of(system.mobile, family, at_least=f"health:{version_of(written)}")
        sources = cast(dict[str, dict[str, object]], status["sources"])
        assert sources["health"]["version"] == version_of(written)
        for department, source in sources.items():
            assert source["as_of"] is not None, f"{department} does not say as of when"
            assert source["age_days"] == 0, f"{department} has no age"

    @pytest.mark.req("M45")
    async def test_the_status_is_found_by_code_and_by_id_number_too(self, system: System) -> None:
        family = await register(system, size=1)
        status = await status_of(system.mobile, family, at_least="registry:1")
        by_code = await system.mobile.get(f"/api/v1/households/by-code/{family.code}/status")
        by_number = await system.mobile.post("/api/v1/statuses:lookup", {"id_number": family.head.id_number})
        assert body_of(by_code)["household_id"] == family.household_id
        assert body_of(by_number)["household_id"] == family.household_id
        assert body_of(by_number)["members"] == status["members"]

    async def test_an_unchanged_status_is_answered_by_304(self, system: System) -> None:
        family = await register(system, size=1)
        written = await system.health.post(ENROLMENTS, enrolment(id_number=family.head.id_number))
        read = await status_answer(system.mobile, family, at_least=f"health:{version_of(written)}")
        again = await system.mobile.get(family.status_path, headers={"If-None-Match": read.headers["etag"]})
        assert again.status_code == 304
        changed = await system.health.post(BILLS, bill(id_number=family.head.id_number))
        await status_of(system.mobile, family, at_least=f"health:{version_of(changed)}")
        newer = await system.mobile.get(family.status_path, headers={"If-None-Match": read.headers["etag"]})
        assert newer.status_code == 200


class TestReadYourOwnWrite:
    @pytest.mark.req("SYS24")
    async def test_each_of_many_writes_is_in_the_next_read(self, system: System) -> None:
        family = await register(system, size=1)
        for count in range(1, 11):
            written = await system.health.post(BILLS, bill(self_paid="1.00", id_number=family.head.id_number))
            status = await status_of(system.mobile, family, at_least=f"health:{version_of(written)}")
            assert figure(status, "self_paid_medical_cost") == f"{count}.00"

    async def test_without_asking_for_a_version_a_write_shows_within_seconds(self, system: System) -> None:
        family = await register(system, size=1)
        await status_of(system.mobile, family, at_least="registry:1")
        written = await system.health.post(BILLS, bill(self_paid="7.00", id_number=family.head.id_number))
        deadline = time.monotonic() + 30
        while version_of(await system.mobile.get(family.status_path)) < version_of(written):
            assert time.monotonic() < deadline, "the cache went on serving an old status"

    async def test_a_version_that_never_comes_is_a_bounded_503(self, system: System) -> None:
        family = await register(system, size=1)
        began = time.monotonic()
        answer = await system.mobile.get(family.status_path, params={"at_least": "health:999999"})
        assert time.monotonic() - began < 20
        assert answer.status_code == 503
        assert answer.headers["content-type"].startswith("application/problem+json")
        assert int(answer.headers["retry-after"]) >= 1

    async def test_an_unknown_department_or_a_malformed_version_is_refused(self, system: System) -> None:
        family = await register(system, size=1)
        for wrong in ("health", "health:", "health:-1", "health:1e9", "", "Health:1", "health:" + "9" * 30):
            answer = await system.mobile.get(family.status_path, params={"at_least": wrong})
            assert answer.status_code == 400, f"{wrong!r}: {answer.status_code} {answer.text}"


class TestUnmatchedThenMatched:
    @pytest.mark.req("M45", "M33")
    async def test_a_record_of_a_person_whom_nobody_knows_yet_waits_for_the_household(self, system: System) -> None:
        id_number = new_id_number()
        early = await system.health.post(ENROLMENTS, enrolment(id_number=id_number))
        assert body_of(early, 201)["state"] == "unmatched"
        assert id_number not in early.text
        waiting = body_of(await system.office.get("/api/v1/health/unmatched"))
        assert cast(dict[str, int], waiting["counts"])["insurance-enrolments"] >= 1

        made = body_of(await system.registry.post("/api/v1/households", household([member(id_number)])), 201)
        path = f"/api/v1/households/{made['household_id']}/status"
        deadline = time.monotonic() + 60
        while True:
            status = body_of(await system.mobile.get(path))
            if guarantee(status)["state"] == "met":
                break
            assert time.monotonic() < deadline, f"the record did not find its household: {guarantee(status)}"
        record = body_of(await system.health.get(f"{ENROLMENTS}/{early.json()['id']}"))
        assert record["state"] == "matched"
        assert record["household_id"] == made["household_id"]
