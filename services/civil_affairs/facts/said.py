"""What one side of the department (assistance, care) says of a household; `facts` puts the sides together."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from shared.facts.findings import Notice
from shared.facts.models import Benefit, Guarantee, Standing


@dataclass(frozen=True, slots=True)
class Said:
    """`notices` with those that are to come; `turns`: other days on which the same records would say something else."""

    benefits: Sequence[Benefit] = ()
    notices: Sequence[Notice] = ()
    standings: Sequence[Standing] = ()
    guarantees: Sequence[Guarantee] = ()
    figures: dict[str, Decimal] = field(default_factory=dict)
    turns: Sequence[date] = ()
