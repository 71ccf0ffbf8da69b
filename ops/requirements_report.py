"""`make requirements`: each row of the four plans, the endpoints that serve it and the tests that show it holds.

Rows are docs/requirements.csv; tests carry `@pytest.mark.req("M42")`; operations of the OpenAPI document carry
`x-requirements`. Exit status 1 when a mark or an operation names a row that does not exist.
"""

import argparse
import ast
import csv
import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROWS = ROOT / "docs" / "requirements.csv"
OPENAPI = ROOT / "docs" / "openapi.json"
TESTS = ROOT / "tests"

_RANGE = re.compile(r"([A-Z]+)(\d+)\s*[-–]\s*(?:\1)?(\d+)")
_ROW = re.compile(r"[A-Z]{1,3}\d{2,3}")
_METHODS = frozenset({"get", "put", "post", "delete", "patch"})


@dataclass(frozen=True, slots=True)
class Row:
    """One requirement. `also` are the other services that have a part in it."""

    number: str
    kind: str
    service: str
    also: tuple[str, ...]
    statement: str
    phrase: str


@dataclass(frozen=True, slots=True)
class Mark:
    """One row named by one test."""

    row: str
    test: str
    place: str


@dataclass(slots=True)
class Coverage:
    """What shows that a row holds."""

    row: Row
    endpoints: list[str] = field(default_factory=list)
    tests: list[str] = field(default_factory=list)


def read_rows(path: Path = ROWS) -> dict[str, Row]:
    """The requirement rows by number, in the order of the file."""
    with path.open(encoding="utf-8", newline="") as file:
        return {
            line["row"]: Row(
                number=line["row"],
                kind=line["kind"],
                service=line["service"],
                also=tuple(line["also"].split()),
                statement=line["statement"],
                phrase=line["phrase"],
            )
            for line in csv.DictReader(file)
        }


def read_marks(folder: Path = TESTS) -> list[Mark]:
    """Every `pytest.mark.req(...)` in the test files: on functions, classes, parameters and whole modules."""
    marks: list[Mark] = []
    for path in sorted(folder.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
        marks.extend(_marks(tree, path.relative_to(folder.parent).as_posix()))
    return marks


def _marks(tree: ast.Module, file: str) -> Iterator[Mark]:
    def walk(node: ast.AST, within: tuple[str, ...]) -> Iterator[Mark]:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            within = (*within, node.name)
        elif isinstance(node, ast.Call) and _is_req(node.func):
            for argument in node.args:
                text = argument.value if isinstance(argument, ast.Constant) else ast.unparse(argument)
                yield Mark(row=str(text), test="::".join((file, *within)), place=f"{file}:{node.lineno}")
        for child in ast.iter_child_nodes(node):
            yield from walk(child, within)

    yield from walk(tree, ())


def _is_req(function: ast.expr) -> bool:
    match function:
        case ast.Attribute(attr="req", value=ast.Attribute(attr="mark")):
            return True
        case ast.Attribute(attr="req", value=ast.Name(id="mark")):
            return True
        case _:
            return False


def read_endpoints(path: Path = OPENAPI) -> list[tuple[str, str]]:
    """(row, operation) for each row that an operation of the OpenAPI document names."""
    if not path.exists():
        return []
    document = json.loads(path.read_text(encoding="utf-8"))
    return [
        (row, f"{method.upper()} {template}")
        for template, operations in document.get("paths", {}).items()
        for method, operation in operations.items()
        if method in _METHODS
        for row in named_rows(operation.get("x-requirements", []))
    ]


def named_rows(texts: Iterable[str]) -> list[str]:
    """The row numbers in texts such as `D29`, `Y42-Y46` or `M15, M16 (rates)`."""
    found: dict[str, None] = {}
    for text in texts:
        rest = text
        for letter, first, last in _RANGE.findall(text):
            found.update(dict.fromkeys(f"{letter}{n:02d}" for n in range(int(first), int(last) + 1)))
        rest = _RANGE.sub(" ", text)
        found.update(dict.fromkeys(_ROW.findall(rest)))
    return list(found)


def cover(
    rows: Mapping[str, Row], marks: Sequence[Mark], endpoints: Sequence[tuple[str, str]]
) -> tuple[dict[str, Coverage], list[str]]:
    """The coverage of each row, and what is wrong: marks and operations that name no row."""
    coverage = {number: Coverage(row) for number, row in rows.items()}
    faults: list[str] = []
    for mark in marks:
        known = coverage.get(mark.row)
        if known is None:
            faults.append(f"{mark.place}: no requirement row {mark.row}")
        elif mark.test not in known.tests:
            known.tests.append(mark.test)
    for row, operation in endpoints:
        known = coverage.get(row)
        if known is None:
            faults.append(f"{operation}: x-requirements names no row {row}")
        elif operation not in known.endpoints:
            known.endpoints.append(operation)
    return coverage, faults


def report(coverage: Mapping[str, Coverage], *, missing_only: bool = False) -> Iterator[str]:
    """The report's lines: rows by service, then the share of rows with tests, then the rows without."""
    services = sorted({one.row.service for one in coverage.values()})
    if not missing_only:
        for service in services:
            yield f"\n{service}"
            for one in coverage.values():
                if one.row.service == service:
                    yield from _row_lines(one)
    yield "\nservice          rows  endpoint  test"
    for service in services:
        own = [one for one in coverage.values() if one.row.service == service]
        yield _share(service, own)
    yield _share("all", list(coverage.values()))
    bare = [one.row for one in coverage.values() if not one.tests]
    yield f"\nwithout a test: {len(bare)}"
    for service in services:
        numbers = [row.number for row in bare if row.service == service]
        if numbers:
            yield f"  {service}: {' '.join(numbers)}"


def _row_lines(one: Coverage) -> Iterator[str]:
    yield f"  {one.row.number:<6} {_cut(one.row.statement, 110)}"
    for name, items in (("api", one.endpoints), ("test", one.tests)):
        for item in items[:3]:
            yield f"         {name:<5}{item}"
        if len(items) > 3:
            yield f"         {name:<5}and {len(items) - 3} more"


def _share(name: str, rows: Sequence[Coverage]) -> str:
    with_endpoint = sum(1 for one in rows if one.endpoints)
    with_test = sum(1 for one in rows if one.tests)
    return f"{name:<16} {len(rows):>4}  {with_endpoint:>8}  {with_test:>4}"


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"


def main(arguments: list[str] | None = None) -> int:
    """Print the report; 1 when something names a row that does not exist."""
    parser = argparse.ArgumentParser(
        prog="python -m ops.requirements_report", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--missing", action="store_true", help="only the totals and the rows without a test")
    options = parser.parse_args(arguments)
    coverage, faults = cover(read_rows(), read_marks(), read_endpoints())
    for line in report(coverage, missing_only=options.missing):
        print(line)
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
