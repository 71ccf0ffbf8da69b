"""Employment (人社): labour force, training, vacancies and referrals, work, public-welfare posts, start-up support.

Code lists and policy parameters are registered here, because the record schemas need the lists when they are defined.
"""

from pathlib import Path

from shared.codes import register_code_lists
from shared.policy import register_defaults

FOLDER = Path(__file__).parent

register_code_lists(FOLDER / "codes")
register_defaults(FOLDER / "policy")
