"""Signing in as a principal of the demo, with the credentials that each start of the system writes down."""

from dataclasses import dataclass
from pathlib import Path

import httpx
from pydantic import BaseModel, ConfigDict

from ops.home import Home

BUSY = frozenset({429, 502, 503, 504})
"""Statuses that say "not now"."""
TIMEOUT_SECONDS = 10


class NoTokenError(RuntimeError):
    """No credentials, no such principal, or the gateway gave no token; `busy`: it may give one in a moment."""

    def __init__(self, text: str, *, busy: bool = False) -> None:
        super().__init__(text)
        self.busy = busy


class Credential(BaseModel):
    """A principal of the credentials file."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: str
    kind: str
    secret: str
    scopes: tuple[str, ...]

    @property
    def form(self) -> dict[str, str]:
        """Systems and applications sign in by client credentials, people by password (RFC 6749)."""
        if self.kind == "person":
            return {"grant_type": "password", "username": self.id, "password": self.secret}
        return {"grant_type": "client_credentials", "client_id": self.id, "client_secret": self.secret}


class Credentials(BaseModel):
    """The credentials file: where the gateway is, and who may sign in."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    address: str
    token_endpoint: str
    principals: tuple[Credential, ...]

    def of(self, client: str) -> Credential:
        """Raises `NoTokenError` naming those that there are."""
        known = {one.id: one for one in self.principals}
        if client not in known:
            raise NoTokenError(f"no principal {client!r}; there are {', '.join(sorted(known))}")
        return known[client]


@dataclass(frozen=True, slots=True)
class Token:
    """A bearer token and the seconds that it lives."""

    text: str
    seconds: float


def read_credentials(home: Home) -> Credentials:
    """Raises `NoTokenError` where nothing has been started yet."""
    file: Path = home.credentials_file
    try:
        return Credentials.model_validate_json(file.read_bytes())
    except FileNotFoundError:
        raise NoTokenError(f"{file} does not exist yet: start with make run") from None
    except ValueError:
        raise NoTokenError(f"{file} is no credentials file") from None


def sign_in(credential: Credential, *, token_endpoint: str) -> Token:
    """A token from the gateway."""
    try:
        response = httpx.post(token_endpoint, data=credential.form, timeout=TIMEOUT_SECONDS, trust_env=False)
    except httpx.HTTPError as error:
        raise NoTokenError(f"{token_endpoint} does not answer: {error}", busy=True) from None
    if response.status_code != httpx.codes.OK:
        text = f"{credential.id} cannot sign in: {response.status_code} {response.text}"
        raise NoTokenError(text, busy=response.status_code in BUSY)
    document = response.json()
    return Token(str(document["access_token"]), float(document["expires_in"]))


def fetch_token(home: Home, client: str) -> str:
    """The text of a token of this principal."""
    credentials = read_credentials(home)
    return sign_in(credentials.of(client), token_endpoint=credentials.token_endpoint).text
