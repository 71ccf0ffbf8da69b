"""Run as a script: reads `+pid signal` and `-pid` lines, and when the pipe closes ends the processes still named.

It imports the standard library only and is started with `-I -S`, so it costs a few milliseconds and a few megabytes.
"""

import contextlib
import os
import signal
import sys
import time

PATIENCE_SECONDS = 15.0


def main() -> None:
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    watched: dict[int, int] = {}
    for line in sys.stdin:
        if line.startswith("+"):
            pid, first_signal = line[1:].split()
            watched[int(pid)] = int(first_signal)
        else:
            watched.pop(int(line[1:]), None)
    # The last started end first: services before the servers they use.
    for pid in reversed(watched):
        with contextlib.suppress(OSError):
            os.kill(pid, watched[pid])
    deadline = time.monotonic() + PATIENCE_SECONDS
    while any(_alive(pid) for pid in watched) and time.monotonic() < deadline:
        time.sleep(0.05)
    for pid in filter(_alive, watched):
        with contextlib.suppress(OSError):
            os.killpg(pid, signal.SIGKILL)  # each was started as the leader of its own group


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True


if __name__ == "__main__":
    main()
