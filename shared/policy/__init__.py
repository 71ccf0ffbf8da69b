"""Policy parameters by area and year: lines, thresholds, targets and lists that the law leaves to the place.

`policy.at(area=division, year=2018).number("income.poverty_line")` answers, and the view's `used` names what it rests
on.
"""

from pathlib import Path

from shared.policy.defaults_file import NATIONAL, Defaults, InvalidDefaults, load_defaults
from shared.policy.models import (
    Declaration,
    InvalidParameter,
    PolicyOverride,
    PolicySnapshot,
    RawValue,
    Setting,
    UnknownParameter,
    Value,
    ValueType,
    value_document,
    value_text,
)
from shared.policy.policy import Policy, PolicyView
from shared.policy.store import (
    PolicyStore,
    parse_snapshot,
    policy_override_table,
    register_defaults,
    registered_defaults,
)

MESSAGES = Path(__file__).with_name("messages.toml")
"""Catalogue of the texts of this package's error codes."""

__all__ = [
    "MESSAGES",
    "NATIONAL",
    "Declaration",
    "Defaults",
    "InvalidDefaults",
    "InvalidParameter",
    "Policy",
    "PolicyOverride",
    "PolicySnapshot",
    "PolicyStore",
    "PolicyView",
    "RawValue",
    "Setting",
    "UnknownParameter",
    "Value",
    "ValueType",
    "load_defaults",
    "parse_snapshot",
    "policy_override_table",
    "register_defaults",
    "registered_defaults",
    "value_document",
    "value_text",
]
