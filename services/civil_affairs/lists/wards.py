"""Children and those left behind: no guardian, allowance, network or contact; outgrown; late legal aid (Y66–Y69)."""

from services.civil_affairs.indicators.assistance_populations import TODAY
from services.civil_affairs.indicators.care_populations import (
    LAST_CONTACT,
    PRESENT,
    WARD_PARAMETERS,
    WITH_ALLOWANCE,
    contacted_wards,
    next_contact,
    under,
    wards,
)
from services.civil_affairs.indicators.wards import (
    CARE_NETWORK,
    CHILD_ALLOWANCE,
    DISABLED_GUARDIANSHIP,
    DISTRESSED_CHILD_GUARDIANSHIP,
    LEFT_BEHIND_CHILD_GUARDIANSHIP,
    LEFT_BEHIND_SURVEYED,
)
from shared.codes import Label
from shared.indicators import Share
from shared.indicators.populations import missing_from
from shared.standing_lists import LineUnit, ListKind, StandingList


def _missing(share: Share, code: str, label: Label) -> StandingList:
    return StandingList(
        code=code,
        label=label,
        unit=LineUnit.PERSON,
        kind=ListKind.SHOULD_BE_IN,
        population=missing_from(share),
        parameters=share.parameters,
        source=share.source,
    )


MISSING = (
    _missing(
        LEFT_BEHIND_CHILD_GUARDIANSHIP,
        "left_behind_children_without_guardian",
        Label("监护未落实留守儿童", "Left-behind children without a guardian"),
    ),
    _missing(
        DISTRESSED_CHILD_GUARDIANSHIP,
        "distressed_children_without_guardian",
        Label("监护未落实困境儿童", "Distressed children without a guardian"),
    ),
    _missing(
        DISABLED_GUARDIANSHIP,
        "disabled_without_guardian",
        Label("监护未落实重度智力、精神残疾人", "Disabled persons without capacity and without a guardian"),
    ),
    _missing(
        CHILD_ALLOWANCE,
        "child_allowances_missing",
        Label("应享未享儿童基本生活费", "Children entitled to an allowance and without it"),
    ),
    _missing(
        CARE_NETWORK,
        "care_networks_incomplete",
        Label("关爱网络不健全留守儿童", "Left-behind children without a whole care network"),
    ),
    _missing(
        LEFT_BEHIND_SURVEYED,
        "left_behind_not_surveyed",
        Label("当年未摸底留守人员", "Persons left behind, not surveyed this year"),
    ),
)

_OVERDUE = " UNION ALL ".join(
    f"""
    SELECT w.id::text AS subject_id, w.member_id, w.household_id, w.division,
           jsonb_build_object('class', '{ward_class}', 'due', {next_contact(ward_class, TODAY)}) AS detail
    FROM {contacted_wards(ward_class, TODAY)} AND {next_contact(ward_class, TODAY)} < {TODAY}
    """.replace("{age}", "{minor_age}" if ward_class == "distressed_child" else "{age}")
    for ward_class in WARD_PARAMETERS
)

CONTACTS_OVERDUE = StandingList(
    code="care_contacts_overdue",
    label=Label("关爱联系逾期", "Care contacts that are overdue"),
    unit=LineUnit.PERSON,
    kind=ListKind.OVERDUE,
    population=_OVERDUE,
    parameters={
        **WARD_PARAMETERS["left_behind_child"],
        **WARD_PARAMETERS["severely_disabled"],
        "minor_age": WARD_PARAMETERS["distressed_child"]["age"],
        "days": "civil_affairs.care_contact_days",
    },
    source="Y66, Y67, SYS07",
)


