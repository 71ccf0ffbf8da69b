"""Care facilities: each kind in the county, one near each village, up to standard, beds in use (Y58)."""

from shared.codes import Label
from shared.indicators import Share, Unit

_PLACES = "SELECT DISTINCT {of} AS division FROM roster_household h WHERE h.active"

FACILITY_KINDS = Share(
    code="care_facility_kinds",
    label=Label("县级民政服务设施配齐率", "Kinds of care facilities present in each county"),
    unit=Unit.INSTITUTION,
    population=f"""
        SELECT place.division || ':' || kind AS subject_id, NULL::uuid AS member_id, NULL::uuid AS household_id,
               place.division,
               EXISTS (SELECT FROM care_facility f WHERE left(f.division, 6) = left(place.division, 6)
                 AND f.kind = needed.kind AND f.voided_at IS NULL
                 AND extract(year FROM f.assessed_on) <= {{year}}::int) AS covered,
               jsonb_build_object('kind', kind) AS detail
        FROM ({_PLACES.format(of="rpad(left(h.division, 6), 12, '0')")}) place
        CROSS JOIN unnest({{kinds}}::text[]) AS needed(kind)
    """,
    target="civil_affairs.facility_kind_target",
    parameters={"kinds": "civil_affairs.county_facility_kinds"},
    source="Y58",
)

VILLAGE_FACILITIES = Share(
    code="village_care_facilities",
    label=Label("村级照护设施覆盖率", "Villages with a care facility"),
    unit=Unit.VILLAGE,
    population=f"""
        SELECT place.division AS subject_id, NULL::uuid AS member_id, NULL::uuid AS household_id, place.division,
               EXISTS (SELECT FROM care_facility f WHERE f.division = place.division AND f.kind = ANY({{kinds}}::text[])
                 AND f.voided_at IS NULL AND extract(year FROM f.assessed_on) <= {{year}}::int) AS covered,
               NULL::jsonb AS detail
        FROM ({_PLACES.format(of="h.division")}) place
    """,
    target="civil_affairs.village_facility_target",
    parameters={"kinds": "civil_affairs.village_facility_kinds"},
    source="Y58: villages in which households of the roster live",
)

_FACILITIES = """
    FROM care_facility f WHERE f.voided_at IS NULL AND extract(year FROM f.assessed_on) <= {year}::int
"""

FACILITY_STANDARD = Share(
    code="care_facility_standard",
    label=Label("民政服务设施达标率", "Care facilities up to standard"),
    unit=Unit.INSTITUTION,
    population=f"""
        SELECT f.division || ':' || f.facility_code AS subject_id, NULL::uuid AS member_id, NULL::uuid AS household_id,
               f.division, f.standard AS covered,
               jsonb_build_object('facility_name', f.facility_name, 'kind', f.kind) AS detail
        {_FACILITIES}
    """,
    target="civil_affairs.facility_standard_target",
    source="Y58",
)

BEDS_IN_USE = Share(
    code="care_beds_in_use",
    label=Label("床位使用率", "Beds in use"),
    unit=Unit.BED,
    population=f"""
        SELECT f.division || ':' || f.facility_code || ':' || bed AS subject_id, NULL::uuid AS member_id,
               NULL::uuid AS household_id, f.division, bed <= f.occupied AS covered,
               jsonb_build_object('facility_name', f.facility_name) AS detail
        {_FACILITIES.replace("WHERE", "CROSS JOIN LATERAL generate_series(1, f.beds) AS bed WHERE")}
    """,
    target=None,
    source="Y58: counted by bed, on the day of the last assessment",
)

FACILITY_INDICATORS = (FACILITY_KINDS, VILLAGE_FACILITIES, FACILITY_STANDARD, BEDS_IN_USE)
