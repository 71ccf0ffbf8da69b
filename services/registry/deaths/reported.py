"""The standing list of members whom a department reports as deceased and who are still registered (D10, D22, Y103)."""

from services.registry.changes.schemas import DEATH
from shared.codes import Label
from shared.standing_lists import LineUnit, ListKind, StandingList

RECORDED = "left"
"""Of the kernel's list of outcomes: moved away or died. Given with the natural change, never without it."""

SIGNAL = "deceased_still_member"
"""The contradiction in the unified status that each line stands for."""

# The status names the households in which it is so; only their facts are opened to see who, since when, by which
# record. A death that was recorded and revoked counts into the cause, so that the line opens anew.
REPORTED_DEATHS = StandingList(
    code="reported_deaths",
    label=Label("已报告死亡未办理自然减少人员", "Reported as deceased and still registered"),
    unit=LineUnit.PERSON,
    kind=ListKind.SHOULD_NOT_BE_IN,
    population=f"""
        SELECT DISTINCT ON (m.member_id) m.member_id::text AS subject_id, m.member_id, s.household_id, s.division,
               jsonb_build_object(
                 'change', '{DEATH}', 'died_on', d.standing -> 'since', 'department', f.department,
                 'evidence', d.standing -> 'evidence',
                 'revoked', (SELECT count(*) FROM natural_change c WHERE c.household_id = s.household_id
                             AND c.member_id = m.member_id AND c.kind = '{DEATH}' AND c.revoked_at IS NOT NULL)
               ) AS detail
        FROM household_status s
        JOIN department_facts f ON f.household_id = s.household_id
        CROSS JOIN LATERAL jsonb_array_elements(f.content::jsonb -> 'standings') AS d(standing)
        CROSS JOIN LATERAL jsonb_array_elements_text(d.standing -> 'members') AS p(member_id)
        JOIN roster_member m ON m.member_id = p.member_id::uuid AND m.household_id = s.household_id AND m.active
        WHERE s.signals @> ARRAY['{SIGNAL}'] AND d.standing ->> 'kind' = 'deceased'
        ORDER BY m.member_id, d.standing ->> 'since', f.department
    """,
    reserved=(RECORDED,),
    source="D10, D22, Y103",
)
