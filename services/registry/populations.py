"""The numbers of people that rates are divided by (Y02)."""

from services.registry.tables import metadata
from shared.indicators.people import population_counts

POPULATION_COUNTS = population_counts(metadata, source="Y02")
