"""The rates of care: the disabled, children, those left behind."""

from shared.indicators import Indicator

CARE_INDICATORS: tuple[Indicator, ...] = ()
