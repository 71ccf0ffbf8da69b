"""Whom a record is about: named by a number and a name at once, and never before the day of birth."""

from datetime import date

from shared.testing.department import DepartmentSystem

CARD = {"issued_on": "2018-05-02", "card_number": "K1"}
ELSEWHERE = "330100000000"
WRONG = [("/name", "name_of_another")]


class TestNameBesideTheNumber:
    async def test_the_number_decides_and_the_name_is_checked(self, health: DepartmentSystem) -> None:
        person, other = health.person("阿依 · 古丽"), health.person("乙")
        home = await health.household(person, other)
        for named in (
            {"id_number": person.id_number, "name": "阿依·古丽"},
            {"id_number": person.id_number, "name": " 阿依古丽 "},
            {"member_id": person.id, "name": "阿依•古丽"},
            {"household_code": home.code, "name": "阿依 · 古丽"},
            {"household_code": home.code, "name": "阿依古丽"},
        ):
            assert (await health.accept_row("health-cards", {**named, **CARD}))["member_id"] == person.id, named
        for named in ({"id_number": person.id_number, "name": "乙"}, {"member_id": person.id, "name": "阿依"}):
            answer = await health.post("health-cards", {**named, **CARD})
            assert [(one["pointer"], one["code"]) for one in answer.json()["errors"]] == WRONG
            assert "古丽" not in answer.text
            assert answer.json()["errors"][0]["remedy"]
        for named in (
            {"id_number": person.id_number, "household_code": home.code, "name": "阿依·古丽"},
            {"id_number": person.id_number, "member_id": person.id},
            {"household_code": home.code},
            {"name": "乙"},
        ):
            assert await health.refuse("health-cards", {**named, **CARD}) == [("", "subject_member")], named

    async def test_of_a_household_too(self, health: DepartmentSystem) -> None:
        person = health.person("户主")
        home = await health.household(person)
        visit = {"visited_on": "2020-03-01", "topics": ["insurance"]}
        named = {"id_number": person.id_number, "name": "户主"}
        assert (await health.accept_row("publicity-visits", {**named, **visit}))["household_id"] == str(
            home.household_id
        )
        assert await health.refuse("publicity-visits", {**named, "name": "别人", **visit}) == WRONG
        by_code = {"household_code": home.code, "name": "户主", **visit}
        assert await health.refuse("publicity-visits", by_code) == [("", "subject_household")]

    async def test_outside_the_area_nothing_is_said_of_the_name(self, health: DepartmentSystem) -> None:
        person = health.person("远")
        await health.household(person)
        for name in ("远", "近"):
            row = {"id_number": person.id_number, "name": name, **CARD}
            answer = await health.post("health-cards", row, **health.headers(ELSEWHERE))
            assert (answer.status_code, answer.json()["code"]) == (403, "out-of-area"), name

    async def test_who_is_named_without_dots_is_found_when_the_household_appears(
        self, health: DepartmentSystem
    ) -> None:
        person = health.person("买买提·艾力")
        home = health.make_household(person)
        row = {"household_code": home.code, "name": "买买提艾力", **CARD}
        assert (await health.accept_row("health-cards", row))["state"] == "unmatched"
        await health.settle(home)
        assert len((await health.read("health-cards", member_id=person.id))["items"]) == 1  # type: ignore[arg-type]  # JSON

    async def test_one_that_waits_under_a_wrong_name_goes_on_waiting_until_it_is_put_right(
        self, health: DepartmentSystem
    ) -> None:
        wrong, right = health.person("丙"), health.person("丁")
        for person, name in ((wrong, "误"), (right, "误"), (right, "丁")):
            row = {"id_number": person.id_number, "name": name, **CARD}
            assert (await health.accept_row("health-cards", row))["state"] == "unmatched"
        await health.household(wrong)
        await health.household(right)
        assert (await health.read("health-cards", member_id=wrong.id))["items"] == []
        (held,) = (await health.read("health-cards", member_id=right.id))["items"]  # type: ignore[misc]  # JSON
        assert held["state"] == "matched"
        assert await health.refuse("health-cards", {"id_number": wrong.id_number, "name": "误", **CARD}) == WRONG


