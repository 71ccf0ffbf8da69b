"""Identifiers in the evidence of steps: encrypted, shown masked, given out in full for a purpose that is logged."""

import asyncpg
import httpx

from shared.pii import Vault
from shared.pii.access_log import verify_chain
from shared.testing.people import make_id_number, make_phone
from tests.departments.repairs.running import SCOPES, Repairs
from tests.departments.test_procedures import refused

PURPOSE = {"purpose": "核对申请人联系方式"}


async def reveal(
    repairs: Repairs, case: object, step: object, who: str = "township", *scopes: str, body: object = PURPOSE
) -> httpx.Response:
    path = f"/api/v1/repairs/repair-cases/{case}/steps/{step}:reveal"
    headers = repairs.headers(who, *(scopes or (*SCOPES, "pii:reveal")))
    return await repairs.client.post(path, json=body, headers=headers)


async def visited(repairs: Repairs, phone: str, number: str) -> tuple[str, list[str]]:
    """A case with a phone in its first step and an ID number in its second: its id and those of its steps."""
    case = await repairs.applied(phone=phone)
    await repairs.step(case, "visit", "village", visited_on="2020-06-01", witness_id_number=number)
    entries = (await repairs.get(f"repair-cases/{case['id']}/steps")).json()["entries"]
    return str(case["id"]), [one["id"] for one in entries]


async def test_they_are_kept_encrypted_and_shown_masked(repairs: Repairs, vault: Vault) -> None:
    phone, number = make_phone(7), make_id_number(repairs.clock.today().replace(year=1980))
    case, _ = await visited(repairs, phone, number)
    answer = await repairs.get(f"repair-cases/{case}/steps")
    assert phone not in answer.text
    assert number not in answer.text
    shown = [one["evidence"] for one in answer.json()["entries"]]
    assert (shown[0]["phone"], shown[1]["witness_id_number"][-4:]) == ("199****0007", number[-4:])
    rows = await repairs.system.rows("SELECT s::text AS line, personal FROM procedure_step s ORDER BY at, revision")
    assert not any(phone in str(row["line"]) or number in str(row["line"]) for row in rows)
    secrets = [vault.decrypt(row["personal"]) for row in rows if row["personal"]]  # type: ignore[arg-type]
    assert any(phone in one for one in secrets)


class TestReveal:
    async def test_a_full_view_is_given_for_a_purpose_and_logged(self, repairs: Repairs) -> None:
        phone, number = make_phone(8), make_id_number(repairs.clock.today().replace(year=1981))
        case, steps = await visited(repairs, phone, number)
        first = await reveal(repairs, case, steps[0])
        assert (first.status_code, first.headers["cache-control"]) == (200, "no-store"), first.text
        assert first.json() == {"case_id": case, "step_id": steps[0], "identifiers": {"phone": phone}}
        second = await reveal(repairs, case, steps[1], "village")
        assert second.json()["identifiers"] == {"witness_id_number": number}
        log = await repairs.system.rows("SELECT * FROM access_log WHERE subject_id = $1 ORDER BY position", case)
        assert [(one["principal"], one["department"], one["purpose"], one["fields"]) for one in log] == [
            ("township", "township", PURPOSE["purpose"], ["apply.phone"]),
            ("village", "village", PURPOSE["purpose"], ["visit.witness_id_number"]),
        ]
        assert log[0]["request_id"] == first.headers["x-request-id"]
        connection = await asyncpg.connect(repairs.system.database.admin_url)
        try:
            assert (await verify_chain(connection)).intact  # type: ignore[arg-type]  # reads only
        finally:
            await connection.close()

    async def test_without_scope_area_or_purpose_nothing_is_shown_and_nothing_logged(self, repairs: Repairs) -> None:
        case, steps = await visited(repairs, make_phone(9), make_id_number(repairs.clock.today().replace(year=1982)))
        other = await repairs.applied()
        assert refused(await reveal(repairs, case, steps[0], "township", *SCOPES), 403, "forbidden")["params"] == {
            "scopes": "pii:reveal"
        }
        refused(await reveal(repairs, case, steps[0], "township", "pii:reveal"), 403, "forbidden")
        refused(await reveal(repairs, case, steps[0], "other_village"), 404, "not-found")
        refused(await reveal(repairs, other["id"], steps[0]), 404, "not-found")
        refused(await reveal(repairs, case, other["id"]), 404, "not-found")
        refused(await reveal(repairs, case, "x"), 400, "uuid_parsing")
        bodies: list[object] = [{}, {"purpose": ""}, {"purpose": None}, {**PURPOSE, "fields": ["phone"]}, []]
        for body in bodies:
            assert (await reveal(repairs, case, steps[0], body=body)).status_code == 422, body
        wrong = await repairs.get(f"repair-cases/{case}/steps/{steps[0]}:reveal")
        refused(wrong, 405, "method-not-allowed")
        assert not await repairs.system.rows("SELECT 1 FROM access_log WHERE subject_id = $1", case)

    async def test_a_step_without_identifiers_has_none(self, repairs: Repairs) -> None:
        case = await repairs.posted()
        entries = (await repairs.get(f"repair-cases/{case['id']}/steps")).json()["entries"]
        assert (await reveal(repairs, case["id"], entries[-1]["id"])).json()["identifiers"] == {}
