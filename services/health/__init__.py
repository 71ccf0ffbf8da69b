"""Health (卫健): insurance, family doctors, check-ups, chronic and serious illness, one-stop settlement.

The code lists are registered here because the record schemas below need them when they are defined.
"""

from pathlib import Path

from shared.codes import register_code_lists

register_code_lists(Path(__file__).with_name("codes"))
