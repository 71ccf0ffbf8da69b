"""Conditions and populations that the rates and lists of care are made of, as SQL on `m` (member) and `h` (household).

`on` is SQL for the day: today, or the last day of a year that is over.
"""

from services.civil_affairs.indicators.assistance_populations import awards, running_dibao, running_tekun, texts
from services.civil_affairs.indicators.disabled_populations import SEVERE, SEVERE_PARAMETERS, certified
from services.civil_affairs.records.distressed_children import ALLOWANCE_CLASSES
from shared.codes import code_list

PRESENT = "FROM roster_member m JOIN roster_household h ON h.household_id = m.household_id AND h.active"
"""The people who live here now: join what is about a member by `m.member_id`, and ask `m.active`."""


def _supported(table: str, *, kind: str, runs: str) -> str:
    """By the department's own cases; where none was ever granted, by the household's type."""
    return f"""(
        EXISTS (SELECT FROM {table} c WHERE c.household_id = h.household_id AND {runs})
        OR (h.household_type = '{kind}' AND NOT EXISTS (SELECT FROM {table} c
          WHERE c.household_id = h.household_id AND c.voided_at IS NULL AND c.granted_on IS NOT NULL)))"""


def in_dibao(on: str) -> str:
    """Member `m` is in dibao, with the household or alone."""
    runs = f"{running_dibao(on)} AND {awards('m.member_id')}"
    return _supported("dibao_case", kind="dibao", runs=runs)


def in_tekun(on: str) -> str:
    """Member `m` is in tekun."""
    return _supported("tekun_case", kind="tekun", runs=f"{running_tekun(on)} AND c.member_id = m.member_id")


def entitled(kind: str, on: str) -> str:
    """The holder of entry `d` is entitled to a subsidy (国发〔2015〕52号); as `facts.care.subsidies.barred_from`."""
    allowances = code_list("subsidy_barring_allowance").items
    barring = frozenset(one.code for one in allowances if one.attributes.get(kind) == "barred")
    common = f"""coalesce(d.barring_allowance NOT IN ({texts(barring)}), true) AND NOT {in_tekun(on)}
        AND NOT EXISTS (SELECT FROM death x WHERE x.member_id = m.member_id AND x.voided_at IS NULL
          AND x.died_on <= {on})"""
    if kind == "living":
        orphan = """EXISTS (SELECT FROM distressed_child o WHERE o.member_id = m.member_id AND o.voided_at IS NULL
            AND o.child_class = 'orphan' AND o.ended_on IS NULL)"""
        return f"({common} AND {in_dibao(on)} AND NOT {orphan})"
    wider = "(d.disability_type || '-' || d.disability_grade) = ANY({more}::text[])"
    return f"({common} AND ({SEVERE} OR {wider}) AND d.long_term_care IS NOT FALSE)"


ENTITLEMENT_PARAMETERS = {
    "living": {"years": "civil_affairs.certificate_years"},
    "nursing": {**SEVERE_PARAMETERS, "more": "civil_affairs.nursing_subsidy_more_disabilities"},
}


def subsidised(kind: str, on: str) -> str:
    """Member `m` is paid the subsidy."""
    return f"""EXISTS (SELECT FROM disability_subsidy s WHERE s.member_id = m.member_id AND s.voided_at IS NULL
        AND s.kind = '{kind}' AND s.starts_on <= {on} AND (s.ended_on IS NULL OR s.ended_on > {on}))"""


def guarded(on: str) -> str:
    """Member `m` has a guardian who signed and is not found unable."""
    return f"""EXISTS (SELECT FROM guardianship g WHERE g.member_id = m.member_id AND g.voided_at IS NULL
        AND g.signed_on <= {on} AND g.capable IS NOT FALSE AND (g.ended_on IS NULL OR g.ended_on > {on})
        AND (g.agreed_until IS NULL OR g.agreed_until > {on}))"""


def under(age: str, on: str) -> str:
    """Member `m` is younger than the parameter's years; whose birthday is not known is."""
    return f"coalesce(m.birth_date + make_interval(years => {{{age}}}::numeric::int) > {on}, true)"


def _left_behind(group: str, on: str) -> str:
    young = f"AND {under('age', on)}" if group == "child" else ""
    return f"""SELECT m.member_id, m.household_id, m.division, w.id, w.since, w.surveyed_on
        {PRESENT} JOIN left_behind_person w ON w.member_id = m.member_id AND w.voided_at IS NULL
        WHERE m.active AND w.left_behind_group = '{group}' AND w.since <= {on}
          AND (w.ended_on IS NULL OR w.ended_on > {on}) {young}"""


def wards(ward_class: str, on: str) -> str:
    """The members of a class of `care_ward_class` on the day: member, household, division, entry `id`, `since`,
    `surveyed_on`. Its parameters are `WARD_PARAMETERS` of the class."""
    if ward_class.startswith("left_behind_"):
        return _left_behind(ward_class.removeprefix("left_behind_"), on)
    if ward_class == "distressed_child":
        return f"""SELECT m.member_id, m.household_id, m.division, w.id, w.identified_on AS since,
              w.identified_on AS surveyed_on, w.child_class, w.allowance_from
            {PRESENT} JOIN distressed_child w ON w.member_id = m.member_id AND w.voided_at IS NULL
            WHERE m.active AND w.identified_on <= {on} AND (w.ended_on IS NULL OR w.ended_on > {on})
              AND {under("age", on)}"""
    return f"""SELECT m.member_id, m.household_id, m.division, d.id, d.surveyed_on AS since, d.surveyed_on,
          d.disability_type || '-' || d.disability_grade AS disability
        {PRESENT} JOIN disabled_person d ON d.member_id = m.member_id
        WHERE m.active AND {certified(on)} AND {SEVERE}"""


WARD_PARAMETERS: dict[str, dict[str, str]] = {
    "left_behind_child": {"age": "civil_affairs.left_behind_child_age"},
    "left_behind_woman": {},
    "left_behind_elderly": {},
    "distressed_child": {"age": "civil_affairs.minor_age"},
    "severely_disabled": SEVERE_PARAMETERS,
}

WITH_ALLOWANCE = f"w.child_class IN ({texts(ALLOWANCE_CLASSES)})"


LAST_CONTACT = "c.contacted_on DESC, (c.finding = 'danger') DESC, c.id DESC"
"""The order in which contact `c` is the last word, as in `facts.care.holdings`."""


def next_contact(ward_class: str, on: str) -> str:
    """The day by which ward `w` is to be contacted next, as `facts.care.contacts` finds it; parameter `days`."""
    interval = f"({{days}}::jsonb ->> '{ward_class}')::numeric::int"
    return f"""coalesce((SELECT least(c.contacted_on + {interval}, c.next_due_on) FROM care_contact c
        WHERE c.member_id = w.member_id AND c.voided_at IS NULL AND c.finding <> 'not_met' AND c.contacted_on <= {on}
        ORDER BY {LAST_CONTACT} LIMIT 1), w.since + {interval})"""


def contacted_wards(ward_class: str, on: str) -> str:
    """Wards `w` of the class who are to be contacted: those who live in a facility are looked after there."""
    return f"""({wards(ward_class, on)}) w WHERE {{days}}::jsonb ->> '{ward_class}' IS NOT NULL
        AND NOT EXISTS (SELECT FROM facility_stay f WHERE f.member_id = w.member_id AND f.voided_at IS NULL
          AND f.admitted_on <= {on} AND (f.ended_on IS NULL OR f.ended_on > {on}))"""
