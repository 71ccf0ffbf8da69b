"""Which processes there are. A department that has an `app.py` is one of them; nothing else needs to be told."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FIRST = "registry"
GATEWAY = "gateway"

API = "$JS.API"
"""Requests to JetStream. Who may make any request may forge any event: a department gets those that it needs."""


@dataclass(frozen=True, slots=True)
class Service:
    """A process with a database of its own."""

    name: str
    package: str
    """Holds `migrations/`."""
    command: tuple[str, ...]
    """Arguments to Python."""
    publish: tuple[str, ...]
    """The NATS subjects that it may publish on: events, requests to JetStream, acknowledgements, dead letters."""

    @property
    def subscribe(self) -> tuple[str, ...]:
        """The NATS subjects that it may listen to: answers to itself. Events are pulled from the streams."""
        return (f"_INBOX.{self.name}.>",)


def departments(root: Path = ROOT) -> tuple[Service, ...]:
    """The registry, then every other `services/<name>/app.py` by name."""
    names = sorted(path.parent.name for path in (root / "services").glob("*/app.py"))
    return tuple(_department(name) for name in sorted(names, key=lambda name: name != FIRST))


def gateway() -> Service:
    publish = (f"{API}.STREAM.INFO.*", f"{API}.CONSUMER.CREATE.STATUS", f"{API}.CONSUMER.MSG.NEXT.STATUS.*")
    return Service(GATEWAY, GATEWAY, ("-m", "shared.service", "gateway.app"), publish=publish)


def services(root: Path = ROOT) -> tuple[Service, ...]:
    """Everything that runs, in the order of starting."""
    return (*departments(root), gateway())


def named(name: str, *, among: Sequence[Service]) -> Service:
    """The service of that name; raises KeyError naming those that exist."""
    for service in among:
        if service.name == name:
            return service
    raise KeyError(f"no service {name!r}; there are {', '.join(service.name for service in among)}")


def _department(name: str) -> Service:
    # Every service publishes its own snapshots; status, policy and the streams themselves are the registry's alone.
    own = f"snapshots.{name}"
    if name == FIRST:
        publish: tuple[str, ...] = (own, "status.changed", "policy.overrides", f"{API}.>", "$JS.ACK.>", "deadletters.>")
    else:
        publish = (
            own,
            f"{API}.STREAM.INFO.*",
            # A full stream is cleared of what all have read by whoever finds it full.
            f"{API}.CONSUMER.LIST.SNAPSHOTS",
            f"{API}.STREAM.PURGE.SNAPSHOTS",
            *_consuming("SNAPSHOTS", name, f"snapshots.{FIRST}"),
            *_consuming("POLICY", f"{name}-policy", "policy.overrides"),
        )
    return Service(name, f"services.{name}", ("-m", "shared.service", f"services.{name}.app"), publish)


def _consuming(stream: str, durable: str, subject: str) -> tuple[str, ...]:
    """What a durable consumer of one subject publishes."""
    return (
        f"{API}.CONSUMER.CREATE.{stream}.{durable}.{subject}",
        f"{API}.CONSUMER.MSG.NEXT.{stream}.{durable}",
        f"$JS.ACK.{stream}.{durable}.>",
        f"deadletters.{durable}",
    )
