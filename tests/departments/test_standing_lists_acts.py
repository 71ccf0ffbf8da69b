"""What officials do about the lines of standing lists: states, history, two at once, batches, lines that leave."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from itertools import count

import pytest

from shared.database import Database
from shared.pii import Vault
from shared.policy import PolicyStore
from shared.standing_lists import StandingList
from shared.standing_lists.sweeping import Sweeping
from shared.testing.databases import TestDatabases
from shared.testing.department import Body, DepartmentSystem, running_department
from shared.testing.tokens import TestTokens
from tests.departments.water_lists.app import create_app
from tests.departments.water_lists.lists import LISTS, UNCHECKED
from tests.departments.water_lists.system import act, acted, check, history, lines, the_line


@pytest.fixture(scope="module")
async def water(
    service_database: TestDatabases, nats_url: str, tokens: TestTokens, vault: Vault
) -> AsyncIterator[DepartmentSystem]:
    database = await service_database("water", package="tests.departments.water_lists")
    async with running_department(
        create_app, name="water", database=database, nats_url=nats_url, tokens=tokens, vault=vault
    ) as system:
        yield system


@pytest.fixture(scope="module")
def villages() -> Iterator[int]:
    return count(201)


@pytest.fixture
def village(villages: Iterator[int]) -> str:
    return f"420115010{next(villages)}"


async def unchecked(water: DepartmentSystem, village: str) -> Body:
    await water.household(water.person("甲"), division=village)
    return await the_line(water, "unchecked", division=village)


async def too_little(water: DepartmentSystem, village: str) -> tuple[Body, Body]:
    """The line of a household with too little water, and the check behind it."""
    home = await water.household(water.person("甲"), division=village)
    body = check(home.code, litres="10.00")
    await water.accept_row("water-checks", body)
    return await the_line(water, "too_little", division=village), body


async def sweep(water: DepartmentSystem, standing: StandingList) -> int:
    database = await Database.open(water.database.app_url, name="sweep", min_size=1, max_size=1)
    try:
        sweeping = Sweeping(database=database, declared=LISTS, policies=PolicyStore(), clock=water.clock)
        return await sweeping.sweep(standing)
    finally:
        await database.close()


async def test_a_line_is_checked_settled_reopened_and_all_of_it_is_kept(water: DepartmentSystem, village: str) -> None:
    line = await unchecked(water, village)
    assert (line["state"], line["changed_by"], line["previous_state"]) == ("open", None, None)
    checked = await acted(water, "unchecked", line, "check", by="official-a", remark="入户核实，电话13912345678")
    assert (checked["state"], checked["changed_by"], checked["source_system"]) == ("checked", "official-a", "test")
    assert checked["remark"] == "入户核实，电话***"
    settled = await acted(water, "unchecked", line, "settle", by="official-b", outcome="declined", remark="本人不愿意")
    assert await the_line(water, "unchecked", division=village) == settled
    assert settled["outcome"] == "declined"
    reopened = await acted(water, "unchecked", line, "reopen", remark="改变主意")
    assert (reopened["state"], reopened["outcome"], reopened["remark"]) == ("open", None, "改变主意")
    told = await history(water, "unchecked", line)
    assert told["line"] == reopened
    entries = told["entries"]
    assert [(one["action"], one["principal"], one["revision"]) for one in entries] == [  # type: ignore[index,attr-defined]
        ("check", "official-a", 1),
        ("settle", "official-b", 2),
        ("reopen", "water-system", 3),
    ]
    assert entries[1]["before"]["state"] == "checked"  # type: ignore[index]
    assert entries[1]["after"] == {"state": "settled", "outcome": "declined", "remark": "本人不愿意", "detail": {}}  # type: ignore[index]
    assert all(one["request_id"] and one["source_system"] == "test" for one in entries)  # type: ignore[attr-defined]


async def test_what_does_not_fit_the_state_is_a_conflict_that_names_who_was_there(
    water: DepartmentSystem, village: str
) -> None:
    line = await unchecked(water, village)
    too_early = await act(water, "unchecked", line, "reopen", remark="无")
    assert (too_early.status_code, too_early.json()["code"]) == (409, "list-line-state")
    await acted(water, "unchecked", line, "settle", by="official-a", outcome="done")
    again = await act(water, "unchecked", line, "settle", by="official-b", outcome="declined")
    assert again.status_code == 409
    assert "official-a" in again.json()["detail"]
    assert "“已办结”" in again.json()["detail"]
    assert (await act(water, "unchecked", line, "check")).status_code == 409
    assert len((await history(water, "unchecked", line))["entries"]) == 1  # type: ignore[arg-type]


async def test_of_two_officials_at_once_one_is_told(water: DepartmentSystem, village: str) -> None:
    line = await unchecked(water, village)
    for entries in (1, 3):  # a line that nobody has touched, and one that is held already
        answers = await asyncio.gather(
            *(act(water, "unchecked", line, "settle", by=f"official-{n}", outcome="done") for n in range(8))
        )
        assert sorted(one.status_code for one in answers) == [200, *[409] * 7]
        assert len((await history(water, "unchecked", line))["entries"]) == entries  # type: ignore[arg-type]
        await acted(water, "unchecked", line, "reopen", remark="再核")


async def test_if_match_guards_state_and_cause(water: DepartmentSystem, village: str) -> None:
    line, body = await too_little(water, village)
    checked = await act(water, "too_little", line, "check", if_match=f'"{line["version"]}"')
    assert (checked.status_code, checked.headers["etag"]) == (200, f'"{checked.json()["version"]}"')
    for stale in (line["version"], "7", "nonsense", "W/"):
        answer = await act(water, "too_little", line, "settle", outcome="done", if_match=stale)
        assert (answer.status_code, answer.json()["code"]) == (412, "precondition-failed")
    await water.accept_row("water-checks", {**body, "litres_per_person_day": "11.00"})
    seen = checked.json()["version"]
    assert (await act(water, "too_little", line, "settle", outcome="done", if_match=seen)).status_code == 412
    assert (await act(water, "too_little", line, "settle", outcome="done", if_match="*")).status_code == 200


async def test_the_same_again_changes_nothing(water: DepartmentSystem, village: str) -> None:
    line = await unchecked(water, village)
    first = await act(water, "unchecked", line, "check", remark="已核", key=f"check-{village}")
    for key in (f"check-{village}", f"other-{village}"):
        repeat = await act(water, "unchecked", line, "check", remark="已核", key=key)
        assert (repeat.status_code, repeat.json()) == (200, first.json())
    reused = await act(water, "unchecked", line, "check", remark="另外", key=f"check-{village}")
    assert (reused.status_code, reused.json()["code"]) == (409, "idempotency-key-reused")
    assert len((await history(water, "unchecked", line))["entries"]) == 1  # type: ignore[arg-type]


async def test_days_that_pass_do_not_open_a_line_and_a_changed_cause_does(
    water: DepartmentSystem, village: str
) -> None:
    line, body = await too_little(water, village)
    settled = await acted(water, "too_little", line, "settle", outcome="justified", remark="自备水源")
    water.clock.advance(timedelta(days=1))
    later = await the_line(water, "too_little", division=village)
    assert later["detail"]["days"] == line["detail"]["days"] + 1  # type: ignore[index]
    assert {**later, "detail": settled["detail"]} == settled
    await water.accept_row("water-checks", {**body, "litres_per_person_day": "5.00"})
    changed = await the_line(water, "too_little", division=village)
    assert (changed["line_id"], changed["state"], changed["previous_state"]) == (line["line_id"], "open", "settled")
    assert (changed["outcome"], changed["remark"]) == (None, None)
    again = await acted(water, "too_little", line, "settle", outcome="done")
    assert (again["state"], again["previous_state"]) == ("settled", None)
    entries = (await history(water, "too_little", line))["entries"]
    assert [one["after"]["detail"]["litres"] for one in entries] == ["10.00", "5.00"]  # type: ignore[attr-defined]


async def test_a_line_whose_cause_is_gone_leaves_and_opens_anew_when_it_is_back(
    water: DepartmentSystem, village: str
) -> None:
    line = await unchecked(water, village)
    await acted(water, "unchecked", line, "settle", outcome="done")
    record = await water.accept_row("water-checks", check(str(line["household_code"])))
    assert await lines(water, "unchecked", division=village) == []
    gone = await the_line(water, "unchecked", division=village, state="gone")
    assert (gone["state"], gone["previous_state"], gone["outcome"]) == ("gone", "settled", "done")
    assert (await history(water, "unchecked", line))["line"] == gone
    assert (await act(water, "unchecked", line, "check")).status_code == 404
    assert await sweep(water, UNCHECKED) >= 1
    assert await sweep(water, UNCHECKED) == 0
    swept = await the_line(water, "unchecked", division=village, state="gone")
    assert (swept["previous_state"], swept["changed_by"]) == (None, "sweeping")
    await water.post(f"water-checks/{record['id']}:void", {"reason": "错误"})
    back = await the_line(water, "unchecked", division=village)
    assert (back["line_id"], back["state"], back["previous_state"]) == (line["line_id"], "open", "gone")
    assert await lines(water, "unchecked", division=village, state="gone") == []
    actions = [one["action"] for one in (await history(water, "unchecked", line))["entries"]]  # type: ignore[attr-defined]
    assert actions == ["settle", "gone"]
    assert (await acted(water, "unchecked", line, "check"))["state"] == "checked"


@pytest.mark.parametrize("code", ["unchecked", "clean_but_scattered"])
async def test_a_state_moves_along_with_household_and_person(water: DepartmentSystem, village: str, code: str) -> None:
    elsewhere = "210403104" + village[-3:]
    person = water.person("甲")
    home = await water.household(person, division=village)
    if code == "clean_but_scattered":
        await water.accept_row("water-checks", check(home.code, source="scattered"))
    line = await the_line(water, code, village)
    await acted(water, code, line, "check")
    await water.household(person, household_id=home.household_id, version=2, division=elsewhere, code=home.code)
    moved = await the_line(water, code, elsewhere)
    assert (moved["line_id"], moved["state"], moved["division"]) == (line["line_id"], "checked", elsewhere)
    assert await lines(water, code, village) == []
    path = f"/api/v1/water/lists/{code}/lines/{line['line_id']}:settle"
    refused = await water.client.post(path, json={"outcome": "done"}, headers=water.headers(village))
    assert refused.status_code == 404
    settled = await water.client.post(path, json={"outcome": "done"}, headers=water.headers(elsewhere))
    assert settled.status_code == 200


async def test_years_have_lines_of_their_own(water: DepartmentSystem, village: str) -> None:
    line = await unchecked(water, village)
    before = await the_line(water, "unchecked", division=village, year=2019)
    assert str(line["line_id"])[:4] + str(before["line_id"])[:4] == "20202019"
    await acted(water, "unchecked", before, "check")
    assert (await the_line(water, "unchecked", division=village))["state"] == "open"
    rows = [{"line_id": one["line_id"], "action": "settle", "outcome": "done"} for one in (line, before)]
    refused = await water.post("lists/unchecked/lines:batch", {"rows": rows})
    assert [error["code"] for error in refused.json()["errors"]] == ["lines_of_one_year"]


async def test_a_bad_row_takes_no_neighbour_along(water: DepartmentSystem, village: str) -> None:
    await water.household(*(water.person(name) for name in "甲乙丙"), division=village, code=f"B{village}")
    await water.accept_row("water-checks", check(f"B{village}", source="scattered"))
    one, two, three = await lines(water, "clean_but_scattered", division=village)
    rows: list[object] = [
        {"line_id": one["line_id"], "action": "check", "version": one["version"]},
        {"line_id": one["line_id"], "action": "settle", "outcome": "nonsense"},
        {"line_id": one["line_id"], "action": "settle", "outcome": "data_corrected"},
        {"line_id": two["line_id"], "action": "check", "version": "9.abc"},
        {"line_id": three["line_id"], "action": "reopen"},
        {"line_id": "x", "action": "check"},
        {"line_id": one["line_id"], "action": "vanish"},
        {"line_id": "00000000-0000-4000-8000-000000000000", "action": "check"},
        {"line_id": "20200000-0000-4000-8000-000000000000", "action": "check"},
        7,
        None,
    ]
    answer = await water.post("lists/clean_but_scattered/lines:batch", {"rows": rows})
    assert answer.status_code == 200, answer.text
    result = answer.json()
    assert [row["status"] for row in result["results"]] == [200, 422, 200, 412, 422, 422, 422, 404, 404, 422, 422]
    assert (result["accepted"], result["refused"]) == (2, 9)
    assert result["results"][5]["problem"]["errors"][0]["pointer"] == "/rows/5/line_id"
    assert len((await history(water, "clean_but_scattered", one))["entries"]) == 2  # type: ignore[arg-type]
    held = await water.rows("SELECT line_id FROM standing_line WHERE list = 'clean_but_scattered' AND revision = 0")
    assert held == []


async def test_a_batch_cannot_be_held_to_one_version(water: DepartmentSystem, village: str) -> None:
    line = await unchecked(water, village)
    body = {"rows": [{"line_id": line["line_id"], "action": "check", "version": line["version"]}]}
    refused = await water.post("lists/unchecked/lines:batch", body, **{"If-Match": '"0.abc"'})
    assert (refused.status_code, [one["code"] for one in refused.json()["errors"]]) == (400, ["batch_precondition"])
    assert (await the_line(water, "unchecked", division=village))["state"] == "open"


async def test_a_thousand_lines_go_in_one_batch(water: DepartmentSystem, village: str) -> None:
    sizes = [25] * 40
    homes = await asyncio.gather(
        *(water.household(*(water.person(f"人{n}") for n in range(size)), division=village) for size in sizes)
    )
    checks = [check(home.code, source="scattered") for home in homes]
    assert (await water.post("water-checks:batch", {"rows": checks})).json()["accepted"] == len(homes)
    held = await lines(water, "clean_but_scattered", division=village, limit=1000)
    assert len(held) == 1000
    rows = [{"line_id": one["line_id"], "action": "settle", "outcome": "data_corrected"} for one in held]
    first, second = await asyncio.gather(
        *(water.post("lists/clean_but_scattered/lines:batch", {"rows": order}) for order in (rows, rows[::-1]))
    )
    assert first.json()["accepted"] == second.json()["accepted"] == 1000
    summary = (await water.read("lists/clean_but_scattered", division=village))["summary"]
    assert summary["counts"]["settled"] == 1000  # type: ignore[index]
    ids = [one["line_id"] for one in held]
    (written,) = await water.rows("SELECT count(*) FROM record_history WHERE record_id = ANY($1::text[]::uuid[])", ids)
    assert written["count"] == 1000
    too_many = await water.post("lists/clean_but_scattered/lines:batch", {"rows": [*rows, rows[0]]})
    assert (too_many.status_code, too_many.json()["errors"][0]["code"]) == (413, "batch_too_long")


HOSTILE: list[object] = [
    None,
    [],
    "x",
    {"outcome": "done", "who": 1},
    {"outcome": ""},
    {"outcome": 7},
    {"outcome": "x" * 65},
    {"outcome": "完成"},
    {"outcome": "done", "remark": ""},
    {"outcome": "done", "remark": "a\u0000b"},
    {"outcome": "done", "remark": "长" * 501},
    {"outcome": ["done"]},
]


async def test_hostile_bodies_are_refused(water: DepartmentSystem, village: str) -> None:
    line = await unchecked(water, village)
    path = f"lists/unchecked/lines/{line['line_id']}:settle"
    for body in HOSTILE:
        answer = await water.post(path, body)
        assert answer.status_code == 422, (body, answer.text)
        for rows in ({"rows": body}, {"rows": [body]}, {"row": [body]}):
            answer = await water.post("lists/unchecked/lines:batch", rows)
            assert answer.status_code in (200, 422), (rows, answer.text)
    for raw, status in ((b"{", 400), (b'{"outcome": "\xff"}', 400), (b'{"outcome": "\\ud800"}', 422), (b"", 422)):
        answer = await water.client.post(
            f"/api/v1/water/{path}", content=raw, headers={**water.headers(), "Content-Type": "application/json"}
        )
        assert answer.status_code == status, (raw, answer.text)
    assert (await act(water, "unchecked", line, "vanish")).status_code == 404
    bad_key = await act(water, "unchecked", line, "check", key="x" * 201)
    assert bad_key.json()["code"] == "invalid-idempotency-key"
    assert (await the_line(water, "unchecked", division=village)) == line
