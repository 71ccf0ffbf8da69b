"""Dibao against the registry, both ways: who is in and is not registered, who should be in, what contradicts itself
(D22, M09, M10, Y56, SYS03, SYS04)."""

from services.civil_affairs.indicators.assistance_populations import (
    COMPARABLE,
    INCOME,
    INCOME_DETAIL,
    STANDARD,
    TODAY,
    awards,
    household_in_dibao,
    household_in_tekun,
    person_in_tekun,
    running_dibao,
    running_tekun,
)
from services.civil_affairs.indicators.dibao import BACKSTOP, HIGHEST_DIFFERENTIAL, KEY_PERSONS_RAISED, without_labour
from shared.codes import Label
from shared.indicators.populations import ON_REGISTER_SQL, missing_from
from shared.standing_lists import LineUnit, ListKind, StandingList

_MEMBERS = "greatest(jsonb_array_length(h.snapshot->'members'), 1)"
_BOOKED = "(h.snapshot->'income'->>'dibao')::numeric"
"""Dibao that the income year books, yuan of the household; null where the registry does not say."""
_WITHOUT_DIBAO = f"({INCOME} - coalesce({_BOOKED}, c.monthly_amount * 12) / {_MEMBERS})"
"""The registry's income per person without dibao, as the check of dibao counts it."""
_ALLOWED = "({tolerance}::numeric * {standard}::numeric)"
_TOLERANCE = {**STANDARD, "tolerance": "civil_affairs.income_tolerance"}

ASSISTED_NOT_REGISTERED = StandingList(
    code="assisted_not_registered",
    label=Label("享受低保、特困供养而不在建档立卡系统", "In dibao or tekun, not in the registry"),
    unit=LineUnit.CASE,
    kind=ListKind.CONTRADICTION,
    population=f"""
        SELECT c.id::text AS subject_id, c.member_id, c.household_id, c.division,
               jsonb_build_object('category', c.category, 'state', h.state,
                 'reason', CASE WHEN h.household_id IS NULL THEN 'unknown_to_registry' ELSE 'not_registered' END
               ) AS detail
        FROM (
            SELECT c.id, c.member_id, c.household_id, c.division, 'dibao' AS category
            FROM dibao_case c WHERE {running_dibao(TODAY)}
            UNION ALL
            SELECT c.id, c.member_id, c.household_id, c.division, 'tekun'
            FROM tekun_case c WHERE {running_tekun(TODAY)}
        ) c LEFT JOIN roster_household h ON h.household_id = c.household_id
        WHERE coalesce(h.state NOT IN ({ON_REGISTER_SQL}), true)
    """,
    source="D22, Y56, SYS03: in dibao but not in the registry; of a family unknown to it, where the case says it lives",
)

DIBAO_SHOULD_BE_IN = StandingList(
    code="dibao_should_be_in",
    label=Label("建档立卡户收入低于低保标准未纳入低保", "Registered, entitled by income, not in dibao or tekun"),
    unit=LineUnit.HOUSEHOLD,
    kind=ListKind.SHOULD_BE_IN,
    population=f"""
        SELECT h.household_id::text AS subject_id, NULL::uuid AS member_id, h.household_id, h.division,
               jsonb_build_object({INCOME_DETAIL}, 'standard', {{standard}}::numeric::text) AS detail
        FROM roster_household h
        WHERE h.active AND h.state IN ({ON_REGISTER_SQL}) AND {COMPARABLE} AND {INCOME} < {{standard}}::numeric
          AND NOT {household_in_dibao(TODAY)} AND NOT {household_in_tekun(TODAY)}
          AND NOT EXISTS (SELECT FROM dibao_case c WHERE c.household_id = h.household_id AND c.voided_at IS NULL
            AND c.closed_on IS NULL AND c.person_id IS NULL)
    """,
    parameters=STANDARD,
    source="M09, M10, D23, Y54: registered, eligible by income, no case open",
)

BACKSTOP_MISSING = StandingList(
    code="backstop_missing",
    label=Label("整户无劳动力未纳入兜底保障", "Registered households without labour, not in dibao or tekun"),
    unit=LineUnit.HOUSEHOLD,
    kind=ListKind.SHOULD_BE_IN,
    population=f"SELECT * FROM ({without_labour(TODAY)}) missed WHERE NOT missed.covered",
    parameters=BACKSTOP.parameters,
    source="Y53",
)

