"""Runs one service: `python -m shared.service services.health.app`."""

import argparse
import gc
import importlib
import logging
import signal
import socket
from collections.abc import Callable
from types import FrameType
from typing import Protocol, cast

import uvicorn
from starlette.datastructures import State
from starlette.types import Receive, Scope, Send

from shared.service.health import Readiness
from shared.service.log_lines import configure_logging
from shared.settings import HttpSettings, ServiceSettings

logger = logging.getLogger(__name__)

COLLECTOR_THRESHOLDS = (50_000, 20, 100)
"""Objects made at start stay for good; with the default thresholds their scans cost tens of milliseconds at a time."""


class Application(Protocol):
    """What `create_app` gives: a FastAPI application, or another ASGI application with the state of one."""

    @property
    def state(self) -> State: ...

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None: ...


class ServiceModule(Protocol):
    """A service's `app.py`. One that needs settings of its own names their class as `settings_class`."""

    create_app: Callable[[HttpSettings], Application]


class DrainingServer(uvicorn.Server):
    """Says that it is going as soon as it is told to stop, then lets the requests under way finish."""

    def __init__(self, config: uvicorn.Config, readiness: Readiness) -> None:
        super().__init__(config)
        self.readiness = readiness

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        settle_collector()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        # Not the parent's: it raises the signal again after the drain, so a clean stop would look like a kill.
        self.readiness.draining = True
        if self.should_exit and sig == signal.SIGINT:
            self.force_exit = True
        self.should_exit = True


def settle_collector() -> None:
    """Take what start-up has made out of the garbage collector's sight, and let it look less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECTOR_THRESHOLDS)


def main(arguments: list[str] | None = None) -> int:
    """Run the service named on the command line until it is told to stop; 0 after a clean stop."""
    options = _parser().parse_args(arguments)
    overrides = {name: value for name, value in (("listen_host", options.host), ("listen_port", options.port)) if value}
    name = options.module.removesuffix(".app").rpartition(".")[2]
    module = cast(ServiceModule, importlib.import_module(options.module))
    settings_class: type[HttpSettings] = getattr(module, "settings_class", ServiceSettings)
    settings = settings_class(**overrides)
    configure_logging(service=name, level=settings.log_level)
    app = module.create_app(settings)
    config = uvicorn.Config(
        app,
        host=settings.listen_host,
        port=settings.listen_port,
        loop="uvloop",
        http="httptools",
        ws="none",
        lifespan="on",
        access_log=False,
        log_config=None,
        server_header=False,
        date_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=settings.drain_seconds,
        timeout_keep_alive=settings.keep_alive_seconds,
    )
    server = DrainingServer(config, app.state.readiness)
    server.run()
    return 0 if server.started else 3


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m shared.service", description="Run one service.")
    parser.add_argument("module", help="the module with create_app(settings), such as services.health.app")
    parser.add_argument("--host", help="address to listen on (else YIHU_LISTEN_HOST)")
    parser.add_argument("--port", type=int, help="port to listen on (else YIHU_LISTEN_PORT)")
    return parser
