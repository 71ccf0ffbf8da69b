"""The education service: its department, declared, and the application made of it."""

from fastapi import FastAPI

from services.education import FOLDER
from services.education.facts import facts
from services.education.indicators import INDICATORS
from services.education.lists import LISTS
from services.education.records import RECORD_TYPES
from shared.clock import Clock
from shared.codes import Label
from shared.department import Department, create_department
from shared.settings import ServiceSettings

DEPARTMENT = Department(
    name="education",
    title=Label("教育", "Education"),
    folder=FOLDER,
    record_types=RECORD_TYPES,
    facts=facts,
    indicators=INDICATORS,
    lists=LISTS,
)


def create_app(settings: ServiceSettings, clock: Clock | None = None) -> FastAPI:
    """The application; nothing is opened before its lifespan starts."""
    return create_department(DEPARTMENT, settings, clock=clock)
