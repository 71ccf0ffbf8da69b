"""What is posted is what is read, of every record type and of renovations."""

import pytest

from services.housing.records import RECORD_TYPES, RENOVATIONS
from shared.records import RecordType
from shared.testing.department import DepartmentSystem
from shared.testing.round_trip import DataObject, assert_round_trip, round_trips


@pytest.mark.parametrize("record_type", [*RECORD_TYPES, RENOVATIONS], ids=lambda one: one.name)
@round_trips
async def test_what_is_posted_is_what_is_read(
    housing: DepartmentSystem, record_type: RecordType, data: DataObject
) -> None:
    await assert_round_trip(housing, record_type, data)
