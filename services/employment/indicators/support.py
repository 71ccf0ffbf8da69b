"""Older labourers, start-ups, activities, what is known of labourers, employers awarded (M12, M13, Y28, Y33, Y34)."""

from services.employment.indicators.labour import DAY, IN_WORK, PARAMETERS, in_year, labourers
from shared.codes import Label
from shared.indicators import Share, Unit
from shared.indicators.populations import ON_REGISTER_SQL, recorded

_OLDER = f"""
    m.birth_date + make_interval(years => (
      CASE m.sex WHEN '1' THEN {{older_male}}::numeric WHEN '2' THEN {{older_female}}::numeric
      ELSE greatest({{older_male}}::numeric, {{older_female}}::numeric) END)::int) <= {DAY}
"""

OLDER_LABOUR = Share(
    code="older_labour",
    label=Label("大龄贫困劳动力帮扶率", "Older labourers in work or helped"),
    unit=Unit.PERSON,
    population=labourers(
        condition=_OLDER,
        covered=f"""({IN_WORK} OR {in_year("training_attendance", "completed_on")}
            OR {in_year("referral", "referred_on")} OR {in_year("start_up_support", "granted_on")})""",
    ),
    target="employment.older_labour_target",
    parameters={
        **PARAMETERS,
        "older_male": "employment.older_labour_age_male",
        "older_female": "employment.older_labour_age_female",
    },
    source="Y33",
)

START_UPS = Share(
    code="start_ups",
    label=Label("有创业意愿者扶持率", "Willing to start a business and supported"),
    unit=Unit.PERSON,
    population=labourers(
        condition="p.wants_start_up",
        covered=recorded("start_up_support", "extract(year FROM r.granted_on) BETWEEN p.year AND {year}::int"),
        detail="jsonb_build_object('surveyed_in', p.year)",
    ),
    target="employment.start_up_target",
    parameters=PARAMETERS,
    source="M13, Y34, SYS20",
)

ACTIVITY_REACH = Share(
    code="activity_reach",
    label=Label("就业创业活动参与率", "Labourers who took part in an employment activity"),
    unit=Unit.PERSON,
    population=labourers(covered=in_year("activity_participation", "attended_on")),
    target=None,
    parameters=PARAMETERS,
    source="M12",
)

PROFILES = Share(
    code="labour_profiles",
    label=Label("劳动力信息采集率", "Labourers whose profile of the year is recorded"),
    unit=Unit.PERSON,
    population=labourers(
        covered="coalesce(p.year = {year}::int, false)", detail="jsonb_build_object('surveyed_in', p.year)"
    ),
    target="employment.profile_target",
    parameters=PARAMETERS,
    source="D19, M14",
)

ABSORBED = f"""
    SELECT r.employer_code, count(DISTINCT m.member_id) AS workers
    FROM placement r JOIN roster_member m USING (member_id) JOIN roster_household h ON h.household_id = m.household_id
    WHERE r.voided_at IS NULL AND r.employer_code IS NOT NULL AND m.active AND h.active
      AND h.state IN ({ON_REGISTER_SQL}) AND r.started_on <= {DAY} AND (r.ended_on IS NULL OR r.ended_on >= {DAY})
    GROUP BY r.employer_code
"""
"""Registered labourers whom each employer employs on the day."""

EMPLOYER_AWARD = Share(
    code="employer_award",
    label=Label("吸纳贫困劳动力单位奖补率", "Employers of registered labour that were awarded"),
    unit=Unit.INSTITUTION,
    population=f"""
        SELECT e.division || ':' || e.employer_code AS subject_id, NULL::uuid AS member_id, NULL::uuid AS household_id,
               e.division,
               EXISTS (SELECT FROM employer_award a WHERE a.employer_code = e.employer_code AND a.voided_at IS NULL
                 AND a.year = {{year}}::int) AS covered,
               jsonb_build_object('employer_code', e.employer_code, 'workers', absorbed.workers) AS detail
        FROM employer e JOIN ({ABSORBED}) absorbed USING (employer_code)
        WHERE e.voided_at IS NULL AND absorbed.workers >= {{least}}::numeric
    """,
    target="employment.employer_award_target",
    parameters={"least": "employment.award_workers_least"},
    source="Y28",
)
