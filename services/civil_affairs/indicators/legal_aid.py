"""法律援助应援尽援: applications of the year that were granted in time (H38)."""

from shared.codes import Label, code_list
from shared.indicators import Share, Unit
from shared.indicators.populations import ON_REGISTER_SQL

_ECONOMIC = ", ".join(
    f"'{one.code}'" for one in code_list("legal_aid_refusal").items if one.attributes.get("economic") == "yes"
)
"""Refused because poverty was not shown: who is refused for another reason was not to be aided."""

LEGAL_AID = Share(
    code="legal_aid",
    label=Label("法律援助应援尽援率", "Legal aid granted in time"),
    unit=Unit.CASE,
    population=f"""
        SELECT a.id::text AS subject_id, m.member_id, m.household_id, m.division,
               (a.decision = 'granted' AND a.decided_on <= a.applied_on + {{days}}::numeric::int) AS covered,
               jsonb_build_object('matter', a.matter, 'decision', a.decision, 'refusal', a.refusal) AS detail
        FROM legal_aid_case a
        JOIN roster_member m ON m.member_id = a.member_id AND m.active
        JOIN roster_household h ON h.household_id = m.household_id AND h.active
        WHERE a.voided_at IS NULL AND extract(year FROM a.applied_on) = {{year}}::int AND h.state IN ({ON_REGISTER_SQL})
          AND (a.refusal IS NULL OR a.refusal IN ({_ECONOMIC}))
          AND (a.decision <> 'pending' OR a.applied_on + {{days}}::numeric::int < {{today}}::date)
    """,
    target="civil_affairs.legal_aid_target",
    parameters={"days": "civil_affairs.legal_aid_days"},
    source="H38: of registered households; not those refused for want of scope or ground, or still within the term",
)
