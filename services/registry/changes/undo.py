"""What a change did, kept with it, so that a wrong one can be taken back (see `revoking`)."""

from uuid import UUID

import orjson
from pydantic import BaseModel, ConfigDict


class _Kept(BaseModel):
    model_config = ConfigDict(frozen=True)


class Relation(_Kept):
    membership_id: UUID
    before: str
    after: str


class Place(_Kept):
    """Of a transfer: where the household was, with the parts of its address."""

    household_id: UUID
    before: str
    address: dict[str, object]

    @property
    def address_json(self) -> str:
        return orjson.dumps({name: part for name, part in self.address.items() if part is not None}).decode()


class Undo(_Kept):
    """Memberships ended and begun, relations and places that were changed, what was founded and closed."""

    ended: tuple[UUID, ...] = ()
    joined: tuple[UUID, ...] = ()
    relations: tuple[Relation, ...] = ()
    died: tuple[UUID, ...] = ()
    places: tuple[Place, ...] = ()
    founded: tuple[UUID, ...] = ()
    closed: tuple[UUID, ...] = ()
    merged: tuple[UUID, ...] = ()
