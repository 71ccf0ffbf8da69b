"""`make tour` shows the main job on a running system."""

import re

import pytest

from tests.gateway.conftest import Demo


class TestTour:
    @pytest.mark.req("M45", "SYS01")
    async def test_the_tour_ends_well_and_shows_the_change_and_the_refusal(self, demo: Demo) -> None:
        done = await demo.system.command(module="ops.tour")
        assert done.returncode == 0, done.stdout + done.stderr
        assert "GET /api/v1/households/" in done.stdout
        assert "POST /api/v1/health/" in done.stdout
        assert re.search(r"\b422\b", done.stdout), "the refusal is shown"
        assert re.search(r"[\d.]+ ms", done.stdout), "the time between is shown"
        assert re.search(r"Yihu-Version: health=\d+", done.stdout)
