"""The rates that the registry answers for: who is still poor, who fell back, whose income rises.

Everything is asked of a year: as it stood at its end, or stands today in the present year.
"""

from services.registry.files.catalogue import FILES_COMPLETE
from services.registry.indicators.income import INCOME_ABOVE_AVERAGE_SHARE, INCOME_INCREASED, INCOME_OUTGROWS
from services.registry.indicators.poverty import (
    EXIT_REVIEWED,
    EXITED,
    EXITED_ABLE_TO_WORK,
    NEWLY_POOR,
    NOT_RETURNED,
    POVERTY_INCIDENCE,
)
from shared.indicators import Indicator

INDICATORS: tuple[Indicator, ...] = (
    POVERTY_INCIDENCE,
    EXITED,
    EXITED_ABLE_TO_WORK,
    NOT_RETURNED,
    EXIT_REVIEWED,
    NEWLY_POOR,
    INCOME_INCREASED,
    INCOME_OUTGROWS,
    INCOME_ABOVE_AVERAGE_SHARE,
    FILES_COMPLETE,
)
