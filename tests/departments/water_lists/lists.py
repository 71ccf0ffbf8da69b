"""Lists of the water bureau: who was not checked, who has too little, which checks contradict themselves."""

from shared.codes import Label
from shared.indicators import Rate, Share, Unit
from shared.indicators.people import people_of
from shared.indicators.populations import missing_from, registered_households
from shared.standing_lists import LineUnit, ListKind, StandingList

CHECKED = Share(
    code="checked",
    label=Label("评价率", "Checked"),
    unit=Unit.HOUSEHOLD,
    population=registered_households(
        covered="EXISTS (SELECT FROM water_check r WHERE r.household_id = h.household_id AND r.voided_at IS NULL"
        " AND r.year = {year})"
    ),
    target=None,
)

UNCHECKED = StandingList(
    code="unchecked",
    label=Label("应评未评", "Should be checked and is not"),
    unit=LineUnit.HOUSEHOLD,
    kind=ListKind.SHOULD_BE_IN,
    population=missing_from(CHECKED),
    source="M36",
)

TOO_LITTLE = StandingList(
    code="too_little",
    label=Label("水量不足", "Too little water"),
    unit=LineUnit.CASE,
    kind=ListKind.IRREGULAR,
    population="""
        SELECT r.id::text AS subject_id, NULL::uuid AS member_id, r.household_id, r.division,
               jsonb_build_object('litres', r.litres_per_person_day::text, 'days', {today}::date - r.checked_on)
                 AS detail
        FROM water_check r
        WHERE r.voided_at IS NULL AND r.year = {year} AND r.litres_per_person_day < {litres}::numeric
    """,
    parameters={"litres": "water.litres_per_person_day"},
    volatile=("days",),
    source="M37",
)

CLEAN_BUT_SCATTERED = StandingList(
    code="clean_but_scattered",
    label=Label("分散供水却合格", "Scattered and yet clean"),
    unit=LineUnit.PERSON,
    kind=ListKind.CONTRADICTION,
    population="""
        SELECT m.member_id::text AS subject_id, m.member_id, m.household_id, m.division, NULL::jsonb AS detail
        FROM roster_member m
        WHERE m.active AND EXISTS (SELECT FROM water_check r WHERE r.household_id = m.household_id
            AND r.voided_at IS NULL AND r.source = 'scattered' AND r.quality_passed)
    """,
)

SCATTERED_PER_HEAD = Rate(
    code="scattered_supply",
    label=Label("分散供水人口比例", "People with scattered supply"),
    unit=Unit.PERSON,
    population=CLEAN_BUT_SCATTERED.population,
    people=people_of("rural"),
    target="water.most_scattered",
)

ENOUGH = Share(
    code="enough_water",
    label=Label("水量达标率", "Enough water"),
    unit=Unit.HOUSEHOLD,
    population=registered_households(
        covered="EXISTS (SELECT FROM water_check r WHERE r.household_id = h.household_id AND r.voided_at IS NULL"
        " AND r.year = {year} AND r.litres_per_person_day >= {litres}::numeric)"
    ),
    target=None,
    parameters={"litres": "water.litres_per_person_day"},
)

LISTS = (UNCHECKED, TOO_LITTLE, CLEAN_BUT_SCATTERED)
