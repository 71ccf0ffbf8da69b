"""The disabled: who should have a subsidy, dibao, an entry; who has what is not due; contradictions (Y55, Y70)."""

from services.civil_affairs.indicators.assistance_populations import TODAY, person_in_dibao, person_in_tekun
from services.civil_affairs.indicators.care_populations import (
    ENTITLEMENT_PARAMETERS,
    PRESENT,
    entitled,
    subsidised,
)
from services.civil_affairs.indicators.disability import DISABLED_REGISTER
from services.civil_affairs.indicators.disabled_populations import (
    CERTIFICATE_ENDS,
    HIGHEST_DUE,
    SEVERE_PARAMETERS,
    certified,
)
from shared.codes import Label, code_list
from shared.indicators.populations import missing_from
from shared.standing_lists import LineUnit, ListKind, StandingList

_KINDS = code_list("disability_subsidy_kind")
_LAST_GRANT = f"""
    FROM disability_subsidy s JOIN roster_member m ON m.member_id = s.member_id
    JOIN roster_household h ON h.household_id = m.household_id
    WHERE s.voided_at IS NULL AND s.starts_on <= {TODAY} AND (s.ended_on IS NULL OR s.ended_on > {TODAY})
"""
"""Subsidies `s` that are paid today, whether or not their holder still lives here."""
_DIED = "EXISTS (SELECT FROM death x WHERE x.member_id = s.member_id AND x.voided_at IS NULL)"
_SUBSIDY_LINE = "s.id::text AS subject_id, s.member_id, m.household_id, m.division"

DISABLED_UNREGISTERED = StandingList(
    code="disabled_unregistered",
    label=Label("应登记未登记残疾人", "Disabled persons not on the register, or not surveyed this year"),
    unit=LineUnit.PERSON,
    kind=ListKind.SHOULD_BE_IN,
    population=missing_from(DISABLED_REGISTER),
    source="Y66, SYS07",
)


def _unsubsidised(kind: str) -> StandingList:
    name = _KINDS.label(kind)
    return StandingList(
        code=f"disability_{kind}_subsidy_missing",
        label=Label(f"应享未享{name.zh}", f"Entitled and without: {name.en.lower()}"),
        unit=LineUnit.PERSON,
        kind=ListKind.SHOULD_BE_IN,
        population=f"""
            SELECT m.member_id::text AS subject_id, m.member_id, m.household_id, m.division,
                   jsonb_build_object('disability', d.disability_type || '-' || d.disability_grade,
                     'last_decision', (SELECT s.decision FROM disability_subsidy s
                       WHERE s.member_id = m.member_id AND s.voided_at IS NULL AND s.kind = '{kind}'
                       ORDER BY s.applied_on DESC, s.id DESC LIMIT 1)) AS detail
            {PRESENT} JOIN disabled_person d ON d.member_id = m.member_id
            WHERE m.active AND {certified(TODAY)} AND {entitled(kind, TODAY)} AND NOT {subsidised(kind, TODAY)}
        """,
        parameters=ENTITLEMENT_PARAMETERS[kind],
        source="Y70, Y57; practice: grade one or two in the household and no subsidy",
    )


SUBSIDIES_MISSING = tuple(_unsubsidised(kind) for kind in _KINDS.codes)

SUBSIDY_UNDUE = StandingList(
    code="disability_subsidy_undue",
    label=Label("应退未退残疾人补贴", "Disability subsidies paid without entitlement"),
    unit=LineUnit.CASE,
    kind=ListKind.SHOULD_NOT_BE_IN,
    population=f"""
        SELECT {_SUBSIDY_LINE},
               jsonb_build_object('kind', s.kind, 'monthly_amount', s.monthly_amount::text,
                 'left', NOT m.active, 'died', {_DIED},
                 'certificate_ends', (SELECT {CERTIFICATE_ENDS} FROM disabled_person d
                   WHERE d.member_id = s.member_id AND d.voided_at IS NULL)) AS detail
        {_LAST_GRANT}
          AND NOT (m.active AND EXISTS (SELECT FROM disabled_person d WHERE d.member_id = s.member_id
            AND {certified(TODAY)}
            AND CASE s.kind WHEN 'living' THEN {entitled("living", TODAY)} ELSE {entitled("nursing", TODAY)} END))
    """,
    parameters={**ENTITLEMENT_PARAMETERS["living"], **ENTITLEMENT_PARAMETERS["nursing"]},
    source="Y70, Y57 动态精确管理: certificate ended, not severe, not in dibao, in tekun, another allowance, or gone; "
    "who is not on the register is not shown to be entitled",
)

SUBSIDY_DUPLICATE = StandingList(
    code="disability_subsidy_duplicate",
    label=Label("重复享受残疾人补贴", "The same disability subsidy paid twice"),
    unit=LineUnit.PERSON,
    kind=ListKind.DUPLICATE,
    population=f"""
        SELECT m.member_id::text || ':' || s.kind AS subject_id, m.member_id, m.household_id, m.division,
               jsonb_build_object('kind', s.kind, 'times', count(*)) AS detail
        {_LAST_GRANT} GROUP BY m.member_id, m.household_id, m.division, s.kind HAVING count(*) > 1
    """,
    source="Y70",
)

