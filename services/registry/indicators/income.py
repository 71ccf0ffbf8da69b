"""Whose income rises: households by two income years under one concept (M44, H13), and against the average (H15)."""

from services.registry.income.record import OPERATING, PROPERTY, TRANSFER, WAGE
from shared.codes import Label
from shared.indicators import Share, Unit
from shared.indicators.populations import ON_REGISTER_SQL

_GROSS = " + ".join(f"{{0}}.{name}" for name in (*WAGE, *OPERATING, *PROPERTY, *TRANSFER))
_NET = f"({_GROSS} - {{0}}.operating_expense)"
_DISPOSABLE = f"({_NET} - {{0}}.property_expense - {{0}}.transfers_paid)"


def _per_head(row: str) -> str:
    """Yuan per person and year, under the record's own concept (`IncomeYear.income`)."""
    own = f"CASE {row}.concept WHEN 'net' THEN {_NET.format(row)} ELSE {_DISPOSABLE.format(row)} END"
    return f"({own}) / nullif(coalesce({row}.persons, n.persons), 0)"


_MEMBERS = """
    LATERAL (SELECT count(*) AS persons FROM roster_member m WHERE m.household_id = h.household_id AND m.active) n
"""
_ON_REGISTER = f"h.active AND h.state IN ({ON_REGISTER_SQL})"


def _two_years(covered: str, *, concept: str) -> str:
    """Registered households with an income of the year and of the year before under one concept."""
    return f"""
        SELECT h.household_id::text AS subject_id, NULL::uuid AS member_id, h.household_id, h.division,
               coalesce({covered}, false) AS covered,
               jsonb_build_object('income', round({_per_head("i")}, 2)::text,
                                  'before', round({_per_head("b")}, 2)::text, 'concept', i.concept) AS detail
        FROM roster_household h CROSS JOIN {_MEMBERS}
        JOIN income_year i ON i.household_id = h.household_id AND i.voided_at IS NULL AND i.year = {{year}}
        JOIN income_year b ON b.household_id = h.household_id AND b.voided_at IS NULL AND b.year = {{year}} - 1
          AND b.concept = i.concept
        WHERE {_ON_REGISTER} AND {concept}
    """


_DISPOSABLE_ONLY = "i.concept = 'disposable'"
_NET_FIRST = """
    (i.concept = 'net' OR (
      SELECT count(*) FROM income_year o WHERE o.household_id = h.household_id AND o.voided_at IS NULL
        AND o.year IN ({year}, {year} - 1) AND o.concept = 'net') < 2)
"""
"""Each household once: where both concepts are known of both years, that of the registration line (M42)."""


INCOME_INCREASED = Share(
    code="income_increased",
    label=Label("收入增加的户比例", "Households whose income per person rose"),
    unit=Unit.HOUSEHOLD,
    population=_two_years(f"{_per_head('i')} > {_per_head('b')}", concept=_NET_FIRST),
    target="income.increased_target",
    source="M44",
)

INCOME_OUTGROWS = Share(
    code="income_outgrows_average",
    label=Label("收入增幅高于当地农村平均的户比例", "Households whose income grew faster than the rural average"),
    unit=Unit.HOUSEHOLD,
    # The average is of disposable income: net income would be held against what it is not (A.4, 1).
    population=_two_years(f"{_per_head('i')} > {_per_head('b')} * (1 + {{growth}}::numeric)", concept=_DISPOSABLE_ONLY),
    target="income.increased_target",
    parameters={"growth": "income.rural_growth"},
    source="H13",
)

INCOME_ABOVE_AVERAGE_SHARE = Share(
    code="income_near_average",
    label=Label("人均收入达到当地农村平均一定比例的户", "Households at the wanted share of the rural average"),
    unit=Unit.HOUSEHOLD,
    population=f"""
        SELECT h.household_id::text AS subject_id, NULL::uuid AS member_id, h.household_id, h.division,
               coalesce({_per_head("i")} >= {{average}}::numeric * {{share}}::numeric, false) AS covered,
               jsonb_build_object('income', round({_per_head("i")}, 2)::text) AS detail
        FROM roster_household h CROSS JOIN {_MEMBERS}
        JOIN income_year i ON i.household_id = h.household_id AND i.voided_at IS NULL AND i.year = {{year}}
          AND i.concept = 'disposable'
        WHERE {_ON_REGISTER}
    """,
    target="income.near_average_target",
    parameters={"average": "income.rural_average", "share": "status.local_average_share"},
    source="H15",
)
