"""The rows of a batch: what cannot be stored is refused with its row alone, what is no batch as a whole."""

import json

import pytest

from shared.records.exchange import batch_rows
from shared.service.problems import Problem, TooLarge, Unprocessable

GOOD = {"year": 2020}


def deep(levels: int) -> object:
    return [deep(levels - 1)] if levels else 1


@pytest.mark.parametrize(
    ("row", "pointer", "code"),
    [
        ({"note": "a\0b"}, "/note", "nul_character"),
        ("\0", "", "nul_character"),
        ({"a\0b": 1}, "/a?b", "nul_character"),
        ({"note": deep(100)}, "/note" + "/0" * 31, "too_deep"),
        ({f"k{n}": n for n in range(300)}, "", "too_many_members"),
    ],
)
@pytest.mark.parametrize("neighbours", [1, 999])
def test_a_row_that_cannot_be_stored_takes_no_other_along(
    row: object, pointer: str, code: str, neighbours: int
) -> None:
    rows = [GOOD] * neighbours + [row]
    *others, refused = batch_rows(json.dumps({"rows": rows}).encode(), limit=1000)
    assert others == [GOOD] * neighbours
    assert isinstance(refused, Problem)
    assert [(error.pointer, error.code) for error in refused.errors] == [(pointer, code)]


@pytest.mark.parametrize("body", [{"rows": []}, {"rows": {}}, {}, {"rows": [1], "a\0": 1}, [], "\0"])
def test_what_is_no_batch_is_refused(body: object) -> None:
    with pytest.raises(Unprocessable):
        batch_rows(json.dumps(body).encode(), limit=1000)


def test_too_many_rows_are_refused() -> None:
    with pytest.raises(TooLarge):
        batch_rows(json.dumps({"rows": [GOOD] * 1001}).encode(), limit=1000)
