"""Care facilities: stays against what tekun cases say, and facilities with more people than beds (Y58)."""

from services.civil_affairs.indicators.assistance_populations import TODAY, running_tekun
from services.civil_affairs.indicators.care_populations import PRESENT
from shared.codes import Label
from shared.standing_lists import LineUnit, ListKind, StandingList

_STAYS = f"f.voided_at IS NULL AND f.admitted_on <= {TODAY} AND (f.ended_on IS NULL OR f.ended_on > {TODAY})"
_IN_FACILITY = """f.facility_code = i.facility_code AND CASE WHEN f.facility_division IS NOT NULL
    THEN f.facility_division = i.division
    ELSE NOT EXISTS (SELECT FROM care_facility o WHERE o.facility_code = i.facility_code AND o.voided_at IS NULL
      AND o.division <> i.division) END"""
"""Stay `f` is in facility `i`: by code and place, by the code alone where one facility has it."""

TEKUN_MODE_DIFFERS = StandingList(
    code="tekun_mode_differs",
    label=Label("特困供养方式与入住情况不一致", "Way of tekun support against the stay in a facility"),
    unit=LineUnit.PERSON,
    kind=ListKind.CONTRADICTION,
    population=f"""
        SELECT m.member_id::text AS subject_id, m.member_id, m.household_id, m.division,
               jsonb_build_object('mode', c.mode, 'lives_in', lives.facility_code) AS detail
        {PRESENT}
        JOIN tekun_case c ON c.member_id = m.member_id AND {running_tekun(TODAY)}
        LEFT JOIN LATERAL (SELECT min(f.facility_code) AS facility_code FROM facility_stay f
          WHERE f.member_id = m.member_id AND {_STAYS}) lives ON true
        WHERE m.active AND (c.mode = 'centralised') IS DISTINCT FROM (lives.facility_code IS NOT NULL)
    """,
    source="Y58, H08, Y57: both sides of one support",
)

FACILITIES_OVERFULL = StandingList(
    code="care_facilities_overfull",
    label=Label("超床位入住的机构", "Facilities with more people than beds"),
    unit=LineUnit.CASE,
    kind=ListKind.IRREGULAR,
    population=f"""
        SELECT i.division || ':' || i.facility_code AS subject_id, NULL::uuid AS member_id, NULL::uuid AS household_id,
               i.division,
               jsonb_build_object('facility_name', i.facility_name, 'beds', i.beds, 'stays', count(*)) AS detail
        FROM care_facility i JOIN facility_stay f ON {_IN_FACILITY} AND {_STAYS}
        WHERE i.voided_at IS NULL GROUP BY i.facility_code, i.facility_name, i.division, i.beds HAVING count(*) > i.beds
    """,
    source="Y58",
)

STAYS_AMBIGUOUS = StandingList(
    code="facility_stays_ambiguous",
    label=Label("入住机构代码重复、无法确认", "Stays in one of several facilities that have the code"),
    unit=LineUnit.PERSON,
    kind=ListKind.IRREGULAR,
    population=f"""
        SELECT f.id::text AS subject_id, m.member_id, m.household_id, m.division,
               jsonb_build_object('facility_code', f.facility_code, 'facilities', named.facilities) AS detail
        {PRESENT}
        JOIN facility_stay f ON f.member_id = m.member_id AND {_STAYS}
        CROSS JOIN LATERAL (SELECT count(*) AS facilities, count(*) FILTER (WHERE {_IN_FACILITY}) AS places
          FROM care_facility i WHERE i.facility_code = f.facility_code AND i.voided_at IS NULL) named
        WHERE m.active AND named.facilities > 1 AND named.places = 0
    """,
    source="Y58: the stay does not say in which of them",
)

FACILITY_LISTS = (TEKUN_MODE_DIFFERS, FACILITIES_OVERFULL, STAYS_AMBIGUOUS)
