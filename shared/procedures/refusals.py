"""Why a step is refused; texts in `messages.toml`."""

from collections.abc import Iterable

from shared.codes import Label
from shared.procedures.actors import Actor
from shared.service.problems import Conflict, Forbidden


class StepNotYours(Forbidden):
    """The caller's role, department or area does not allow the step."""

    code = "step-not-yours"

    @classmethod
    def of(cls, step: Label | str, actors: Iterable[Actor]) -> "StepNotYours":
        levels = {actor.role: actor.level.value for actor in actors}
        return cls(params={"step": step, "roles": list(levels), "levels": sorted(set(levels.values()))})


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
