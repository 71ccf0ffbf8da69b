"""Creating and correcting households: the same few statements for one household and for a thousand."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from services.registry import bulk
from services.registry.author import Author
from services.registry.history import recorder
from services.registry.households import repository
from services.registry.households.plan import Plan, Planner
from services.registry.households.submission import Submission
from services.registry.households.tables import household
from services.registry.lifecycle.tables import household_state
from services.registry.members.tables import member, membership
from services.registry.problems import HouseholdCodeTaken, LostRace
from services.registry.roster import RosterPublisher
from shared.clock import Clock
from shared.database import Connection, Scope
from shared.pii import Vault
from shared.service import FieldError
from shared.service.problems import OutOfArea


class HouseholdWriter:
    """Writes submissions in the caller's transaction; refused ones keep their problem and touch nothing."""

    def __init__(self, *, vault: Vault, publisher: RosterPublisher, clock: Clock) -> None:
        self._vault = vault
        self._publisher = publisher
        self._clock = clock

    async def write(self, conn: Connection, submissions: Sequence[Submission], *, scope: Scope, author: Author) -> None:
        """Write every submission that can be; each then carries its household id, version, revision, or a problem."""
        await self._check_places(conn, [one for one in submissions if one.accepted], scope=scope)
        self._refuse_repeated_codes(submissions)
        open_ones = [one for one in submissions if one.accepted]
        if not open_ones:
            return
        codes = {one.form.code for one in open_ones if one.form}
        current = {
            aggregate.household["code"]: aggregate
            for aggregate in (await repository.load_by_code(conn, codes, scope=scope, lock=True)).values()
        }
        people = [member for one in open_ones if one.form for member in one.form.members]
        hashes = {self._vault.index(person.id_number) for person in people if person.id_number}
        hashes |= {row["id_hash"] for one in current.values() for row in one.members if row["id_hash"]}
        planner = Planner(
            vault=self._vault,
            author=author,
            today=self._clock.today(),
            persons=await repository.persons_by_hash(conn, hashes),
        )
        plans = [
            plan
            for one in open_ones
            if one.form and (plan := planner.plan(one, current.get(one.form.code))) is not None
        ]
        await self._store(conn, plans, scope=scope, author=author)
        plans = [plan for plan in plans if plan.submission.accepted]
        versions = await self._publisher.touch(conn, [plan.household_id for plan in plans])
        for plan in plans:
            plan.submission.version = versions[plan.household_id]
            plan.submission.revision += plan.household_insert is not None or plan.corrects

    async def _check_places(self, conn: Connection, submissions: Sequence[Submission], *, scope: Scope) -> None:
        known = await repository.known_villages(conn, {one.form.division for one in submissions if one.form})
        for one in submissions:
            if one.form is None:
                continue
            pointer = f"{one.pointer}/division"
            if not scope.covers(one.form.division):
                one.problem = OutOfArea(
                    params={"division": one.form.division}, errors=[FieldError(pointer, "out_of_area")]
                )
            elif one.form.division not in known:
                one.refuse([FieldError(pointer, "unknown_village", {"division": one.form.division})])

    def _refuse_repeated_codes(self, submissions: Sequence[Submission]) -> None:
        first: dict[str, int] = {}
        for one in submissions:
            if not one.accepted or one.form is None:
                continue
            earlier = first.setdefault(one.form.code, one.row)
            if earlier != one.row:
                one.refuse([FieldError(f"{one.pointer}/code", "code_repeated", {"row": earlier})])

    async def _store(self, conn: Connection, plans: Sequence[Plan], *, scope: Scope, author: Author) -> None:
        created = [plan for plan in plans if plan.household_insert is not None]
        rows = [plan.household_insert for plan in created if plan.household_insert]
        free = await insert_households(conn, rows)
        refused = [plan.submission.form for plan in created if plan.household_id not in free]
        taken = [form.code for form in refused if form is not None]
        if taken and await repository.visible_codes(conn, taken, scope=scope):
            # Not there when this request looked, there now: another created it. Looked at again, it is a correction.
            raise LostRace
        for plan in created:
            if plan.household_id not in free and plan.submission.form is not None:
                plan.submission.problem = HouseholdCodeTaken(
                    params={"code": plan.submission.form.code},
                    errors=[FieldError(f"{plan.submission.pointer}/code", "household_code_taken")],
                )
        kept = [plan for plan in plans if plan.submission.accepted]
        await bulk.update(
            conn, household, [plan.household_update for plan in kept if plan.household_update], key="household_id"
        )
        await bulk.insert(conn, household_state, [plan.state for plan in kept if plan.state])
        newcomers = [row for plan in kept for row in plan.member_inserts]
        await bulk.insert(conn, member, sorted(newcomers, key=lambda row: str(row["id_hash"])))
        corrected = [row for plan in kept for row in plan.member_updates]
        await bulk.update(conn, member, corrected, key="member_id", count=True)
        await bulk.insert(conn, membership, [row for plan in kept for row in plan.memberships])
        await bulk.update(conn, membership, [row for plan in kept for row in plan.joined], key="membership_id")
        await repository.count_up(conn, [plan.household_id for plan in kept if plan.corrects])
        await recorder.record(
            conn, [change for plan in kept for change in plan.changes], author=author, vault=self._vault
        )


async def insert_households(conn: Connection, rows: Sequence[Mapping[str, object]]) -> set[UUID]:
    """Insert new households; the ids of those whose code was free.

    A code may belong to a household that this caller cannot see, so it is found taken only by trying. In the order of
    the codes, so that two requests with the same ones never wait for each other in a circle.
    """
    if not rows:
        return set()
    columns = tuple(rows[0])
    names = ", ".join(columns)
    inserted = await conn.fetch(
        f"INSERT INTO household ({names}) SELECT {names} FROM {bulk.recordset(household, columns)}"
        " ORDER BY code ON CONFLICT (code) DO NOTHING RETURNING household_id",
        bulk.encode(rows),
    )
    return {row["household_id"] for row in inserted}
