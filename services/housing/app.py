"""The housing service: its department, declared, and the application made of it."""

from fastapi import FastAPI

from services.housing import FOLDER
from services.housing.facts import facts
from services.housing.indicators import INDICATORS
from services.housing.lists import LISTS
from services.housing.procedures import PROCEDURES
from services.housing.queue.routes import router
from services.housing.records import RECORD_TYPES
from shared.clock import Clock
from shared.codes import Label
from shared.department import Department, create_department
from shared.settings import ServiceSettings

DEPARTMENT = Department(
    name="housing",
    title=Label("住建", "Housing"),
    folder=FOLDER,
    record_types=RECORD_TYPES,
    facts=facts,
    indicators=INDICATORS,
    lists=LISTS,
    procedures=PROCEDURES,
    routers=(router,),
)


def create_app(settings: ServiceSettings, clock: Clock | None = None) -> FastAPI:
    """The application; nothing is opened before its lifespan starts."""
    return create_department(DEPARTMENT, settings, clock=clock)
