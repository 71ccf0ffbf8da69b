"""补助资金: paid late, above the grant, before acceptance, kept back, for no renovation (Y23)."""

from shared.standing_lists import LineUnit, ListKind
from shared.standing_lists.signals import signal_list

SUBSIDY_LISTS = (
    signal_list("housing_signal", "subsidy_late", kind=ListKind.OVERDUE, unit=LineUnit.CASE, source="Y23 拨付不及时"),
    signal_list("housing_signal", "subsidy_above_grant", kind=ListKind.IRREGULAR, unit=LineUnit.CASE, source="Y23"),
    signal_list(
        "housing_signal", "subsidy_before_acceptance", kind=ListKind.IRREGULAR, unit=LineUnit.CASE, source="Y23"
    ),
    signal_list(
        "housing_signal", "subsidy_kept_back", kind=ListKind.IRREGULAR, unit=LineUnit.CASE, source="Y23 滞留、截留"
    ),
    signal_list(
        "housing_signal",
        "subsidy_without_renovation",
        kind=ListKind.IRREGULAR,
        unit=LineUnit.CASE,
        source="Y23 挤占挪用",
    ),
)
