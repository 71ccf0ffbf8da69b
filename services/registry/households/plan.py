"""What is to be written for one submitted household. Pure: current rows and a form in, new rows and refusals out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

import asyncpg

from services.registry.author import Author
from services.registry.history.recorder import Change
from services.registry.households import storage
from services.registry.households.corrections import corrected_household, corrected_member, merged_member
from services.registry.households.repository import Aggregate
from services.registry.households.rules import Person, check_composition, check_household
from services.registry.households.schemas import HouseholdForm, HouseholdInput
from services.registry.households.submission import Submission
from services.registry.members import storage as member_storage
from services.registry.members.rules import check_member, with_identity
from services.registry.members.schemas import MemberForm, MemberInput
from services.registry.problems import DuplicatePerson, HouseholdClosed
from shared.database import uuid7
from shared.pii import Vault
from shared.roster.models import HouseholdState
from shared.service import FieldError
from shared.service.problems import AmbiguousIdentity

_OWN = {"code", "division", "state", "state_since", "members"}
_MEMBERSHIP = {"member_id", "since"}
REGISTERED_AT_START = "register"


@dataclass(slots=True)
class Plan:
    """The rows to write; lists stay empty where nothing changes."""

    submission: Submission
    household_id: UUID
    form: HouseholdForm
    """The household as it will be."""
    household_insert: dict[str, object] | None = None
    household_update: dict[str, object] | None = None
    state: dict[str, object] | None = None
    member_inserts: list[dict[str, object]] = field(default_factory=list)
    member_updates: list[dict[str, object]] = field(default_factory=list)
    memberships: list[dict[str, object]] = field(default_factory=list)
    joined: list[dict[str, object]] = field(default_factory=list)
    """Memberships there already: the relation and the first day as corrected."""
    changes: list[Change] = field(default_factory=list)

    @property
    def corrects(self) -> bool:
        """Whether a household that was there already is changed."""
        return self.household_insert is None and bool(self.changes)


@dataclass(slots=True)
class Planner:
    """Plans the rows of one request; `taken` remembers whom the rows before it have placed."""

    vault: Vault
    author: Author
    today: date
    persons: Mapping[str, asyncpg.Record]
    taken: dict[str, Submission] = field(default_factory=dict)

    def plan(self, submission: Submission, current: Aggregate | None) -> Plan | None:
        """The plan of one valid submission, or None when it was refused (the reason is set on it)."""
        form = submission.form
        assert form is not None  # noqa: S101 - only parsed submissions are planned
        if current is None:
            plan = self._create(submission, form)
        else:
            if current.household["state"] == HouseholdState.CLOSED:
                submission.problem = HouseholdClosed(params={"code": form.code})
                return None
            plan = self._correct(submission, form, current)
        if submission.refuse(self._household_errors(plan, form, current)):
            return None
        people = self._plan_members(plan, form, current)
        if submission.problem is None:
            submission.refuse(check_composition(people, pointer=f"{submission.pointer}/members"))
        if submission.problem is not None:
            return None
        self.taken.update(dict.fromkeys(submission.hashes, submission))
        submission.household_id = plan.household_id
        submission.created = current is None
        return plan

    def _household_errors(self, plan: Plan, form: HouseholdInput, current: Aggregate | None) -> list[FieldError]:
        submission = plan.submission
        errors = check_household(plan.form, on=self.today, pointer=submission.pointer)
        if form.state_since is not None and form.state_since > self.today:
            errors.append(FieldError(f"{submission.pointer}/state_since", "date_ahead"))
        if current is None:
            if not form.members:
                errors.append(FieldError(f"{submission.pointer}/members", "members_required"))
            if form.state in (HouseholdState.CLOSED, HouseholdState.CLEARED):
                errors.append(FieldError(f"{submission.pointer}/state", "state_not_initial"))
        else:
            if form.division != current.household["division"]:
                errors.append(FieldError(f"{submission.pointer}/division", "division_by_transfer"))
            if "state" in form.model_fields_set and form.state != current.household["state"]:
                errors.append(FieldError(f"{submission.pointer}/state", "state_by_procedure"))
        return errors

    def _create(self, submission: Submission, form: HouseholdInput) -> Plan:
        household_id = uuid7()
        since = form.state_since or self.today
        shown = storage.masked(form.model_dump(mode="json", exclude={"members"}, exclude_none=True))
        return Plan(
            submission=submission,
            household_id=household_id,
            form=form,
            household_insert={
                "household_id": household_id,
                "code": form.code,
                "division": form.division,
                "state": form.state,
                "state_since": since,
                **storage.row_of(form, self.vault),
                **self.author.columns(),
            },
            state={
                "household_state_id": uuid7(),
                "household_id": household_id,
                "state": form.state,
                "since": since,
                "reason": REGISTERED_AT_START,
                "decided_by": self.author.principal,
                **self.author.columns(),
            },
            changes=[Change(household_id=household_id, action="create", after=shown)],
        )

    def _correct(self, submission: Submission, form: HouseholdInput, current: Aggregate) -> Plan:
        submission.revision = current.household["revision"]
        given = form.model_dump(mode="json", exclude_unset=True, exclude=_OWN)
        corrected, row, change = corrected_household(current, given, vault=self.vault, author=self.author)
        return Plan(
            submission=submission,
            household_id=current.household_id,
            form=corrected,
            household_update=row,
            changes=[change] if change is not None else [],
        )

    def _plan_members(self, plan: Plan, form: HouseholdInput, current: Aggregate | None) -> list[Person]:
        submission = plan.submission
        present = {row["member_id"]: row for row in current.members} if current else {}
        people: list[Person] = []
        errors: list[FieldError] = []
        for position, given in enumerate(form.members):
            pointer = f"{submission.pointer}/members/{position}"
            known = self._match(submission, given, present, pointer=pointer, errors=errors)
            if submission.problem is not None:
                return []
            if known is not None:
                before = member_storage.full_fields(known, self.vault)
                del present[known["member_id"]]
                member = merged_member(before, given.model_dump(mode="json", exclude_unset=True, exclude=_MEMBERSHIP))
            else:
                before = None
                member = with_identity(_member_form(given))
            errors += check_member(member, on=self.today, pointer=pointer)
            if given.since is not None and given.since > self.today:
                errors.append(FieldError(f"{pointer}/since", "date_ahead"))
            if given.since is not None and member.birth_date is not None and given.since < member.birth_date:
                errors.append(FieldError(f"{pointer}/since", "since_before_birth"))
            if errors:
                people.append(Person(pointer, member.relation, member.sex, None))
                continue
            id_hash = self.vault.index(member.id_number) if member.id_number else None
            people.append(Person(pointer, member.relation, member.sex, id_hash))
            if known is not None and before is not None:
                errors += self._correct_member(plan, known, before, member, since=given.since, pointer=pointer)
            else:
                errors += self._add_member(plan, member, id_hash, since=given.since or self.today, pointer=pointer)
            if id_hash is not None and (known is None or known["id_hash"] != id_hash):
                self._refuse_duplicate(plan, id_hash, pointer=pointer)
        if not submission.problem:
            submission.refuse(errors)
        # Those who are there come first, so that of two heads the one that was sent is named as the fault.
        pointer = f"{submission.pointer}/members"
        staying = [Person(pointer, row["relation"], row["sex"], row["id_hash"]) for row in present.values()]
        return [*staying, *people]

    def _match(
        self,
        submission: Submission,
        given: MemberInput,
        present: Mapping[UUID, asyncpg.Record],
        *,
        pointer: str,
        errors: list[FieldError],
    ) -> asyncpg.Record | None:
        """The present member that is meant: by id, by ID number, or by a name that is unique in the household."""
        if given.member_id is not None:
            if given.member_id not in present:
                errors.append(FieldError(f"{pointer}/member_id", "not_of_household"))
                return None
            return present[given.member_id]
        if given.id_number is not None:
            wanted = self.vault.index(given.id_number)
            by_number = next((row for row in present.values() if row["id_hash"] == wanted), None)
            if by_number is not None:
                return by_number
        named = [row for row in present.values() if row["name"] == given.name]
        if given.id_number is not None:
            # A number not known yet completes a member who was registered without one, never replaces another's.
            named = [row for row in named if row["id_hash"] is None]
        if given.birth_date is not None:
            named = [row for row in named if row["birth_date"] == given.birth_date]
        if len(named) > 1:
            submission.problem = AmbiguousIdentity(errors=[FieldError(f"{pointer}/name", "ambiguous_member")])
        return named[0] if named else None

    def _add_member(
        self, plan: Plan, member: MemberForm, id_hash: str | None, *, since: date, pointer: str
    ) -> list[FieldError]:
        known = self.persons.get(id_hash) if id_hash is not None else None
        if known is not None and known["left_on"] is not None and since < known["left_on"]:
            return [FieldError(f"{pointer}/since", "lived_elsewhere_until", {"until": known["left_on"]})]
        member_id = known["member_id"] if known is not None else uuid7()
        row = {"member_id": member_id, **member_storage.row_of(member, self.vault)}
        if known is not None:
            plan.member_updates.append(row)
        else:
            plan.member_inserts.append({**row, **self.author.columns()})
        joined = membership_row(plan.household_id, member_id, member.relation, since=since, by=REGISTERED_AT_START)
        plan.memberships.append(joined)
        shown = member_storage.masked(member.model_dump(mode="json", exclude_none=True))
        plan.changes.append(
            Change(household_id=plan.household_id, member_id=member_id, action="member_added", after=shown)
        )
        return []

    def _correct_member(
        self,
        plan: Plan,
        known: asyncpg.Record,
        before: Mapping[str, object],
        member: MemberForm,
        *,
        since: date | None,
        pointer: str,
    ) -> list[FieldError]:
        if since is not None and since != known["since"]:
            if known["joined_by"] != REGISTERED_AT_START:
                return [FieldError(f"{pointer}/since", "since_by_change", {"since": known["since"]})]
            person = self.persons.get(known["id_hash"])
            if person is not None and person["left_on"] is not None and since < person["left_on"]:
                return [FieldError(f"{pointer}/since", "lived_elsewhere_until", {"until": person["left_on"]})]
        update, joined, change = corrected_member(known, before, member, since=since, vault=self.vault)
        if update is not None:
            plan.member_updates.append(update)
        if joined is not None:
            plan.joined.append(joined)
        if change is not None:
            plan.changes.append(change)
        return []

    def _refuse_duplicate(self, plan: Plan, id_hash: str, *, pointer: str) -> None:
        """One person, one household: refused with both households named (B.1.4 rule 1)."""
        submission, known, earlier = plan.submission, self.persons.get(id_hash), self.taken.get(id_hash)
        assert submission.form is not None  # noqa: S101 - planned submissions have a form
        params: dict[str, object] = {"household": submission.form.code}
        if known is not None and known["died_on"] is not None:
            submission.refuse([FieldError(f"{pointer}/id_number", "person_deceased")])
        elif earlier is not None and earlier is not submission and earlier.form is not None:
            params |= {"other": earlier.form.code, "other_row": earlier.row}
            submission.problem = DuplicatePerson(
                params=params, errors=[FieldError(f"{pointer}/id_number", "duplicate_person", params)]
            )
        elif known is not None and known["household_id"] not in (None, plan.household_id):
            params |= {"other": known["household_code"] or ""}
            submission.problem = DuplicatePerson(
                params=params, errors=[FieldError(f"{pointer}/id_number", "duplicate_person", params)]
            )
        else:
            submission.hashes[id_hash] = pointer


def _member_form(given: MemberInput) -> MemberForm:
    # The fields are validated already; the narrower class only drops what belongs to the membership.
    return MemberForm.model_construct(
        _fields_set=given.model_fields_set - _MEMBERSHIP,
        **{name: getattr(given, name) for name in MemberForm.model_fields},
    )


def membership_row(household_id: UUID, member_id: UUID, relation: str, *, since: date, by: str) -> dict[str, object]:
    return {
        "membership_id": uuid7(),
        "household_id": household_id,
        "member_id": member_id,
        "relation": relation,
        "since": since,
        "joined_by": by,
    }
