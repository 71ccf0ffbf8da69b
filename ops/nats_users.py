"""Who may connect to NATS: the administrator, and each service with what it may publish and hear."""

from ops.home import NATS_ADMIN, Secrets
from ops.topology import services
from shared.embedded import NatsUser


def nats_users(secrets: Secrets) -> list[NatsUser]:
    """The administrator first."""
    return [
        NatsUser(NATS_ADMIN, secrets.nats[NATS_ADMIN]),
        *(
            NatsUser(each.name, secrets.nats[each.name], publish=each.publish, subscribe=each.subscribe)
            for each in services()
        ),
    ]