_DEAD = f"""(SELECT min(x.died_on) AS died_on, count(*) AS persons
    FROM death x JOIN roster_member m ON m.member_id = x.member_id
    WHERE x.voided_at IS NULL AND m.household_id = c.household_id AND {awards("m.member_id")}
      AND (m.active OR c.person_id IS NOT NULL OR cardinality(c.members) > 0))"""
"""Those awarded by case `c` who have died, whether or not the registry has taken them out already."""

_LEFT = """(SELECT count(*) AS persons
    FROM unnest(CASE WHEN c.person_id IS NULL THEN c.members ELSE ARRAY[c.person_id] END) AS named(member_id)
    WHERE NOT EXISTS (SELECT FROM roster_member m
      WHERE m.member_id = named.member_id AND m.household_id = c.household_id AND m.active))"""
"""Those whom case `c` names and who do not live in its household any more."""

DIBAO_SHOULD_NOT_BE_IN = StandingList(
    code="dibao_should_not_be_in",
    label=Label("不符合条件仍享受低保、特困供养", "In dibao or tekun and should not be"),
    unit=LineUnit.CASE,
    kind=ListKind.SHOULD_NOT_BE_IN,
    population=f"""
        SELECT c.id::text AS subject_id, NULL::uuid AS member_id, c.household_id, c.division,
               CASE WHEN h.state = 'closed' THEN jsonb_build_object('reason', 'household_closed')
                 WHEN dead.persons > 0
                   THEN jsonb_build_object('reason', 'deceased', 'died_on', dead.died_on, 'persons', dead.persons)
                 WHEN gone.persons > 0 THEN jsonb_build_object('reason', 'persons_left', 'persons', gone.persons)
                 WHEN c.stage = 'phasing_out' THEN jsonb_build_object('reason', 'phase_out_over', 'due_on', c.due_on)
                 ELSE jsonb_build_object('reason', 'income_above_standard', {INCOME_DETAIL},
                   'without_dibao', round({_WITHOUT_DIBAO}, 2)::text, 'standard', {{standard}}::numeric::text) END
               AS detail
        FROM dibao_case c JOIN roster_household h ON h.household_id = c.household_id
        CROSS JOIN LATERAL {_DEAD} dead CROSS JOIN LATERAL {_LEFT} gone
        WHERE {running_dibao(TODAY)} AND (
            h.state = 'closed' OR dead.persons > 0 OR gone.persons > 0
            OR (c.stage = 'phasing_out' AND c.due_on < {TODAY})
            OR (c.stage = 'in_force' AND c.person_id IS NULL AND {COMPARABLE}
              AND {_WITHOUT_DIBAO} >= {{standard}}::numeric + {_ALLOWED}))
        UNION ALL
        SELECT c.id::text, c.member_id, c.household_id, c.division,
               jsonb_build_object('reason', 'deceased', 'died_on', dead.died_on, 'persons', 1)
        FROM tekun_case c JOIN death dead ON dead.member_id = c.member_id AND dead.voided_at IS NULL
        WHERE {running_tekun(TODAY)}
    """,
    parameters=_TOLERANCE,
    source="Y57, SYS03: income year without dibao at the standard or above, phased out to the end, somebody awarded has"
    " died or does not live there any more, or the household is closed",
)

DIBAO_AGAINST_INCOME = StandingList(
    code="dibao_against_income",
    label=Label("低保金额、核定收入与收入年度不符", "Dibao amounts that contradict the income year"),
    unit=LineUnit.CASE,
    kind=ListKind.CONTRADICTION,
    population=f"""
        SELECT c.id::text AS subject_id, NULL::uuid AS member_id, c.household_id, c.division,
               jsonb_build_object({INCOME_DETAIL}, 'found', found.kinds, 'booked', {_BOOKED}::text,
                 'paid_a_year', (c.monthly_amount * 12)::text, 'checked_income', c.per_capita_income::text) AS detail
        FROM dibao_case c JOIN roster_household h ON h.household_id = c.household_id AND h.active,
        LATERAL (
            SELECT jsonb_agg(kind ORDER BY kind) AS kinds FROM (VALUES
                ('booked_differs', c.granted_on < make_date((h.snapshot->'income'->>'year')::int, 2, 1)
                    AND abs({_BOOKED} - c.monthly_amount * 12) / {_MEMBERS} > {_ALLOWED}),
                ('income_below_dibao', c.granted_on < make_date((h.snapshot->'income'->>'year')::int, 2, 1)
                    AND {INCOME} < c.monthly_amount * 12 / {_MEMBERS} - {_ALLOWED}),
                ('checked_differs', {COMPARABLE} AND abs(c.per_capita_income - {_WITHOUT_DIBAO}) > {_ALLOWED})
            ) AS test(kind, holds) WHERE holds
        ) found
        WHERE c.person_id IS NULL AND {running_dibao(TODAY)} AND found.kinds IS NOT NULL
    """,
    parameters=_TOLERANCE,
    source="SYS03, Y56: amounts that contradict the income year",
)

