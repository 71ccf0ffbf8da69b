"""Hospital bills: settled at one stop, treated before payment, borne by others (D30, Y43, Y48, H24)."""

from shared.codes import Label
from shared.indicators import Rise, Share, Unit
from shared.indicators.populations import ON_REGISTER_SQL

_INPATIENT_OF_YEAR = """
        FROM settlement_bill b
        JOIN roster_member m USING (member_id)
        JOIN roster_household h ON h.household_id = m.household_id
        WHERE b.voided_at IS NULL AND b.kind = 'inpatient' AND extract(year FROM b.settled_on) = {year}
"""


def _bills(covered: str) -> str:
    """Inpatient bills of registered persons in the year."""
    return f"""
        SELECT b.id::text AS subject_id, b.member_id, m.household_id, m.division, {covered} AS covered,
               jsonb_build_object('bill_number', b.bill_number) AS detail
        {_INPATIENT_OF_YEAR} AND h.state IN ({ON_REGISTER_SQL})
    """


def _amounts(reached: str, condition: str) -> str:
    """What was reached of the bills' total, yuan."""
    return f"SELECT m.division, {reached} AS reached, b.total AS due {_INPATIENT_OF_YEAR} AND {condition}"


ONE_STOP_SETTLEMENT = Share(
    code="one_stop_settlement",
    label=Label("一站式结算率", "Inpatient bills settled at one stop"),
    unit=Unit.BILL,
    population=_bills("b.one_stop"),
    target="health.one_stop_target",
    source="D30",
)

TREAT_FIRST_PAY_LATER = Share(
    code="treat_first_pay_later",
    label=Label("先诊疗后付费率", "Inpatient bills treated first, paid later"),
    unit=Unit.BILL,
    population=_bills("b.treated_before_payment"),
    target="health.treat_first_target",
    source="Y48",
)

REIMBURSEMENT_RATIO_REGISTERED = Share(
    code="reimbursement_ratio_registered",
    label=Label("贫困户住院基本医保报销比例", "Inpatient cost paid by basic insurance, registered persons"),
    unit=Unit.YUAN,
    population=_amounts("b.basic_insurance", f"h.state IN ({ON_REGISTER_SQL})"),
    target=None,
    source="H24",
)

REIMBURSEMENT_RATIO_OTHERS = Share(
    code="reimbursement_ratio_others",
    label=Label("其他农户住院基本医保报销比例", "Inpatient cost paid by basic insurance, other farmers"),
    unit=Unit.YUAN,
    population=_amounts("b.basic_insurance", f"h.state NOT IN ({ON_REGISTER_SQL})"),
    target=None,
    source="H24",
)

REIMBURSEMENT_RISE = Rise(
    code="reimbursement_rise",
    label=Label("贫困户报销比例提高幅度", "Rise of the reimbursement ratio of the poor over others"),
    of=REIMBURSEMENT_RATIO_REGISTERED,
    over=REIMBURSEMENT_RATIO_OTHERS,
    target="health.reimbursement_rise_target",
    source="H24: the text does not say points or relative; the target's concept does",
)

RELIEVED_COST = Share(
    code="relieved_cost",
    label=Label("贫困户住院费用实际补偿比例", "Inpatient cost of registered persons borne by others"),
    unit=Unit.YUAN,
    population=_amounts("b.total - b.self_paid", f"h.state IN ({ON_REGISTER_SQL})"),
    target=None,
    source="Y43, Y49",
)
