"""Care facilities: stays against what tekun cases say, and facilities with more people than beds (Y58)."""

from services.civil_affairs.indicators.assistance_populations import TODAY, running_tekun
from services.civil_affairs.indicators.care_populations import PRESENT
from shared.codes import Label
from shared.standing_lists import LineUnit, ListKind, StandingList

_STAYS = f"f.voided_at IS NULL AND f.admitted_on <= {TODAY} AND (f.ended_on IS NULL OR f.ended_on > {TODAY})"

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
        SELECT i.facility_code AS subject_id, NULL::uuid AS member_id, NULL::uuid AS household_id, i.division,
               jsonb_build_object('facility_name', i.facility_name, 'beds', i.beds, 'stays', count(*)) AS detail
        FROM care_facility i JOIN facility_stay f ON f.facility_code = i.facility_code AND {_STAYS}
        WHERE i.voided_at IS NULL GROUP BY i.facility_code, i.facility_name, i.division, i.beds HAVING count(*) > i.beds
    """,
    source="Y58",
)

FACILITY_LISTS = (TEKUN_MODE_DIFFERS, FACILITIES_OVERFULL)
