"""The census of non-poor villages and what came of it; exited households that are kept up to date (D25, M25)."""

from services.housing.sql import FOUND, MOVED
from shared.codes import Label
from shared.indicators import Share, Unit
from shared.indicators.populations import ON_REGISTER_SQL

_LOOKS = f"""
    SELECT known.day FROM (
        SELECT household_id, dwelling_number, day FROM {FOUND} f
        UNION ALL SELECT household_id, dwelling_number, surveyed_on FROM dwelling WHERE voided_at IS NULL
        UNION ALL SELECT household_id, dwelling_number, accepted_on FROM renovation WHERE voided_at IS NULL
    ) known
    WHERE known.household_id = h.household_id
      AND NOT EXISTS (SELECT FROM dwelling gone WHERE gone.household_id = known.household_id
        AND gone.dwelling_number = known.dwelling_number AND gone.voided_at IS NULL AND gone.left_on IS NOT NULL)
    UNION ALL SELECT checked_on FROM house_check c WHERE c.household_id = h.household_id AND c.voided_at IS NULL
    UNION ALL SELECT m.day FROM {MOVED} m WHERE m.household_id = h.household_id
"""
"""Days on which somebody looked at the housing of household `h`; what was given up says nothing of today's."""

CENSUS = Share(
    code="housing_census",
    label=Label("非贫困村建档立卡户住房清查率", "Census of registered households in non-poor villages"),
    unit=Unit.HOUSEHOLD,
    population=f"""
        SELECT h.household_id::text AS subject_id, NULL::uuid AS member_id, h.household_id, h.division,
               EXISTS (SELECT FROM house_check c WHERE c.household_id = h.household_id AND c.voided_at IS NULL
                 AND extract(year FROM c.checked_on) = {{year}}) AS covered,
               NULL::jsonb AS detail
        FROM roster_household h
        WHERE h.active AND h.state IN ({ON_REGISTER_SQL}) AND h.village_class IS DISTINCT FROM 'poor'
    """,
    target="housing.census_target",
    source="D25: households of villages not known to be poor",
)

RECTIFICATION = Share(
    code="housing_rectification",
    label=Label("住房清查问题整改率", "Housing problems put right"),
    unit=Unit.HOUSEHOLD,
    population="""
        SELECT c.id::text AS subject_id, NULL::uuid AS member_id, h.household_id, h.division,
               c.rectified_on IS NOT NULL AS covered,
               jsonb_build_object('checked_on', c.checked_on, 'problems', array_to_string(c.problems, ',')) AS detail
        FROM house_check c JOIN roster_household h ON h.household_id = c.household_id
        WHERE c.voided_at IS NULL AND cardinality(c.problems) > 0 AND h.active
          AND extract(year FROM c.checked_on) = {year}
    """,
    target="housing.rectification_target",
    source="D25: checks of the year that found something amiss",
)

EXITED_CURRENT = Share(
    code="exited_housing_current",
    label=Label("脱贫户住房动态掌握率", "Exited households whose housing is kept up to date"),
    unit=Unit.HOUSEHOLD,
    population=f"""
        SELECT h.household_id::text AS subject_id, NULL::uuid AS member_id, h.household_id, h.division,
               coalesce(look.last + make_interval(months => {{months}}::int) > asked.day, false) AS covered,
               jsonb_build_object('last', look.last) AS detail
        FROM roster_household h
        CROSS JOIN (SELECT least({{today}}::date, make_date({{year}}::int, 12, 31)) AS day) AS asked
        CROSS JOIN LATERAL (SELECT max(day) AS last FROM ({_LOOKS}) l WHERE l.day <= asked.day) AS look
        WHERE h.active AND h.state IN ('exited', 'monitored')
    """,
    target="housing.exited_current_target",
    parameters={"months": "housing.check_interval_months"},
    source="M25: appraised, surveyed, checked, renovated or rehoused within the interval, the dwellings still held",
)
