"""The employment service: its department, declared, and the application made of it."""

from fastapi import FastAPI

from services.employment import FOLDER
from services.employment.facts import facts
from services.employment.indicators import INDICATORS
from services.employment.lists import LISTS
from services.employment.matching import router as matching
from services.employment.records import RECORD_TYPES
from shared.clock import Clock
from shared.codes import Label
from shared.department import Department, create_department
from shared.settings import ServiceSettings

DEPARTMENT = Department(
    name="employment",
    title=Label("人社", "Employment"),
    folder=FOLDER,
    record_types=RECORD_TYPES,
    facts=facts,
    indicators=INDICATORS,
    lists=LISTS,
    routers=(matching,),
)


def create_app(settings: ServiceSettings, clock: Clock | None = None) -> FastAPI:
    """The application; nothing is opened before its lifespan starts."""
    return create_department(DEPARTMENT, settings, clock=clock)
