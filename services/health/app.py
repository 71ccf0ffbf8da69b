"""The health service: its department, declared, and the application made of it."""

from fastapi import FastAPI

from services.health import FOLDER
from services.health.facts import facts
from services.health.indicators import INDICATORS
from services.health.lists import LISTS
from services.health.records import RECORD_TYPES
from shared.clock import Clock
from shared.codes import Label
from shared.department import Department, create_department
from shared.settings import ServiceSettings

DEPARTMENT = Department(
    name="health",
    title=Label("卫健", "Health"),
    folder=FOLDER,
    record_types=RECORD_TYPES,
    facts=facts,
    indicators=INDICATORS,
    lists=LISTS,
)


def create_app(settings: ServiceSettings, clock: Clock | None = None) -> FastAPI:
    """The application; nothing is opened before its lifespan starts."""
    return create_department(DEPARTMENT, settings, clock=clock)
