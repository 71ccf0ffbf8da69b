"""Training where it is needed, a skill for every labourer, what trained households earn (D18, Y29, H18, H19, H34)."""

from services.employment.indicators.labour import ABILITY, HAS_SKILL, PARAMETERS, labourers, trained
from shared.codes import Label
from shared.indicators import Share, Unit
from shared.indicators.populations import ON_REGISTER_SQL

TRAINING = Share(
    code="training",
    label=Label("有培训需求劳动力培训率", "In need of training and trained"),
    unit=Unit.PERSON,
    population=labourers(
        condition="p.needs_training",
        covered=trained("r.completed_on >= p.surveyed_on"),
        detail="jsonb_build_object('surveyed_on', p.surveyed_on)",
    ),
    target="employment.training_target",
    parameters=PARAMETERS,
    source="D18, H34: completed since the survey that found the need",
)

SKILL_OF_WILLING = Share(
    code="skill_of_willing",
    label=Label("有务工意愿且有培训需求者掌握技能率", "Willing, in need of training, and with a skill"),
    unit=Unit.PERSON,
    population=labourers(condition="p.willing_to_work AND p.needs_training", covered=HAS_SKILL),
    target="employment.skill_of_willing_target",
    parameters=PARAMETERS,
    source="H18",
)

ONE_SKILL = Share(
    code="one_skill",
    label=Label("劳动力掌握一门技能率", "Labourers with at least one skill"),
    unit=Unit.PERSON,
    population=labourers(covered=HAS_SKILL, detail=f"jsonb_build_object('ability', {ABILITY})"),
    target="employment.one_skill_target",
    parameters=PARAMETERS,
    source="Y29",
)

_INCOME = "(h.snapshot->'income'->>'per_capita')::numeric"
_INCOME_YEAR = "(h.snapshot->'income'->>'year')::int"

TRAINED_INCOME = Share(
    code="trained_household_income",
    label=Label("受训户收入达到当地农村人均可支配收入规定比例的比率", "Trained households that reach the income"),
    unit=Unit.HOUSEHOLD,
    population=f"""
        SELECT h.household_id::text AS subject_id, NULL::uuid AS member_id, h.household_id, h.division,
               coalesce({_INCOME_YEAR} BETWEEN {{year}}::int - 1 AND {{year}}::int
                 AND h.snapshot->'income'->>'concept' = ANY({{concepts}}::text[])
                 AND {_INCOME} >= {{share}}::numeric * {{average}}::numeric, false) AS covered,
               jsonb_build_object('income_year', {_INCOME_YEAR}, 'concept', h.snapshot->'income'->>'concept',
                 'due', trim_scale({{share}}::numeric * {{average}}::numeric)::text) AS detail
        FROM roster_household h
        WHERE h.active AND h.state IN ({ON_REGISTER_SQL})
          AND EXISTS (SELECT FROM roster_member m WHERE m.household_id = h.household_id AND m.active
            AND {trained("TRUE")})
    """,
    target="employment.trained_income_target",
    parameters={
        "share": "employment.trained_income_share",
        "average": "income.rural_average",
        "concepts": "employment.trained_income_concepts",
    },
    source="H19: the newest income year of the roster, this year's or last year's",
)