class TestSearch:
    async def test_what_waits_for_a_person_is_found_by_the_number_too(self, health: DepartmentSystem) -> None:
        person = health.person("寻")
        search = {"id_number": person.id_number}

        async def found(*divisions: str, subject: str | None = None) -> list[str]:
            headers = health.headers(*divisions, subject=subject)
            answer = await health.client.post("/api/v1/health/health-cards:search", json=search, headers=headers)
            assert answer.status_code == 200, answer.text
            return [one["state"] for one in answer.json()["items"]]

        await health.accept_row("health-cards", {**search, "name": "误", **CARD})
        assert (await found(), await found(subject="another-system")) == (["unmatched"], [])
        await health.household(person)
        assert (await found(), await found(ELSEWHERE, subject="another-system")) == (["unmatched"], [])
        await health.accept_row("health-cards", {**search, "name": "寻", **CARD})
        assert sorted(await found()) == ["matched", "unmatched"]
        assert await found(subject="another-system") == ["matched"]
        assert await found(ELSEWHERE, subject="another-system") == []


class TestBirth:
    async def test_nothing_is_recorded_of_a_person_before_birth(self, health: DepartmentSystem) -> None:
        child = health.person("童", birth=date(2018, 5, 2))
        await health.household(child)
        row = {"id_number": child.id_number, **CARD, "issued_on": "2018-05-01"}
        for language, words in (("zh", "出生日期"), ("en", "birth")):
            answer = await health.post("health-cards", row, **{"Accept-Language": language})
            (fault,) = answer.json()["errors"]
            assert (answer.status_code, fault["pointer"], fault["code"]) == (422, "/issued_on", "day_before_birth")
            assert all(part in fault["message"] for part in ("2018-05-01", "2018-05-02", words)), fault
        await health.accept("health-cards", child, **CARD)

    async def test_a_record_that_waits_is_asked_again(self, health: DepartmentSystem) -> None:
        child, older = health.person("早", birth=date(2018, 5, 2)), health.person("长", birth=date(2018, 5, 1))
        home = health.make_household(child, older)
        for name in ("早", "长"):
            row = {"household_code": home.code, "name": name, **CARD, "issued_on": "2018-05-01"}
            assert (await health.accept_row("health-cards", row))["state"] == "unmatched"
        await health.settle(home)
        assert (await health.read("health-cards", member_id=child.id))["items"] == []
        assert len((await health.read("health-cards", member_id=older.id))["items"]) == 1  # type: ignore[arg-type]  # JSON

    async def test_of_who_is_not_known_the_number_tells_the_birth(self, health: DepartmentSystem) -> None:
        unknown = health.person("未", birth=date(2018, 5, 2))
        row = {"id_number": unknown.id_number, **CARD, "issued_on": "2018-05-01"}
        assert await health.refuse("health-cards", row) == [("/issued_on", "day_before_birth")]

    async def test_where_the_birth_is_not_known_nothing_is_held_against_the_record(
        self, health: DepartmentSystem
    ) -> None:
        person = health.person("无", birth_date=None)
        await health.household(person)
        card = {"member_id": person.id, "card_number": "K2", "issued_on": "1979-01-01"}
        assert (await health.accept_row("health-cards", card))["state"] == "matched"


async def test_a_record_read_again_shows_where_its_person_lives_now(health: DepartmentSystem) -> None:
    """Its tag is of the content, which did not change: not modified would be said of the wrong household."""
    stays, moves = health.person("留"), health.person("走")
    await health.household(stays, moves)
    card = await health.accept("health-cards", moves, **CARD)
    home = await health.household(moves)
    path = f"/api/v1/health/health-cards/{card['id']}"
    again = await health.client.get(path, headers={**health.headers(), "If-None-Match": '"1"'})
    assert again.json()["household_id"] == str(home.household_id)
    assert again.headers["etag"] == '"1"'
