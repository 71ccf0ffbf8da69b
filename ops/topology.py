"""Which processes there are. A department that has an `app.py` is one of them; nothing else needs to be told."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FIRST = "registry"
GATEWAY = "gateway"

CLIENT_SUBJECTS = ("$JS.API.>", "$JS.ACK.>", "_INBOX.>", "deadletters.>")
"""What every service publishes: requests to JetStream, acknowledgements, dead letters."""


@dataclass(frozen=True, slots=True)
class Service:
    """A process with a database of its own."""

    name: str
    package: str
    """Holds `migrations/`."""
    command: tuple[str, ...]
    """Arguments to Python."""
    publish: tuple[str, ...]
    """The NATS subjects that it may publish on besides those of every client."""

    @property
    def subjects(self) -> tuple[str, ...]:
        return (*self.publish, *CLIENT_SUBJECTS)


def departments(root: Path = ROOT) -> tuple[Service, ...]:
    """The registry, then every other `services/<name>/app.py` by name."""
    names = sorted(path.parent.name for path in (root / "services").glob("*/app.py"))
    return tuple(_department(name) for name in sorted(names, key=lambda name: name != FIRST))


def gateway() -> Service:
    return Service(GATEWAY, GATEWAY, ("-m", "shared.service", "gateway.app"), publish=())


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
    # Every service publishes its own snapshots; status and policy are the registry's alone.
    publish: tuple[str, ...] = (f"snapshots.{name}",)
    if name == FIRST:
        publish = (*publish, "status.changed", "policy.overrides")
    return Service(name, f"services.{name}", ("-m", "shared.service", f"services.{name}.app"), publish)
