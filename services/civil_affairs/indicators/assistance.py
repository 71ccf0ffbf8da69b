"""The rates of social assistance: dibao, tekun, temporary relief."""

from shared.indicators import Indicator

ASSISTANCE_INDICATORS: tuple[Indicator, ...] = ()
