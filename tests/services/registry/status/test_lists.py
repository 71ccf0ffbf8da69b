"""Lists and counts of statuses through the routes: filters, pages, groups, refusals."""

import httpx
import orjson
import pytest

from shared.facts.models import GuaranteeItem, GuaranteeState
from shared.roster.models import HouseholdState, RosterHousehold
from shared.testing.tokens import TestTokens
from tests.services.registry.status.answers import problem
from tests.services.registry.status.district import District
from tests.unit.status import build

UNMET = build.word(GuaranteeItem.BASIC_MEDICAL, GuaranteeState.UNMET, "no_insurance")
HANYANG = "420115010201"


@pytest.fixture
async def villages(district: District) -> list[RosterHousehold]:
    """Six households in three villages of two districts."""
    homes = [
        build.household(code="1", division="210504100201", household_type="dibao"),
        build.household(code="2", division="210504100201", state=HouseholdState.EXITED, income="3000"),
        build.household(code="3", division="210504100202", causes=("disability",)),
        build.household(code="4", division="210504100202", members=[build.member(), build.member()]),
        build.household(code="5", division=HANYANG),
        build.household(code="6", division=HANYANG, members=()),
    ]
    await district.settle(*homes)
    await district.say(
        build.snapshot(homes[0], "civil_affairs", benefits=[build.benefit()]),
        build.snapshot(homes[3], "civil_affairs", benefits=[build.benefit()]),
        build.snapshot(homes[1], guarantees=[UNMET], signals=[build.signal()]),
    )
    return homes


async def listed(client: httpx.AsyncClient, **filters: str) -> list[str]:
    answer = await client.get("/api/v1/statuses", params=filters)
    assert answer.status_code == 200, answer.text
    return sorted(item["code"] for item in orjson.loads(answer.content)["items"])


