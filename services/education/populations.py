"""Who is counted, as SQL: students of a term, children of compulsory age and where they stand.

The same rules as in the facts, set-based; the tests hold both to the same cases.
"""

from services.education.records.enrolments import ATTENDING, BEYOND, COMPULSORY, LEFT
from shared.indicators.populations import ON_REGISTER_SQL, recorded


def texts(codes: frozenset[str]) -> str:
    """Codes as a list of SQL texts."""
    return ", ".join(f"'{code}'" for code in sorted(codes))


ATTENDING_SQL, COMPULSORY_SQL, BEYOND_SQL, _LEFT_SQL = (texts(codes) for codes in (ATTENDING, COMPULSORY, BEYOND, LEFT))

_STANDING_FIRST = f"coalesce(r.left_on, r.registered_on) DESC, r.status IN ({_LEFT_SQL}) DESC, r.id DESC"
"""Order of a term's enrolments `r` of one student, the one that stands first; `facts.schooling` says the same."""


def standing(condition: str) -> str:
    """The enrolment `e` that stands for each student and term; `condition` is SQL on enrolments `r`."""
    return f"""LATERAL (
        SELECT DISTINCT ON (r.member_id, r.year, r.term) r.* FROM enrolment r
        WHERE r.voided_at IS NULL AND r.status <> 'transferred_out' AND {condition}
        ORDER BY r.member_id, r.year, r.term, {_STANDING_FIRST}
    ) AS e"""


FINISHED = f"(r.stage IN ({BEYOND_SQL}) OR (r.stage = 'junior' AND r.status = 'graduated'))"
"""Of an enrolment `r`: it shows compulsory school to be behind the student."""

TODAY = "{today}::date"
DAY_OF_YEAR = "least({today}::date, make_date({year}::int, 12, 31))"
"""The day for which a year is asked: today, or the last day of a year gone by."""

TERM_PARAMETERS = {"spring": "education.spring_term_start", "autumn": "education.autumn_term_start"}
AGE_PARAMETERS = {
    **TERM_PARAMETERS,
    "registration": "education.registration_days",
    "age_from": "education.compulsory_age_from",
    "age_to": "education.compulsory_age_to",
    "cutoff": "education.compulsory_cutoff",
    "lawful": "education.lawful_absence_reasons",
}
"""What `compulsory_age` names."""


def term_at(day: str) -> str:
    """The term of a day as a row `now(day, year, term, start, school_year)`; holidays belong to the term before."""
    start = "make_date({year}, ({{{name}}}::int[])[1], ({{{name}}}::int[])[2])"
    spring, autumn, before = (
        start.format(name=name, year=year) for name, year in (("spring", "y"), ("autumn", "y"), ("autumn", "y - 1"))
    )
    return f"""(
        SELECT of.day, of.y - (of.day < {spring} AND of.day < {autumn})::int AS year,
               CASE WHEN of.day >= {autumn} OR of.day < {spring} THEN 'autumn' ELSE 'spring' END AS term,
               CASE WHEN of.day >= {autumn} THEN {autumn} WHEN of.day >= {spring} THEN {spring}
                    ELSE {before} END AS start,
               of.y - (of.day < {autumn})::int AS school_year
        FROM (SELECT given.day, extract(year FROM given.day)::int AS y FROM (SELECT {day} AS day) given) of
    ) AS now"""


def in_class_after(day: str, *, until: str) -> str:
    """Whether member `m` was registered in class after the day (SQL), so that the ledger's word is past."""
    return recorded(
        "enrolment", f"r.status IN ({ATTENDING_SQL}) AND r.registered_on > {day} AND r.registered_on <= {until}"
    )


