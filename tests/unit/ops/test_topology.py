"""The processes are found, not listed."""

from pathlib import Path

import pytest

from ops.topology import departments, named, services


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in ("health", "registry", "education"):
        (tmp_path / "services" / name).mkdir(parents=True)
        (tmp_path / "services" / name / "app.py").touch()
    (tmp_path / "services" / "unfinished").mkdir()
    return tmp_path


def test_a_department_with_an_app_is_a_process(root: Path) -> None:
    assert [service.name for service in departments(root)] == ["registry", "education", "health"]


def test_the_gateway_starts_last(root: Path) -> None:
    assert services(root)[-1].name == "gateway"


def test_a_department_publishes_its_own_snapshots_and_no_status(root: Path) -> None:
    health = named("health", among=departments(root))
    assert "snapshots.health" in health.publish
    assert not {"snapshots.registry", "status.changed", "policy.overrides"} & set(health.publish)


def test_an_unknown_name_is_answered_with_those_that_exist(root: Path) -> None:
    with pytest.raises(KeyError, match="registry, education, health"):
        named("housing", among=departments(root))
