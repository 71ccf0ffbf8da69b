"""What is posted is what is read, of every record type."""

import pytest

from services.employment.records import RECORD_TYPES
from shared.records import RecordType
from shared.testing.department import DepartmentSystem
from shared.testing.round_trip import DataObject, assert_round_trip, round_trips


@pytest.mark.parametrize("record_type", RECORD_TYPES, ids=lambda one: one.name)
@round_trips
async def test_what_is_posted_is_what_is_read(
    employment: DepartmentSystem, record_type: RecordType, data: DataObject
) -> None:
    await assert_round_trip(employment, record_type, data)
