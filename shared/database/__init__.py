"""PostgreSQL: the pool, who may see what, one elected worker, migrations.

Public face: `Database`, `Connection`, `Scope`, `Leader`, `uuid7`.
"""

from shared.database.identifiers import uuid7
from shared.database.leader import Leader
from shared.database.pool import Connection, Database
from shared.database.scope import Scope

__all__ = ["Connection", "Database", "Leader", "Scope", "uuid7"]
