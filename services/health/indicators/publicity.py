"""Health publicity in the homes, and whether it was understood (M19)."""

from shared.codes import Label
from shared.indicators import Share, Unit
from shared.indicators.populations import registered_households

PUBLICITY = Share(
    code="publicity",
    label=Label("健康扶贫入户宣教率", "Households visited for health publicity"),
    unit=Unit.HOUSEHOLD,
    population=registered_households(
        covered="""EXISTS (SELECT FROM publicity_visit v WHERE v.household_id = h.household_id
                   AND v.voided_at IS NULL AND extract(year FROM v.visited_on) = {year})"""
    ),
    target="health.publicity_target",
    source="M19",
)

AWARENESS = Share(
    code="awareness",
    label=Label("健康扶贫政策知晓率", "Households that know health policy"),
    unit=Unit.HOUSEHOLD,
    population=registered_households(
        covered="""coalesce((SELECT v.aware FROM publicity_visit v WHERE v.household_id = h.household_id
                   AND v.voided_at IS NULL AND v.aware IS NOT NULL AND extract(year FROM v.visited_on) = {year}
                   ORDER BY v.visited_on DESC, v.id DESC LIMIT 1), false)"""
    ),
    target="health.awareness_target",
    source="M19: by the last visit of the year at which it was asked",
)
