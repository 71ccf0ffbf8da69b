"""`python -m tests`: all tests, those of whole systems beside the others; 0 when all passed.

Systems wait for processes to start, end and start again while the others compute, so both take little longer than one.
Each part has servers of its own. Arguments go to pytest, for both parts.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).parent
SYSTEMS = (HERE / "chaos", HERE / "gateway")


def main(arguments: Sequence[str]) -> int:
    """The larger of the two exit codes."""
    pytest = [sys.executable, "-m", "pytest", *arguments]
    with tempfile.TemporaryFile() as said:
        systems = subprocess.Popen([*pytest, *map(str, SYSTEMS)], stdout=said, stderr=subprocess.STDOUT)  # noqa: S603
        try:
            others = subprocess.run([*pytest, str(HERE), *(f"--ignore={one}" for one in SYSTEMS)], check=False)  # noqa: S603
            print(f"\nwhole systems ({', '.join(one.name for one in SYSTEMS)}):", flush=True)
            code = max(others.returncode, systems.wait())
        finally:
            systems.terminate()
            systems.wait()
            said.seek(0)
            os.write(sys.stdout.fileno(), said.read())
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
