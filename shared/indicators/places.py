"""The places in which one set of policy values holds, so that each line is judged by those of its own place."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from shared.facts.models import UsedParameter
from shared.identity import division_prefix
from shared.indicators.question import Question
from shared.policy import PolicyView, UnknownParameter, value_text


@dataclass(frozen=True, slots=True)
class Place:
    """Some divisions, as LIKE patterns; `without` are those inside that have values of their own."""

    patterns: list[str]
    without: list[str]
    policy: PolicyView


def places(question: Question, keys: Collection[str]) -> tuple[Sequence[Place], bool]:
    """The parts of what was asked for, and whether they are all of it: where a parameter is not known is no place.

    Raises UnknownParameter when one is known nowhere.
    """
    held = sorted(
        {division_prefix(one.area) for one in question.policy.settings if one.key in keys and one.year <= question.year}
    )
    found: dict[tuple[object, ...], Place] = {}
    unknown: UnknownParameter | None = None
    for own in question.scope.narrowed(question.prefix).prefixes:
        for root in (own, *(prefix for prefix in held if prefix.startswith(own) and prefix != own)):
            policy = question.policy_at(root.ljust(12, "0"))
            try:
                values = tuple(value_text(policy.setting(key).value) for key in sorted(keys))
            except UnknownParameter as error:
                unknown = error
                continue
            inside = [f"{prefix}%" for prefix in held if prefix.startswith(root) and prefix != root]
            # Divisions without others inside that judge by the same values are one place.
            kind = (root, *inside) if inside else values
            place = found.setdefault(kind, Place([], inside, policy))
            place.patterns.append(f"{root}%")
    if unknown is not None and not found:
        raise unknown
    return tuple(found.values()), unknown is None


def used_in(found: Iterable[Place]) -> list[UsedParameter]:
    """The parameters that places are judged by; one that places inside have set stands with each of its values."""
    return sorted({one for place in found for one in place.policy.used}, key=lambda one: (one.key, one.area, one.year))
