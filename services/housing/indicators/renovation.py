"""Renovation against the plan, and the whole task: no key group in a dangerous house (Y20)."""

from services.housing.sql import DANGEROUS, FOUND, MOVED, RENOVATIONS, SHOWN_CATEGORY
from shared.codes import Label
from shared.indicators import Share, Unit

_LIVED_IN_AFTER = "coalesce(d.surveyed_on > {day} AND d.lived_in AND d.left_on IS NULL, false)"
"""Whether dwelling `d` was found lived in after the household had been given another home."""

KEY_GROUP_RENOVATION = Share(
    code="key_group_renovation",
    label=Label("四类重点对象危房改造完成率", "Dangerous houses of the key groups renovated"),
    unit=Unit.HOUSEHOLD,
    population=f"""
        WITH found AS (SELECT * FROM {FOUND} f WHERE f.household_id IS NOT NULL),
        danger AS (
            SELECT household_id, dwelling_number, max(day) AS day,
                   (array_agg(grade ORDER BY day DESC, grade DESC))[1] AS grade
            FROM found WHERE grade IN ({DANGEROUS}) AND extract(year FROM day) <= {{year}} GROUP BY 1, 2
        )
        SELECT h.household_id::text || ':' || danger.dwelling_number AS subject_id, NULL::uuid AS member_id,
               h.household_id, h.division,
               EXISTS (SELECT FROM {RENOVATIONS} r WHERE r.household_id = h.household_id
                 AND r.dwelling_number = danger.dwelling_number AND r.accepted_on >= danger.day
                 AND extract(year FROM r.accepted_on) <= {{year}})
               OR EXISTS (SELECT FROM found WHERE found.household_id = h.household_id
                 AND found.dwelling_number = danger.dwelling_number AND found.day > danger.day
                 AND found.grade NOT IN ({DANGEROUS}) AND extract(year FROM found.day) <= {{year}})
               OR EXISTS (SELECT FROM {MOVED} m WHERE m.household_id = h.household_id AND m.day >= danger.day
                 AND extract(year FROM m.day) <= {{year}} AND NOT {_LIVED_IN_AFTER.format(day="m.day")})
               OR coalesce(extract(year FROM d.left_on) <= {{year}}, false) AS covered,
               jsonb_build_object('grade', danger.grade, 'found_on', danger.day) AS detail
        FROM danger JOIN roster_household h ON h.household_id = danger.household_id
        LEFT JOIN dwelling d ON d.household_id = danger.household_id AND d.dwelling_number = danger.dwelling_number
          AND d.voided_at IS NULL
        WHERE h.active
          AND (d.lived_in IS NOT FALSE OR d.left_on IS NOT NULL OR EXISTS (SELECT FROM {RENOVATIONS} r
            WHERE r.household_id = h.household_id AND r.dwelling_number = danger.dwelling_number
              AND coalesce(r.accepted_on >= danger.day, true)))
          AND ({SHOWN_CATEGORY} IS NOT NULL
          OR EXISTS (SELECT FROM {RENOVATIONS} r WHERE r.household_id = h.household_id))
    """,
    target="housing.key_group_renovation_target",
    source="Y20: dangerous dwellings lived in or under renovation; renovated, found safe again, left or exchanged",
)


def _planned(covered: str) -> str:
    """Renovations approved for the year's plan."""
    return f"""
        SELECT r.id::text AS subject_id, NULL::uuid AS member_id, h.household_id, h.division, {covered} AS covered,
               jsonb_build_object('project_number', r.project_number, 'category', r.category, 'grade', r.grade,
                 'stage', r.stage) AS detail
        FROM {RENOVATIONS} r JOIN roster_household h ON h.household_id = r.household_id
        WHERE h.active AND r.year = {{year}} AND r.approved_on IS NOT NULL
    """


RENOVATION_STARTED = Share(
    code="renovation_started",
    label=Label("年度危房改造开工率", "Renovations of the year's plan started"),
    unit=Unit.HOUSEHOLD,
    population=_planned("r.started_on IS NOT NULL"),
    target="housing.renovation_started_target",
    source="Y20",
)

RENOVATION_ACCEPTED = Share(
    code="renovation_accepted",
    label=Label("年度危房改造竣工验收率", "Renovations of the year's plan accepted"),
    unit=Unit.HOUSEHOLD,
    population=_planned("r.accepted_on IS NOT NULL"),
    target="housing.renovation_accepted_target",
    source="Y20",
)
