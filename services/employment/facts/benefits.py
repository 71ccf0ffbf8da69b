"""就业扶持一批: what the household has of employment help on a day (M08, D18, D19, M12, Y28, Y33, Y34)."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from uuid import UUID

from services.employment.facts.situation import Situation
from services.employment.facts.spells import Work, earned
from shared.facts.models import Batch, Benefit


def benefits(situation: Situation) -> Iterator[Benefit]:
    """Programmes that run and those of the year, in the order of the code list `employment_benefit`."""
    yield from _work(situation, "job_placement", Work.PLACEMENT)
    yield from _work(situation, "public_welfare_post", Work.POST)
    yield from _of_year(situation)


def _benefit(
    programme: str, rows: Iterable[tuple[UUID, UUID]], *, period: str, amount: Decimal | None = None
) -> Iterator[Benefit]:
    """The benefit of the rows (member and record), if there are any."""
    held = list(rows)
    if held:
        yield Benefit(
            programme=programme,
            batch=Batch.EMPLOYMENT,
            members=tuple(sorted({member for member, _ in held})),
            amount=amount,
            period=period,
            evidence=tuple(sorted({record for _, record in held})),
        )


def _work(situation: Situation, programme: str, work: Work) -> Iterator[Benefit]:
    """M14, Y33: who is in work of the kind today, with what it has earned them this year."""
    held = [
        (member_id, spell) for member_id, spells in situation.at_work.items() for spell in spells if spell.work is work
    ]
    amount = earned((spell for _, spell in held), situation.year, up_to=situation.on, work=work)
    rows = [(member_id, spell.record_id) for member_id, spell in held]
    yield from _benefit(programme, rows, amount=amount, period=str(situation.year))


def _of_year(situation: Situation) -> Iterator[Benefit]:
    """Training completed, referrals made, activities attended, awards and support granted in the year."""
    holdings, year = situation.holdings, situation.year
    trained = [
        (row.member_id, row.id)
        for row in holdings.trainings
        if row.content.completed_on is not None and row.content.completed_on.year == year
    ]
    yield from _benefit("skill_training", trained, period=str(year))
    referred = [(row.member_id, row.id) for row in holdings.referrals if row.content.referred_on.year == year]
    yield from _benefit("job_referral", referred, period=str(year))
    attended = [(row.member_id, row.id) for row in holdings.activities if row.content.attended_on.year == year]
    yield from _benefit("employment_activity", attended, period=str(year))
    awards = [row for row in holdings.awards if row.content.year == year]
    total = sum((row.content.amount for row in awards), Decimal("0.00"))
    rows = [(row.member_id, row.id) for row in awards]
    yield from _benefit("employer_award", rows, amount=total, period=str(year))
    supports = [row for row in holdings.supports if row.content.granted_on.year == year]
    given = sum((row.content.amount or Decimal() for row in supports), Decimal("0.00"))
    rows = [(row.member_id, row.id) for row in supports]
    yield from _benefit("start_up_support", rows, amount=given or None, period=str(year))
