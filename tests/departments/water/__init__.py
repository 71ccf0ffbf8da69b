"""Water (水利): is every household's drinking water safe? The toy department of `docs/adding-a-department.md`."""

from pathlib import Path

from shared.codes import register_code_lists
from shared.policy import register_defaults

register_code_lists(Path(__file__).with_name("codes"))
register_defaults(Path(__file__).with_name("policy"))