SUBSIDY_BELOW_STANDARD = StandingList(
    code="disability_subsidy_below_standard",
    label=Label("残疾人补贴低于标准", "Disability subsidies below the standard"),
    unit=LineUnit.CASE,
    kind=ListKind.IRREGULAR,
    population=f"""
        SELECT {_SUBSIDY_LINE}, jsonb_build_object('kind', s.kind, 'monthly_amount', s.monthly_amount::text) AS detail
        {_LAST_GRANT}
          AND s.monthly_amount < CASE s.kind WHEN 'living' THEN {{living}}::numeric ELSE {{nursing}}::numeric END
    """,
    parameters={"living": "civil_affairs.living_subsidy_month", "nursing": "civil_affairs.nursing_subsidy_month"},
    source="Y70",
)

SUBSIDY_LATE = StandingList(
    code="disability_subsidy_late",
    label=Label("残疾人补贴申请逾期未办", "Applications for a disability subsidy that are late"),
    unit=LineUnit.CASE,
    kind=ListKind.OVERDUE,
    population=f"""
        SELECT {_SUBSIDY_LINE}, jsonb_build_object('kind', s.kind, 'applied_on', s.applied_on) AS detail
        FROM disability_subsidy s JOIN roster_member m ON m.member_id = s.member_id AND m.active
        WHERE s.voided_at IS NULL AND s.decision = 'pending' AND s.applied_on + {{days}}::numeric::int < {TODAY}
    """,
    parameters={"days": "civil_affairs.disability_subsidy_days"},
    source="Y70",
)

CERTIFICATES_EXPIRED = StandingList(
    code="disability_certificates_expired",
    label=Label("残疾人证过期", "Disability certificates that ran out"),
    unit=LineUnit.PERSON,
    kind=ListKind.OVERDUE,
    population=f"""
        SELECT m.member_id::text AS subject_id, m.member_id, m.household_id, m.division,
               jsonb_build_object('expired_on', {CERTIFICATE_ENDS}) AS detail
        {PRESENT} JOIN disabled_person d ON d.member_id = m.member_id
        WHERE m.active AND d.voided_at IS NULL AND d.certificate_state = 'held' AND {CERTIFICATE_ENDS} <= {TODAY}
    """,
    parameters={"years": "civil_affairs.certificate_years"},
    source="Y66, SYS07 动态更新",
)

DISABILITY_DIFFERS = StandingList(
    code="disability_differs",
    label=Label("残疾登记与建档立卡信息不一致", "The register of the disabled and the roster differ"),
    unit=LineUnit.PERSON,
    kind=ListKind.CONTRADICTION,
    population=f"""
        SELECT m.member_id::text AS subject_id, m.member_id, m.household_id, m.division,
               jsonb_build_object('register', d.disability_type || '-' || d.disability_grade,
                 'roster', (told.person ->> 'disability_type') || '-' || (told.person ->> 'disability_grade')) AS detail
        {PRESENT} JOIN disabled_person d ON d.member_id = m.member_id
        CROSS JOIN LATERAL jsonb_array_elements(h.snapshot -> 'members') AS told(person)
        WHERE m.active AND d.voided_at IS NULL AND d.certificate_state = 'held'
          AND told.person ->> 'member_id' = m.member_id::text
          AND (told.person ->> 'disability_type', told.person ->> 'disability_grade')
            IS DISTINCT FROM (d.disability_type, d.disability_grade)
    """,
    source="SYS03, SYS07, Y56: both sides of one certificate",
)

SEVERELY_DISABLED_WITHOUT_DIBAO = StandingList(
    code="severely_disabled_without_dibao",
    label=Label("应保未保自理困难重度残疾人", "Severely disabled, unable to care for themselves, not in dibao"),
    unit=LineUnit.PERSON,
    kind=ListKind.SHOULD_BE_IN,
    population=f"""
        SELECT m.member_id::text AS subject_id, m.member_id, m.household_id, m.division,
               jsonb_build_object('disability', d.disability_type || '-' || d.disability_grade,
                 'self_care', d.self_care) AS detail
        {PRESENT} JOIN disabled_person d ON d.member_id = m.member_id
        WHERE m.active AND {HIGHEST_DUE} AND NOT {person_in_dibao(TODAY)} AND NOT {person_in_tekun(TODAY)}
          AND NOT EXISTS (SELECT FROM dibao_case c WHERE c.household_id = m.household_id AND c.voided_at IS NULL
            AND c.stage IN ('applied', 'posted'))
    """,
    parameters=SEVERE_PARAMETERS,
    source="Y55 自理困难的重度残疾人，按规定纳入最低生活保障范围; not while an application is under way",
)

DISABILITY_LISTS = (
    DISABLED_UNREGISTERED,
    *SUBSIDIES_MISSING,
    SUBSIDY_UNDUE,
    SUBSIDY_DUPLICATE,
    SUBSIDY_BELOW_STANDARD,
    SUBSIDY_LATE,
    CERTIFICATES_EXPIRED,
    DISABILITY_DIFFERS,
    SEVERELY_DISABLED_WITHOUT_DIBAO,
)
