"""因学致贫、因学返贫: registered households that schooling keeps in poverty or brought back to it (M24, Y40)."""

from shared.codes import Label
from shared.indicators import Share, Unit
from shared.indicators.populations import ON_REGISTER_SQL

_BY_SCHOOLING = "coalesce(h.snapshot->'causes', '[]'::jsonb) ? 'schooling'"


def _households(states: str, *, poor: str) -> str:
    """Registered households in one of the states (SQL); covered are those that are not poor by schooling."""
    return f"""
        SELECT h.household_id::text AS subject_id, NULL::uuid AS member_id, h.household_id, h.division,
               NOT (h.state IN ({poor}) AND {_BY_SCHOOLING}) AS covered,
               jsonb_build_object('state', h.state, 'main_cause', h.snapshot->'causes'->>0) AS detail
        FROM roster_household h WHERE h.active AND h.state IN ({states})
    """


NOT_POOR_BY_SCHOOLING = Share(
    code="not_poor_by_schooling",
    label=Label("无因学致贫户比例", "Registered households that are not poor because of schooling"),
    unit=Unit.HOUSEHOLD,
    population=_households(ON_REGISTER_SQL, poor="'registered', 'proposed_exit', 'returned'"),
    target="education.not_poor_by_schooling_target",
    source="M24 坚决消除因学致贫或因学返贫现象: the missing are to be none",
)

NOT_RETURNED_BY_SCHOOLING = Share(
    code="not_returned_by_schooling",
    label=Label("无因学返贫户比例", "Households out of poverty that schooling did not bring back"),
    unit=Unit.HOUSEHOLD,
    population=_households("'exited', 'monitored', 'returned'", poor="'returned'"),
    target="education.not_returned_by_schooling_target",
    source="Y40 不让一户脱贫户因学返贫, M24",
)
