"""Removes a home for good."""

import shutil
import sys

from ops.home import Home
from shared.embedded.accounts import remove_folder


def erase(home: Home, *, confirmed: bool) -> int:
    """Refuses while a supervisor runs on it (`HomeInUseError`); asks unless `confirmed`."""
    if not home.path.exists():
        return 0
    home.lock()
    if not confirmed:
        sys.stdout.write(f"Remove {home.path} with all its data and secrets? Type yes: ")
        sys.stdout.flush()
        if sys.stdin.readline().strip() != "yes":
            return 1
    remove_folder(home.path / "postgres")
    shutil.rmtree(home.path)
    return 0
