"""Nobody of the demo has a record from before the day of birth, which the kernel would refuse."""

from datetime import date

import pytest

from ops.demo import generate, load_profile, profile_names
from services.civil_affairs.app import DEPARTMENT as CIVIL_AFFAIRS
from services.education.app import DEPARTMENT as EDUCATION
from services.employment.app import DEPARTMENT as EMPLOYMENT
from services.health.app import DEPARTMENT as HEALTH
from shared.identity import parse_id_number
from shared.procedures.forms import Forms
from shared.records import Subject

DEPARTMENTS = (CIVIL_AFFAIRS, EDUCATION, EMPLOYMENT, HEALTH)
DAYS = (date(2025, 11, 21), date(2025, 1, 1), date(2024, 2, 29))


@pytest.mark.parametrize("today", DAYS, ids=str)
@pytest.mark.parametrize("profile", profile_names())
def test_no_record_is_older_than_its_person(profile: str, today: date) -> None:
    district = generate(load_profile(profile), today=today)
    rows = {step.path: step.rows for step in district.steps if not step.acts_on_cases}
    found = [
        (record_type.business_day(record), record.reference().id_number, record_type.name)
        for department in DEPARTMENTS
        for record_type in department.record_types
        if record_type.subject is Subject.MEMBER
        for row in rows.get(f"/api/v1/{department.name}/{record_type.name}:batch", ())
        for record in [record_type.create_adapter.validate_python(row)]
    ]
    for department in DEPARTMENTS:
        for procedure in department.procedures:
            if procedure.cases.subject is Subject.MEMBER:
                forms = Forms(procedure)
                for row in rows.get(f"/api/v1/{department.name}/{procedure.name}:batch", ()):
                    _, record = forms.opening(row)
                    found.append((record.taken_on, record.reference().id_number, procedure.name))
    assert len(found) > 1000
    early = [one for one in found if one[1] is not None and one[0] < parse_id_number(one[1]).birth_date]
    assert early == []
