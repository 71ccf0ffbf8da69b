"""Who pays when illness is dear: serious-illness insurance as the place promises it, and aid (H25, H26, Y43)."""

from shared.codes import Label
from shared.indicators import Share, Unit
from shared.indicators.populations import ON_REGISTER_SQL


def _dear_years(*, having: str, covered: str) -> str:
    """Registered persons whose inpatient bills of the year fulfil a condition; both are SQL on the bills `b`."""
    return f"""
        SELECT m.member_id::text AS subject_id, m.member_id, m.household_id, m.division, dear.covered,
               jsonb_build_object('self_paid', dear.self_paid::text) AS detail
        FROM (
            SELECT b.member_id, {covered} AS covered, sum(b.self_paid) AS self_paid
            FROM settlement_bill b
            WHERE b.voided_at IS NULL AND b.kind = 'inpatient' AND extract(year FROM b.settled_on) = {{year}}
            GROUP BY b.member_id HAVING {having}
        ) dear
        JOIN roster_member m USING (member_id)
        JOIN roster_household h ON h.household_id = m.household_id
        WHERE m.active AND h.active AND h.state IN ({ON_REGISTER_SQL})
    """


SERIOUS_ILLNESS_INSURANCE = Share(
    code="serious_illness_insurance",
    label=Label("大病保险应赔尽赔率", "Serious-illness insurance paid where due"),
    unit=Unit.PERSON,
    population=_dear_years(
        having="sum(b.total - b.basic_insurance) > {deductible}::numeric",
        covered="sum(b.serious_illness_insurance) > 0",
    ),
    target="health.serious_illness_insurance_target",
    parameters={"deductible": "health.serious_illness_deductible_registered"},
    source="H25, Y43: cost left by basic insurance in the year above the deductible for the poor",
)

MEDICAL_AID = Share(
    code="medical_aid",
    label=Label("高额自付医疗救助率", "High self-paid cost relieved by aid"),
    unit=Unit.PERSON,
    population=_dear_years(
        having="sum(b.self_paid + b.medical_aid + b.other_aid) >= {line}::numeric",
        covered="sum(b.medical_aid + b.other_aid) > 0",
    ),
    target="health.medical_aid_target",
    parameters={"line": "health.self_paid_inpatient_registered"},
    source="H26, Y43: cost left by all insurance in the year at or above the warning line",
)


def _promised(whose: str, condition: str, label: Label) -> Share:
    """Of what deductible, ratio and cap of the place promise for the year's inpatient cost, yuan; what was paid above
    it does not count."""
    promised = "greatest(sum(b.total - b.basic_insurance) - {deductible}::numeric, 0) * {ratio}::numeric"
    return Share(
        code=f"serious_illness_promise_{whose}",
        label=label,
        unit=Unit.YUAN,
        population=f"""
            SELECT dear.division, least(dear.paid, dear.promised) AS reached, dear.promised AS due
            FROM (
                SELECT m.division, sum(b.serious_illness_insurance) AS paid,
                       round(least({promised}, {{cap}}::numeric), 2) AS promised
                FROM settlement_bill b
                JOIN roster_member m USING (member_id)
                JOIN roster_household h ON h.household_id = m.household_id
                WHERE b.voided_at IS NULL AND b.kind = 'inpatient' AND extract(year FROM b.settled_on) = {{year}}
                  AND m.active AND h.active AND {condition}
                GROUP BY m.member_id, m.division
            ) dear
        """,
        target=None,
        parameters={
            "deductible": f"health.serious_illness_deductible_{whose}",
            "ratio": f"health.serious_illness_ratio_{whose}",
            "cap": f"health.serious_illness_cap_{whose}",
        },
        source="H25: of all cost that basic insurance left; what a place counts as eligible may be less",
    )


SERIOUS_ILLNESS_PROMISE_REGISTERED = _promised(
    "registered",
    f"h.state IN ({ON_REGISTER_SQL})",
    Label("贫困户大病保险政策兑现率", "Serious-illness insurance paid as promised, registered persons"),
)

SERIOUS_ILLNESS_PROMISE_OTHERS = _promised(
    "other",
    f"h.state NOT IN ({ON_REGISTER_SQL})",
    Label("其他农户大病保险政策兑现率", "Serious-illness insurance paid as promised, other farmers"),
)
