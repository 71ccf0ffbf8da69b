"""How long a stream of rows is gathered before it goes on together."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pace:
    """The time between two batches that are not full (seconds).

    A batch costs a transaction and a write to the disk whatever it holds. So the work may take `share` of the time:
    the longer the last batch took, also because the machine was busy, the longer the next is gathered, between
    `shortest` and `longest`. A row after a rest never waits.
    """

    shortest: float = 0.02
    longest: float = 0.04
    share: float = 0.1

    def seconds(self, took: float) -> float:
        """From the beginning of the last batch, whose handling took so long, to the beginning of the next."""
        return min(max(self.shortest, took / self.share), self.longest)


GATHERED = Pace(longest=0.02)
"""Where what comes has been gathered on its way already: gathering twice would only take longer."""
