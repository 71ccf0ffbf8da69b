"""Refusals of national identifiers: a stable code each, never the refused value."""

from collections.abc import Mapping

from pydantic_core import PydanticCustomError


class InvalidIdentifier(ValueError):  # noqa: N818 - named as a state, like every refusal of this system
    """A text that is no valid identifier of its kind.

    `code` is stable and has its Chinese and English texts in `messages.toml`. The refused text is kept nowhere: it
    may be personal data.
    """

    def __init__(self, code: str, **params: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.params: Mapping[str, str | int] = params


class InvalidIdNumber(InvalidIdentifier):
    """No 18-digit citizen identity number (GB 11643)."""


class InvalidDisabilityCard(InvalidIdentifier):
    """No disability certificate number (20 or 22 characters)."""


class InvalidDivision(InvalidIdentifier):
    """No 12-digit division code."""


class InvalidPhone(InvalidIdentifier):
    """Neither a mobile nor a landline number of China."""


class InvalidAccount(InvalidIdentifier):
    """No bank account number."""


class InvalidQuantity(InvalidIdentifier):
    """No amount of money and no ratio in the accepted form."""


class InvalidText(InvalidIdentifier):
    """A text that is empty, too long or holds characters that cannot be stored."""


class InvalidDate(InvalidIdentifier):
    """No ISO day in the accepted span."""


def validation_error(error: InvalidIdentifier) -> PydanticCustomError:
    """The same refusal as pydantic reports it: type = code, context = params."""
    # pydantic types code and message as literals so that they can be found by searching; ours are keys of messages.toml
    return PydanticCustomError(error.code, error.code, dict(error.params) or None)
