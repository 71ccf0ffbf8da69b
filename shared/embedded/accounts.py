"""As whom the embedded PostgreSQL runs, and where that account can reach: PostgreSQL refuses to run as root."""

import hashlib
import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PREFERRED = ("postgres", "nobody")


class NoAccountError(RuntimeError):
    """We are root and the machine has no unprivileged account to change to."""


@dataclass(frozen=True, slots=True)
class Account:
    name: str
    uid: int
    gid: int


def unprivileged_account() -> Account | None:
    """Whom to become when we are root (an existing account; none is created); None when we are not root."""
    if os.geteuid() != 0:
        return None
    for name in PREFERRED:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)
    for entry in pwd.getpwall():
        if entry.pw_uid != 0:
            return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)
    raise NoAccountError("root needs an unprivileged account for PostgreSQL; the machine has none in /etc/passwd")


def can_reach(account: Account | None, path: Path) -> bool:
    """Whether `account` can get through every folder down to `path`; tried, since rights have many sources."""
    if account is None:
        return True
    probe = subprocess.run(  # noqa: S603 - a fixed command
        ["/bin/sh", "-c", 'test -x "$0"', str(path)],
        user=account.uid,
        group=account.gid,
        extra_groups=[],
        cwd="/",
        env={},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    return probe.returncode == 0


def reachable_folder(link: Path, account: Account | None) -> Path:
    """A folder for `account` to own, found again under `link`.

    It is `link` itself where the account can get there. Else (below /root, say) it is a new folder in the machine's
    state folder and `link` a symbolic link to it, so that no parent folder has to be opened to others.
    """
    if link.is_dir():
        return link.resolve()
    if link.is_symlink():
        raise FileNotFoundError(f"{link} points to {os.readlink(link)}, which is gone")
    if can_reach(account, link.parent):
        link.mkdir(mode=0o700)
        folder = link
    else:
        name = f"{hashlib.sha256(os.fsencode(link.parent.resolve())).hexdigest()[:12]}-{secrets.token_hex(4)}"
        folder = state_folder(account) / name
        folder.mkdir(mode=0o700)
        link.symlink_to(folder)
    if account is not None:
        os.chown(folder, account.uid, account.gid)
    return folder


def remove_folder(link: Path) -> None:
    """Remove what `reachable_folder` gave for `link`, wherever it is."""
    if link.is_symlink():
        shutil.rmtree(link.resolve(), ignore_errors=True)
        link.unlink()
    else:
        shutil.rmtree(link, ignore_errors=True)


def state_folder(account: Account | None) -> Path:
    """The first folder outside any home that we may write and `account` can reach."""
    for base in _state_bases():
        folder = base / "yihu"
        try:
            folder.mkdir(mode=0o711, exist_ok=True)
        except OSError:
            continue
        # Others may write /var/tmp: take nothing from a folder that is not our own.
        if folder.lstat().st_uid == os.geteuid() and not folder.is_symlink() and can_reach(account, folder):
            return folder
    raise PermissionError("no folder outside the home is both writable to us and reachable for PostgreSQL's account")


def _state_bases() -> Iterator[Path]:
    yield Path("/var/lib")
    yield Path("/var/tmp")  # noqa: S108 - ownership is checked above
    yield Path(tempfile.gettempdir())
