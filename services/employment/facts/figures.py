"""Numbers of the household that others compute with."""

from decimal import Decimal
from uuid import UUID

from services.employment.facts.situation import Situation
from services.employment.facts.spells import MONTHS, Work, earned, months_worked


def figures(situation: Situation) -> dict[str, Decimal]:
    """`labourers`, `labourers_in_work`; of the year so far `work_months` (all members together), `work_wages` and
    `post_wages`, yuan: as reported of the year, else as counted from spells of work.

    What no record tells of is left out: no work recorded is not a wage of nothing.
    """
    holdings, year = situation.holdings, situation.year
    found = {"labourers": Decimal(len(situation.labourers))}
    told = {*holdings.spells, *(member_id for member_id, of_year in holdings.years if of_year == year)}
    if holdings.spells:
        working = sum(one.member_id in situation.at_work for one in situation.labourers)
        found["labourers_in_work"] = Decimal(working)
    if not told:
        return found
    found["work_months"] = Decimal(sum(_months(situation, one) for one in told))
    for name, work in (("work_wages", Work.PLACEMENT), ("post_wages", Work.POST)):
        amounts = [amount for one in told if (amount := _income(situation, one, work)) is not None]
        if amounts:
            found[name] = sum(amounts, Decimal("0.00"))
    return found


def _months(situation: Situation, member_id: UUID) -> int:
    report = situation.holdings.years.get((member_id, situation.year))
    if report is not None:
        return min(report.content.work_months + report.content.post_months, MONTHS)
    return months_worked(situation.holdings.spells.get(member_id, ()), situation.year, up_to=situation.on)


def _income(situation: Situation, member_id: UUID, work: Work) -> Decimal | None:
    report = situation.holdings.years.get((member_id, situation.year))
    if report is not None:
        return report.content.wage_income if work is Work.PLACEMENT else report.content.post_income
    return earned(situation.holdings.spells.get(member_id, ()), situation.year, up_to=situation.on, work=work)
