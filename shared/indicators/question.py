"""What is asked of an indicator or a list, and how a population's text is bound to it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import orjson

from shared.database import Scope
from shared.policy import Policy, PolicyView

BUILT_IN = frozenset({"year", "today"})
"""What a population may name without declaring it."""

_PLACEHOLDER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: the division (a prefix of 12-digit codes), the year, the day, the policy, what may be seen."""

    prefix: str
    year: int
    today: date
    policy: Policy
    scope: Scope

    @property
    def area(self) -> str:
        """The division asked for, 12 digits."""
        return self.prefix.ljust(12, "0")

    def policy_at(self, area: str) -> PolicyView:
        """What holds at a division (12 digits) in the year asked for: nothing of later years stands in."""
        return self.policy.at(area=area, year=self.year, earliest=False)

    def everywhere(self) -> "Question":
        """The same about all that may be seen."""
        return replace(self, prefix="")

    @property
    def patterns(self) -> list[str]:
        """LIKE patterns of the places that were asked for and may be seen."""
        return self.scope.narrowed(self.prefix).patterns


def placeholders(population: str) -> frozenset[str]:
    """The names that stand in braces."""
    return frozenset(_PLACEHOLDER.findall(population))


def bind(
    population: str, parameters: Mapping[str, str], question: Question, policy: PolicyView, values: list[object]
) -> str:
    """The population with its placeholders numbered; what they stand for is added to `values`.

    Raises UnknownParameter when the policy does not know a parameter at that place and year.
    """
    places: dict[str, str] = {}
    for name in sorted(placeholders(population)):
        values.append(_value(name, parameters, question, policy))
        places[name] = f"${len(values)}"
    return _PLACEHOLDER.sub(lambda match: places[match.group(1)], population)


def _value(name: str, parameters: Mapping[str, str], question: Question, policy: PolicyView) -> object:
    """As the database takes it: a number, text, flag, day, an array of codes, a table as the text of a JSON object."""
    if name == "year":
        return question.year
    if name == "today":
        return question.today
    value = policy.setting(parameters[name]).value
    if isinstance(value, Mapping):
        return orjson.dumps({code: str(number) for code, number in value.items()}).decode()
    return list(value) if isinstance(value, tuple) else value
