"""What departments say that cannot both be so: a table of rules, each naming both sides and their records.

A rule is a small pure function over what all departments say of one household. It sees present members only, and only
what has not expired. Severity is in the code list `status_signal`, what to do in `status_remedy` (D22, Y56, SYS03;
practice rules 16 to 22).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from itertools import product
from uuid import UUID

from services.registry.status.claims import Claim, Claims
from services.registry.status.dibao import amount_against_income, income_above_standard
from services.registry.status.models import REGISTRY, SignalSide, Source, StatusSignal
from shared.codes import code_list
from shared.facts.models import GuaranteeState, Severity, StandingKind
from shared.roster.models import ON_REGISTER

DISABILITY = {"type": "disability_type", "grade": "disability_grade"}
"""Names in the params of a certificate, and the registry's own fields."""
NO_ABILITY = frozenset({"lost", "none"})
"""Codes of `labour_skill`."""
TYPES = {StandingKind.DIBAO: "dibao", StandingKind.TEKUN: "tekun"}
"""The registered type that a category of the whole household goes with; the edge of dibao has none of its own."""


@dataclass(frozen=True, slots=True)
class Found:
    sides: tuple[SignalSide, SignalSide]
    members: tuple[UUID, ...] = ()
    params: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Contradiction:
    """`kinds`: what must be said for the rule to have anything to look at."""

    code: str
    kinds: frozenset[StandingKind]
    find: Callable[[Claims], Iterator[Found]]


def contradictions(claims: Claims, source: Source) -> list[StatusSignal]:
    """Every contradiction in what is said of a household."""
    return [
        _signal(rule.code, found, source) for rule in RULES if rule.kinds <= claims.kinds for found in rule.find(claims)
    ]


def _exclude(
    code: str,
    one: StandingKind,
    other: StandingKind,
    *,
    within: bool = True,
    but_by: StandingKind | None = None,
) -> Contradiction:
    """Both are said of one member: by one department alone only where `within`, and not by a record that says `but_by`
    of the member too, for that is a contradiction of its own."""

    def find(claims: Claims) -> Iterator[Found]:
        others = claims.by_member(other)
        stronger = claims.by_member(but_by) if but_by is not None else {}
        for member, claimed in claims.by_member(one).items():
            told = {record for claim in stronger.get(member, ()) for record in claim.standing.evidence}
            for left, right in product(claimed, others.get(member, ())):
                if (within or left.department != right.department) and told.isdisjoint(left.standing.evidence):
                    yield Found((left.side, right.side), (member,))
                    break

    return Contradiction(code, frozenset({one, other}), find)


def _against_registry(
    code: str, kind: StandingKind, find: Callable[[Claims, UUID, Claim], Found | None]
) -> Contradiction:
    """One member's standing against what the registry itself carries of the member."""

    def each(claims: Claims) -> Iterator[Found]:
        for member, claimed in claims.by_member(kind).items():
            if (found := find(claims, member, claimed[0])) is not None:
                yield found

    return Contradiction(code, frozenset({kind}), each)


def _still_member(claims: Claims, member: UUID, death: Claim) -> Found | None:
    registered = SignalSide(department=REGISTRY, says="member", since=claims.people[member].since)
    return Found((death.side, registered), (member,))


def _works_without_ability(claims: Claims, member: UUID, work: Claim) -> Found | None:
    """Practice rule 20."""
    skill = claims.people[member].labour_skill
    if skill not in NO_ABILITY:
        return None
    registered = SignalSide(department=REGISTRY, says="no_labour_ability", params={"labour_skill": str(skill)})
    return Found((work.side, registered), (member,))


def _disability_differs(claims: Claims, member: UUID, certificate: Claim) -> Found | None:
    """Compared field by field, where the certificate names it."""
    person, named = claims.people[member], certificate.standing.params
    registered = {name: getattr(person, own) or "" for name, own in DISABILITY.items() if name in named}
    if all(named[name] == value for name, value in registered.items()):
        return None
    own = SignalSide(department=REGISTRY, says="disability", params=registered)
    return Found((certificate.side, own), (member,))


