"""What a department is: its records, its facts and its rules."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from fastapi import APIRouter

from shared.codes import Label
from shared.facts.engine import FactsFunction
from shared.indicators import Indicator
from shared.procedures import Procedure
from shared.records import RecordType
from shared.standing_lists import StandingList


@dataclass(frozen=True, slots=True)
class Department:
    """A line department's service, declared.

    `name` is its path segment, OAuth scope prefix, event source and database suffix. `folder` is the package's folder;
    its `messages.toml` is loaded if there is one. Code lists and policy defaults are registered by the package itself,
    before its schemas are defined. The case types of `procedures` need not stand in `record_types` too.
    """

    name: str
    title: Label
    folder: Path
    record_types: Sequence[RecordType]
    facts: FactsFunction
    indicators: Sequence[Indicator] = ()
    lists: Sequence[StandingList] = ()
    procedures: Sequence[Procedure] = ()
    routers: Sequence[APIRouter] = ()

    @property
    def all_record_types(self) -> tuple[RecordType, ...]:
        """The record types and the case types of the procedures."""
        return tuple(dict.fromkeys((*self.record_types, *(one.cases for one in self.procedures))))
