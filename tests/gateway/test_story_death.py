"""A death that civil affairs has on record becomes a task of the register; one call of a person records it for all."""

from typing import cast

import pytest

from tests.gateway.families import register, status_of, today, version_of
from tests.gateway.system import System, body_of
from tests.gateway.test_natural_changes import wait_for

LIST = "/api/v1/registry/lists/reported_deaths"
Body = dict[str, object]


@pytest.mark.req("D10", "D22", "Y90", "Y103", "SYS24")
async def test_from_the_funeral_register_to_the_household(system: System) -> None:
    civil_affairs = system.as_("civil-affairs-system")
    family = await register(system, size=2)
    await status_of(system.office, family, at_least="civil_affairs:1")  # civil affairs knows the household
    dead = family.people[1]
    death = {"member_id": dead.member_id, "died_on": today().isoformat(), "registered_on": today().isoformat()}
    written = await civil_affairs.post_patiently("/api/v1/civil_affairs/deaths", death)
    assert written.status_code == 201, written.text
    version = version_of(written, "civil_affairs")
    status = await status_of(system.office, family, at_least=f"civil_affairs:{version}")
    assert "deceased_still_member" in {one["code"] for one in cast(list[Body], status["signals"])}
    assert cast(Body, status["members"])["count"] == 2

    query = {"division": family.division, "household_id": family.household_id}
    (line,) = cast(list[Body], body_of(await system.registry.get(LIST, params=query))["items"])
    detail = cast(Body, line["detail"])
    assert (line["member_id"], line["state"]) == (dead.member_id, "open")
    assert detail["evidence"] == [body_of(written, 201)["id"]]
    confirmed = await system.registry.post(
        f"{LIST}/lines/{line['line_id']}:confirm", {"reason": "火化证明", "decided_by": "村委会"}
    )
    assert confirmed.status_code == 201, confirmed.text
    after = await wait_for(system, family, {"members": 1})
    assert "deceased_still_member" not in {one["code"] for one in cast(list[Body], after["signals"])}
    assert cast(list[Body], body_of(await system.registry.get(LIST, params=query))["items"]) == []
