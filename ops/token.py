"""A bearer token for a principal of the demo, by its credentials: for trying things with `curl`."""

import json

import httpx

from ops.home import Home


class NoTokenError(RuntimeError):
    """No such principal, or the gateway gave no token."""


def fetch_token(home: Home, client: str) -> str:
    """Sign in as `client` (systems and applications by client credentials, people by password)."""
    try:
        document = json.loads(home.credentials_file.read_bytes())
    except FileNotFoundError:
        raise NoTokenError(f"{home.credentials_file} does not exist yet: start with make run") from None
    known = {entry["id"]: entry for entry in document["principals"]}
    if client not in known:
        raise NoTokenError(f"no principal {client!r}; there are {', '.join(sorted(known))}")
    entry = known[client]
    if entry["kind"] == "person":
        form = {"grant_type": "password", "username": client, "password": entry["secret"]}
    else:
        form = {"grant_type": "client_credentials", "client_id": client, "client_secret": entry["secret"]}
    try:
        response = httpx.post(document["token_endpoint"], data=form, timeout=10, trust_env=False)
    except httpx.HTTPError as error:
        raise NoTokenError(f"{document['address']} does not answer: {error}") from None
    if response.status_code != httpx.codes.OK:
        raise NoTokenError(f"the gateway answered {response.status_code}: {response.text}")
    return str(response.json()["access_token"])
