"""Which of a machine's Pythons runs Yihu: the first on the PATH, unless another is clearly faster."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ops.interpreter import CLEARLY_FASTER, Interpreter, chosen, on_path, probed

ROOT = Path(__file__).parents[3]


def python(name: str, seconds: float) -> Interpreter:
    return Interpreter(name, (3, 11), seconds)


def executable(path: Path, *answer: object) -> Path:
    """A command that answers the probe with these lines."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n" + "".join(f"echo '{line}'\n" for line in answer))
    path.chmod(0o755)
    return path


class TestChosen:
    def test_none_of_none(self) -> None:
        assert chosen([]) is None

    def test_the_first_when_no_other_is_clearly_faster(self) -> None:
        first, second = python("first", 1.0), python("second", 1.01 / CLEARLY_FASTER)
        assert chosen([first, second]) == first
        assert chosen([second, first]) == second

    def test_the_fastest_when_it_is(self) -> None:
        slow, fast, fastest = python("slow", 2.0), python("fast", 1.0), python("fastest", 0.9)
        assert chosen([slow, fast, fastest]) == fastest


class TestProbed:
    def test_each_python_once_by_whatever_name(self, tmp_path: Path) -> None:
        real = executable(tmp_path / "real", 3, 12, tmp_path / "real", 0.5)
        shim = executable(tmp_path / "shim", 3, 12, tmp_path / "link", 0.7)
        (tmp_path / "link").symlink_to(real)
        assert probed([str(real), str(shim)]) == [Interpreter(str(real), (3, 12), 0.5)]

    @pytest.mark.parametrize("answer", [(3, 10, "/x", 0.1), ("what",), (), (3, 12, "/x", "soon")])
    def test_passed_over(self, tmp_path: Path, answer: tuple[object, ...]) -> None:
        odd, good = executable(tmp_path / "odd", *answer), executable(tmp_path / "good", 3, 11, "/y", 0.2)
        assert probed([str(odd), str(tmp_path / "missing"), str(good)]) == [Interpreter("/y", (3, 11), 0.2)]

    def test_one_that_cannot_make_environments(self, tmp_path: Path) -> None:
        broken = tmp_path / "broken"
        broken.write_text("#!/bin/sh\necho 'No module named ensurepip' >&2\nexit 1\n")
        broken.chmod(0o755)
        assert probed([str(broken)]) == []

    def test_a_real_one(self) -> None:
        (found,) = probed([sys.executable])
        assert (found.version, found.path) == (sys.version_info[:2], sys.executable)
        assert found.seconds > 0


class TestOnPath:
    def test_newest_name_first_then_the_order_of_the_path(self, tmp_path: Path) -> None:
        for folder, name in (("a", "python3"), ("b", "python3.12"), ("b", "python3"), ("a", "perl")):
            executable(tmp_path / folder / name)
        (tmp_path / "a" / "python3.13").write_text("not to be run")
        path = os.pathsep.join(["", *(str(tmp_path / folder) for folder in ("a", "b", "none"))])
        assert list(on_path(path)) == [str(tmp_path / one) for one in ("b/python3.12", "a/python3", "b/python3")]


class TestMake:
    def said(self, *arguments: str, **environment: str) -> str:
        done = subprocess.run(  # noqa: S603 - our own Makefile
            ["make", "--no-print-directory", "-f", "-", "shown", *arguments],  # noqa: S607 - make is found on the PATH
            cwd=ROOT,
            input="include Makefile\nshown:\n\t@echo '$(PYTHON)'\n",
            capture_output=True,
            text=True,
            check=True,
            env={"PATH": os.environ["PATH"], **environment},
        )
        return done.stdout.strip()

    def test_the_one_asked_for_is_taken_unseen(self) -> None:
        assert self.said("PYTHON=/some/python") == "/some/python"
        assert self.said(PYTHON="/another/python") == "/another/python"

    def test_else_the_one_chosen(self, tmp_path: Path) -> None:
        # Before every other name on the PATH, and it answers what the choice would be.
        some = tmp_path / "python3.13"
        some.write_text('#!/bin/sh\ncase "$*" in *ops.interpreter) echo /fast/python;; esac\n')
        some.chmod(0o755)
        assert self.said(PATH=f"{tmp_path}{os.pathsep}{os.environ['PATH']}") == "/fast/python"

    def in_a_copy(self, folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
        for name in ("Makefile", "requirements.txt"):
            shutil.copy(ROOT / name, folder / name)
        command = ["make", "--no-print-directory", "-C", str(folder), *arguments]
        environment = {"PATH": os.environ["PATH"]}
        return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)  # noqa: S603

    @pytest.mark.parametrize("asked", ["old", "none"])
    def test_one_that_is_too_old_or_not_there_makes_no_environment(self, tmp_path: Path, asked: str) -> None:
        executable(tmp_path / "old").write_text("#!/bin/sh\nexit 1\n")
        done = self.in_a_copy(tmp_path, ".venv/.made", f"PYTHON={tmp_path / asked}")
        assert done.returncode != 0
        assert f"Python 3.11 or newer with venv is needed, not {tmp_path / asked}" in done.stderr
        assert not (tmp_path / ".venv").exists()

    @pytest.mark.parametrize("gone", [True, False])
    def test_an_environment_whose_python_is_gone_is_made_anew(self, tmp_path: Path, gone: bool) -> None:
        bin_folder = tmp_path / ".venv" / "bin"
        bin_folder.mkdir(parents=True)
        (bin_folder / "python").symlink_to("/nowhere/python3" if gone else sys.executable)
        stamps = [tmp_path / ".venv" / name for name in (".made", ".run")]
        for stamp in stamps:
            stamp.touch()
        done = self.in_a_copy(tmp_path, "--dry-run", ".venv/.made", f"PYTHON={sys.executable}")
        assert done.returncode == 0, done.stderr
        assert [stamp.exists() for stamp in stamps] == [not gone] * 2
        assert ("-m venv" in done.stdout) is gone
