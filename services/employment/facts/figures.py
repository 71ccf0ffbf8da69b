"""Numbers of the household that others compute with."""

from decimal import Decimal

from services.employment.facts.situation import Situation
from services.employment.facts.spells import Work, earned, months_worked


def figures(situation: Situation) -> dict[str, Decimal]:
    """`labourers`, `labourers_in_work`; of the year so far `work_months` (all members together), `work_wages` and
    `post_wages`, yuan.

    What no record tells of is left out: no work recorded is not a wage of nothing.
    """
    holdings, year, on = situation.holdings, situation.year, situation.on
    found = {"labourers": Decimal(len(situation.labourers))}
    if not holdings.spells:
        return found
    found["labourers_in_work"] = Decimal(sum(one.member_id in situation.at_work for one in situation.labourers))
    months = sum(months_worked(spells, year, up_to=on) for spells in holdings.spells.values())
    found["work_months"] = Decimal(months)
    every = [spell for spells in holdings.spells.values() for spell in spells]
    for name, work in (("work_wages", Work.PLACEMENT), ("post_wages", Work.POST)):
        amount = earned(every, year, up_to=on, work=work)
        if amount is not None:
            found[name] = amount
    return found
