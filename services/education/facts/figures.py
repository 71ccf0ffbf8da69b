"""Numbers that others compute with."""

from collections.abc import Sequence
from decimal import Decimal

from services.education.aid_items import LOAN
from services.education.facts.costs import StudyCost
from services.education.facts.holdings import Award
from services.education.facts.schooling import Place
from services.education.facts.verdicts import AGE_UNKNOWN, Verdict


def figures(
    verdicts: Sequence[Verdict], places: Sequence[Place], paid: Sequence[Award], costs: Sequence[StudyCost]
) -> dict[str, Decimal]:
    """`compulsory_age_members`, `students` (members in class this term); in yuan `education_aid` and `student_loan` of
    the year, `study_cost` and `self_paid_study_cost` of the school year, each only where something is recorded."""
    found: dict[str, Decimal] = {}
    if of_age := sum(one.code != AGE_UNKNOWN for one in verdicts):
        found["compulsory_age_members"] = Decimal(of_age)
    if attending := sum(place.attends for place in places):
        found["students"] = Decimal(attending)
    for name, rows in (
        ("education_aid", [row for row in paid if row.content.item != LOAN]),
        ("student_loan", [row for row in paid if row.content.item == LOAN]),
    ):
        if rows:
            found[name] = sum((row.content.amount for row in rows), Decimal("0.00"))
    if costs:
        found["study_cost"] = sum((one.cost for one in costs), Decimal("0.00"))
        found["self_paid_study_cost"] = sum((one.left for one in costs), Decimal("0.00"))
    return found
