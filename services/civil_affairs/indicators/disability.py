"""The disabled: on the register, and reached by the two subsidies (Y55, Y57, Y66, Y70, SYS07)."""

from services.civil_affairs.indicators.assistance_populations import DAY
from services.civil_affairs.indicators.care_populations import (
    ENTITLEMENT_PARAMETERS,
    PRESENT,
    entitled,
    subsidised,
)
from services.civil_affairs.indicators.disabled_populations import certified
from shared.codes import Label
from shared.indicators import Share, Unit


def _subsidy(kind: str, label: Label) -> Share:
    return Share(
        code=f"disability_{kind}_subsidy",
        label=label,
        unit=Unit.PERSON,
        population=f"""
            SELECT m.member_id::text AS subject_id, m.member_id, m.household_id, m.division,
                   {subsidised(kind, DAY)} AS covered,
                   jsonb_build_object('disability', d.disability_type || '-' || d.disability_grade) AS detail
            {PRESENT} JOIN disabled_person d ON d.member_id = m.member_id
            WHERE m.active AND {certified(DAY)} AND {entitled(kind, DAY)}
        """,
        target="civil_affairs.disability_subsidy_coverage_target",
        parameters=ENTITLEMENT_PARAMETERS[kind],
        source="Y70, Y57: entitled by the register of the disabled, dibao and tekun",
    )


LIVING_SUBSIDY = _subsidy("living", Label("困难残疾人生活补贴覆盖率", "Living subsidy reaches those entitled"))
NURSING_SUBSIDY = _subsidy("nursing", Label("重度残疾人护理补贴覆盖率", "Nursing subsidy reaches those entitled"))

DISABLED_REGISTER = Share(
    code="disabled_register",
    label=Label("残疾人摸底登记率", "Disabled persons on the register, surveyed in the year"),
    unit=Unit.PERSON,
    population=f"""
        WITH told AS (
            SELECT (person->>'member_id')::uuid AS member_id
            FROM roster_household h CROSS JOIN LATERAL jsonb_array_elements(h.snapshot->'members') AS person
            WHERE h.active AND (person->>'disability_type' IS NOT NULL OR person->'health_status' ? 'disabled')
            UNION
            SELECT d.member_id FROM disabled_person d WHERE d.voided_at IS NULL AND d.certificate_state <> 'cancelled'
        )
        SELECT m.member_id::text AS subject_id, m.member_id, m.household_id, m.division,
               coalesce(d.surveyed_on BETWEEN make_date({{year}}::int, 1, 1) AND {DAY}, false) AS covered,
               jsonb_build_object('surveyed_on', d.surveyed_on) AS detail
        {PRESENT} JOIN told ON told.member_id = m.member_id
        LEFT JOIN disabled_person d ON d.member_id = m.member_id AND d.voided_at IS NULL
        WHERE m.active
    """,
    target="civil_affairs.disabled_register_target",
    source="Y66, SYS07: disabled by the roster or by the register",
)

DISABILITY_INDICATORS = (DISABLED_REGISTER, LIVING_SUBSIDY, NURSING_SUBSIDY)
