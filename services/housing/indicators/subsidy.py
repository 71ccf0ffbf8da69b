"""Does the subsidy reach the households, whole and in time? (Y23)"""

from services.housing.sql import RECEIVED, RENOVATIONS
from shared.codes import Label
from shared.indicators import Share, Unit

_ACCEPTED = f"""
    {RENOVATIONS} r JOIN roster_household h ON h.household_id = r.household_id CROSS JOIN {RECEIVED}
    WHERE h.active AND r.granted IS NOT NULL AND extract(year FROM r.accepted_on) = {{year}}
"""

SUBSIDY_IN_TIME = Share(
    code="subsidy_in_time",
    label=Label("危房改造补助按时足额到户率", "Renovation subsidies paid in full and in time"),
    unit=Unit.HOUSEHOLD,
    population=f"""
        SELECT r.id::text AS subject_id, NULL::uuid AS member_id, h.household_id, h.division,
               received.in_time >= r.granted AS covered,
               jsonb_build_object('project_number', r.project_number, 'accepted_on', r.accepted_on,
                 'granted', r.granted::text, 'received', received.whole::text) AS detail
        FROM {_ACCEPTED}
          AND (received.in_time >= r.granted OR {{today}}::date > r.accepted_on + {{days}}::int)
    """,
    target="housing.subsidy_in_time_target",
    parameters={"days": "housing.subsidy_pay_days"},
    source="Y23: renovations accepted in the year whose subsidy is due or paid",
)

SUBSIDY_PAID = Share(
    code="subsidy_paid",
    label=Label("危房改造补助资金到户率", "Granted renovation subsidy that reached the households"),
    unit=Unit.YUAN,
    population=f"""
        SELECT h.division, least(received.whole, r.granted) AS reached, r.granted AS due FROM {_ACCEPTED}
    """,
    target="housing.subsidy_paid_target",
    parameters={"days": "housing.subsidy_pay_days"},
    source="Y23: of renovations accepted in the year; what was paid above a grant does not count",
)