_SOME = f"EXISTS (SELECT FROM dibao_case c WHERE c.household_id = h.household_id AND {running_dibao(TODAY)})"
_WHOLE = f"""EXISTS (SELECT FROM dibao_case c WHERE c.household_id = h.household_id AND {running_dibao(TODAY)}
    AND NOT EXISTS (SELECT FROM roster_member m
      WHERE m.household_id = h.household_id AND m.active AND NOT {awards("m.member_id")}))"""
"""Dibao is for all of household `h`: that of some of its members says nothing of its type."""

CATEGORY_DIFFERS = StandingList(
    code="household_category_differs",
    label=Label("户属性与民政在册类别不一致", "The registered type is not the category of civil affairs"),
    unit=LineUnit.HOUSEHOLD,
    kind=ListKind.CONTRADICTION,
    population=f"""
        SELECT h.household_id::text AS subject_id, NULL::uuid AS member_id, h.household_id, h.division,
               jsonb_build_object('household_type', h.household_type, 'category', known.category) AS detail
        FROM roster_household h, LATERAL (
            SELECT CASE WHEN {household_in_tekun(TODAY)} THEN 'tekun'
              WHEN {_SOME} THEN 'dibao' ELSE 'none' END
        ) AS known(category)
        WHERE h.active AND known.category <> CASE WHEN h.household_type IN ('dibao', 'tekun')
          THEN h.household_type ELSE 'none' END
          AND (known.category <> 'dibao' OR h.household_type = 'tekun' OR {_WHOLE})
    """,
    source="D22, SYS03: dibao, tekun in force against the household type of the registry",
)

DIBAO_AND_TEKUN = StandingList(
    code="dibao_and_tekun",
    label=Label("同一人同时享受低保和特困供养", "One person in dibao and tekun at once"),
    unit=LineUnit.PERSON,
    kind=ListKind.DUPLICATE,
    population=f"""
        SELECT m.member_id::text AS subject_id, m.member_id, m.household_id, m.division,
               jsonb_build_object('scope', double.scope) AS detail
        FROM roster_member m,
        LATERAL (
            SELECT c.scope FROM dibao_case c
            WHERE c.household_id = m.household_id AND {running_dibao(TODAY)} AND {awards("m.member_id")}
            ORDER BY c.scope LIMIT 1
        ) double
        WHERE m.active AND {person_in_tekun(TODAY)}
    """,
    source="Practice of tekun: a person is in one of the two",
)

DIBAO_TWICE = StandingList(
    code="dibao_twice",
    label=Label("同一人重复享受低保", "One person in two awards of dibao"),
    unit=LineUnit.PERSON,
    kind=ListKind.DUPLICATE,
    population=f"""
        SELECT m.member_id::text AS subject_id, m.member_id, m.household_id, m.division,
               jsonb_build_object('awards', count(*)) AS detail
        FROM roster_member m
        JOIN dibao_case c ON c.household_id = m.household_id AND {running_dibao(TODAY)} AND {awards("m.member_id")}
        WHERE m.active GROUP BY m.member_id, m.household_id, m.division HAVING count(*) > 1
    """,
    source="Y57: with the household and alone",
)

HIGHEST_NOT_GRANTED = StandingList(
    code="highest_differential_missing",
    label=Label(
        "自理困难重度残疾人在低保而未按最高补差", "Severely disabled in need, in dibao below the highest differential"
    ),
    unit=LineUnit.PERSON,
    kind=ListKind.SHOULD_BE_IN,
    population=f"""
        SELECT * FROM ({missing_from(HIGHEST_DIFFERENTIAL)}) below WHERE (below.detail->>'in_dibao')::boolean
    """,
    parameters=HIGHEST_DIFFERENTIAL.parameters,
    source="Y55; who is not in dibao at all is on severely_disabled_without_dibao",
)

KEY_PERSONS_NOT_RAISED = StandingList(
    code="key_persons_not_raised",
    label=Label("低保重点救助对象未提高救助水平", "Dibao households whose key persons are not all raised"),
    unit=LineUnit.CASE,
    kind=ListKind.SHOULD_BE_IN,
    population=missing_from(KEY_PERSONS_RAISED),
    parameters=KEY_PERSONS_RAISED.parameters,
    source="Y71, H37",
)
