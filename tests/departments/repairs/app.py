"""The repairs bureau's service."""

from datetime import date
from pathlib import Path

from fastapi import FastAPI

from shared.clock import Clock
from shared.codes import Label
from shared.department import Department, create_department, kernel_tables
from shared.facts.models import Facts
from shared.policy import Policy
from shared.procedures.lists import back_dated_postings
from shared.records import Records
from shared.roster.models import RosterHousehold
from shared.settings import ServiceSettings
from shared.standing_lists import standing_list_tables
from tests.departments.repairs.cases import REPAIR_CASES, REPAIRS, metadata
from tests.departments.repairs.works import WORKS

kernel_tables(metadata)
standing_list_tables(metadata)

PROCEDURES = (REPAIRS, WORKS)


def facts(household: RosterHousehold, records: Records, policy: Policy, on: date) -> Facts:
    """What is granted, so that a change of the case shows in the facts."""
    granted = [row.content.grant_yuan for row in records.of(REPAIR_CASES) if row.content.stage == "in_force"]
    return Facts(figures={f"grant_{number}": one for number, one in enumerate(granted) if one is not None})


DEPARTMENT = Department(
    name="repairs",
    title=Label("修缮", "Repairs"),
    folder=Path(__file__).parent,
    record_types=(),
    facts=facts,
    lists=(back_dated_postings(PROCEDURES, source="The toy department's own"),),
    procedures=PROCEDURES,
)


def create_app(settings: ServiceSettings, clock: Clock | None = None) -> FastAPI:
    return create_department(DEPARTMENT, settings, clock=clock)
