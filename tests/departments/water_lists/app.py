"""The water bureau's service, with lists."""

import dataclasses

from fastapi import FastAPI

from shared.clock import Clock
from shared.department import create_department
from shared.settings import ServiceSettings
from tests.departments.water.app import DEPARTMENT as WATER
from tests.departments.water_lists.lists import LISTS

DEPARTMENT = dataclasses.replace(WATER, lists=LISTS)


def create_app(settings: ServiceSettings, clock: Clock | None = None) -> FastAPI:
    return create_department(DEPARTMENT, settings, clock=clock)
