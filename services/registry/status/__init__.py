"""The unified status: what every department says of one household, in one place, with the source of every part.

`unify` is the rule (pure); `StatusEngine` applies it in a transaction; `FactsProjector` feeds it from the departments'
snapshots; `StatusReader` and `routes` serve it; `Reevaluation` keeps it right as days pass; `rebuild` proves it.
"""

from pathlib import Path

from shared.codes import register_code_lists

CODES = Path(__file__).with_name("codes")
"""Code lists of the status; the registry's schemas and `/api/v1/codes` know them once this package is imported."""

register_code_lists(CODES)
