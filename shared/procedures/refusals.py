"""Why a step is refused; texts in `messages.toml`."""

from collections.abc import Sequence

from shared.codes import Label
from shared.identity import Level
from shared.procedures.actors import Actor
from shared.service.problems import Conflict, Forbidden


class StepNotYours(Forbidden):
    """The caller's role, department or area does not allow the step."""

    code = "step-not-yours"

    @classmethod
    def of(cls, step: Label, actors: Sequence[Actor]) -> "StepNotYours":
        return cls(
            params={"step": step, "roles": [one.role for one in actors], "takers": [_taker(one) for one in actors]}
        )


class FourEyes(Forbidden):
    """Whoever takes this step has taken another one of the case that it may not be taken together with."""

    code = "four-eyes"


class StepNotOpen(Conflict):
    """The case stands at a stage that this step does not leave: it was never there, or somebody was faster."""

    code = "step-not-open"


class ObjectionOpen(Conflict):
    """An objection is not decided yet."""

    code = "objection-open"


class ObjectionNotOpen(Conflict):
    """The case has no such objection, or it is decided already."""

    code = "objection-not-open"


class PostingRunning(Conflict):
    """The shortest public posting has not ended by the step's business day."""

    code = "posting-running"


class CaseOpen(Conflict):
    """The subject has an open case of this procedure already."""

    code = "case-open"


class CaseKnown(Conflict):
    """The subject has a case of this file number already, closed or not."""

    code = "case-known"


_LEVELS = {
    Level.NATION: Label("全国", "nation"),
    Level.PROVINCE: Label("省", "province"),
    Level.CITY: Label("市", "city"),
    Level.COUNTY: Label("县区", "county"),
    Level.TOWNSHIP: Label("乡镇", "township"),
    Level.VILLAGE: Label("村", "village"),
}


def _taker(actor: Actor) -> Label:
    """A role, with the least area that its holder answers for."""
    level = _LEVELS[actor.level]
    return Label(f"{actor.role}（{level.zh}）", f"{actor.role} ({level.en})")
