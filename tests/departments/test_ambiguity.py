"""A record that waits because two answer to its name finds its place when only one does."""

from shared.testing.department import DepartmentSystem
from tests.departments.checks import check


async def test_a_waiting_record_is_placed_when_the_ambiguity_ends(water: DepartmentSystem) -> None:
    person = water.person("两处")
    posted = (await water.post("water-checks", {"id_number": person.id_number, **check()})).json()
    stays, other = water.person("甲某"), water.person("乙某")
    twin = other.member.model_copy(update={"id_hash": person.member.id_hash, "name": person.member.name})
    one = water.make_household(stays, person)
    # The second home lists the same ID number under another member id: both arrive at one moment.
    second = water.make_household(other).model_copy(update={"members": (twin,)})
    await water.publish(one)
    await water.settle(second, one)
    refused = await water.post("water-checks", {"id_number": person.id_number, **check(litres="2.00")})
    assert (refused.status_code, refused.json()["code"]) == (409, "ambiguous-identity")
    state = (await water.get(f"water-checks/{posted['id']}")).json()["state"]
    cleared = second.model_copy(update={"members": (), "version": 2, "stamp": second.stamp + 1000})
    await water.settle(cleared)
    record = (await water.get(f"water-checks/{posted['id']}")).json()
    assert record["household_id"] == str(one.household_id), f"was {state}"


async def test_a_household_code_that_two_bear_places_the_record_when_one_gives_it_up(water: DepartmentSystem) -> None:
    one = water.make_household(water.person("码一"), code="TWICE")
    posted = (await water.post("water-checks", {"household_code": "TWICE", **check()})).json()
    other = water.make_household(water.person("码二"), division="420115010206")
    await water.settle(other)
    # Known under the code already when the record's own household appears, and outside of what the poster may write.
    far = water.make_household(water.person("码三"), code="TWICE", division="210403002001")
    await water.settle(far)
    assert (await water.get(f"water-checks/{posted['id']}")).json()["state"] == "unmatched"
    await water.settle(one)
    assert (await water.get(f"water-checks/{posted['id']}")).json()["state"] == "unmatched"
    renamed = far.model_copy(update={"code": "ONCE", "version": 2, "stamp": far.stamp + 1000})
    await water.settle(renamed)
    record = (await water.get(f"water-checks/{posted['id']}")).json()
    assert record["household_id"] == str(one.household_id)
    [facts] = await water.rows("SELECT content FROM household_facts WHERE household_id = $1", one.household_id)
    assert '"met"' in str(facts["content"])