def _type_differs(claims: Claims) -> Iterator[Found]:
    """A registered household carried under another type than civil affairs has it. Of one or some members only, as with
    the dibao of a single person, says nothing of the type."""
    home = claims.household
    if home.state not in ON_REGISTER:
        return
    for kind, wanted in TYPES.items():
        if home.household_type != wanted and (claim := claims.of_everybody(kind)) is not None:
            params = {"household_type": home.household_type}
            own = SignalSide(department=REGISTRY, says="household_type", params=params)
            yield Found((claim.side, own), params={**params, "category": kind.value})


def _words_differ(claims: Claims) -> Iterator[Found]:
    """One department says a guarantee is met, another that it is not; the worse word stands, and somebody looks."""
    for item in claims.spoken_twice:
        met = claims.words(item, GuaranteeState.MET)
        if met and (unmet := claims.words(item, GuaranteeState.UNMET)):
            yield Found((unmet[0], met[0]), params={"item": item.value})


def _of_household(
    code: str, kind: StandingKind, sides: Callable[[Claims, Claim], tuple[SignalSide, SignalSide] | None]
) -> Contradiction:
    def find(claims: Claims) -> Iterator[Found]:
        for claim in claims.of(kind):
            if (found := sides(claims, claim)) is not None:
                yield Found(found, claim.standing.members)

    return Contradiction(code, frozenset({kind}), find)


_K = StandingKind
RULES: Sequence[Contradiction] = (
    _exclude("in_school_and_employed", _K.IN_SCHOOL, _K.EMPLOYED),
    _exclude("deceased_and_insured", _K.DECEASED, _K.INSURED),
    _exclude("deceased_and_in_school", _K.DECEASED, _K.IN_SCHOOL),
    _exclude("deceased_and_employed", _K.DECEASED, _K.EMPLOYED),
    _exclude("deceased_and_dibao", _K.DECEASED, _K.DIBAO),
    _exclude("deceased_and_tekun", _K.DECEASED, _K.TEKUN),
    _exclude("deceased_and_in_care", _K.DECEASED, _K.RESIDENTIAL_CARE),
    _exclude("dibao_and_tekun", _K.DIBAO, _K.TEKUN),
    _exclude("tekun_and_employed", _K.TEKUN, _K.EMPLOYED),
    _exclude("unable_to_work_and_employed", _K.UNABLE_TO_WORK, _K.EMPLOYED, within=False, but_by=_K.TEKUN),
    _against_registry("deceased_still_member", _K.DECEASED, _still_member),
    _against_registry("no_labour_and_employed", _K.EMPLOYED, _works_without_ability),
    _against_registry("disability_differs", _K.DISABLED, _disability_differs),
    Contradiction("type_and_category_differ", frozenset(), _type_differs),
    Contradiction("guarantee_words_differ", frozenset(), _words_differ),
    _of_household("dibao_income_above_standard", _K.DIBAO, income_above_standard),
    _of_household("dibao_amount_against_income", _K.DIBAO, amount_against_income),
)


@cache
def severity(code: str) -> Severity:
    return Severity(code_list("status_signal")[code].attributes["severity"])


def _signal(code: str, found: Found, source: Source) -> StatusSignal:
    """Open since both sides say it, where both name a day."""
    days: list[date] = [side.since for side in found.sides if side.since is not None]
    departments = ",".join(side.department for side in found.sides)
    return StatusSignal(
        code=code,
        severity=severity(code),
        since=max(days) if len(days) == len(found.sides) else None,
        members=tuple(sorted(found.members)),
        evidence=tuple(sorted({record for side in found.sides for record in side.evidence})),
        params={**found.params, "departments": departments},
        sides=found.sides,
        remedy=code,
        stale=False,
        source=source,
    )
