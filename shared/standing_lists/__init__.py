"""Standing lists: who should be in and is not, who is in and should not be, what contradicts itself (ADR 12).

A list is declared by its population and always read live; what officials did about its lines is kept beside it.
"""

from shared.standing_lists.declaration import LineUnit, ListKind, StandingList
from shared.standing_lists.tables import standing_list_tables

__all__ = ["LineUnit", "ListKind", "StandingList", "standing_list_tables"]
