"""Indicators: a rate a department answers for, with its target and the list of those who are missing.

An indicator is declared by the population it is counted over; routes, breakdown by division and missing lists follow.
"""

from shared.indicators.declaration import Indicator, Rate, Rise, Share, Unit
from shared.indicators.routes import indicator_router

__all__ = ["Indicator", "Rate", "Rise", "Share", "Unit", "indicator_router"]
