"""Who is in and should not be, what was paid or recorded against the rules, what is late (D18, D19, Y28, Y33)."""

from shared.codes import Label
from shared.indicators.populations import ON_REGISTER_SQL
from shared.standing_lists import LineUnit, ListKind, StandingList
from shared.standing_lists.signals import signal_list

POST_NOT_DUE = StandingList(
    code="post_not_due",
    label=Label("公益性岗位应退未退", "In a public-welfare post and should not be"),
    unit=LineUnit.CASE,
    kind=ListKind.SHOULD_NOT_BE_IN,
    population=f"""
        SELECT held.id::text AS subject_id, held.member_id, held.household_id, held.division,
               jsonb_build_object('kind', held.kind, 'reason', held.reason) AS detail
        FROM (SELECT r.id, r.kind, r.member_id, m.household_id, m.division,
                     CASE WHEN NOT (m.active AND h.active) THEN 'left'
                          WHEN h.state NOT IN ({ON_REGISTER_SQL}) THEN 'not_registered'
                          WHEN person->>'student_status' IS NOT NULL THEN 'at_school'
                          WHEN coalesce(p.ability, person->>'labour_skill') <> ALL({{abilities}}::text[])
                            THEN 'no_ability'
                     END AS reason
              FROM public_welfare_post r
              JOIN roster_member m USING (member_id)
              JOIN roster_household h ON h.household_id = m.household_id
              LEFT JOIN LATERAL (
                  SELECT one AS person FROM jsonb_array_elements(h.snapshot->'members') one
                  WHERE one->>'member_id' = m.member_id::text
              ) known ON true
              LEFT JOIN LATERAL (
                  SELECT s.ability FROM labour_profile s WHERE s.member_id = m.member_id AND s.voided_at IS NULL
                  ORDER BY s.year DESC LIMIT 1
              ) p ON true
              WHERE r.voided_at IS NULL AND r.started_on <= {{today}}::date
                AND least(r.contract_until, r.ended_on) >= {{today}}::date) held
        WHERE held.reason IS NOT NULL
    """,
    parameters={"abilities": "employment.labour_abilities"},
    source="Y33 扶贫公益性岗位: for poor labourers who can work",
)

POST_BESIDE_WORK = StandingList(
    code="post_beside_work",
    label=Label("在公益性岗位同时另有稳定工作", "In a public-welfare post beside lasting work"),
    unit=LineUnit.CASE,
    kind=ListKind.DUPLICATE,
    population="""
        SELECT r.id::text AS subject_id, r.member_id, m.household_id, m.division,
               jsonb_build_object('kind', r.kind, 'place', p.place, 'arrangement', p.arrangement) AS detail
        FROM public_welfare_post r
        JOIN roster_member m USING (member_id)
        JOIN LATERAL (
            SELECT w.place, w.arrangement FROM placement w
            WHERE w.member_id = r.member_id AND w.voided_at IS NULL AND w.started_on <= {today}::date
              AND (w.ended_on IS NULL OR w.ended_on >= {today}::date) AND w.arrangement IN ('contract', 'agreement')
            ORDER BY w.started_on, w.id LIMIT 1
        ) p ON true
        WHERE r.voided_at IS NULL AND r.started_on <= {today}::date
          AND least(r.contract_until, r.ended_on) >= {today}::date AND m.active
    """,
    source="Y33: posts are for those whom the market does not employ",
)

AWARD_WITHOUT_WORK = StandingList(
    code="award_without_work",
    label=Label("奖补对象未在该单位就业", "Awarded for a person who did not work there"),
    unit=LineUnit.CASE,
    kind=ListKind.SHOULD_NOT_BE_IN,
    population="""
        SELECT a.id::text AS subject_id, a.member_id, m.household_id, m.division,
               jsonb_build_object('employer_code', a.employer_code, 'year', a.year, 'amount', a.amount::text) AS detail
        FROM employer_award a JOIN roster_member m USING (member_id)
        WHERE a.voided_at IS NULL
          AND NOT EXISTS (SELECT FROM placement p WHERE p.member_id = a.member_id AND p.voided_at IS NULL
            AND p.employer_code = a.employer_code AND extract(year FROM p.started_on) <= a.year
            AND (p.ended_on IS NULL OR extract(year FROM p.ended_on) >= a.year))
    """,
    source="Y28 对吸纳贫困劳动力的企业给予奖补",
)

REFERRAL_OVERDUE = StandingList(
    code="referral_overdue",
    label=Label("推荐结果逾期未反馈", "Referral whose result is overdue"),
    unit=LineUnit.CASE,
    kind=ListKind.OVERDUE,
    population="""
        SELECT r.id::text AS subject_id, r.member_id, m.household_id, m.division,
               jsonb_build_object('vacancy_number', r.vacancy_number, 'referred_on', r.referred_on,
                 'days', {today}::date - r.referred_on) AS detail
        FROM referral r JOIN roster_member m USING (member_id)
        WHERE r.voided_at IS NULL AND r.result = 'awaiting' AND m.active
          AND {today}::date - r.referred_on > {days}::numeric
    """,
    parameters={"days": "employment.referral_result_days"},
    volatile=("days",),
    source="D19: the result of a referral",
)

ATTENDANCE_WITHOUT_SESSION = StandingList(
    code="attendance_without_session",
    label=Label("参训记录与培训班次不符", "Training attendance without its session, or of another kind"),
    unit=LineUnit.CASE,
    kind=ListKind.IRREGULAR,
    population="""
        SELECT a.id::text AS subject_id, a.member_id, m.household_id, m.division,
               jsonb_build_object('session_number', a.session_number, 'kind', a.kind, 'session_kind', s.kind) AS detail
        FROM training_attendance a
        JOIN roster_member m USING (member_id)
        LEFT JOIN LATERAL (
            SELECT min(one.kind) AS kind, bool_or(one.kind = a.kind) AS fits FROM training_session one
            WHERE one.session_number = a.session_number AND one.voided_at IS NULL
        ) s ON true
        WHERE a.voided_at IS NULL AND m.active AND s.fits IS NOT TRUE
    """,
    source="D18: sessions and attendees",
)

IRREGULAR = (
    signal_list("employment_signal", "post_limit_exceeded", kind=ListKind.SHOULD_NOT_BE_IN, source="Y33: three years"),
    POST_NOT_DUE,
    POST_BESIDE_WORK,
    AWARD_WITHOUT_WORK,
    REFERRAL_OVERDUE,
    ATTENDANCE_WITHOUT_SESSION,
)
