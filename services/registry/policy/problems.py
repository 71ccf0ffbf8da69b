"""Refusals of the policy interface; their texts are in `messages.toml` beside this file.

NotFound ─ UnknownPolicyParameter, NoPolicyValue, NoOverride
Unprocessable ─ InvalidPolicyValue, UnknownPolicyArea
"""

from shared.service.problems import NotFound, Unprocessable


class UnknownPolicyParameter(NotFound):
    code = "unknown-policy-parameter"


class NoPolicyValue(NotFound):
    """The parameter exists, but nothing is known of it at that place up to that year."""

    code = "no-policy-value"


class NoOverride(NotFound):
    """There is nothing to withdraw at that place and year."""

    code = "no-policy-override"


class UnknownPolicyArea(Unprocessable):
    """The area is no division that the registry knows."""

    code = "unknown-policy-area"


class InvalidPolicyValue(Unprocessable):
    code = "invalid-policy-value"
