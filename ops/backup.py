"""Copies a running home's databases and secrets, and makes a new home from such a copy (embedded servers only)."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from ops.home import Home
from shared.embedded.accounts import reachable_folder, unprivileged_account
from shared.embedded.installation import postgres_installation
from shared.embedded.postgres import SUPERUSER

KEPT = ("secrets.json", "demo.loaded")


def backup(home: Home, folder: Path) -> int:
    """All databases as of one moment, while everything runs on, and the secrets that open them; 0 = done."""
    port = home.server_port("postgres")
    try:
        folder.mkdir(mode=0o700, parents=True)
    except FileExistsError:
        return _refuse(f"{folder} exists; name a new folder")
    command = [str(postgres_installation(None) / "bin" / "pg_basebackup"), "--pgdata", str(folder / "data")]
    command += ["--host=127.0.0.1", f"--port={port}", f"--username={SUPERUSER}", "--no-password", "--checkpoint=fast"]
    environment = {"PATH": os.defpath, "LC_ALL": "C", "PGPASSFILE": str(home.pgpass_file)}
    code = subprocess.run(command, env=environment, check=False).returncode  # noqa: S603 - PostgreSQL's own tool
    if code != 0:
        shutil.rmtree(folder)
        return code
    for name in KEPT:
        if (home.path / name).exists():
            shutil.copy2(home.path / name, folder / name)
    return 0


def restore(home: Home, folder: Path) -> int:
    """Make `home` from a backup; refuses a home that holds data. The streams fill again: start, then `make rebuild`."""
    if not (folder / "data" / "PG_VERSION").exists() or not (folder / "secrets.json").exists():
        return _refuse(f"{folder} is no backup: it needs data/ and secrets.json")
    home.make()
    home.lock()
    if home.secrets_file.exists() or os.path.lexists(home.path / "postgres"):
        return _refuse(f"{home.path} holds data; restore to another home (YIHU_HOME)")
    account = unprivileged_account()
    data = reachable_folder(home.path / "postgres", account) / "data"
    shutil.copytree(folder / "data", data, symlinks=True)
    if account is not None:
        for parent, folders, files in os.walk(data):
            for path in (parent, *(os.path.join(parent, name) for name in (*folders, *files))):
                os.chown(path, account.uid, account.gid, follow_symlinks=False)
    for name in KEPT:
        if (folder / name).exists():
            shutil.copy2(folder / name, home.path / name)
    return 0


def _refuse(text: str) -> int:
    sys.stderr.write(f"{text}\n")
    return 2
