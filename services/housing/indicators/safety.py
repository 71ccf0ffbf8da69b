"""Is every registered household's dwelling appraised and safe? (D24, M26)"""

from services.housing.sql import FOUND, MOVED
from shared.codes import Label
from shared.indicators import Share, Unit
from shared.indicators.populations import ON_REGISTER_SQL, registered_households

APPRAISAL = Share(
    code="housing_appraisal",
    label=Label("住房安全鉴定率", "Dwellings appraised"),
    unit=Unit.HOUSEHOLD,
    population=registered_households(
        covered=f"""(
            EXISTS (SELECT FROM {FOUND} f
              LEFT JOIN dwelling d ON d.household_id = f.household_id AND d.dwelling_number = f.dwelling_number
                AND d.voided_at IS NULL
              WHERE f.household_id = h.household_id AND extract(year FROM f.day) <= {{year}}
                AND d.lived_in IS NOT FALSE AND d.left_on IS NULL)
            OR EXISTS (SELECT FROM {MOVED} m WHERE m.household_id = h.household_id
              AND extract(year FROM m.day) <= {{year}}))"""
    ),
    target="housing.appraisal_target",
    source="D24: a dwelling lived in was appraised or identified, or another home was delivered or accepted",
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
