"""Real servers from wheels: PostgreSQL 18 and NATS with JetStream, for `make run` and for tests.

Public face: `EmbeddedPostgres`, `EmbeddedNats`, `NatsUser`, `StartError`, `create_service_databases`, `ServiceUrls`.
"""

from shared.embedded.databases import ServiceUrls, create_service_databases
from shared.embedded.nats import EmbeddedNats
from shared.embedded.nats_configuration import NatsUser
from shared.embedded.postgres import EmbeddedPostgres
from shared.embedded.processes import StartError

__all__ = ["EmbeddedNats", "EmbeddedPostgres", "NatsUser", "ServiceUrls", "StartError", "create_service_databases"]
