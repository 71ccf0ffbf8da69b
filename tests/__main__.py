"""`python -m tests`: all tests in two parts side by side; 0 when all passed.

Whole systems wait for processes to start, end and start again while the others compute, so both take little longer than
one; what only computes comes after them, so that both parts end at about one time. Each part has
servers of its own. Arguments go to pytest, for both parts.
"""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).parent
SYSTEMS = (HERE / "chaos", HERE / "gateway")
RULES = tuple(
    HERE / "unit" / name
    for name in (
        "civil_affairs",
        "civil_affairs_care",
        "demo",
        "education",
        "employment",
        "health",
        "housing",
        "status",
    )
)
BESIDE = (*SYSTEMS, *RULES)


def main(arguments: Sequence[str]) -> int:
    """The larger of the two exit codes."""
    pytest = [sys.executable, "-m", "pytest", *arguments]
    with tempfile.TemporaryFile() as said:
        command = [*pytest, *map(str, BESIDE)]
        beside = subprocess.Popen(command, stdout=said, stderr=subprocess.STDOUT)  # noqa: S603 - this interpreter
        try:
            command = [*pytest, str(HERE), *(f"--ignore={one}" for one in BESIDE)]
            others = subprocess.run(command, check=False)  # noqa: S603 - this interpreter
            code = max(others.returncode, beside.wait())
        finally:
            beside.terminate()
            beside.wait()
            said.seek(0)
            sys.stdout.write("\nwhole systems and rules:\n")
            sys.stdout.flush()
            shutil.copyfileobj(said, sys.stdout.buffer)
            sys.stdout.flush()
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
