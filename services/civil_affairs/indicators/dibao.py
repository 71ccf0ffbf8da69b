"""Dibao: who should be in is in, decided and reviewed in time, at the rate that is due (M09, M11, Y54-Y57, Y71)."""

from services.civil_affairs.indicators.assistance_populations import (
    COMPARABLE,
    DAY,
    INCOME,
    INCOME_DETAIL,
    STANDARD,
    TODAY,
    awards,
    household_in_dibao,
    household_in_tekun,
    person_in_dibao,
    person_in_tekun,
    running_dibao,
    running_tekun,
)
from services.civil_affairs.indicators.disabled_populations import HIGHEST_DUE, SEVERE_PARAMETERS, severely_disabled
from shared.codes import Label
from shared.indicators import Share, Unit
from shared.indicators.populations import ON_REGISTER_SQL, registered_persons

DIBAO_COVERAGE = Share(
    code="dibao_coverage",
    label=Label("低保应保尽保率", "Registered households entitled by income that are in dibao or tekun"),
    unit=Unit.HOUSEHOLD,
    population=f"""
        SELECT * FROM (
            SELECT h.household_id::text AS subject_id, NULL::uuid AS member_id, h.household_id, h.division,
                   {household_in_dibao(DAY)} OR {household_in_tekun(DAY)} AS covered,
                   jsonb_build_object({INCOME_DETAIL}) AS detail,
                   {COMPARABLE} AND {INCOME} < {{standard}}::numeric AS entitled
            FROM roster_household h WHERE h.active AND h.state IN ({ON_REGISTER_SQL})
        ) known WHERE known.covered OR known.entitled
    """,
    target="civil_affairs.dibao_coverage_target",
    parameters=STANDARD,
    source="M09, D23, Y54: all in, of those in and those whose newest income year is below the standard",
)

REGISTERED_IN_DIBAO = Share(
    code="registered_in_dibao",
    label=Label("建档立卡人口纳入低保、特困供养比例", "Registered persons in dibao or tekun"),
    unit=Unit.PERSON,
    population=registered_persons(covered=f"{person_in_dibao(DAY)} OR {person_in_tekun(DAY)}"),
    target=None,
    source="M10: at any time, who is in and who is not",
)


def without_labour(on: str) -> str:
    """Registered households in which nobody can work, as the registry has it; of whom that is not told is not here."""
    return f"""
        SELECT h.household_id::text AS subject_id, NULL::uuid AS member_id, h.household_id, h.division,
               {household_in_dibao(on)} OR {household_in_tekun(on)} AS covered,
               jsonb_build_object({INCOME_DETAIL}) AS detail
        FROM roster_household h, LATERAL (
            SELECT count(*) AS known, count(*) FILTER (WHERE one->>'labour_skill' = ANY({{skills}}::text[])) AS able,
                   count(*) FILTER (WHERE one->>'labour_skill' IS NULL) AS untold
            FROM jsonb_array_elements(h.snapshot->'members') AS one
        ) members
        WHERE h.active AND h.state IN ({ON_REGISTER_SQL})
          AND members.known > 0 AND members.able = 0 AND members.untold = 0
    """


BACKSTOP = Share(
    code="backstop",
    label=Label("整户无劳动力兜底保障率", "Registered households without labour, in dibao or tekun"),
    unit=Unit.HOUSEHOLD,
    population=without_labour(DAY),
    target="civil_affairs.backstop_target",
    parameters={"skills": "civil_affairs.labour_skills"},
    source="Y53: nobody of the household can work",
)


def decided_in_time(procedure: str, table: str, stages: str) -> str:
    """Cases that left the stages in the year, and those that should have by today: whether by their due day."""
    return f"""
        SELECT c.id::text AS subject_id, c.member_id, c.household_id, c.division, decided.covered, decided.detail
        FROM {table} c JOIN LATERAL (
            SELECT s.taken_on <= s.due_on AS covered,
                   jsonb_build_object('opened_on', c.opened_on, 'decided_on', s.taken_on, 'due_on', s.due_on,
                     'days', s.taken_on - c.opened_on) AS detail
            FROM procedure_step s
            WHERE s.case_type = '{procedure}' AND s.case_id = c.id AND s.from_stage IN ({stages})
              AND s.to_stage NOT IN ({stages}, 'withdrawn') AND extract(year FROM s.taken_on) = {{year}}
            UNION ALL
            SELECT false, jsonb_build_object('opened_on', c.opened_on, 'decided_on', NULL, 'due_on', c.due_on,
                     'days', {{today}}::date - c.opened_on)
            WHERE c.stage IN ({stages}) AND c.due_on < {{today}}::date AND extract(year FROM c.opened_on) <= {{year}}
            LIMIT 1
        ) decided ON true
        WHERE c.voided_at IS NULL
    """


