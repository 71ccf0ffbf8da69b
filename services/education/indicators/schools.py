"""Schools: standardised primary and junior high schools, kindergartens that meet the need (H21, Y41)."""

from shared.codes import Label
from shared.indicators import Share, Unit

_POOR_VILLAGES = "SELECT DISTINCT h.division FROM roster_household h WHERE h.active AND h.village_class = 'poor'"


def _schools(kinds: str, where: str) -> str:
    """Publicly run schools of the kinds by the year's end, under a condition on `s`; covered when standardised."""
    return f"""
        SELECT s.id::text AS subject_id, NULL::uuid AS member_id, NULL::uuid AS household_id, s.division,
               s.standardised AS covered,
               jsonb_build_object('school_code', s.school_code, 'school_name', s.school_name) AS detail
        FROM school s
        WHERE s.voided_at IS NULL AND s.publicly_run AND extract(year FROM s.assessed_on) <= {{year}}
          AND s.kind IN ({kinds}) AND {where}
    """


STANDARD_PRIMARY = Share(
    code="standard_primary_school",
    label=Label("贫困村公办小学标准化率", "Public primary schools of poor villages up to the standard"),
    unit=Unit.INSTITUTION,
    population=_schools("'primary_school', 'nine_year_school'", f"s.division IN ({_POOR_VILLAGES})"),
    target="education.standard_school_target",
    source="H21 贫困村公办小学 … 全面完成标准化建设",
)

STANDARD_JUNIOR = Share(
    code="standard_junior_high",
    label=Label(
        "街道（乡镇）公办初中标准化率", "Public junior high schools of poor villages' townships up to the standard"
    ),
    unit=Unit.INSTITUTION,
    population=_schools(
        "'junior_high', 'nine_year_school'",
        f"left(s.division, 9) IN (SELECT left(v.division, 9) FROM ({_POOR_VILLAGES}) v)",
    ),
    target="education.standard_school_target",
    source="H21 所在街道公办初中全面完成标准化建设",
)

STANDARD_SCHOOL = Share(
    code="standard_school",
    label=Label("义务教育学校标准化率", "Public schools of compulsory stage up to the standard"),
    unit=Unit.INSTITUTION,
    population=_schools("'primary_school', 'junior_high', 'nine_year_school'", "true"),
    target="education.standard_school_target",
    source="Y41 加快标准化建设",
)

KINDERGARTEN_MET = Share(
    code="kindergarten_need_met",
    label=Label("贫困村学前教育需要满足率", "Poor villages whose kindergarten places meet the need"),
    unit=Unit.VILLAGE,
    population=f"""
        SELECT v.division AS subject_id, NULL::uuid AS member_id, NULL::uuid AS household_id, v.division,
               coalesce(n.places >= n.children, false) AS covered,
               jsonb_build_object('children', n.children, 'places', n.places, 'counted', n.id IS NOT NULL) AS detail
        FROM ({_POOR_VILLAGES}) v
        LEFT JOIN LATERAL (SELECT k.* FROM kindergarten_need k WHERE k.division = v.division AND k.voided_at IS NULL
            AND k.year <= {{year}} ORDER BY k.year DESC LIMIT 1) n ON true
    """,
    target="education.kindergarten_target",
    source="H21 贫困村幼儿园满足学前教育需要: by the newest count of need up to the year; without one it is not met",
)
