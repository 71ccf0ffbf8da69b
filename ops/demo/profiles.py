"""Which district the demo shows: its villages, and how many households and persons of each type live there."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from shared.identity import DivisionCode

DATA = Path(__file__).with_name("data")
_NAMES = "names"


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Place(_Entry):
    code: DivisionCode
    name: str


class Kind(_Entry):
    """Households of one type: their number, and that of the persons in them."""

    type: str
    households: int
    persons: int


class Title(_Entry):
    zh: str
    en: str


class _ProfileFile(_Entry):
    title: Title
    source: str
    township: Place
    id_area: str
    seed: str
    kinds: tuple[Kind, ...]
    villages: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Profile:
    """`id_area` begins with 99, which is given to nobody: no ID number of the demo is a real person's."""

    name: str
    title: Title
    source: str
    township: Place
    id_area: str
    seed: str
    kinds: tuple[Kind, ...]
    villages: tuple[Place, ...]

    @property
    def households(self) -> int:
        return sum(kind.households for kind in self.kinds)

    @property
    def persons(self) -> int:
        return sum(kind.persons for kind in self.kinds)


def profile_names() -> tuple[str, ...]:
    """The profiles that are shipped."""
    return tuple(sorted(path.stem for path in DATA.glob("*.toml") if path.stem != _NAMES))


def load_profile(name: str) -> Profile:
    """The profile of that name; raises KeyError naming those that there are."""
    if name not in profile_names():
        raise KeyError(f"no profile {name!r}; there are {', '.join(profile_names())}")
    text = (DATA / f"{name}.toml").read_text(encoding="utf-8")
    content = _ProfileFile.model_validate(tomllib.loads(text))
    return Profile(
        name=name,
        title=content.title,
        source=content.source,
        township=content.township,
        id_area=content.id_area,
        seed=content.seed,
        kinds=content.kinds,
        villages=content.villages,
    )
