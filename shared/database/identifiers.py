"""Identifiers that sort by the time of their making."""

from uuid import UUID

import uuid_utils.compat


def uuid7() -> UUID:
    """A new UUID version 7: unique, and newer ones sort after older ones, which keeps indexes compact."""
    return uuid_utils.compat.uuid7()
