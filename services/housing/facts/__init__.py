"""What the housing department says of one household on one day. Pure: no clock, no database.

`facts` is the whole of it: the guarantee of safe housing, the housing benefits, the open signals, the figures of the
year, and the first day on which the same records would say something else.
"""

from datetime import date

from services.housing.facts.benefits import benefits
from services.housing.facts.figures import figures
from services.housing.facts.guarantee import safe_housing
from services.housing.facts.holdings import Holdings
from services.housing.facts.notices import notices
from services.housing.facts.situation import Situation
from shared.facts.findings import first_turn
from shared.facts.models import Facts, Guarantee, GuaranteeItem, GuaranteeState
from shared.policy import Policy
from shared.records import Records
from shared.roster.models import RosterHousehold


def facts(household: RosterHousehold, records: Records, policy: Policy, on: date) -> Facts:
    """The household's facts on a day in China.

    A household of which nothing is recorded gets empty facts: nothing said is never `met`; one without members needs
    nothing. The turn of the year ends them in any case: figures and the policy are those of the year.
    """
    if not records:
        return Facts()
    if not household.members:
        nobody = Guarantee(item=GuaranteeItem.SAFE_HOUSING, state=GuaranteeState.NOT_APPLICABLE)
        return Facts(guarantees=(nobody,))
    situation = Situation(household, Holdings.of(records), policy, on)
    guarantee = safe_housing(situation)
    found = notices(situation)
    new_year = date(on.year + 1, 1, 1)
    return Facts(
        valid_until=min(new_year, first_turn(found, after=on) or new_year),
        guarantees=(guarantee,),
        benefits=tuple(benefits(situation)),
        signals=tuple(notice.signal("housing_signal") for notice in found if notice.is_open(on)),
        figures=figures(situation),
        parameters=situation.parameters,
    )