def compulsory_age(day: str) -> str:
    """Present members of compulsory age on a day: `member_id, household_id, division, household_state, year, term,
    late, code, reason`. `late`: registration for the term is over. `code` says where they stand, as the reasons of the
    guarantee do, or `in_school`. Whose age nobody knows is judged by the stage of this term's enrolment."""
    return f"""
        SELECT m.member_id, m.household_id, m.division, h.state AS household_state, now.year, now.term,
               now.day >= now.start + {{registration}}::numeric::int AS late,
               CASE WHEN finished.yes THEN 'compulsory_school_finished'
                    WHEN c.id IS NOT NULL AND c.returned_on IS NOT NULL THEN 'in_school'
                    WHEN c.lawful_on IS NOT NULL AND c.lawful_until >= now.day THEN 'lawful_absence'
                    WHEN c.id IS NOT NULL THEN 'found_out_of_class'
                    WHEN e.id IS NULL AND moved.away THEN 'transfer_unconfirmed'
                    WHEN e.id IS NULL THEN 'no_enrolment'
                    WHEN e.status IN ('dropped_out', 'suspended') THEN e.status
                    WHEN e.status = 'home_teaching' AND e.reason = ANY({{lawful}}::text[]) THEN 'home_teaching'
                    WHEN e.status = 'home_teaching' THEN 'home_teaching_unfounded'
                    WHEN e.stage = 'preschool' THEN 'in_kindergarten'
                    ELSE 'in_school' END AS code,
               CASE WHEN c.id IS NOT NULL THEN c.reason ELSE e.reason END AS reason
        FROM {term_at(day)}
        CROSS JOIN roster_member m JOIN roster_household h ON h.household_id = m.household_id
        CROSS JOIN LATERAL (
            SELECT {recorded("enrolment", f"r.registered_on <= now.day AND {FINISHED}")} AS yes
        ) finished
        LEFT JOIN LATERAL (SELECT r.* FROM enrolment r WHERE r.member_id = m.member_id AND r.voided_at IS NULL
            AND r.year = now.year AND r.term = now.term AND r.status <> 'transferred_out'
            ORDER BY {_STANDING_FIRST} LIMIT 1
        ) e ON true
        CROSS JOIN LATERAL (SELECT {recorded("enrolment", "r.year = now.year AND r.term = now.term")} AS away) moved
        LEFT JOIN LATERAL (
            SELECT of.*, coalesce(of.returned_on, of.lawful_on, of.found_on) AS said_on FROM (
                SELECT k.id, k.reason, k.found_on, k.lawful_until,
                       CASE WHEN k.returned_on <= now.day THEN k.returned_on END AS returned_on,
                       CASE WHEN k.lawful_on <= now.day THEN k.lawful_on END AS lawful_on
                FROM dropout_case k
                WHERE k.member_id = m.member_id AND k.voided_at IS NULL AND k.found_on <= now.day
                ORDER BY k.found_on DESC, k.id DESC LIMIT 1) of
        ) c ON coalesce(c.returned_on >= now.start, true)
            AND NOT {in_class_after("c.said_on", until="now.day")}
            AND NOT coalesce(e.status NOT IN ({ATTENDING_SQL}) AND coalesce(e.left_on, e.registered_on) > c.said_on
                AND coalesce(c.lawful_on IS NULL OR c.lawful_until < now.day, true), false)
        WHERE m.active AND h.active
          AND CASE WHEN m.birth_date IS NULL THEN e.stage IN ({COMPULSORY_SQL})
              ELSE m.birth_date + make_interval(years => {{age_from}}::numeric::int)
                <= make_date(now.school_year, ({{cutoff}}::int[])[1], ({{cutoff}}::int[])[2])
              AND m.birth_date + make_interval(years => {{age_to}}::numeric::int + 1) > now.day END
    """


FULFILLED = ("in_school", "home_teaching", "lawful_absence", "compulsory_school_finished")
FULFILLED_SQL = ", ".join(f"'{code}'" for code in FULFILLED)
"""Where a child of compulsory age may stand."""


def students(condition: str, *, covered: str, detail: str = "NULL::jsonb") -> str:
    """Present members `m` of registered households `h` with an enrolment `e` in class in the term `now` for which the
    year is asked; `condition` and `covered` are SQL on them. A student of two schools counts once."""
    return f"""
        SELECT m.member_id::text AS subject_id, m.member_id, m.household_id, m.division, {covered} AS covered,
               {detail} AS detail
        FROM {term_at(DAY_OF_YEAR)}
        CROSS JOIN {standing("r.year = now.year AND r.term = now.term")}
        JOIN roster_member m ON m.member_id = e.member_id
        JOIN roster_household h ON h.household_id = m.household_id
        WHERE e.status IN ({ATTENDING_SQL}) AND {condition}
          AND m.active AND h.active AND h.state IN ({ON_REGISTER_SQL})
    """
