"""Housing (住建): is every household's dwelling safe, and is a dangerous one renovated or left in time?

Code lists and policy parameters are registered here, because the record schemas need the lists when they are defined.
"""

from pathlib import Path

from shared.codes import register_code_lists
from shared.policy import register_defaults

FOLDER = Path(__file__).parent

register_code_lists(FOLDER / "codes")
register_defaults(FOLDER / "policy")
