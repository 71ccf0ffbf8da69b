"""`python -m ops <command>`."""

import argparse
import os
import sys

from ops.home import Home, HomeInUseError, SecretsMissingError
from ops.topology import named, services


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    home = Home.of_environment()
    try:
        return _run(options, home)
    except (HomeInUseError, SecretsMissingError, KeyError) as refusal:
        sys.stderr.write(f"{refusal.args[0]}\n")
        return 2


def _run(options: argparse.Namespace, home: Home) -> int:
    if options.command == "up":
        from ops.up import up

        return up(home, demo=not options.without_demo)
    if options.command == "migrate":
        from ops.migrate import migrate

        chosen = services() if options.service == "all" else (named(options.service, among=services()),)
        address = os.environ.get("YIHU_ADDRESS", "http://127.0.0.1:8000")
        migrate(home, chosen, database_url=_required("YIHU_DATABASE_URL"), address=address)
    elif options.command == "serve":
        from ops.serve import serve

        service = named(options.service, among=services())
        serve(home, service, database_url=_required("YIHU_DATABASE_URL"), nats_url=_required("YIHU_NATS_URL"))
    elif options.command == "token":
        return _token(home, options.client)
    return 0


def _token(home: Home, client: str) -> int:
    from ops.token import NoTokenError, fetch_token

    try:
        print(fetch_token(home, client))
    except NoTokenError as refusal:
        sys.stderr.write(f"{refusal}\n")
        return 1
    return 0


def _required(name: str) -> str:
    value = os.environ.get(name)
    if not value:
        raise KeyError(f"{name} is not set")
    return value


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m ops", description="Run and keep Yihu.")
    commands = parser.add_subparsers(dest="command", required=True)
    up = commands.add_parser("up", help="start everything and keep it running (make run)")
    up.add_argument("--without-demo", action="store_true", help="do not load the demo district")
    migrate = commands.add_parser("migrate", help="make databases and roles, and migrate")
    migrate.add_argument("service", help="a service's name, gateway, or all")
    serve = commands.add_parser("serve", help="wait for servers and migrations, then run one service")
    serve.add_argument("service", help="a service's name, or gateway")
    token = commands.add_parser("token", help="print a bearer token for a principal of the demo")
    token.add_argument("client", help="its id, such as health-system")
    return parser


if __name__ == "__main__":
    sys.exit(main())
