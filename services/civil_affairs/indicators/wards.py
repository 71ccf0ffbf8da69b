"""Children and those left behind: surveyed, with a guardian, contacted on time, in a network (Y66–Y69, SYS07)."""

from services.civil_affairs.indicators.assistance_populations import DAY
from services.civil_affairs.indicators.care_populations import (
    WARD_PARAMETERS,
    WITH_ALLOWANCE,
    contacted_wards,
    guarded,
    next_contact,
    wards,
)
from shared.codes import Label, code_list
from shared.indicators import Share, Unit

_LEFT_BEHIND = " UNION ALL ".join(
    f"SELECT w.*, '{group}' AS left_behind_group FROM ({wards(f'left_behind_{group}', DAY)}) w"
    for group in code_list("left_behind_group").codes
)

LEFT_BEHIND_SURVEYED = Share(
    code="left_behind_surveyed",
    label=Label("留守人员摸底更新率", "Entries of those left behind, surveyed in the year"),
    unit=Unit.PERSON,
    population=f"""
        SELECT w.id::text AS subject_id, w.member_id, w.household_id, w.division,
               w.surveyed_on BETWEEN make_date({{year}}::int, 1, 1) AND {DAY} AS covered,
               jsonb_build_object('group', w.left_behind_group, 'surveyed_on', w.surveyed_on) AS detail
        FROM ({_LEFT_BEHIND}) w
    """,
    target="civil_affairs.left_behind_survey_target",
    parameters=WARD_PARAMETERS["left_behind_child"],
    source="Y66, SYS07",
)


def _guardianship(ward_class: str, label: Label, *, condition: str = "true", **parameters: str) -> Share:
    return Share(
        code=f"{ward_class}_guardianship",
        label=label,
        unit=Unit.PERSON,
        population=f"""
            SELECT m.id::text AS subject_id, m.member_id, m.household_id, m.division, {guarded(DAY)} AS covered,
                   jsonb_build_object('since', m.since) AS detail
            FROM ({wards(ward_class, DAY)}) m WHERE {condition}
        """,
        target="civil_affairs.guardianship_target",
        parameters={**WARD_PARAMETERS[ward_class], **parameters},
        source="Y66, Y67, Y69: a guardian who signed and is not found unable",
    )


LEFT_BEHIND_CHILD_GUARDIANSHIP = _guardianship(
    "left_behind_child", Label("留守儿童监护落实率", "Left-behind children with a guardian")
)
DISTRESSED_CHILD_GUARDIANSHIP = _guardianship(
    "distressed_child", Label("困境儿童监护落实率", "Distressed children with a guardian")
)
DISABLED_GUARDIANSHIP = _guardianship(
    "severely_disabled",
    Label("重度智力、精神残疾人监护落实率", "Disabled persons without capacity with a guardian"),
    condition="m.disability = ANY({incapable}::text[])",
    incapable="civil_affairs.guardian_needed_disabilities",
)


def _contact(ward_class: str) -> Share:
    name = code_list("care_ward_class").label(ward_class)
    return Share(
        code=f"care_contact_{ward_class}",
        label=Label(f"{name.zh}关爱联系按期率", f"Contacts on time: {name.en.lower()}"),
        unit=Unit.PERSON,
        population=f"""
            SELECT w.id::text AS subject_id, w.member_id, w.household_id, w.division,
                   {next_contact(ward_class, DAY)} >= {DAY} AS covered,
                   jsonb_build_object('due', {next_contact(ward_class, DAY)}) AS detail
            FROM {contacted_wards(ward_class, DAY)}
        """,
        target="civil_affairs.care_contact_target",
        parameters={**WARD_PARAMETERS[ward_class], "days": "civil_affairs.care_contact_days"},
        source="Y66, Y67, SYS07: contacted within the interval of the class, up to the day",
    )


CARE_CONTACTS_ON_TIME = {ward_class: _contact(ward_class) for ward_class in WARD_PARAMETERS}

CARE_NETWORK = Share(
    code="care_network",
    label=Label("留守儿童关爱网络健全率", "Left-behind children with a whole care network"),
    unit=Unit.PERSON,
    population=f"""
        SELECT w.id::text AS subject_id, w.member_id, w.household_id, w.division,
               {{parties}}::text[] <@ held.parties AS covered,
               jsonb_build_object('held', array_to_string(held.parties, ', ')) AS detail
        FROM ({wards("left_behind_child", DAY)}) w
        CROSS JOIN LATERAL (
            SELECT coalesce(array_agg(DISTINCT p.party ORDER BY p.party), ARRAY[]::text[]) AS parties
            FROM care_partner p
            WHERE p.member_id = w.member_id AND p.voided_at IS NULL AND p.since <= {DAY}
              AND (p.until IS NULL OR p.until > {DAY})
        ) held
    """,
    target="civil_affairs.care_network_target",
    parameters={**WARD_PARAMETERS["left_behind_child"], "parties": "civil_affairs.care_network_parties"},
    source="Y67, SYS21: family, school, grass roots, government and society each answer for the child",
)

CHILD_ALLOWANCE = Share(
    code="child_living_allowance",
    label=Label("孤儿、事实无人抚养儿童基本生活费发放率", "Children entitled to an allowance who have it"),
    unit=Unit.PERSON,
    population=f"""
        SELECT w.id::text AS subject_id, w.member_id, w.household_id, w.division,
               coalesce(w.allowance_from <= {DAY}, false) AS covered,
               jsonb_build_object('class', w.child_class) AS detail
        FROM ({wards("distressed_child", DAY)}) w WHERE {WITH_ALLOWANCE}
    """,
    target="civil_affairs.child_allowance_target",
    parameters=WARD_PARAMETERS["distressed_child"],
    source="Y68, Y57",
)

WARD_INDICATORS = (
    LEFT_BEHIND_SURVEYED,
    LEFT_BEHIND_CHILD_GUARDIANSHIP,
    DISTRESSED_CHILD_GUARDIANSHIP,
    DISABLED_GUARDIANSHIP,
    *CARE_CONTACTS_ON_TIME.values(),
    CARE_NETWORK,
    CHILD_ALLOWANCE,
)
