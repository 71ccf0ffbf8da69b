"""A thousand rows of each record type in one request."""

from datetime import date, timedelta

import pytest

from services.health.records import RECORD_TYPES
from shared.policy import PolicyOverride
from shared.records import Subject
from shared.testing.department import DepartmentSystem
from tests.services.health.samples import SAMPLES, numbered

HOMES, MEMBERS = 50, 20
VILLAGE = "420115010205"


@pytest.mark.req("M45")
async def test_a_thousand_rows_of_each_type(health: DepartmentSystem) -> None:
    item = PolicyOverride(key="health.health_package_items", area=VILLAGE, year=2020, value=["free_registration"])
    await health.set_policy(item)
    families = [[health.person(f"员{number}") for number in range(MEMBERS)] for _ in range(HOMES)]
    homes = [health.make_household(*family, division=VILLAGE) for family in families]
    await health.settle(*homes)
    people = [person for family in families for person in family]
    content = {one.record_type: one.content for one in SAMPLES}
    for record_type in RECORD_TYPES:
        rows = [numbered(content[record_type.name], number) for number in range(HOMES * MEMBERS)]
        for number, row in enumerate(rows):
            if record_type.subject is Subject.MEMBER:
                row["id_number"] = people[number].id_number
            elif record_type.subject is Subject.HOUSEHOLD:
                row["household_code"] = homes[number // MEMBERS].code
                row[record_type.business_date] = (date(2020, 1, 1) + timedelta(days=number % MEMBERS)).isoformat()
            else:
                row["division"] = VILLAGE
        answer = await health.post(f"{record_type.name}:batch", {"rows": rows})
        assert answer.status_code == 200, answer.text[:500]
        assert (answer.json()["accepted"], answer.json()["refused"]) == (len(rows), 0), record_type.name
    said = await health.facts(homes[-1])
    (cards,) = [one for one in said.benefits if one.programme == "health_card"]
    assert len(cards.members) == MEMBERS
