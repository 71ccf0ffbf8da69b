"""The civil affairs service: its department, declared, and the application made of it."""

from fastapi import FastAPI

from services.civil_affairs import FOLDER
from services.civil_affairs.economic_checks.routes import router as economic_checks
from services.civil_affairs.facts import facts
from services.civil_affairs.indicators import INDICATORS
from services.civil_affairs.lists import LISTS
from services.civil_affairs.procedures import PROCEDURES
from services.civil_affairs.records import RECORD_TYPES
from shared.clock import Clock
from shared.codes import Label
from shared.department import Department, create_department
from shared.settings import ServiceSettings

DEPARTMENT = Department(
    name="civil_affairs",
    title=Label("民政", "Civil affairs"),
    folder=FOLDER,
    record_types=RECORD_TYPES,
    facts=facts,
    indicators=INDICATORS,
    lists=LISTS,
    procedures=PROCEDURES,
    routers=(economic_checks,),
)


def create_app(settings: ServiceSettings, clock: Clock | None = None) -> FastAPI:
    """The application; nothing is opened before its lifespan starts."""
    return create_department(DEPARTMENT, settings, clock=clock)
