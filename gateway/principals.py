"""Principals: who may sign in, with what rights. `python -m gateway.principals import FILE` writes them.

The file is JSON: `{"principals": [{"id", "kind", "name", "department", "secret", "roles", "scopes", "divisions",
"source_system", "disabled"}]}`. Importing it twice changes nothing; a principal left out of it is left as it is, and so
is whether one is disabled where the file does not say.
"""

import argparse
import asyncio
import sys
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import orjson
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from gateway.secret_hash import MAX_SECRET_BYTES, hash_secret, verify_secret
from gateway.settings import GatewaySettings
from shared.auth.principal import Kind, Principal
from shared.database import Database, Scope
from shared.identity.types import DivisionCode

DEMO = Path(__file__).parent / "data" / "demo_principals.toml"

_Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._@-]{0,99}$")]
_Tag = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_.:-]{0,64}$")]
_Word = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,49}(:[a-z]+)?$")]


class PrincipalSpec(BaseModel):
    """A principal as it is declared, without its secret."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: _Name
    kind: Kind
    name: str = Field(min_length=1, max_length=200)
    department: _Tag = ""
    roles: tuple[_Word, ...] = ()
    scopes: tuple[_Word, ...] = ()
    divisions: tuple[DivisionCode, ...] = ()
    source_system: _Tag = ""
    disabled: bool | None = None


class PrincipalImport(PrincipalSpec):
    """A principal with its secret, as the credentials file holds it."""

    secret: str = Field(min_length=16, max_length=MAX_SECRET_BYTES, repr=False)


class PrincipalFile(BaseModel):
    """The credentials file; other members (addresses, notes) are allowed and ignored."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    principals: tuple[PrincipalImport, ...]


@dataclass(frozen=True, slots=True)
class Account:
    """A stored principal with the hash of its secret."""

    principal: Principal
    secret_hash: str
    disabled: bool


class Principals:
    """The table of principals."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, principal_id: str) -> Account | None:
        """The account of that name, whether or not it is disabled."""
        async with self._database.acquire(Scope.everything("gateway")) as connection:
            row = await connection.fetchrow(
                "SELECT id, kind, department, secret_hash, roles, scopes, divisions, source_system,"
                " disabled_at IS NOT NULL AS disabled FROM principal WHERE id = $1",
                principal_id,
            )
        if row is None:
            return None
        principal = Principal(
            subject=row["id"],
            kind=row["kind"],
            department=row["department"],
            roles=frozenset(row["roles"]),
            scopes=frozenset(row["scopes"]),
            divisions=tuple(row["divisions"]),
            source_system=row["source_system"],
        )
        return Account(principal, row["secret_hash"], row["disabled"])

    async def upsert(self, principals: Sequence[PrincipalImport]) -> int:
        """Creates or corrects them in one transaction and says how many changed; the same file again changes none."""
        async with self._database.transaction(Scope.everything("gateway")) as connection:
            known = await connection.fetch(
                "SELECT id, secret_hash FROM principal WHERE id = ANY($1::text[]) FOR UPDATE",
                [each.id for each in principals],
            )
            stored: dict[str, str] = {row["id"]: row["secret_hash"] for row in known}
            rows = [
                {
                    **each.model_dump(mode="json", exclude={"secret"}),
                    "secret_hash": await asyncio.to_thread(_kept_hash, each.secret, stored.get(each.id)),
                }
                for each in principals
            ]
            changed = await connection.fetch(_UPSERT, orjson.dumps(rows).decode())
        return len(changed)


_UPSERT = """
INSERT INTO principal AS old
  (id, kind, name, department, secret_hash, roles, scopes, divisions, source_system, disabled_at)
SELECT id, kind, name, department, secret_hash, roles, scopes, divisions, source_system,
  CASE WHEN coalesce(disabled, (SELECT p.disabled_at IS NOT NULL FROM principal p WHERE p.id = new.id)) THEN now() END
FROM jsonb_to_recordset($1::jsonb) AS new (id text, kind text, name text, department text, secret_hash text,
  roles text[], scopes text[], divisions text[], source_system text, disabled boolean)
ON CONFLICT (id) DO UPDATE SET
  kind = excluded.kind, name = excluded.name, department = excluded.department, secret_hash = excluded.secret_hash,
  roles = excluded.roles, scopes = excluded.scopes, divisions = excluded.divisions,
  source_system = excluded.source_system, updated_at = now(),
  disabled_at = CASE WHEN excluded.disabled_at IS NOT NULL THEN coalesce(old.disabled_at, excluded.disabled_at) END
WHERE (old.kind, old.name, old.department, old.secret_hash, old.roles, old.scopes, old.divisions, old.source_system,
       old.disabled_at IS NULL)
  IS DISTINCT FROM (excluded.kind, excluded.name, excluded.department, excluded.secret_hash, excluded.roles,
       excluded.scopes, excluded.divisions, excluded.source_system, excluded.disabled_at IS NULL)
RETURNING id
"""


def demo_principals() -> tuple[PrincipalSpec, ...]:
    """The principals of the demo, without secrets: those are made anew for each installation."""
    document = tomllib.loads(DEMO.read_text(encoding="utf-8"))
    return tuple(PrincipalSpec.model_validate(entry) for entry in document["principals"])


async def import_principals(path: Path, *, database_url: str) -> int:
    """Reads the file and writes its principals; raises pydantic's ValidationError for a file of another shape."""
    content = PrincipalFile.model_validate_json(await asyncio.to_thread(path.read_bytes))
    database = await Database.open(database_url, name="gateway-principals", min_size=1, max_size=1)
    try:
        return await Principals(database).upsert(content.principals)
    finally:
        await database.close()


def _kept_hash(secret: str, stored: str | None) -> str:
    return stored if stored is not None and verify_secret(secret, stored) else hash_secret(secret)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; 0 when done, 2 for a file that cannot be read."""
    parser = argparse.ArgumentParser(prog="python -m gateway.principals", description="Who may sign in.")
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("import", help="create or correct the principals of a JSON file")
    command.add_argument("file", type=Path)
    file: Path = parser.parse_args(arguments).file
    url = GatewaySettings().database_url.get_secret_value()
    try:
        changed = asyncio.run(import_principals(file, database_url=url))
    except (OSError, ValidationError) as error:
        # The text of a validation error would repeat its input, and with it the secrets.
        reason = error.errors(include_input=False, include_url=False) if isinstance(error, ValidationError) else error
        sys.stderr.write(f"{file}: {reason}\n")
        return 2
    sys.stdout.write(f"principals changed: {changed}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
