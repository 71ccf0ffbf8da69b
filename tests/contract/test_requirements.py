"""The list of requirement rows, and that no test names a row that does not exist."""

import ast
from collections import Counter
from pathlib import Path

import pytest

from ops.requirements_report import Mark, Row, cover, named_rows, read_endpoints, read_marks, read_rows, report

SAMPLE = """
import pytest
pytestmark = pytest.mark.req("D01")

@pytest.mark.req("M42", "M43")
class TestIncome:
    @pytest.mark.req("Y85")
    async def test_line(self): ...

@pytest.mark.parametrize("x", [pytest.param(1, marks=pytest.mark.req("H06"))])
def test_pairing(x): ...
"""


def test_the_rows_are_all_there() -> None:
    rows = read_rows()
    assert Counter(row.rstrip("0123456789") for row in rows) == {"D": 45, "M": 65, "Y": 105, "H": 55, "SYS": 30}
    services = {"registry", "civil_affairs", "employment", "health", "education", "housing", "funds", "village",
                "supervision"}  # fmt: skip
    for row in rows.values():
        assert {row.service, *row.also} <= services
        assert row.statement
        assert row.phrase


def test_no_mark_and_no_operation_names_an_unknown_row() -> None:
    _, faults = cover(read_rows(), read_marks(), read_endpoints())
    assert faults == []


def test_marks_are_found_wherever_they_stand(tmp_path: Path) -> None:
    ast.parse(SAMPLE)
    folder = tmp_path / "tests"
    folder.mkdir()
    (folder / "test_sample.py").write_text(SAMPLE, encoding="utf-8")
    file = "tests/test_sample.py"
    assert {(mark.row, mark.test) for mark in read_marks(folder)} == {
        ("D01", file),
        ("M42", f"{file}::TestIncome"),
        ("M43", f"{file}::TestIncome"),
        ("Y85", f"{file}::TestIncome::test_line"),
        ("H06", f"{file}::test_pairing"),
    }


@pytest.mark.parametrize(
    ("text", "rows"),
    [("D29", ["D29"]), ("Y42-Y44", ["Y42", "Y43", "Y44"]), ("M15–17, H23 (rates)", ["M15", "M16", "M17", "H23"]),
     ("SYS01", ["SYS01"]), ("B.2", []), ("Y100", ["Y100"])],
)  # fmt: skip
def test_rows_named_in_a_text(text: str, rows: list[str]) -> None:
    assert named_rows([text]) == rows


def test_unknown_rows_are_faults_and_bare_rows_are_listed() -> None:
    rows = {number: Row(number, "DATA", "health", (), "what", "词") for number in ("D01", "D02")}
    marks = [Mark("D01", "t::a", "t:1"), Mark("D99", "t::b", "t:2")]
    coverage, faults = cover(rows, marks, [("D01", "GET /a"), ("X01", "GET /b")])
    assert faults == ["t:2: no requirement row D99", "GET /b: x-requirements names no row X01"]
    text = "\n".join(report(coverage))
    assert "GET /a" in text
    assert "without a test: 1\n  health: D02" in text
