"""What tests of the health rules are made of."""

from typing import Any

from services.health import FOLDER
from shared.records import RecordType
from shared.testing import pure
from shared.testing.pure import household, identifier, member, policies, reasons_of, records, row, signals_of, state_of

__all__ = ["household", "identifier", "member", "policy", "reasons_of", "records", "row", "signals_of", "state_of"]

policy = policies("health", FOLDER)


def faults(record_type: RecordType, **content: Any) -> list[tuple[str, str]]:
    """Pointer and code of each rule that the content breaks, under the shipped policy unless another is given."""
    return pure.faults(record_type, **{"under": policy(), **content})