def _outgrown(table: str, since: str, condition: str, age: str) -> str:
    """Open entries of a table of children whose member has come of age."""
    return f"""
        SELECT w.id::text AS subject_id, m.member_id, m.household_id, m.division,
               jsonb_build_object('list', '{table}', 'since', w.{since}) AS detail
        {PRESENT} JOIN {table} w ON w.member_id = m.member_id
        WHERE m.active AND w.voided_at IS NULL AND w.ended_on IS NULL AND {condition} AND NOT {under(age, TODAY)}
    """


CHILDREN_OUTGROWN = StandingList(
    code="children_outgrown",
    label=Label("应退出留守、困境儿童名册人员", "Entries of children who have come of age"),
    unit=LineUnit.PERSON,
    kind=ListKind.SHOULD_NOT_BE_IN,
    population=_outgrown("left_behind_person", "since", "w.left_behind_group = 'child'", "age")
    + " UNION ALL "
    + _outgrown("distressed_child", "identified_on", "true", "minor_age"),
    parameters={"age": "civil_affairs.left_behind_child_age", "minor_age": "civil_affairs.minor_age"},
    source="Y57, Y66 动态更新",
)

CHILD_ALLOWANCE_BELOW = StandingList(
    code="child_allowance_below_standard",
    label=Label("儿童基本生活费低于最低标准", "Allowances of children below the least there is"),
    unit=LineUnit.PERSON,
    kind=ListKind.IRREGULAR,
    population=f"""
        SELECT w.id::text AS subject_id, w.member_id, w.household_id, w.division,
               jsonb_build_object('monthly_allowance', c.monthly_allowance::text, 'care_mode', c.care_mode) AS detail
        FROM ({wards("distressed_child", TODAY)}) w JOIN distressed_child c ON c.id = w.id
        WHERE {WITH_ALLOWANCE} AND c.monthly_allowance < ({{amounts}}::jsonb ->> c.care_mode)::numeric
    """,
    parameters={**WARD_PARAMETERS["distressed_child"], "amounts": "civil_affairs.child_allowance_month"},
    source="Y68",
)

IN_DANGER = StandingList(
    code="persons_found_in_danger",
    label=Label("发现处于危险未报告人员", "Persons found in danger whom nobody reported"),
    unit=LineUnit.PERSON,
    kind=ListKind.IRREGULAR,
    population=f"""
        SELECT m.member_id::text AS subject_id, m.member_id, m.household_id, m.division,
               jsonb_build_object('contacted_on', c.contacted_on) AS detail
        {PRESENT}
        CROSS JOIN LATERAL (SELECT c.contacted_on, c.finding FROM care_contact c
          WHERE c.member_id = m.member_id AND c.voided_at IS NULL AND c.finding <> 'not_met'
          ORDER BY {LAST_CONTACT} LIMIT 1) c
        WHERE m.active AND c.finding = 'danger'
          AND NOT EXISTS (SELECT FROM protection_case p WHERE p.member_id = m.member_id AND p.voided_at IS NULL
            AND p.opened_on >= c.contacted_on)
    """,
    source="Y69, SYS22 发现报告、应急处置",
)

LEGAL_AID_LATE = StandingList(
    code="legal_aid_late",
    label=Label("法律援助申请逾期未办", "Applications for legal aid that are late"),
    unit=LineUnit.CASE,
    kind=ListKind.OVERDUE,
    population=f"""
        SELECT a.id::text AS subject_id, a.member_id, m.household_id, m.division,
               jsonb_build_object('matter', a.matter, 'applied_on', a.applied_on) AS detail
        FROM legal_aid_case a JOIN roster_member m ON m.member_id = a.member_id AND m.active
        WHERE a.voided_at IS NULL AND a.decision = 'pending' AND a.applied_on + {{days}}::numeric::int < {TODAY}
    """,
    parameters={"days": "civil_affairs.legal_aid_days"},
    source="H38 应援尽援",
)

WARD_LISTS = (*MISSING, CONTACTS_OVERDUE, CHILDREN_OUTGROWN, CHILD_ALLOWANCE_BELOW, IN_DANGER, LEGAL_AID_LATE)
