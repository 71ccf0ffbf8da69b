"""Chronic and serious illness: contracts and filing (M17, M18, Y44)."""

from shared.codes import Label, code_list
from shared.indicators import Share, Unit
from shared.indicators.populations import ON_REGISTER_SQL

CHRONIC_CONTRACT = Share(
    code="chronic_contract",
    label=Label("慢病签约服务率", "Chronic-disease service contracts"),
    unit=Unit.PATIENT,
    population=f"""
        WITH ill AS (
            SELECT r.member_id, r.disease FROM chronic_patient r
            WHERE r.voided_at IS NULL AND extract(year FROM r.diagnosed_on) <= {{year}}
              AND (r.ended_on IS NULL OR extract(year FROM r.ended_on) > {{year}})
            UNION
            SELECT s.member_id, found.disease
            FROM chronic_screening s CROSS JOIN LATERAL unnest(s.diseases) AS found(disease)
            WHERE s.voided_at IS NULL AND s.year <= {{year}}
              AND NOT EXISTS (SELECT FROM chronic_patient r WHERE r.member_id = s.member_id
                AND r.disease = found.disease AND r.voided_at IS NULL AND extract(year FROM r.ended_on) <= {{year}}
                AND r.ended_on >= s.screened_on)
        )
        SELECT m.member_id::text || ':' || ill.disease AS subject_id, m.member_id, m.household_id, m.division,
               EXISTS (SELECT FROM chronic_contract c WHERE c.member_id = ill.member_id AND c.disease = ill.disease
                 AND c.year = {{year}} AND c.voided_at IS NULL) AS covered,
               jsonb_build_object('disease', ill.disease) AS detail
        FROM ill
        JOIN roster_member m USING (member_id)
        JOIN roster_household h ON h.household_id = m.household_id
        WHERE ill.disease = ANY({{diseases}}::text[])
          AND m.active AND h.active AND h.state IN ({ON_REGISTER_SQL})
    """,
    target="health.chronic_contract_target",
    parameters={"diseases": "health.chronic_contract_diseases"},
    source="M17: persons known to have a focus disease, counted by disease",
)

_FORMS = ", ".join(
    f"('{form.code}', '{form.attributes['form_of']}')"
    for form in code_list("serious_illness").items
    if "form_of" in form.attributes
)
"""Forms of a disease with the disease, from the code list."""

SERIOUS_ILLNESS_FILING = Share(
    code="serious_illness_filing",
    label=Label("大病专项救治建档率", "Serious-illness patients filed for treatment"),
    unit=Unit.PATIENT,
    population=f"""
        WITH form(code, disease) AS (VALUES {_FORMS}),
        told AS (
            SELECT c.member_id, coalesce(form.disease, c.disease) AS disease,
                   bool_or(extract(year FROM c.filed_on) <= {{year}}) AS filed
            FROM serious_illness_case c LEFT JOIN form ON form.code = c.disease
            WHERE c.voided_at IS NULL AND extract(year FROM c.diagnosed_on) <= {{year}}
              AND (c.ended_on IS NULL OR extract(year FROM c.ended_on) >= {{year}})
              AND (c.disease = ANY({{diseases}}::text[]) OR form.disease = ANY({{diseases}}::text[]))
              AND (c.filed_on IS NOT NULL OR c.diagnosed_on + {{grace}}::int <= {{today}}::date)
            GROUP BY 1, 2
            UNION ALL
            SELECT DISTINCT b.member_id, coalesce(form.disease, b.serious_illness), false
            FROM settlement_bill b LEFT JOIN form ON form.code = b.serious_illness
            WHERE b.voided_at IS NULL AND extract(year FROM b.settled_on) <= {{year}}
              AND (b.serious_illness = ANY({{diseases}}::text[]) OR form.disease = ANY({{diseases}}::text[]))
              AND b.settled_on + {{grace}}::int <= {{today}}::date
              AND NOT EXISTS (SELECT FROM serious_illness_case c LEFT JOIN form AS own ON own.code = c.disease
                WHERE c.member_id = b.member_id AND c.voided_at IS NULL
                  AND coalesce(own.disease, c.disease) = coalesce(form.disease, b.serious_illness))
        )
        SELECT m.member_id::text || ':' || told.disease AS subject_id, m.member_id, m.household_id, m.division,
               coalesce(told.filed, false) AS covered, jsonb_build_object('disease', told.disease) AS detail
        FROM told
        JOIN roster_member m USING (member_id)
        JOIN roster_household h ON h.household_id = m.household_id
        WHERE m.active AND h.active AND h.state IN ({ON_REGISTER_SQL})
    """,
    target="health.serious_illness_filing_target",
    parameters={"diseases": "health.serious_illness_diseases", "grace": "health.serious_illness_filing_days"},
    source="M18, Y44: diagnosed, or told of by a bill, with a disease of the list, and filed or due to be",
)
