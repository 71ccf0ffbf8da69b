"""临时救助 as a procedure: ordinary, and urgent, which helps first (Y65; 国发〔2014〕47号, 民发〔2018〕23号).

Who verifies does not approve (审核、审批). Who helped first completes the formalities: they are the handling official's
own papers, handed in late (补齐手续).
"""

from services.civil_affairs.procedures import relief_rules as rules
from services.civil_affairs.procedures.common import (
    ANYONE_NEAR,
    DISTRICT,
    TOWNSHIP,
    TOWNSHIP_OR_DISTRICT,
    as_decided,
    refused_with_reason,
    village_if_unknown,
)
from services.civil_affairs.procedures.relief_rules import Application, Approval, Help, HelpFirst, Verification
from services.civil_affairs.records.relief_cases import RELIEF_CASES
from shared.codes import Label
from shared.procedures import Choice, Kind, Objections, Procedure, Stage, Step, Term, Unit, Withdrawal

_LIMIT = Term("civil_affairs.relief_limit_days", Unit.WORKING_DAY, since="opened_on")
_FORMALITIES = Term("civil_affairs.relief_formalities_days", Unit.WORKING_DAY, since="helped_on")

RELIEF = Procedure(
    cases=RELIEF_CASES,
    stages=(
        Stage("applied", Label("核查中", "Being verified"), due=_LIMIT),
        Stage("posted", Label("公示中", "Posted"), posting=Term("civil_affairs.relief_posting_days"), due=_LIMIT),
        Stage("approved", Label("待发放", "Approved, to be paid"), due=_LIMIT),
        Stage("helped", Label("已先行救助、待补手续", "Helped first, formalities open"), due=_FORMALITIES),
        Stage("completed", Label("已办结", "Completed"), final=True),
        Stage("refused", Label("不予救助", "Refused"), final=True),
        Stage("withdrawn", Label("已撤回", "Withdrawn"), final=True),
    ),
    steps=(
        Step(
            "apply",
            Label("申请受理", "Apply"),
            kind=Kind.OPENING,
            to="applied",
            by=ANYONE_NEAR,
            evidence=Application,
            rules=(rules.event_has_been, rules.those_in_need, village_if_unknown),
            source="Y65",
        ),
        Step(
            "help_first",
            Label("先行救助", "Help first"),
            kind=Kind.OPENING,
            to="helped",
            by=TOWNSHIP_OR_DISTRICT,
            evidence=HelpFirst,
            rules=(rules.event_has_been, rules.those_in_need, rules.help_worth, village_if_unknown),
            sets=rules.helped_at_once,
            source="Y65",
        ),
        Step(
            "verify",
            Label("核实", "Verify"),
            by=TOWNSHIP,
            from_=("applied",),
            to=Choice(("posted", "refused"), as_decided("posted")),
            evidence=Verification,
            rules=(refused_with_reason,),
        ),
        Step(
            "approve",
            Label("审批", "Approve"),
            by=TOWNSHIP_OR_DISTRICT,
            from_=("posted",),
            not_by=("apply", "verify"),
            to=Choice(("approved", "refused"), as_decided("approved")),
            evidence=Approval,
            rules=(refused_with_reason, rules.amount_within_rule),
        ),
        Step(
            "pay",
            Label("发放", "Give the help"),
            by=TOWNSHIP_OR_DISTRICT,
            from_=("approved",),
            to="completed",
            evidence=Help,
            rules=(rules.within_approval,),
            sets=rules.helped,
        ),
        Step(
            "complete_formalities",
            Label("补办手续", "Complete the formalities"),
            by=TOWNSHIP,
            from_=("helped",),
            to="completed",
            evidence=Verification,
            rules=(rules.formalities_accept,),
            source="Y65",
        ),
    ),
    void_by=DISTRICT,
    objections=Objections(("posted",), by=ANYONE_NEAR, decided_by=TOWNSHIP_OR_DISTRICT, upheld="applied"),
    withdrawal=Withdrawal(by=ANYONE_NEAR, to="withdrawn", stages=("applied", "posted", "approved")),
)
