"""Write into the history of lines that they have left their list. What is on a list is never read from here."""

import asyncio
import logging
from collections.abc import Sequence

from shared.clock import Clock
from shared.database import Database, Leader, Scope
from shared.indicators.question import Question
from shared.policy import PolicyStore, UnknownParameter
from shared.snapshots.outages import is_outage
from shared.standing_lists.acting import history_name
from shared.standing_lists.declaration import StandingList
from shared.standing_lists.reading import Lines

PAUSE_SECONDS = 3600.0

_YEARS = "SELECT DISTINCT year FROM standing_line WHERE list = $1 AND state <> 'gone'"
_GONE = """
{joined}, leaving AS (
  SELECT s.* FROM standing_line s
  WHERE s.line_id = ANY(ARRAY(SELECT line_id FROM joined WHERE state = 'gone' AND held_state <> 'gone'))
  ORDER BY s.line_id FOR UPDATE SKIP LOCKED
), marked AS (
  UPDATE standing_line s SET state = 'gone', revision = s.revision + 1, at = {at}::timestamptz,
    principal = 'sweeping', source_system = 'yihu'
  FROM leaving WHERE s.line_id = leaving.line_id
), noted AS (
  INSERT INTO record_history (record_type, record_id, revision, action, at, principal, source_system, before, after)
  SELECT {name}::text, line_id, revision + 1, 'gone', {at}::timestamptz, 'sweeping', 'yihu',
    jsonb_build_object('state', state, 'outcome', outcome, 'remark', remark, 'detail', detail),
    jsonb_build_object('state', 'gone', 'outcome', outcome, 'remark', remark, 'detail', detail)
  FROM leaving RETURNING 1
)
SELECT count(*) FROM noted
"""

_logger = logging.getLogger(__name__)


class Sweeping:
    """A background job, one a database: from the hour in which a line has left, its coming back opens it anew."""

    def __init__(
        self, *, database: Database, declared: Sequence[StandingList], policies: PolicyStore, clock: Clock
    ) -> None:
        self._database = database
        self._declared = declared
        self._policies = policies
        self._clock = clock

    async def run(self) -> None:
        while self._declared:
            async with Leader(self._database, "sweeping").elected() as lost:
                while not lost.is_set():
                    for standing in self._declared:
                        await self._sweep_alone(standing)
                    await asyncio.sleep(PAUSE_SECONDS)

    async def sweep(self, standing: StandingList) -> int:
        """Mark the lines that were acted upon and are not on the list any more; returns how many."""
        async with self._database.acquire(Scope.everything()) as connection:
            years = [row["year"] for row in await connection.fetch(_YEARS, standing.code)]
        return sum([await self._sweep_year(standing, year) for year in years])

    async def _sweep_alone(self, standing: StandingList) -> None:
        """A list whose population is faulty or too slow holds up no other."""
        try:
            await self.sweep(standing)
        except Exception as error:
            if is_outage(error):
                raise
            _logger.exception("the list %s cannot be swept", standing.code)

    async def _sweep_year(self, standing: StandingList, year: int) -> int:
        today, scope = self._clock.today(), Scope.everything()
        question = Question(prefix="", year=year or today.year, today=today, policy=self._policies.current, scope=scope)
        try:
            lines = Lines(standing, question)
        except UnknownParameter:
            return 0
        at, name = lines.add(self._clock.now()), lines.add(history_name(standing))
        async with self._database.transaction(scope) as connection:
            left = await connection.fetchval(_GONE.format(joined=lines.joined, at=at, name=name), *lines.values)
        return int(left)
