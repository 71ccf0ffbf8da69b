"""The registry's own records, each in a file of its own; households and members are the roster itself."""

from services.registry.income.record import INCOME_YEARS
from services.registry.populations import POPULATION_COUNTS
from services.registry.records.exit_reviews import EXIT_REVIEWS
from services.registry.records.organisations import ORGANISATIONS
from services.registry.records.screening_hits import SCREENING_HITS

RECORD_TYPES = (INCOME_YEARS, POPULATION_COUNTS, EXIT_REVIEWS, SCREENING_HITS, ORGANISATIONS)
