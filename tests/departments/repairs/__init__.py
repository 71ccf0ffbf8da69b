"""Repairs (修缮): a subsidy for repairs, as a procedure. The toy department of the tests of procedures."""

from pathlib import Path

from shared.codes import register_code_lists
from shared.policy import register_defaults

register_code_lists(Path(__file__).with_name("codes"))
register_defaults(Path(__file__).with_name("policy"))
