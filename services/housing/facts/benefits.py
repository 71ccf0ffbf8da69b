"""住房扶持一批: the housing benefits of a household (M08, Y20, Y23)."""

from collections.abc import Iterator
from decimal import Decimal

from services.housing.facts.moves import delivery_day
from services.housing.facts.situation import Situation
from shared.facts.models import Batch, Benefit


def benefits(situation: Situation) -> Iterator[Benefit]:
    """Renovations whose subsidy has begun to arrive, and dwellings delivered; they benefit the whole household."""
    for row in situation.holdings.renovations:
        if received := situation.holdings.received(row):
            yield Benefit(
                programme="renovation_subsidy",
                batch=Batch.HOUSING,
                members=situation.members,
                amount=sum((one.amount for one in received), Decimal("0.00")),
                period=f"{received[0].day.isoformat()}/{received[-1].day.isoformat()}",
                evidence=(row.id,),
            )
    for relocation in situation.holdings.relocations:
        if (day := delivery_day(relocation.content)) is not None:
            yield Benefit(
                programme="relocation",
                batch=Batch.HOUSING,
                members=situation.members,
                period=f"{day.isoformat()}/",
                evidence=(relocation.id,),
            )
