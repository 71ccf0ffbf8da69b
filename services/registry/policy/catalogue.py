"""The parameters of the whole system, as the registry must know them to check what a place sets.

Departments ship theirs as data beside their code, and so the code lists that some of them are of. The registry reads
the files of all of them and none of their code, so a department joins without a change here.
"""

from collections.abc import Sequence
from pathlib import Path

from shared.codes import register_code_lists
from shared.policy import NATIONAL, Defaults, load_defaults

SERVICES = Path(__file__).resolve().parents[2]


def all_defaults(more: Sequence[Path] = ()) -> Defaults:
    """Every shipped parameter: the national ones, those in a `policy` folder of any service, those of `more` folders.

    Raises `InvalidDefaults` when two services declare one key differently.
    """
    for folder in SERVICES.glob("*/codes"):
        register_code_lists(folder)
    own = sorted(
        {path.parent for pattern in ("*/policy/*.toml", "*/*/policy/*.toml") for path in SERVICES.glob(pattern)}
    )
    return load_defaults(NATIONAL, *own, *more)
