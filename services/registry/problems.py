"""The business refusals of the registry; their texts are in `messages.toml`.

NotFound ─ HouseholdNotFound, MemberNotFound, DivisionNotFound, ChangeNotFound
Conflict ─ DuplicatePerson, HouseholdCodeTaken, HouseholdClosed, TransitionRefused, ChangeRefused, ChangeNotRevocable
PreconditionFailed ─ Outdated
Unprocessable ─ InvalidForm
"""

from shared.service.problems import Conflict, NotFound, PreconditionFailed, Unprocessable


class HouseholdNotFound(NotFound):
    code = "household-not-found"


class MemberNotFound(NotFound):
    code = "member-not-found"


class ChangeNotFound(NotFound):
    code = "change-not-found"


class DivisionNotFound(NotFound):
    code = "division-not-found"


class DuplicatePerson(Conflict):
    """An ID number that stands in another household, or twice among the rows sent (B.1.4 rule 1)."""

    code = "duplicate-person"


class HouseholdCodeTaken(Conflict):
    """The code belongs to a household that the caller may not see."""

    code = "household-code-taken"


class HouseholdClosed(Conflict):
    code = "household-closed"


class TransitionRefused(Conflict):
    """The household's state may not be followed by the one asked for."""

    code = "transition-refused"


class ChangeRefused(Conflict):
    """A natural change that does not fit the household as it stands."""

    code = "change-refused"


class ChangeNotRevocable(Conflict):
    """What came later rests on the change; `errors` names each."""

    code = "change-not-revocable"


class Outdated(PreconditionFailed):
    """`If-Match` names another revision than the current one."""

    code = "outdated"


class InvalidForm(Unprocessable):
    """One or more fields break a rule; `errors` names each."""

    code = "invalid-form"


class LostRace(Exception):  # noqa: N818 - no error: it never leaves the frame of writes
    """Another request has just written what this one was about to: no answer, but a reason to run it again."""
