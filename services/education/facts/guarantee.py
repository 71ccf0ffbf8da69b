"""义务教育有保障: is every member of compulsory age in school this term? (D26, M21, H22, Y05, Y40)"""

from collections.abc import Sequence

from services.education.facts.verdicts import IN_SCHOOL, Verdict
from shared.facts.findings import worst
from shared.facts.models import Guarantee, GuaranteeItem, GuaranteeState


def compulsory_education(verdicts: Sequence[Verdict]) -> Guarantee:
    """Met only when each of them is in school, lawfully at home, or done with it; not applicable without any.

    Reasons are told of all who are not plainly in school. Evidence: the enrolments and cases it rests on.
    """
    if not verdicts:
        return Guarantee(item=GuaranteeItem.COMPULSORY_EDUCATION, state=GuaranteeState.NOT_APPLICABLE)
    return Guarantee(
        item=GuaranteeItem.COMPULSORY_EDUCATION,
        state=worst(one.state for one in verdicts),
        reasons=tuple(one.reason() for one in verdicts if one.code != IN_SCHOOL),
        evidence=tuple(sorted({record for one in verdicts for record in one.evidence})),
    )