class TestList:
    @pytest.mark.usefixtures("villages")
    @pytest.mark.parametrize(
        ("filters", "found"),
        [
            ({}, "123456"),
            ({"division": "210504000000"}, "1234"),
            ({"division": "210504100202"}, "34"),
            ({"division": "42"}, "56"),
            ({"division": "990000000000"}, ""),
            ({"state": "exited"}, "2"),
            ({"unmet": "basic_medical"}, "2"),
            ({"signal": "insurance_gap"}, "2"),
            ({"signal": "guarantee_unmet_after_exit"}, "2"),
            ({"batch": "dibao"}, "14"),
            ({"batch": "dibao", "division": "210504100202"}, "4"),
            ({"cause": "disability"}, "3"),
            ({"risk": "medium"}, "2"),
            ({"income": "below"}, "2"),
            ({"household_type": "dibao"}, "1"),
            ({"proposal": "consider_monitoring"}, "2"),
        ],
    )
    async def test_filters(self, client: httpx.AsyncClient, filters: dict[str, str], found: str) -> None:
        assert "".join(await listed(client, **filters)) == found

    @pytest.mark.usefixtures("villages")
    @pytest.mark.parametrize("since", [None, "2000-01-01T00:00:00+08:00"])
    async def test_pages_hold_each_status_once(self, client: httpx.AsyncClient, since: str | None) -> None:
        seen: list[str] = []
        params = {"limit": "4"} | ({"changed_since": since} if since else {})
        while True:
            page = orjson.loads((await client.get("/api/v1/statuses", params=params)).content)
            seen += [item["code"] for item in page["items"]]
            if page["next_cursor"] is None:
                break
            params["cursor"] = page["next_cursor"]
        assert sorted(seen) == list("123456")

    async def test_items_have_codes_and_no_names(
        self, client: httpx.AsyncClient, villages: list[RosterHousehold]
    ) -> None:
        answer = await client.get("/api/v1/statuses", params={"state": "exited"})
        (item,) = orjson.loads(answer.content)["items"]
        assert item["household_id"] == str(villages[1].household_id)
        assert item["sources"] == {"health": 1, "registry": 1}
        assert item["guarantees"]["basic_medical"] == "unmet"
        assert "测试" not in answer.text

    @pytest.mark.usefixtures("villages")
    async def test_changed_since(self, client: httpx.AsyncClient) -> None:
        assert await listed(client, changed_since="2999-01-01T00:00:00Z") == []

    @pytest.mark.parametrize(
        ("query", "code"),
        [
            ("colour=red", "unknown-filter"),
            ("state=", "empty-filter"),
            ("state=%20", "empty-filter"),
            ("state=nowhere", "invalid-parameter"),
            ("state=exited&state=monitored", "invalid-parameter"),
            ("unmet=everything", "invalid-parameter"),
            ("batch=sixth", "invalid-parameter"),
            ("cause=bad_luck", "invalid-parameter"),
            ("household_type=rich", "invalid-parameter"),
            ("village_class=best", "invalid-parameter"),
            ("category=employed", "invalid-parameter"),
            ("signal=%00", "invalid-parameter"),
            ("signal=a%27b", "invalid-parameter"),
            ("division=42011", "invalid-parameter"),
            ("division=%EF%BC%94%EF%BC%92", "invalid-parameter"),
            ("changed_since=yesterday", "invalid-parameter"),
            ("changed_since=2020-01-01T00:00:00", "invalid-parameter"),
            ("changed_since=99999-01-01T00:00:00Z", "invalid-parameter"),
            ("limit=0", "invalid-parameter"),
            ("limit=-1", "invalid-parameter"),
            ("limit=501", "invalid-parameter"),
            ("limit=9999999999999999999999", "invalid-parameter"),
            ("cursor=zzz", "invalid-cursor"),
            ("cursor=%F0%9F%98%80", "invalid-cursor"),
        ],
    )
    async def test_what_is_no_filter_is_refused(self, client: httpx.AsyncClient, query: str, code: str) -> None:
        document = problem(await client.get(f"/api/v1/statuses?{query}"), 400, code)
        if code == "unknown-filter":
            assert "risk" in str(document["errors"])

    @pytest.mark.parametrize("path", ["/api/v1/statuses", "/api/v1/statuses/summary"])
    @pytest.mark.usefixtures("villages")
    async def test_a_signal_that_nobody_knows_is_refused(
        self, client: httpx.AsyncClient, district: District, path: str
    ) -> None:
        wrong = problem(await client.get(path, params={"signal": "insurence_gap"}), 400, "invalid-parameter")
        assert "unknown_code" in str(wrong["errors"])
        # Nobody has it today; that is an answer, not a fault.
        assert (await client.get(path, params={"signal": "renovation_late"})).status_code == 200
        newcomer = build.household(code="7", division=HANYANG)
        await district.settle(newcomer)
        await district.say(build.snapshot(newcomer, "water", signals=[build.signal("insurence_gap")]))
        assert (await client.get(path, params={"signal": "insurence_gap"})).status_code == 200

    @pytest.mark.usefixtures("villages")
    async def test_a_cursor_belongs_to_its_filters(self, client: httpx.AsyncClient) -> None:
        async def page(**params: str) -> httpx.Response:
            return await client.get("/api/v1/statuses", params={"limit": "1", **params})

        since = "2000-01-01T00:00:00+08:00"
        for asked in ({}, {"division": "21"}, {"changed_since": since}):
            cursor = orjson.loads((await page(**asked)).content)["next_cursor"]
            assert (await page(**asked, cursor=cursor)).status_code == 200
            assert (await page(**{**asked, "limit": "2"}, cursor=cursor)).status_code == 200
            for other in ({"division": "42"}, {"state": "registered"}, {"changed_since": "2001-01-01T00:00:00Z"}):
                problem(await page(**other, cursor=cursor), 400, "invalid-cursor")

    async def test_allowed_values_are_named(self, client: httpx.AsyncClient) -> None:
        answer = await client.get("/api/v1/statuses?risk=extreme", headers={"Accept-Language": "en"})
        errors = problem(answer, 400, "invalid-parameter")["errors"]
        assert "none, low, medium, high" in str(errors)

    @pytest.mark.parametrize("text", ["x", "%00", "00000000-0000-0000-0000-00000000000", "🙂"])
    async def test_no_identifier(self, client: httpx.AsyncClient, text: str) -> None:
        problem(await client.get(f"/api/v1/households/{text}/status"), 400, "invalid-parameter")


