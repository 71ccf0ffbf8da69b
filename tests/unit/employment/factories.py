"""What tests of the employment rules are made of."""

from datetime import date
from typing import Any

from services.employment import FOLDER
from shared.records import RecordType
from shared.roster.models import RosterMember
from shared.testing import pure
from shared.testing.pure import benefit, household, identifier, policies, records, row, signal, signals_of

__all__ = ["benefit", "household", "identifier", "policy", "records", "row", "signal", "signals_of"]

policy = policies("employment", FOLDER)


def member(**more: Any) -> RosterMember:
    """A labourer of ordinary ability, born in May 1980, unless `more` (fields of `RosterMember`) says otherwise."""
    return pure.member(**{"born": date(1980, 5, 1), "labour_skill": "ordinary", **more})


def faults(record_type: RecordType, **content: Any) -> list[tuple[str, str]]:
    """Pointer and code of each rule that the content breaks, under the shipped policy unless another is given."""
    return pure.faults(record_type, **{"under": policy(), **content})
