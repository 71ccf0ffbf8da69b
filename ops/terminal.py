"""What the supervisor prints: its own steps, and its processes' lines with their name before them."""

import json
import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path

COLOURS = (36, 33, 32, 35, 34, 96, 93, 92, 95, 94)
ROTATE_BYTES = 16 * 1024 * 1024


class Terminal:
    """Plain text where the output is no terminal or `NO_COLOR` is set."""

    def __init__(self, *, width: int = 14) -> None:
        self._width = width
        self._colours: dict[str, int] = {}
        self._coloured = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
        self._started = time.monotonic()

    def step(self, text: str) -> None:
        """One step of the start, with the seconds since the start."""
        self._print(self._paint(f"[{time.monotonic() - self._started:5.1f}s] {text}", 1))

    def plain(self, text: str) -> None:
        self._print(text)

    def line(self, name: str, text: str) -> None:
        """A process's line; a JSON log line is shown as its level and message (the log file keeps it whole)."""
        text = readable(text)
        colour = self._colours.setdefault(name, COLOURS[len(self._colours) % len(COLOURS)])
        self._print(f"{self._paint(f'{name:<{self._width}}', colour)} | {text}")

    def _paint(self, text: str, colour: int) -> str:
        return f"\033[{colour}m{text}\033[0m" if self._coloured else text

    def _print(self, text: str) -> None:
        try:
            sys.stdout.write(text + "\n")
            sys.stdout.flush()
        except (BrokenPipeError, ValueError):
            # Whoever read our output is gone; the services go on, and their logs are in the home.
            sys.stdout = Path(os.devnull).open("w")  # noqa: SIM115 - for the rest of the process's life


def readable(text: str) -> str:
    """A JSON log line as its level, message and the causes it names; any other line as it is."""
    if text.startswith("{"):
        try:
            entry = json.loads(text)
            causes = "".join(f"; {_cause(each)}" for each in entry.get("exceptions", ()))
            return f"{entry['level']}: {entry['message']}{causes}"
        except (ValueError, KeyError, TypeError, AttributeError, IndexError):
            return text
    return text


def _cause(exception: Mapping[str, object]) -> str:
    state = f" {exception['sqlstate']}" if "sqlstate" in exception else ""
    at = exception.get("at")
    place = f" at {at[-1]}" if isinstance(at, list) and at else ""
    return f"{exception['type']}{state}{place}"


def open_log(file: Path) -> int:
    """A descriptor to append to `file`; a long one is put aside first."""
    if file.exists() and file.stat().st_size > ROTATE_BYTES:
        file.replace(file.with_name(file.name + ".1"))
    return os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
