"""Dwellings that are dangerous, not appraised, or not looked at; checks whose problems remain (D24, D25, M25, M26)."""

from services.housing.indicators.checks import CENSUS, EXITED_CURRENT
from services.housing.indicators.safety import APPRAISAL
from services.housing.sql import SHOWN_CATEGORY
from shared.codes import Label
from shared.indicators.populations import missing_from
from shared.standing_lists import LineUnit, ListKind, StandingList
from shared.standing_lists.signals import signal_list

DWELLING_LISTS = (
    StandingList(
        code="housing_not_appraised",
        label=Label("应鉴定未鉴定", "Should be appraised and is not"),
        unit=LineUnit.HOUSEHOLD,
        kind=ListKind.SHOULD_BE_IN,
        population=missing_from(APPRAISAL),
        source="D24",
    ),
    signal_list("housing_signal", "appraisal_stale", kind=ListKind.OVERDUE, unit=LineUnit.HOUSEHOLD, source="D24, M25"),
    signal_list(
        "housing_signal",
        "dangerous_dwelling",
        kind=ListKind.IRREGULAR,
        unit=LineUnit.HOUSEHOLD,
        source="M26, Y20: nobody lives in a dangerous house",
    ),
    signal_list(
        "housing_signal",
        "dangerous_dwelling",
        code="dangerous_without_renovation",
        label=Label("应改未改（居住危房未纳入改造）", "Lives in a dangerous house, no renovation applied for"),
        kind=ListKind.SHOULD_BE_IN,
        unit=LineUnit.HOUSEHOLD,
        where=f"s -> 'params' ->> 'renovation' = 'none' AND {SHOWN_CATEGORY} IS NOT NULL",
        source="Y20, M25 随时做好“危房改造”的准备",
    ),
    StandingList(
        code="housing_census_missing",
        label=Label("非贫困村应清查未清查", "In a non-poor village and not checked this year"),
        unit=LineUnit.HOUSEHOLD,
        kind=ListKind.SHOULD_BE_IN,
        population=missing_from(CENSUS),
        source="D25",
    ),
    signal_list(
        "housing_signal", "housing_rectification_overdue", kind=ListKind.OVERDUE, unit=LineUnit.CASE, source="D25"
    ),
    StandingList(
        code="exited_housing_not_current",
        label=Label("脱贫户住房情况久未核实", "Exited household whose housing was not looked at for long"),
        unit=LineUnit.HOUSEHOLD,
        kind=ListKind.OVERDUE,
        population=missing_from(EXITED_CURRENT),
        parameters=EXITED_CURRENT.parameters,
        source="M25",
    ),
    signal_list(
        "housing_signal",
        "old_house_kept",
        kind=ListKind.OVERDUE,
        unit=LineUnit.CASE,
        source="M26: one household, one house",
    ),
)
