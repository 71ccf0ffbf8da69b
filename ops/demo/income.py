"""What a household earned in a year: every figure follows from who works, who is old, who is supported."""

from datetime import date
from decimal import Decimal

from ops.demo.dice import Dice
from ops.demo.households import Household
from ops.demo.step import Document
from shared.policy import PolicyStore

CONCEPTS = ("net", "disposable")
_PAID = frozenset({"operating_expense", "transfers_paid", "compliant_self_paid"})
_SMALLEST_WAGE = Decimal(100)
_YEAR_END = "income.year_end"


def newest_income_year(today: date, area: str) -> int:
    """The last year whose income year has ended and been counted, by the day on which the policy ends it."""
    month, day = PolicyStore().current.at(area=area, year=today.year).day(_YEAR_END)
    ended = date(today.year, month, day)
    return today.year if (today - ended).days > 30 else today.year - 1


def income_documents(household: Household, *, year: int, seed: str) -> list[Document]:
    """Rows of `income-years`: the same tree under each concept, for the year."""
    amounts = _amounts(household, year=year, seed=seed)
    return [
        {
            "household_code": household.code,
            "year": year,
            "concept": concept,
            "recorded_on": date(year, 10, 5).isoformat(),
            "persons": len(household.people),
            **{name: str(amount) for name, amount in amounts.items() if amount},
        }
        for concept in CONCEPTS
    ]


def _amounts(household: Household, *, year: int, seed: str) -> dict[str, Decimal]:
    steady, dice = Dice(seed, "income", household.code), Dice(seed, "income", household.code, year)
    size = len(household.people)
    month_wage = (600, 1300) if household.kind == "dibao" else (1900, 3900)
    able = [person for person in household.people if person.labour_skill in ("ordinary", "skilled")]
    amounts: dict[str, Decimal] = {
        "wage_work": sum(
            (Decimal(person.work_months) * steady.yuan(*month_wage) for person in household.people if person.works),
            Decimal(0),
        ),
        "property_land_transfer": steady.yuan(150, 900) if steady.chance(0.5) else Decimal(0),
        "property_asset_dividend": dice.yuan(300, 900) if steady.chance(0.6) else Decimal(0),
        "transfer_soil_fertility": steady.yuan(60, 160) * size,
        "transfer_family_planning": Decimal(960) if steady.chance(0.06) else Decimal(0),
        "transfer_eco_public_forest": steady.yuan(50, 300) if steady.chance(0.2) else Decimal(0),
        "transfers_paid": Decimal(380) * size,
    }
    if able:
        amounts["operating_crops"] = dice.yuan(1800, 5200) * len(able)
        amounts["operating_livestock"] = dice.yuan(800, 6000) if steady.chance(0.4) else Decimal(0)
        gross = amounts["operating_crops"] + amounts["operating_livestock"]
        amounts["operating_expense"] = (gross * Decimal("0.34")).quantize(Decimal(1))
        if steady.chance(0.08):
            amounts["wage_post_village"] = Decimal(500) * 12
    elders = [person for person in household.people if person.age >= 60]
    amounts["transfer_pension"] = steady.yuan(1560, 2280) * len(elders)
    amounts["transfer_old_age"] = Decimal(600) * sum(person.age >= 80 for person in elders)
    amounts["transfer_disability"] = Decimal(1200) * sum(person.disability is not None for person in household.people)
    amounts["transfer_education"] = Decimal(1250) * sum(
        (person.student_status or "").startswith(("grade", "senior", "vocational")) for person in household.people
    )
    if household.kind == "dibao":
        amounts["transfer_dibao"] = steady.yuan(4600, 7200) * size
    if household.kind == "tekun":
        amounts["transfer_tekun"] = steady.yuan(10800, 13200)
    if household.kind == "general" and not able:
        amounts["transfer_support_of_parents"] = steady.yuan(3600, 8400) * size
    if any(person.serious for person in household.people):
        amounts["compliant_self_paid"] = dice.yuan(400, 4800)
    if household.state == "exited" and steady.chance(0.9):
        _lift(amounts, floor=steady.yuan(6800, 9800) * size)
    return amounts


def _lift(amounts: dict[str, Decimal], *, floor: Decimal) -> None:
    """Casual work fills up the income of who is out of poverty; a few fell back, and the status must show them."""
    paid = amounts.get("operating_expense", Decimal(0)) + amounts["transfers_paid"]
    received = sum(amount for name, amount in amounts.items() if name not in _PAID)
    missing = floor - (received - paid)
    if missing > 0:
        amounts["wage_other"] = max(missing, _SMALLEST_WAGE)
