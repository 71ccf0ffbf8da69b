"""Health centres and clinics that reach their standards (D34, D35, H36, Y52)."""

from services.health.records.institutions import FIVE_ISATIONS
from shared.codes import Label
from shared.indicators import Share, Unit


def _places(places: str, *, kind: str, standard: str) -> str:
    """Divisions that should have an institution of the kind up to the standard (SQL on `i`), by the year's end."""
    return f"""
        SELECT place.division AS subject_id, NULL::uuid AS member_id, NULL::uuid AS household_id, place.division,
               EXISTS (SELECT FROM institution i WHERE i.division = place.division AND i.kind = '{kind}'
                 AND i.voided_at IS NULL AND extract(year FROM i.assessed_on) <= {{year}} AND {standard}) AS covered,
               (SELECT jsonb_build_object('institution_name', min(i.institution_name)) FROM institution i
                 WHERE i.division = place.division AND i.kind = '{kind}' AND i.voided_at IS NULL) AS detail
        FROM ({places}) AS place(division)
    """


def _named_or_recorded(kind: str) -> str:
    """The places that the plan of the area names; where it names none, all that have such an institution."""
    return f"""
        SELECT unnest({{named}}::text[])
        UNION
        SELECT i.division FROM institution i
        WHERE i.kind = '{kind}' AND i.voided_at IS NULL AND cardinality({{named}}::text[]) = 0
    """


STANDARD_HEALTH_CENTRE = Share(
    code="standard_health_centre",
    label=Label("卫生院达标率", "Health centres up to standard"),
    unit=Unit.INSTITUTION,
    population=_places(_named_or_recorded("health_centre"), kind="health_centre", standard="i.standard"),
    target="health.standard_health_centre_target",
    parameters={"named": "health.named_health_centres"},
    source="D34, H36, Y52",
)

STANDARD_CLINIC = Share(
    code="standard_clinic",
    label=Label("村卫生室达标率", "Village clinics up to standard under integrated management"),
    unit=Unit.INSTITUTION,
    population=_places(
        _named_or_recorded("village_clinic"), kind="village_clinic", standard="i.standard AND i.integrated_management"
    ),
    target="health.standard_clinic_target",
    parameters={"named": "health.named_clinics"},
    source="D35, Y52",
)

FIVE_ISATION_CLINIC = Share(
    code="five_isation_clinic",
    label=Label("贫困村“五化”村卫生室覆盖率", "Poor villages with a five-isation clinic"),
    unit=Unit.VILLAGE,
    population=_places(
        "SELECT DISTINCT h.division FROM roster_household h WHERE h.active AND h.village_class = 'poor'",
        kind="village_clinic",
        standard=" AND ".join(f"i.{flag}" for flag in FIVE_ISATIONS),
    ),
    target="health.five_isation_clinic_target",
    source="H36",
)
