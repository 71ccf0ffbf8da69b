"""The water bureau's service."""

from pathlib import Path

from fastapi import FastAPI

from shared.clock import Clock
from shared.codes import Label
from shared.department import Department, create_department, kernel_tables
from shared.settings import ServiceSettings
from tests.departments.water.checks import WATER_CHECKS, metadata
from tests.departments.water.facts import facts

kernel_tables(metadata)
DEPARTMENT = Department(
    name="water", title=Label("水利", "Water"), folder=Path(__file__).parent, record_types=(WATER_CHECKS,), facts=facts
)


def create_app(settings: ServiceSettings, clock: Clock | None = None) -> FastAPI:
    return create_department(DEPARTMENT, settings, clock=clock)
