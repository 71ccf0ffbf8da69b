"""The water bureau's service, with lists and with a rate over all who live at a place."""

import dataclasses

from fastapi import FastAPI
from sqlalchemy import MetaData

from shared.clock import Clock
from shared.department import create_department
from shared.indicators.people import population_counts
from shared.settings import ServiceSettings
from shared.standing_lists import standing_list_tables
from tests.departments.water.app import DEPARTMENT as WATER
from tests.departments.water.app import metadata as water_tables
from tests.departments.water_lists.lists import ENOUGH, LISTS, SCATTERED_PER_HEAD

metadata = MetaData()
for table in water_tables.tables.values():
    table.to_metadata(metadata)
standing_list_tables(metadata)
POPULATION_COUNTS = population_counts(metadata, source="Y02")

DEPARTMENT = dataclasses.replace(
    WATER,
    record_types=(*WATER.record_types, POPULATION_COUNTS),
    indicators=(SCATTERED_PER_HEAD, ENOUGH),
    lists=LISTS,
)


def create_app(settings: ServiceSettings, clock: Clock | None = None) -> FastAPI:
    return create_department(DEPARTMENT, settings, clock=clock)
