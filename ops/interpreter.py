"""`python -m ops.interpreter`: prints which of the machine's Pythons should run Yihu.

The first on the PATH is taken, unless another is clearly faster: a Python compiled without optimisation, as version
managers often make it, runs these services at half to two thirds of the speed. Needs nothing but the standard library;
`make PYTHON=...` takes another without asking.
"""

import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

OLDEST = (3, 11)
NAMES = ("python3.14", "python3.13", "python3.12", "python3.11", "python3", "python")
CLEARLY_FASTER = 1.25
PROBE_SECONDS = 20

PROBE = """
import sys, timeit, ensurepip, venv
class Row:
    def __init__(self, number): self.number, self.parts = number, {"a": number, "b": [number]}
    def total(self): return self.number + sum(self.parts["b"])
def work():
    return sorted((Row(number).total(), str(number)) for number in range(200))
print(*sys.version_info[:2], sys.executable, min(timeit.repeat(work, number=10, repeat=9)), sep="\\n")
"""


@dataclass(frozen=True)
class Interpreter:
    """A Python that can make virtual environments. `seconds`: what the probe took."""

    path: str
    version: tuple[int, int]
    seconds: float


def on_path(path: str) -> Iterator[str]:
    """All commands of these names, in the order in which the PATH finds them, the newest version first."""
    folders = [Path(folder) for folder in path.split(os.pathsep) if folder]
    for name in NAMES:
        for folder in folders:
            if os.access(folder / name, os.X_OK):
                yield str(folder / name)


def probed(commands: Iterable[str]) -> list[Interpreter]:
    """Those that answer, are new enough and can make virtual environments, each once."""
    found: dict[str, Interpreter] = {}
    for command in commands:
        try:
            done = subprocess.run(  # noqa: S603 - a Python of the caller's own PATH
                [command, "-I", "-c", PROBE], capture_output=True, text=True, timeout=PROBE_SECONDS, check=True
            )
            major, minor, executable, seconds = done.stdout.splitlines()
            answer = Interpreter(executable, (int(major), int(minor)), float(seconds))
        except (OSError, ValueError, subprocess.SubprocessError):
            continue
        if answer.version >= OLDEST:
            # A link and a version manager's shim are the Python they lead to.
            found.setdefault(os.path.realpath(executable), answer)
    return list(found.values())


def chosen(interpreters: list[Interpreter]) -> Interpreter | None:
    """The first, or the fastest where that is clearly faster."""
    if not interpreters:
        return None
    first, fastest = interpreters[0], min(interpreters, key=lambda one: one.seconds)
    return fastest if first.seconds > fastest.seconds * CLEARLY_FASTER else first


def main() -> int:
    best = chosen(probed(on_path(os.environ.get("PATH", os.defpath))))
    if best is None:
        return 1
    print(best.path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
