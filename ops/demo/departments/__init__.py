"""What the departments keep of the demo district: one module each, found by its name."""

import importlib
import pkgutil
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Protocol, cast

from ops.demo.households import Household
from ops.demo.profiles import Profile
from ops.demo.step import Step


class DemoDepartment(Protocol):
    """A module of this package: its records of the district, in the order in which they are sent. Pure."""

    def steps(self, profile: Profile, made: Sequence[Household], *, today: date) -> Iterator[Step]: ...


def departments() -> Iterator[DemoDepartment]:
    """Each module of this package, by name."""
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda one: one.name):
        if not module.ispkg:
            yield cast(DemoDepartment, importlib.import_module(f"{__name__}.{module.name}"))
