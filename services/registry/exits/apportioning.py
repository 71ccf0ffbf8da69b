"""Dividing a whole number of persons or villages so that the parts add up to it: the largest remainders round up."""

from collections.abc import Hashable, Mapping
from fractions import Fraction
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)


def apportion(total: int, weights: Mapping[Key, Fraction | int]) -> dict[Key, int]:
    """`total` by weight. Equal remainders go to the key that comes first; without any weight everybody gets nothing.

    Of 2,469 persons by 30, 50 and 20 percent (740.7, 1234.5, 493.8): 741, 1,234 and 494.
    """
    whole = sum(weights.values(), Fraction())
    if not whole:
        return dict.fromkeys(weights, 0)
    quotas = {key: Fraction(total) * weight / whole for key, weight in weights.items()}
    parts = {key: quota.numerator // quota.denominator for key, quota in quotas.items()}
    left = total - sum(parts.values())
    for key in sorted(quotas, key=lambda key: parts[key] - quotas[key])[:left]:
        parts[key] += 1
    return parts
