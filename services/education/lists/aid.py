"""Aid that is missing, late, given twice, for what the student is not in, or against the rules (M20, M22, D27)."""

from services.education.aid_items import AMOUNT_PARAMETERS, AMOUNTS_SQL, aid_items_sql, same_period_sql, school_year_sql
from services.education.populations import ATTENDING_SQL, DAY_OF_YEAR, TERM_PARAMETERS, standing, term_at
from shared.codes import Label
from shared.indicators.populations import ON_REGISTER_SQL
from shared.standing_lists import LineUnit, ListKind, StandingList

_AWARDS = """
    FROM aid_award a JOIN roster_member m ON m.member_id = a.member_id
    JOIN roster_household h ON h.household_id = m.household_id
"""
_PRESENT = "a.voided_at IS NULL AND m.active AND h.active"
_LINE = "a.id::text AS subject_id, a.member_id, m.household_id, m.division"
_REGISTERED = f"h.state IN ({ON_REGISTER_SQL})"
_IN_NEED = f"""({_REGISTERED} OR h.household_type = ANY({{types}}::text[]) OR EXISTS (
    SELECT FROM jsonb_array_elements(coalesce(h.snapshot->'categories', '[]'::jsonb)) held(category)
    WHERE held.category->>'kind' = ANY({{types}}::text[])))"""

_TERMS_BEGUN = """r.year = {year}::int
    AND (r.year, (r.term = 'autumn')::int) <= (now.year, (now.term = 'autumn')::int)"""

AID_MISSING = StandingList(
    code="education_aid_missing",
    label=Label("应助未助学生", "Entitled to education aid and without"),
    unit=LineUnit.CASE,
    kind=ListKind.SHOULD_BE_IN,
    population=f"""
        SELECT concat_ws(':', e.member_id, e.year, e.term, item.code) AS subject_id, e.member_id, m.household_id,
               m.division, jsonb_build_object('year', e.year, 'term', e.term, 'item', item.code, 'stage', e.stage,
                 'amount', round(({AMOUNTS_SQL} -> item.code ->> e.stage)::numeric / item.parts, 2)::text) AS detail
        FROM {term_at(DAY_OF_YEAR)}
        CROSS JOIN {standing(_TERMS_BEGUN)}
        JOIN {aid_items_sql()} ON item.stage = e.stage AND coalesce(item.boarding = e.boarding, true)
          AND (NOT item.inclusive OR e.inclusive_kindergarten)
        JOIN roster_member m ON m.member_id = e.member_id
        JOIN roster_household h ON h.household_id = m.household_id
        WHERE e.status IN ({ATTENDING_SQL}) AND m.active AND h.active
          AND item.code = ANY({{owed}}::text[]) AND {_IN_NEED} AND (NOT item.registered OR {_REGISTERED})
          AND NOT EXISTS (SELECT FROM aid_award a WHERE a.member_id = e.member_id AND a.item = item.code
            AND {same_period_sql("a", "e")} AND a.voided_at IS NULL)
    """,
    parameters={
        **AMOUNT_PARAMETERS,
        **TERM_PARAMETERS,
        "owed": "education.aid_items_owed",
        "types": "education.aid_household_types",
    },
    source="D27, H20, M20, M22, Y36, Y37: terms that began in the year, by its items and amounts; `amount` of a term",
)

AID_OVERDUE = StandingList(
    code="education_aid_overdue",
    label=Label("资助逾期未发放", "Aid applied for and not paid by the end of lessons"),
    unit=LineUnit.CASE,
    kind=ListKind.OVERDUE,
    population=f"""
        SELECT {_LINE}, jsonb_build_object('year', a.year, 'term', a.term, 'item', a.item, 'amount', a.amount::text,
                 'posted', a.posted_on IS NOT NULL, 'due_on', due.day, 'days_late', {{today}}::date - due.day) AS detail
        {_AWARDS}
        CROSS JOIN LATERAL (SELECT CASE WHEN a.term = 'spring'
            THEN make_date(a.year, ({{spring_end}}::int[])[1], ({{spring_end}}::int[])[2])
            ELSE make_date(a.year + (({{autumn_end}}::int[]) < ({{autumn}}::int[]))::int,
              ({{autumn_end}}::int[])[1], ({{autumn_end}}::int[])[2]) END AS day) due
        WHERE {_PRESENT} AND a.paid_on IS NULL AND due.day < {{today}}::date
    """,
    parameters={
        "spring_end": "education.spring_term_end",
        "autumn": "education.autumn_term_start",
        "autumn_end": "education.autumn_term_end",
    },
    volatile=("days_late",),
    source="D27, D28, M22: applied, posted, paid within the term",
)

