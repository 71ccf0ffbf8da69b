"""How long a stream of rows is gathered before it goes on."""

import pytest

from shared.snapshots import GATHERED, Pace


@pytest.mark.parametrize(
    ("took", "seconds"),
    [(0.0, 0.02), (0.001, 0.02), (0.004, 0.04), (0.007, 0.06), (0.5, 0.06)],
)
def test_the_work_takes_its_share_of_the_time(took: float, seconds: float) -> None:
    assert Pace(shortest=0.02, longest=0.06, share=0.1).seconds(took) == pytest.approx(seconds)


def test_what_has_been_gathered_is_not_held_up_for_being_slow() -> None:
    assert {GATHERED.seconds(took) for took in (0.0, 0.01, 1.0)} == {0.02}
