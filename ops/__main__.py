"""`python -m ops <command>`."""

import argparse
import os
import sys
from pathlib import Path

from ops.home import Home, HomeInUseError, NoServerError, SecretsMissingError
from ops.topology import named, services


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    home = Home.of_environment()
    try:
        return _run(options, home)
    except (HomeInUseError, NoServerError, SecretsMissingError, KeyError) as refusal:
        sys.stderr.write(f"{refusal.args[0]}\n")
        return 2
    except OSError as failure:
        # The home is another's or cannot be written to, the disk is full: nothing that a traceback would explain.
        if failure.filename is None:
            raise
        sys.stderr.write(f"{failure.filename}: {failure.strerror} (YIHU_HOME is {home.path})\n")
        return 2


def _run(options: argparse.Namespace, home: Home) -> int:
    code = 0
    if options.command == "up":
        from ops.up import up

        code = up(home, demo=not options.without_demo)
    if options.command == "migrate":
        from ops.migrate import migrate
        from shared.database.migrations import OtherTablesError

        chosen = services() if options.service == "all" else (named(options.service, among=services()),)
        try:
            migrate(home, chosen, database_url=_required("YIHU_DATABASE_URL"), address=_address())
        except OtherTablesError as refusal:
            sys.stderr.write(f"{refusal}\n")
            code = 2
    elif options.command == "serve":
        from ops.serve import serve

        service = named(options.service, among=services())
        serve(home, service, database_url=_required("YIHU_DATABASE_URL"), nats_url=_required("YIHU_NATS_URL"))
    elif options.command == "demo":
        code = _demo(home, profile=options.profile)
    elif options.command in ("rebuild", "verify-log"):
        from ops.access_log import verify_log
        from ops.rebuild import rebuild

        code = (rebuild if options.command == "rebuild" else verify_log)(home)
    elif options.command == "deadletters":
        from ops.dead_letters import dead_letters

        code = dead_letters(home, options.arguments)
    elif options.command == "principals":
        from ops.principals import principals

        code = principals(home, options.file)
    elif options.command == "secrets":
        from ops.server_secrets import write_server_secrets

        write_server_secrets(home, postgres=options.postgres, nats=options.nats)
    elif options.command in ("backup", "restore"):
        from ops.backup import backup, restore

        code = (backup if options.command == "backup" else restore)(home, options.folder)
    elif options.command == "erase":
        from ops.erase import erase

        code = erase(home, confirmed=options.yes)
    elif options.command == "token":
        code = _token(home, options.client)
    return code


def _token(home: Home, client: str) -> int:
    from ops.token import NoTokenError, fetch_token

    try:
        print(fetch_token(home, client))
    except NoTokenError as refusal:
        sys.stderr.write(f"{refusal}\n")
        return 1
    return 0


def _demo(home: Home, *, profile: str | None) -> int:
    from ops.first_load import load_demo, load_demo_once
    from ops.greeting import greeting

    if profile is not None:
        return load_demo(home, profile=profile)
    code = load_demo_once(home, _address())
    if code == 0 and "YIHU_GREETING" in os.environ:
        command = "docker compose exec -T gateway python -m ops token {client}"
        lines = greeting(home, os.environ["YIHU_GREETING"], asked_at=_address(), token_command=command)
        print("\n".join(lines))
    return code


def _address() -> str:
    """The gateway's address."""
    return os.environ.get("YIHU_ADDRESS") or f"http://127.0.0.1:{os.environ.get('YIHU_PORT') or 8000}"


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
    demo = commands.add_parser("demo", help="load the demo district, unless this home has it")
    demo.add_argument("--profile", help="load this one, in any case, into the system of this home")
    commands.add_parser("rebuild", help="have every projection made anew from its owners, and the statuses verified")
    commands.add_parser("verify-log", help="check every log of who saw personal data; prints entries and last hashes")
    letters = commands.add_parser("deadletters", help="events that could not be handled: list, show, redrive")
    letters.add_argument("arguments", nargs=argparse.REMAINDER, help="try: deadletters --help")
    who = commands.add_parser("principals", help="create or correct who may sign in, from a JSON file")
    who.add_argument("file", type=Path, help="of the form of credentials.json")
    servers = commands.add_parser("secrets", help="write what PostgreSQL and NATS need to start (containers)")
    servers.add_argument("--postgres", type=Path, required=True, help="the folder for the file password")
    servers.add_argument("--nats", type=Path, required=True, help="the folder for the file nats.conf")
    copy = commands.add_parser("backup", help="copy databases and secrets of the running home to a new folder")
    copy.add_argument("folder", type=Path)
    back = commands.add_parser("restore", help="make a new home (YIHU_HOME) from such a folder")
    back.add_argument("folder", type=Path)
    erase = commands.add_parser("erase", help="remove the home with all data and secrets")
    erase.add_argument("--yes", action="store_true", help="do not ask")
    token = commands.add_parser("token", help="print a bearer token for a principal of the demo")
    token.add_argument("client", help="its id, such as health-system")
    return parser


if __name__ == "__main__":
    sys.exit(main())