AID_TWICE = StandingList(
    code="education_aid_twice",
    label=Label("重复资助学生", "Education aid applied for or paid twice"),
    unit=LineUnit.CASE,
    kind=ListKind.DUPLICATE,
    population=f"""
        SELECT concat_ws(':', one.member_id, one.year, one.term, one.aid_group) AS subject_id, one.member_id,
               one.household_id, one.division,
               jsonb_build_object('year', one.year, 'term', one.term, 'awards', count(*), 'paid', count(one.paid_on),
                 'amount', sum(one.amount)::text, 'items', string_agg(DISTINCT one.item, ', '),
                 'schools', string_agg(DISTINCT one.school_code, ', ')) AS detail
        FROM (SELECT a.member_id, m.household_id, m.division, a.item, a.amount, a.paid_on, a.school_code,
                     item.aid_group,
                     CASE WHEN item.parts = 1 THEN {school_year_sql("a")} ELSE a.year END AS year,
                     CASE WHEN item.parts = 1 THEN 'year' ELSE a.term END AS term
              {_AWARDS} JOIN {aid_items_sql()} ON item.code = a.item AND item.stage = a.stage
              WHERE {_PRESENT}) one
        GROUP BY one.member_id, one.household_id, one.division, one.year, one.term, one.aid_group HAVING count(*) > 1
    """,
    source="M22 统筹各类扶贫、惠民政策: the same item twice in a term (or school year), or two that exclude each other",
)

AID_MISMATCH = StandingList(
    code="education_aid_mismatch",
    label=Label("资助与就读情况不符", "Aid for a stage, or a way of schooling, that the student is not in"),
    unit=LineUnit.CASE,
    kind=ListKind.SHOULD_NOT_BE_IN,
    population=f"""
        SELECT {_LINE}, jsonb_build_object('year', a.year, 'term', a.term, 'item', a.item, 'stage', a.stage,
                 'amount', a.amount::text, 'paid', a.paid_on IS NOT NULL, 'enrolled', held.stages) AS detail
        {_AWARDS} JOIN {aid_items_sql()} ON item.code = a.item AND item.stage = a.stage
        CROSS JOIN LATERAL (SELECT string_agg(DISTINCT e.stage, ', ') AS stages,
            coalesce(bool_or(e.stage = a.stage AND coalesce(item.boarding = e.boarding, true)
              AND (NOT item.inclusive OR e.inclusive_kindergarten)
              AND coalesce(e.left_on >= a.applied_on, true)), false) AS fits
            FROM enrolment e WHERE e.member_id = a.member_id AND e.year = a.year AND e.term = a.term
              AND e.voided_at IS NULL) held
        WHERE {_PRESENT} AND NOT held.fits AND (held.stages IS NOT NULL OR a.paid_on IS NOT NULL)
    """,
    source="M22, D27: `enrolled` is where the student was that term, null where no enrolment is recorded",
)

AID_IRREGULAR = StandingList(
    code="education_aid_irregular",
    label=Label("违规发放资助", "Aid paid before the posting was over, or above the standard"),
    unit=LineUnit.CASE,
    kind=ListKind.IRREGULAR,
    population=f"""
        SELECT {_LINE}, jsonb_build_object('year', a.year, 'term', a.term, 'item', a.item, 'amount', a.amount::text,
                 'standard', due.standard::text, 'posted_days', a.paid_on - a.posted_on,
                 'above_standard', coalesce(a.amount > due.standard, false),
                 'posted_too_short', a.paid_on - a.posted_on < {{posting}}::numeric) AS detail
        {_AWARDS} JOIN {aid_items_sql()} ON item.code = a.item AND item.stage = a.stage
        CROSS JOIN LATERAL (
            SELECT round(({AMOUNTS_SQL} -> a.item ->> a.stage)::numeric / item.parts, 2) AS standard
        ) due
        WHERE {_PRESENT} AND a.year = {{year}}::int AND a.paid_on IS NOT NULL
          AND (a.amount > due.standard OR a.paid_on - a.posted_on < {{posting}}::numeric)
    """,
    parameters={**AMOUNT_PARAMETERS, "posting": "education.aid_posting_days"},
    source="D27, D28, Y36, Y37: posting before payment, and the amounts of the area and year",
)

AID_LISTS = (AID_MISSING, AID_OVERDUE, AID_TWICE, AID_MISMATCH, AID_IRREGULAR)
