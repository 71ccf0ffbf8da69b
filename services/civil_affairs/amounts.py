"""What dibao and tekun pay: pure computations over the policy of a place and year. Amounts are yuan."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from shared.policy import PolicyView, UnknownParameter

_MONTHS = 12
_CENT = Decimal("0.01")
_NOTHING = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class DibaoClaim:
    """What the amount of a dibao award depends on.

    `income` is yuan per person and year. `focus_groups` names the key group of each key person, one code a person.
    `highest` counts the severely disabled who cannot care for themselves and live on their family's support.
    """

    scope: str
    method: str
    dibao_class: str
    persons: int
    income: Decimal
    focus_groups: Sequence[str] = ()
    highest: int = 0


def dibao_monthly(claim: DibaoClaim, policy: PolicyView) -> Decimal:
    """The award of a month, all persons together.

    By difference: the standard less the income, for each person (practice B.9). By class: the amount of the class for
    each person. Who counts for the highest differential gets the whole standard (Y55). Key persons get their raised
    share of the standard on top (Y71, H37). A single person gets the share of the standard that the place has set.
    Raises UnknownParameter.
    """
    standard = policy.number("civil_affairs.dibao_standard") / _MONTHS
    if claim.scope == "single_person":
        base = standard if claim.highest else standard * policy.number("civil_affairs.dibao_single_person_share")
    else:
        highest = min(claim.highest, claim.persons)
        base = (claim.persons - highest) * _for_each(claim, policy, standard) + highest * standard
    return (base + standard * _raised(claim.focus_groups, policy)).quantize(_CENT, ROUND_HALF_UP)


def dibao_highest(persons: int, policy: PolicyView) -> Decimal:
    """More than this no award can be: the whole standard for each person, raised by the highest share there is."""
    standard = policy.number("civil_affairs.dibao_standard") / _MONTHS
    raised = max(policy.table("civil_affairs.dibao_raised_shares").values())
    return (standard * persons * (1 + raised)).quantize(_CENT, ROUND_HALF_UP)


def in_dibao_by_income(scope: str, income: Decimal, policy: PolicyView) -> bool:
    """Whether the income per person and year entitles."""
    return income < income_line(scope, policy)


def income_line(scope: str, policy: PolicyView) -> Decimal:
    """Below which income per person and year entitles: the standard, for single-person dibao the edge's upper end."""
    line = policy.number("civil_affairs.dibao_standard")
    return line * policy.number("civil_affairs.edge_multiple") if scope == "single_person" else line


def on_the_edge(income: Decimal, policy: PolicyView) -> bool:
    """低保边缘: not below the standard, and below so many standards."""
    standard = policy.number("civil_affairs.dibao_standard")
    return standard <= income < standard * policy.number("civil_affairs.edge_multiple")


def tekun_monthly(care_level: str, policy: PolicyView) -> tuple[Decimal, Decimal]:
    """Basic living and care of a tekun person, yuan a month each. Raises UnknownParameter."""
    standard = policy.number("civil_affairs.dibao_standard") / _MONTHS
    basic = standard * policy.number("civil_affairs.tekun_basic_multiple")
    care = _set_for(care_level, "civil_affairs.tekun_care_amounts", policy)
    return basic.quantize(_CENT, ROUND_HALF_UP), care.quantize(_CENT, ROUND_HALF_UP)


def self_care_ability(missing: int, policy: PolicyView) -> str:
    """The level of care by how many of the six self-care items a person cannot do."""
    if missing >= policy.whole("civil_affairs.care_unable_from"):
        return "unable"
    return "partly" if missing >= policy.whole("civil_affairs.care_partly_from") else "able"


def _for_each(claim: DibaoClaim, policy: PolicyView, standard: Decimal) -> Decimal:
    if claim.method == "class":
        return _set_for(claim.dibao_class, "civil_affairs.dibao_class_amounts", policy)
    return max(standard - claim.income / _MONTHS, _NOTHING)


def _set_for(code: str, parameter: str, policy: PolicyView) -> Decimal:
    """What the place has set for a class or level; nothing is not paid for what it has left out. Raises
    UnknownParameter."""
    amount = policy.table(parameter).get(code)
    if amount is None:
        raise UnknownParameter(f"{parameter}[{code}]", area=policy.area, year=policy.year)
    return amount


def _raised(focus_groups: Sequence[str], policy: PolicyView) -> Decimal:
    if not focus_groups:
        return _NOTHING
    shares = policy.table("civil_affairs.dibao_raised_shares")
    return sum((shares.get(group, _NOTHING) for group in focus_groups), _NOTHING)
