"""Renovations of those who should not be among them, granted too much, or late (Y20, Y21, Y22, Y24)."""

from shared.standing_lists import LineUnit, ListKind
from shared.standing_lists.signals import signal_list

RENOVATION_LISTS = (
    signal_list(
        "housing_signal",
        "renovation_not_only_dwelling",
        kind=ListKind.SHOULD_NOT_BE_IN,
        unit=LineUnit.CASE,
        source="Y22: 唯一住房",
    ),
    signal_list(
        "housing_signal", "renovation_of_safe_house", kind=ListKind.SHOULD_NOT_BE_IN, unit=LineUnit.CASE, source="Y22"
    ),
    signal_list(
        "housing_signal",
        "renovation_not_entitled",
        kind=ListKind.SHOULD_NOT_BE_IN,
        unit=LineUnit.CASE,
        source="Y20, Y24",
    ),
    signal_list(
        "housing_signal", "renovation_repeated", kind=ListKind.DUPLICATE, unit=LineUnit.CASE, source="Y22, Y24"
    ),
    signal_list(
        "housing_signal", "grant_above_standard", kind=ListKind.IRREGULAR, unit=LineUnit.CASE, source="Y23, Y24"
    ),
    signal_list("housing_signal", "renovation_late", kind=ListKind.OVERDUE, unit=LineUnit.CASE, source="Y20"),
)
