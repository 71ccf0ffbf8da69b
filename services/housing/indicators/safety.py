"""Is every registered household's dwelling appraised and safe? (D24, M26)"""

from shared.codes import Label
from shared.indicators import Share, Unit
from shared.indicators.populations import ON_REGISTER_SQL, registered_households

APPRAISAL = Share(
    code="housing_appraisal",
    label=Label("住房安全鉴定率", "Dwellings appraised"),
    unit=Unit.HOUSEHOLD,
    population=registered_households(
        covered="""EXISTS (SELECT FROM appraisal a WHERE a.household_id = h.household_id
                   AND a.voided_at IS NULL AND extract(year FROM a.appraised_on) <= {year})"""
    ),
    target="housing.appraisal_target",
    source="D24",
)

SAFE_HOUSING = Share(
    code="safe_housing",
    label=Label("住房安全保障率", "Safe housing"),
    unit=Unit.HOUSEHOLD,
    population=f"""
        SELECT h.household_id::text AS subject_id, NULL::uuid AS member_id, h.household_id, h.division,
               coalesce(said.state = 'met', false) AS covered,
               jsonb_build_object('state', coalesce(said.state, 'unknown'), 'reason', said.reason) AS detail
        FROM roster_household h
        LEFT JOIN LATERAL (
            SELECT g ->> 'state' AS state, g -> 'reasons' -> 0 ->> 'code' AS reason
            FROM household_facts f CROSS JOIN jsonb_array_elements(f.content::jsonb -> 'guarantees') g
            WHERE f.household_id = h.household_id AND g ->> 'item' = 'safe_housing'
        ) AS said ON true
        WHERE h.active AND h.state IN ({ON_REGISTER_SQL})
    """,
    target="housing.safe_housing_target",
    source="M26, Y10: by the guarantee as it is known today, whatever year is asked for",
)
