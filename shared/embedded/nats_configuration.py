"""The configuration of a NATS server with JetStream: who may publish what, and how durably it is kept."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

MAX_PAYLOAD_BYTES = 8 * 1024 * 1024
MAX_STREAM_BYTES = 16 * 1024**3


@dataclass(frozen=True, slots=True)
class NatsUser:
    """Who may connect; `publish` and `subscribe` list the permitted subjects, empty = all."""

    name: str
    password: str = field(repr=False)
    publish: tuple[str, ...] = ()
    subscribe: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        # The client takes credentials from the URL as they stand, without decoding them.
        if quote(self.name + self.password, safe="") != self.name + self.password:
            raise ValueError("names and passwords of NATS users stand in URLs: letters, digits, '-', '_', '.' and '~'")


def nats_configuration(
    users: Sequence[NatsUser], *, listen: str, store: Path, monitor: str | None = None, sync_always: bool = True
) -> str:
    """The text of a configuration file.

    `listen` and `monitor` are host:port (no `monitor`, no monitoring port), `store` is the folder of the streams.
    """
    settings: dict[str, object] = {
        "server_name": "yihu",
        "listen": listen,
        "max_payload": MAX_PAYLOAD_BYTES,
        "write_deadline": "10s",
        "lame_duck_grace_period": "1s",
        "lame_duck_duration": "30s",
        "jetstream": {
            "store_dir": str(store),
            # By default NATS acknowledges before the data is on disk; an acknowledged event must survive.
            "sync_interval": "always" if sync_always else "2m",
            "max_memory_store": 256 * 1024 * 1024,
            # Stated, since the default depends on how full the disk is at this moment.
            "max_file_store": MAX_STREAM_BYTES,
        },
        "accounts": {"YIHU": {"jetstream": "enabled", "users": [_entry(user) for user in users]}},
    }
    if monitor is not None:
        settings["http"] = monitor
    # The configuration language takes JSON, but for its \u escapes: a path in Chinese stands as it is.
    return json.dumps(settings, indent=2, ensure_ascii=False)


def _entry(user: NatsUser) -> dict[str, object]:
    permissions = {
        side: {"allow": list(subjects)}
        for side, subjects in (("publish", user.publish), ("subscribe", user.subscribe))
        if subjects
    }
    entry: dict[str, object] = {"user": user.name, "password": user.password}
    return {**entry, "permissions": permissions} if permissions else entry
