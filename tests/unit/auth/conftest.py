"""A clock at noon, and a verifier that knows the issuer's keys."""

import pytest

from shared.auth import TokenVerifier
from shared.clock import MovableClock
from tests.unit.auth.build import NOON, inline, verifier_for


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(NOON)


@pytest.fixture
def verifier(clock: MovableClock) -> TokenVerifier:
    return verifier_for(inline(), clock)