class TestSummary:
    @pytest.mark.req("M08")
    @pytest.mark.usefixtures("villages")
    async def test_five_batches(self, client: httpx.AsyncClient) -> None:
        answer = await client.get("/api/v1/statuses/summary", params={"by": "batch", "division": "210504000000"})
        summary = orjson.loads(answer.content)
        assert (summary["households"], summary["members"]) == (4, 5)
        assert summary["rows"] == [
            {"batch": "dibao", "households": 2, "members": 3},
            *(
                {"batch": batch, "households": 0, "members": 0}
                for batch in ("employment", "medical", "education", "housing")
            ),
        ]

    @pytest.mark.usefixtures("villages")
    async def test_batches_by_division(self, client: httpx.AsyncClient) -> None:
        answer = await client.get("/api/v1/statuses/summary?by=division,batch&division=210504100")
        assert orjson.loads(answer.content)["rows"] == [
            {"division": "210504100201", "batch": "dibao", "households": 1, "members": 1},
            {"division": "210504100202", "batch": "dibao", "households": 1, "members": 2},
        ]

    @pytest.mark.usefixtures("villages")
    async def test_divisions_of_the_next_level(self, client: httpx.AsyncClient) -> None:
        rows = orjson.loads((await client.get("/api/v1/statuses/summary?by=division")).content)["rows"]
        assert [(row["division"], row["households"]) for row in rows] == [("210000000000", 4), ("420000000000", 2)]

    @pytest.mark.usefixtures("villages")
    async def test_the_place_is_named(self, client: httpx.AsyncClient, tokens: TestTokens) -> None:
        path = "/api/v1/statuses/summary"

        async def summary(query: str, *divisions: str) -> tuple[object, object, object]:
            headers = tokens.headers(scopes=["status:read"], divisions=divisions)
            found = orjson.loads((await client.get(path + query, headers=headers)).content)
            return found["division"], found["complete"], found["households"]

        assert await summary("", "000000000000") == ("000000000000", True, 6)
        assert await summary("", HANYANG) == (HANYANG, True, 2)
        assert await summary("?division=420115", HANYANG) == ("420115000000", False, 2)
        assert await summary("", HANYANG, "210504100202") == ("000000000000", False, 4)

    @pytest.mark.req("M04")
    @pytest.mark.usefixtures("villages")
    async def test_guarantees(self, client: httpx.AsyncClient) -> None:
        rows = orjson.loads((await client.get("/api/v1/statuses/summary?by=guarantee")).content)["rows"]
        counts = {(row["guarantee"], row["guarantee_state"]): row["households"] for row in rows}
        assert len(counts) == 24
        assert (counts["basic_medical", "unmet"], counts["basic_medical", "unknown"]) == (1, 5)

    @pytest.mark.usefixtures("villages")
    async def test_states_and_filters(self, client: httpx.AsyncClient) -> None:
        rows = orjson.loads((await client.get("/api/v1/statuses/summary?risk=medium")).content)["rows"]
        assert {row["state"]: row["households"] for row in rows if row["households"]} == {"exited": 1}
        assert len(rows) == len(HouseholdState)

    @pytest.mark.parametrize("query", ["by=", "by=colour", "by=state,state", "by=state,risk,batch", "limit=5"])
    async def test_refusals(self, client: httpx.AsyncClient, query: str) -> None:
        assert (await client.get(f"/api/v1/statuses/summary?{query}")).status_code == 400
