"""How long a stream of rows is gathered before it goes on together."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pace:
    """The time between two batches that are not full (seconds).

    A batch costs a transaction and a write to the disk whatever it holds. So the more rows the last one held, the
    longer the next is gathered: a stream of more than one row in `a_row` grows into the `longest` time, a slower one
    keeps to the `shortest`. A row after a rest never waits.
    """

    shortest: float = 0.02
    longest: float = 0.06
    a_row: float = 0.0025

    def seconds(self, rows: int) -> float:
        return min(max(self.shortest, rows * self.a_row), self.longest)
