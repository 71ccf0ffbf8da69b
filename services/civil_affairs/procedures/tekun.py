"""特困供养 as a procedure: three conditions, six self-care items, posting, yearly check (H08; 民发〔2021〕43号)."""

from services.civil_affairs.procedures import tekun_rules as rules
from services.civil_affairs.procedures.common import (
    ANYONE_NEAR,
    DISTRICT,
    TOWNSHIP,
    TOWNSHIP_OR_DISTRICT,
    Confirmation,
    End,
    accepted_names_award,
    as_decided,
    authorised,
    ended_after_grant,
    refused_with_reason,
    taken_up_in_order,
    village_if_unknown,
)
from services.civil_affairs.procedures.tekun_evidence import (
    Application,
    Assessment,
    PeriodicReview,
    TakenOver,
)
from services.civil_affairs.records.tekun_cases import TEKUN_CASES
from shared.codes import Label
from shared.procedures import Choice, Kind, Objections, Procedure, Stage, Step, Term, Unit, Withdrawal

_LIMIT = Term("civil_affairs.tekun_limit_days", Unit.WORKING_DAY, since="opened_on")
_REVIEW = Term("civil_affairs.tekun_review_months", Unit.MONTH, since="reviewed_on")

TEKUN = Procedure(
    cases=TEKUN_CASES,
    stages=(
        Stage("applied", Label("核查中", "Being checked"), due=_LIMIT),
        Stage("posted", Label("公示中", "Posted"), posting=Term("civil_affairs.tekun_posting_days"), due=_LIMIT),
        Stage("in_force", Label("供养中", "In force"), due=_REVIEW, lasting=True),
        Stage("refused", Label("不予确认", "Refused"), final=True),
        Stage("withdrawn", Label("已撤回", "Withdrawn"), final=True),
        Stage("stopped", Label("已终止", "Stopped"), final=True),
    ),
    steps=(
        Step(
            "apply",
            Label("申请受理", "Apply"),
            kind=Kind.OPENING,
            to="applied",
            by=ANYONE_NEAR,
            evidence=Application,
            rules=(authorised, village_if_unknown),
        ),
        Step(
            "take_over",
            Label("存量转入", "Take over"),
            kind=Kind.OPENING,
            to="in_force",
            by=DISTRICT,
            evidence=TakenOver,
            rules=(village_if_unknown, taken_up_in_order, rules.institution_if_centralised),
            sets=rules.care_level_found,
            source="H08",
        ),
        Step(
            "assess",
            Label("审核与自理能力评估", "Assess"),
            by=TOWNSHIP,
            from_=("applied",),
            to=Choice(("posted", "refused"), as_decided("posted")),
            evidence=Assessment,
            rules=(
                refused_with_reason,
                rules.ground_holds,
                rules.three_conditions,
                rules.institution_if_centralised,
            ),
            sets=rules.support_found,
            source="Y54, H08",
        ),
        Step(
            "confirm",
            Label("确认", "Confirm"),
            by=TOWNSHIP_OR_DISTRICT,
            from_=("posted",),
            not_by=("apply", "assess"),
            to=Choice(("in_force", "refused"), as_decided("in_force")),
            evidence=Confirmation,
            rules=(refused_with_reason, accepted_names_award),
        ),
        Step(
            "review",
            Label("定期核查", "Review"),
            by=TOWNSHIP,
            from_=("in_force",),
            to=Choice(("in_force", "stopped"), rules.after_review),
            evidence=PeriodicReview,
            rules=(rules.review_fits, rules.institution_if_centralised),
            sets=rules.reviewed,
            source="Y57",
        ),
        Step(
            "stop",
            Label("终止", "Stop"),
            by=TOWNSHIP_OR_DISTRICT,
            from_=("in_force",),
            to="stopped",
            evidence=End,
            rules=(ended_after_grant,),
        ),
    ),
    void_by=DISTRICT,
    objections=Objections(("posted",), by=ANYONE_NEAR, decided_by=TOWNSHIP_OR_DISTRICT, upheld="applied"),
    withdrawal=Withdrawal(by=ANYONE_NEAR, to="withdrawn"),
)
