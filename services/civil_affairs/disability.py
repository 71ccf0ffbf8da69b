"""The disability of a person on a day, and how severe it is: by the register, else as the roster has it (Y55, Y70).

Pure. Both sides of the department ask here: assistance for the raised share and the highest differential, care for the
two subsidies and guardianship.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.civil_affairs.records.disabled_persons import DisabledPerson
from shared.codes import code_list
from shared.facts.present import Held
from shared.identity import birthday
from shared.policy import PolicyView
from shared.roster.models import RosterMember

_IN_NEED = frozenset(one.code for one in code_list("self_care_ability").items if one.attributes.get("in_need") == "yes")


@dataclass(frozen=True, slots=True)
class Disability:
    """A certified disability. `since` and `until` (the first day without) are None where the register is silent."""

    type: str
    grade: str
    since: date | None = None
    until: date | None = None

    @property
    def code(self) -> str:
        """Type and grade as policy parameters name them, such as `4-1`."""
        return f"{self.type}-{self.grade}"


def certificate_ends(person: DisabledPerson, policy: PolicyView) -> date | None:
    """The first day on which the certificate does not hold: as recorded, else after the years of the policy."""
    if person.certificate_state != "held" or person.issued_on is None:
        return None
    return person.expires_on or birthday(person.issued_on, policy.whole("civil_affairs.certificate_years"))


def disability_of(
    member: RosterMember, registered: DisabledPerson | None, policy: PolicyView, on: date
) -> Disability | None:
    """The member's certified disability on the day; None: none, or none that is certified any more.

    What the register says stands; of whom it says nothing, the roster's certificate is taken.
    """
    if registered is None:
        if member.disability_type is None or member.disability_grade is None:
            return None
        return Disability(member.disability_type, member.disability_grade)
    ends = certificate_ends(registered, policy)
    if ends is None or ends <= on or registered.disability_type is None or registered.disability_grade is None:
        return None
    return Disability(registered.disability_type, registered.disability_grade, registered.issued_on, ends)


def is_severe(disability: Disability, policy: PolicyView) -> bool:
    """重度残疾人: by the grades of the policy."""
    return disability.grade in policy.codes("civil_affairs.severe_disability_grades")


def severely_disabled(
    members: Iterable[RosterMember], register: Mapping[UUID, Held[DisabledPerson]], policy: PolicyView, on: date
) -> frozenset[UUID]:
    """The severely disabled among the members; `register` are their entries in the register of the disabled."""
    found = set()
    for member in members:
        entry = register.get(member.member_id)
        disability = disability_of(member, entry.content if entry else None, policy, on)
        if disability is not None and is_severe(disability, policy):
            found.add(member.member_id)
    return frozenset(found)


def at_highest_differential(
    members: Iterable[RosterMember], register: Mapping[UUID, Held[DisabledPerson]], policy: PolicyView, on: date
) -> frozenset[UUID]:
    """Y55 自理困难的重度残疾人: severely disabled, assessed as not able to care for themselves, living on their
    family's support. Who was not assessed is not among them: nothing is guessed."""
    severe = severely_disabled(members, register, policy, on)
    return frozenset(
        member_id
        for member_id in severe
        if (entry := register.get(member_id)) is not None
        and entry.content.depends_on_family
        and entry.content.self_care in _IN_NEED
    )
