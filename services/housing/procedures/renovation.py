"""农村危房改造程序: application → identification by class → review → posting → approved → started → inspected →
accepted → subsidy paid (Y20, Y22, Y23, Y24)."""

from services.housing.procedures import rules
from services.housing.procedures.evidence import (
    Acceptance,
    Application,
    Approval,
    Identification,
    Inspection,
    PaidOut,
    Posting,
    Refusal,
    Review,
    Start,
    TakenOver,
)
from services.housing.records.fields import needs
from services.housing.records.renovations import RENOVATIONS
from shared.codes import Label
from shared.procedures import (
    DEPARTMENT_SYSTEM,
    DISTRICT_OFFICER,
    TOWNSHIP_OFFICER,
    VILLAGE_OFFICER,
    Choice,
    Kind,
    Objections,
    Procedure,
    Stage,
    Step,
    Term,
    Withdrawal,
)
from shared.records.rules import in_order, not_after_today

_VILLAGE = (VILLAGE_OFFICER, TOWNSHIP_OFFICER, DEPARTMENT_SYSTEM)
_TOWNSHIP = (TOWNSHIP_OFFICER, DISTRICT_OFFICER, DEPARTMENT_SYSTEM)
_DISTRICT = (DISTRICT_OFFICER, DEPARTMENT_SYSTEM)
_FINISH = Term("housing.renovation_finish_days", since="started_on")

STAGES = (
    Stage("applied", Label("已申请，待认定", "Applied"), due=Term("housing.identification_days", since="applied_on")),
    Stage("identified", Label("已认定，待评议审核", "Identified"), due=Term("housing.review_days")),
    Stage("reviewed", Label("已评议审核，待公示", "Reviewed"), due=Term("housing.review_days")),
    Stage(
        "posted",
        Label("公示中", "Posted"),
        posting=Term("housing.renovation_posting_days"),
        due=Term("housing.approval_days"),
    ),
    Stage(
        "approved", Label("已批准，待开工", "Approved"), due=Term("housing.renovation_start_days", since="approved_on")
    ),
    Stage("started", Label("已开工", "Started"), due=_FINISH),
    Stage("inspected", Label("施工检查合格，待验收", "Inspected"), due=_FINISH),
    Stage(
        "accepted",
        Label("已验收，待补助资金到户", "Accepted"),
        due=Term("housing.subsidy_pay_days", since="accepted_on"),
    ),
    Stage("subsidy_paid", Label("补助资金已到户", "Subsidy paid"), final=True),
    Stage("refused", Label("不予改造", "Refused"), final=True),
    Stage("withdrawn", Label("已撤回", "Withdrawn"), final=True),
)

_DAYS = ("applied_on", "identified_on", "approved_on", "started_on", "inspected_on", "accepted_on", "paid_on")

OPENINGS = (
    Step(
        "apply",
        Label("申请", "Apply"),
        _VILLAGE,
        to="applied",
        evidence=Application,
        rules=(rules.category_is_shown, rules.category_is_entitled, rules.declares_only_dwelling),
        sets=rules.application,
        kind=Kind.OPENING,
        source="Y20, Y22",
    ),
    Step(
        "take_over",
        Label("接收既有改造档案", "Take over"),
        (DEPARTMENT_SYSTEM,),
        to=Choice(("identified", "approved", "started", "inspected", "accepted", "subsidy_paid"), rules.stage_reached),
        evidence=TakenOver,
        rules=(
            rules.category_is_shown,
            needs("approved_on", "project_number", "granted"),
            needs("started_on", "approved_on"),
            needs("inspected_on", "started_on"),
            needs("accepted_on", "started_on"),
            needs("paid_on", "accepted_on", "paid"),
            needs("granted", "approved_on"),
            needs("paid", "paid_on"),
            in_order("applied_on", "identified_on"),
            in_order("identified_on", "approved_on"),
            in_order("approved_on", "started_on"),
            in_order("started_on", "inspected_on"),
            in_order("started_on", "accepted_on"),
            in_order("inspected_on", "accepted_on"),
            not_after_today(*_DAYS),
            rules.happened_before_the_step,
        ),
        kind=Kind.OPENING,
        source="Y20, Y24",
    ),
)

STEPS = (
    Step(
        "identify",
        Label("对象认定与房屋定级", "Identify"),
        _TOWNSHIP,
        ("applied",),
        Choice(("identified", "refused"), rules.identified_or_refused),
        Identification,
        rules=(rules.category_still_shown,),
        sets=rules.identification,
        source="Y20, Y22, Y24",
    ),
    Step("review", Label("评议审核", "Review"), _TOWNSHIP, ("identified",), "reviewed", Review, source="Y22"),
    Step("post", Label("公示", "Post"), _VILLAGE, ("reviewed",), "posted", Posting, source="Y22"),
    Step(
        "approve",
        Label("审批", "Approve"),
        _DISTRICT,
        ("posted",),
        "approved",
        Approval,
        rules=(rules.grant_within_standard,),
        sets=rules.approval,
        source="Y22, Y24",
    ),
    Step(
        "refuse",
        Label("不予改造", "Refuse"),
        _TOWNSHIP,
        ("applied", "identified", "reviewed", "posted"),
        "refused",
        Refusal,
        during_posting=True,
        awaited=False,
        source="Y22",
    ),
    Step(
        "start",
        Label("开工", "Start"),
        _VILLAGE,
        ("approved",),
        "started",
        Start,
        sets=rules.on_the_day("started_on"),
        source="Y20",
    ),
    Step(
        "inspect",
        Label("施工检查", "Inspect"),
        _TOWNSHIP,
        ("started", "inspected"),
        Choice(("started", "inspected"), rules.inspected_or_not),
        Inspection,
        sets=rules.on_the_day("inspected_on"),
        source="Y20, Y25",
    ),
    Step(
        "accept",
        Label("竣工验收", "Accept"),
        _TOWNSHIP,
        ("inspected",),
        Choice(("accepted", "started"), rules.accepted_or_not),
        Acceptance,
        sets=rules.acceptance,
        not_by=("apply", "identify", "inspect"),
        source="Y20, Y25",
    ),
    Step(
        "pay",
        Label("补助资金到户", "Pay the subsidy"),
        _DISTRICT,
        ("accepted",),
        "subsidy_paid",
        PaidOut,
        sets=rules.on_the_day("paid_on"),
        source="Y23",
    ),
)

RENOVATION = Procedure(
    cases=RENOVATIONS,
    stages=STAGES,
    steps=(*OPENINGS, *STEPS),
    objections=Objections(
        ("posted",),
        by=(VILLAGE_OFFICER, TOWNSHIP_OFFICER),
        decided_by=(TOWNSHIP_OFFICER, DISTRICT_OFFICER),
        upheld="refused",
    ),
    withdrawal=Withdrawal(
        by=(VILLAGE_OFFICER, TOWNSHIP_OFFICER),
        to="withdrawn",
        stages=("applied", "identified", "reviewed", "posted", "approved"),
    ),
    void_by=(DISTRICT_OFFICER,),
)