DIBAO_IN_TIME = Share(
    code="dibao_in_time",
    label=Label("低保按时办结率", "Dibao cases decided within the limit"),
    unit=Unit.HOUSEHOLD,
    population=decided_in_time("dibao-cases", "dibao_case", "'applied', 'posted'"),
    target="civil_affairs.dibao_in_time_target",
    source="M11: elapsed time from application to decision, against the limit of working days",
)

REVIEW_IN_TIME = Share(
    code="review_in_time",
    label=Label("定期复核按时率", "Dibao and tekun in force, reviewed in time"),
    unit=Unit.HOUSEHOLD,
    population=f"""
        SELECT c.id::text AS subject_id, c.member_id, c.household_id, c.division,
               c.due_on IS NULL OR c.due_on >= {DAY} AS covered,
               jsonb_build_object('reviewed_on', c.reviewed_on, 'due_on', c.due_on, 'procedure', c.procedure) AS detail
        FROM (
            SELECT c.*, 'dibao-cases' AS procedure FROM (
                SELECT c.id, c.member_id, c.household_id, c.division, c.reviewed_on, c.due_on
                FROM dibao_case c WHERE {running_dibao(DAY)}) c
            UNION ALL
            SELECT c.*, 'tekun-cases' FROM (
                SELECT c.id, c.member_id, c.household_id, c.division, c.reviewed_on, c.due_on
                FROM tekun_case c WHERE {running_tekun(DAY)}) c
        ) c
    """,
    target="civil_affairs.review_in_time_target",
    source="Y57, M10: objects managed dynamically and precisely",
)

_DUE_IN_CASE = f"""(SELECT count(*) FROM disabled_person d
    JOIN roster_member o ON o.member_id = d.member_id AND o.active
    WHERE o.household_id = c.household_id AND {awards("o.member_id")} AND {HIGHEST_DUE}
      AND NOT {person_in_tekun(TODAY, "o.member_id")})"""
"""How many of those whom case `c` is for have to get the whole standard."""

HIGHEST_DIFFERENTIAL = Share(
    code="highest_differential",
    label=Label(
        "自理困难重度残疾人最高补差落实率", "Severely disabled in need, at the highest differential or in tekun"
    ),
    unit=Unit.PERSON,
    population=f"""
        SELECT m.member_id::text AS subject_id, m.member_id, m.household_id, m.division,
               EXISTS (SELECT FROM dibao_case c WHERE c.household_id = m.household_id AND {running_dibao(TODAY)}
                 AND {awards("m.member_id")} AND (c.person_id IS NOT NULL OR c.highest_persons >= {_DUE_IN_CASE}))
               OR {person_in_tekun(TODAY)} AS covered,
               jsonb_build_object('in_dibao', {person_in_dibao(TODAY)}) AS detail
        FROM disabled_person d
        JOIN roster_member m ON m.member_id = d.member_id AND m.active
        JOIN roster_household h ON h.household_id = m.household_id AND h.active
        WHERE {HIGHEST_DUE}
    """,
    target="civil_affairs.highest_differential_target",
    parameters=SEVERE_PARAMETERS,
    source="Y55: by the register of the disabled",
)

_KEY_PERSONS = f"""(SELECT count(*) FROM roster_member k
    WHERE k.household_id = c.household_id AND k.active AND {awards("k.member_id")} AND (
        k.birth_date + make_interval(years => {{elderly}}::numeric::int) <= {TODAY}
        OR k.birth_date + make_interval(years => {{minor}}::numeric::int) > {TODAY}
        OR EXISTS (SELECT FROM focus_person f WHERE f.member_id = k.member_id AND f.voided_at IS NULL
          AND f.since <= {TODAY} AND (f.until IS NULL OR f.until > {TODAY}))
        OR {severely_disabled("k.member_id")}))"""
"""How many key persons case `c` of household `h` is for: elderly, minors, recorded ones, severely disabled."""

KEY_PERSONS_RAISED = Share(
    code="key_persons_raised",
    label=Label("重点救助对象提标落实率", "Dibao households with key persons, all of them raised"),
    unit=Unit.HOUSEHOLD,
    population=f"""
        SELECT * FROM (
            SELECT c.id::text AS subject_id, NULL::uuid AS member_id, c.household_id, c.division,
                   cardinality(c.focus_groups) >= key.persons AS covered,
                   jsonb_build_object('key_persons', key.persons, 'raised', cardinality(c.focus_groups)) AS detail,
                   key.persons
            FROM dibao_case c JOIN roster_household h ON h.household_id = c.household_id AND h.active,
                 LATERAL (SELECT {_KEY_PERSONS} AS persons) key
            WHERE c.person_id IS NULL AND {running_dibao(TODAY)}
        ) awards WHERE awards.persons > 0
    """,
    target="civil_affairs.key_persons_raised_target",
    parameters={
        **SEVERE_PARAMETERS,
        "elderly": "civil_affairs.elderly_age",
        "minor": "civil_affairs.minor_age",
    },
    source="Y71, H37: elderly, minors, severely disabled and the recorded groups",
)
