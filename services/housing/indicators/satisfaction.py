"""Are the farmers content, and is basic sanitation kept? By the last survey of each renovation in the year (Y25)."""

from services.housing.sql import holding
from shared.codes import Label
from shared.indicators import Share, Unit

_CONTENT = holding("housing_satisfaction", "content")


def _surveyed(covered: str) -> str:
    return f"""
        SELECT s.subject_id, NULL::uuid AS member_id, h.household_id, h.division, {covered} AS covered,
               jsonb_build_object('project_number', s.project_number, 'satisfaction', s.satisfaction,
                 'basic_sanitation', s.basic_sanitation, 'surveyed_on', s.surveyed_on) AS detail
        FROM (
            SELECT DISTINCT ON (household_id, project_number) id::text AS subject_id, household_id, project_number,
                   satisfaction, basic_sanitation, surveyed_on
            FROM satisfaction_survey
            WHERE voided_at IS NULL AND household_id IS NOT NULL AND extract(year FROM surveyed_on) = {{year}}
            ORDER BY household_id, project_number, surveyed_on DESC, id
        ) s
        JOIN roster_household h ON h.household_id = s.household_id
        WHERE h.active
    """


SATISFACTION = Share(
    code="renovation_satisfaction",
    label=Label("危房改造农户满意率", "Farmers content with the renovation"),
    unit=Unit.HOUSEHOLD,
    population=_surveyed(f"s.satisfaction IN ({_CONTENT})"),
    target="housing.satisfaction_target",
    source="Y25 提高农户满意度",
)

BASIC_SANITATION = Share(
    code="renovation_sanitation",
    label=Label("改造后基本环境卫生达标率", "Basic sanitation after renovation"),
    unit=Unit.HOUSEHOLD,
    population=_surveyed("s.basic_sanitation"),
    target="housing.sanitation_target",
    source="Y25 保障基本环境卫生条件",
)
