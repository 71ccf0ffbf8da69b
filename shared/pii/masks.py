"""How personal identifiers are shown to those who need not see them whole (practice D.1)."""

_BULLET = "*"


def mask_id_number(text: str) -> str:
    """`210403********1234`: the birth part is hidden, six before and four after it remain."""
    if len(text) < 18:
        return _BULLET * len(text)
    return text[:6] + _BULLET * (len(text) - 10) + text[-4:]


def mask_phone(text: str) -> str:
    """`138****5678`; of a landline the last four digits remain."""
    if len(text) == 11 and text.isdigit():
        return f"{text[:3]}{_BULLET * 4}{text[-4:]}"
    return _last_four(text)


def mask_account(text: str) -> str:
    """Only the last four digits."""
    return _last_four(text)


def mask_name(text: str) -> str:
    """The first character and one star, however long the name is."""
    return text[:1] + _BULLET if text else ""


def _last_four(text: str) -> str:
    if len(text) <= 4:
        return _BULLET * len(text)
    return _BULLET * (len(text) - 4) + text[-4:]
