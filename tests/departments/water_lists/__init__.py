"""The toy department of `tests/departments/water` with standing lists and a rate."""

from pathlib import Path

from shared.policy import register_defaults

register_defaults(Path(__file__).with_name("policy"))
