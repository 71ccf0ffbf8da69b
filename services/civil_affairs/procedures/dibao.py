"""低保 as a procedure: application, economic check by home visit and by data comparison, review, public posting,
confirmation, in force, periodic review by class, change or stop (D21, M09, M11, Y54, Y57; 民发〔2021〕57号)."""

from services.civil_affairs.procedures import dibao_rules as rules
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
from services.civil_affairs.procedures.dibao_evidence import (
    Application,
    Assessment,
    Change,
    DataComparison,
    Extension,
    HomeVisit,
    PeriodicReview,
    TakenOver,
)
from services.civil_affairs.records.dibao_cases import DIBAO_CASES
from shared.codes import Label
from shared.procedures import Choice, Kind, Objections, Procedure, Stage, Step, Term, Unit, Withdrawal

_LIMIT = Term("civil_affairs.dibao_limit_days", Unit.WORKING_DAY, since="opened_on", by="track")
"""M11: from application to decision, whatever stage it has got to."""
_REVIEW = Term("civil_affairs.dibao_review_months", Unit.MONTH, since="reviewed_on", by="dibao_class")
_PHASE_OUT = Term("civil_affairs.dibao_phase_out_months", Unit.MONTH)

_WHOM = (rules.one_person_stays_one, rules.protected_named, rules.single_person_is_severe)
"""Of each finding that an award rests on: whom it is for."""

_STAGES = (
    Stage("applied", Label("核查中", "Being checked"), due=_LIMIT),
    Stage("posted", Label("公示中", "Posted"), posting=Term("civil_affairs.dibao_posting_days"), due=_LIMIT),
    Stage("in_force", Label("享受中", "In force"), due=_REVIEW, lasting=True),
    Stage("phasing_out", Label("渐退期", "Phasing out"), due=_PHASE_OUT, lasting=True),
    Stage("refused", Label("不予确认", "Refused"), final=True),
    Stage("withdrawn", Label("已撤回", "Withdrawn"), final=True),
    Stage("stopped", Label("已停止", "Stopped"), final=True),
)

_STEPS = (
    Step(
        "apply",
        Label("申请受理", "Apply"),
        kind=Kind.OPENING,
        to="applied",
        by=ANYONE_NEAR,
        evidence=Application,
        rules=(authorised, rules.single_person_named, rules.protected_named, village_if_unknown),
        sets=rules.protected,
        source="M09",
    ),
    Step(
        "take_over",
        Label("存量转入", "Take over"),
        kind=Kind.OPENING,
        to="in_force",
        by=DISTRICT,
        evidence=TakenOver,
        rules=(
            rules.single_person_named,
            rules.protected_named,
            rules.key_persons_fit,
            rules.within_highest_amount,
            village_if_unknown,
            taken_up_in_order,
        ),
        sets=rules.protected,
        source="H07",
    ),
    Step(
        "visit_home",
        Label("入户调查", "Visit the home"),
        by=TOWNSHIP,
        from_=("applied",),
        evidence=HomeVisit,
        rules=(rules.enough_visitors, rules.one_person_stays_one, rules.protected_named),
        sets=rules.visited,
        source="D21",
    ),
    Step(
        "compare_data",
        Label("信息核对", "Compare data"),
        by=TOWNSHIP_OR_DISTRICT,
        from_=("applied",),
        evidence=DataComparison,
        rules=(rules.contradictions_were_asked,),
        sets=rules.compared,
        source="D21, D22",
    ),
    Step(
        "extend",
        Label("延长办理时限", "Extend the limit"),
        by=TOWNSHIP,
        from_=("applied",),
        to="applied",
        evidence=Extension,
        sets=rules.extended,
        awaited=False,
        source="M11",
    ),
    Step(
        "assess",
        Label("审核", "Assess"),
        by=TOWNSHIP,
        from_=("applied",),
        to=Choice(("posted", "refused"), as_decided("posted")),
        evidence=Assessment,
        rules=(
            rules.both_checks_made,
            refused_with_reason,
            *_WHOM,
            rules.key_persons_fit,
            rules.accepted_is_entitled,
        ),
        sets=rules.proposed,
        source="Y54",
    ),
    Step(
        "confirm",
        Label("确认", "Confirm"),
        by=TOWNSHIP_OR_DISTRICT,
        from_=("posted",),
        not_by=("apply", "visit_home", "compare_data", "assess"),
        to=Choice(("in_force", "refused"), as_decided("in_force")),
        evidence=Confirmation,
        rules=(refused_with_reason, accepted_names_award),
        source="M09, Y54",
    ),
    Step(
        "review",
        Label("定期复核", "Review"),
        by=TOWNSHIP,
        from_=("in_force", "phasing_out"),
        to=Choice(("in_force", "phasing_out", "stopped"), rules.after_review),
        evidence=PeriodicReview,
        rules=(*_WHOM, rules.key_persons_fit, rules.outcome_fits),
        sets=rules.reviewed,
        source="Y57",
    ),
    Step(
        "change",
        Label("调整", "Change"),
        by=TOWNSHIP_OR_DISTRICT,
        from_=("in_force",),
        to="in_force",  # entered anew: the next review is due by the class that it is in now
        evidence=Change,
        rules=(*_WHOM, rules.key_persons_fit, rules.still_entitled),
        sets=rules.changed,
        awaited=False,
        source="Y57, Y71",
    ),
    Step(
        "stop",
        Label("停止", "Stop"),
        by=TOWNSHIP_OR_DISTRICT,
        from_=("in_force", "phasing_out"),
        to="stopped",
        evidence=End,
        rules=(ended_after_grant,),
        source="Y57",
    ),
)

DIBAO = Procedure(
    cases=DIBAO_CASES,
    stages=_STAGES,
    steps=_STEPS,
    void_by=DISTRICT,
    objections=Objections(("posted",), by=ANYONE_NEAR, decided_by=TOWNSHIP_OR_DISTRICT, upheld="applied"),
    withdrawal=Withdrawal(by=ANYONE_NEAR, to="withdrawn"),
)
