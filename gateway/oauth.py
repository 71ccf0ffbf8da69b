"""`POST /api/v1/oauth/token` (RFC 6749): client credentials for systems and applications, password for people."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Annotated, Literal
from urllib.parse import parse_qsl, unquote_plus

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from gateway.headers import client_address
from gateway.sign_in import SignIn, WrongCredentialsError
from shared.auth.issuer import TokenIssuer
from shared.auth.principal import Kind, Principal
from shared.clock import Clock
from shared.service.bodies import json_response

TOKEN_PATH = "/api/v1/oauth/token"  # noqa: S105 - a path
JWKS_PATH = "/.well-known/jwks.json"

_FORM = "application/x-www-form-urlencoded"
_NOT_STORED = {"Cache-Control": "no-store", "Pragma": "no-cache"}
_CLIENT_KINDS: frozenset[Kind] = frozenset({"system", "mobile"})
_PERSON_KINDS: frozenset[Kind] = frozenset({"person"})
_MAX_FIELDS = 20

ErrorCode = Literal["invalid_request", "invalid_client", "invalid_grant", "unsupported_grant_type", "invalid_scope"]

_DESCRIPTIONS: Mapping[ErrorCode, str] = {
    "invalid_request": "The request must be a form with each field at most once, and name grant_type.",
    "invalid_client": "The client is unknown, or its secret is wrong.",
    "invalid_grant": "The username is unknown, or the password is wrong.",
    "unsupported_grant_type": "Use client_credentials or password.",
    "invalid_scope": "The scope asked for is not within what this principal may do.",
}


class OAuthError(Exception):
    """A refusal in the form of RFC 6749, section 5.2; `challenge` when the client came with HTTP Basic."""

    def __init__(self, code: ErrorCode, *, challenge: bool = False) -> None:
        super().__init__(code)
        self.code = code
        self.challenge = challenge

    def response(self) -> Response:
        # RFC 6749 allows ASCII only in error_description, so it has one language.
        body = {"error": self.code, "error_description": _DESCRIPTIONS[self.code]}
        headers = dict(_NOT_STORED)
        if self.challenge:
            headers["WWW-Authenticate"] = 'Basic realm="yihu"'
        return json_response(body, 401 if self.code == "invalid_client" else 400, headers)


class Token(BaseModel):
    """A bearer token; `expires_in` in seconds, `scope` separated by spaces."""

    access_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - a name of RFC 6750
    expires_in: int
    scope: str


class TokenError(BaseModel):
    """RFC 6749, section 5.2."""

    error: Annotated[str, Field(examples=["invalid_client"])]
    error_description: str


_FORM_SCHEMA = {
    "requestBody": {
        "required": True,
        "content": {
            _FORM: {
                "schema": {
                    "type": "object",
                    "required": ["grant_type"],
                    "properties": {
                        "grant_type": {"type": "string", "enum": ["client_credentials", "password"]},
                        "client_id": {"type": "string"},
                        "client_secret": {"type": "string", "format": "password"},
                        "username": {"type": "string"},
                        "password": {"type": "string", "format": "password"},
                        "scope": {"type": "string", "description": "A part of the principal's scopes, space-separated"},
                    },
                }
            }
        },
    }
}


def oauth_router(
    issuer: TokenIssuer, *, clock: Clock, token_seconds: int, trusted_proxies: frozenset[str]
) -> APIRouter:
    """The token endpoint and the public keys."""
    router = APIRouter(tags=["sign-in"])

    @router.post(
        TOKEN_PATH,
        summary="Get an access token",
        response_model=Token,
        responses={400: {"model": TokenError}, 401: {"model": TokenError}},
        openapi_extra=_FORM_SCHEMA,
        operation_id="get_token",
    )
    async def token(request: Request) -> Response:
        sign_in: SignIn = request.state.sign_in
        try:
            form = read_form(request.headers.get("content-type", ""), await request.body())
            address = client_address(
                request.client.host if request.client else "",
                request.headers.get("x-forwarded-for", ""),
                trusted_proxies=trusted_proxies,
            )
            principal = await _authenticated(form, request.headers.get("authorization"), sign_in, address=address)
            granted = narrowed(principal, form.get("scope"))
        except OAuthError as error:
            return error.response()
        text = issuer.issue(granted, timedelta(seconds=token_seconds), clock.now())
        content = Token(access_token=text, expires_in=token_seconds, scope=" ".join(sorted(granted.scopes)))
        return json_response(content, headers=_NOT_STORED)

    @router.get(JWKS_PATH, summary="The public keys that tokens are signed with (RFC 7517)", operation_id="get_jwks")
    async def jwks() -> Response:
        return json_response(issuer.jwks(), headers={"Cache-Control": "public, max-age=300"})

    return router


def read_form(content_type: str, body: bytes) -> dict[str, str]:
    """The fields of the form; empty ones count as absent, repeated ones are refused (RFC 6749, 3.2)."""
    if content_type.partition(";")[0].strip().lower() != _FORM:
        raise OAuthError("invalid_request")
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_MAX_FIELDS)
    except ValueError as error:
        raise OAuthError("invalid_request") from error
    form = dict(pairs)
    if len(form) != len(pairs):
        raise OAuthError("invalid_request")
    return {name: value for name, value in form.items() if value}


def narrowed(principal: Principal, scope: str | None) -> Principal:
    """The principal with the scopes asked for; raises `invalid_scope` for one that it does not have."""
    if scope is None:
        return principal
    asked = frozenset(scope.split())
    if not asked or not asked <= principal.scopes:
        raise OAuthError("invalid_scope")
    return replace(principal, scopes=asked)


async def _authenticated(
    form: Mapping[str, str], authorization: str | None, sign_in: SignIn, *, address: str
) -> Principal:
    match form.get("grant_type"):
        case None:
            raise OAuthError("invalid_request")
        case "client_credentials":
            name, secret, by_header = _client(form, authorization)
            try:
                return await sign_in.authenticate(name, secret, kinds=_CLIENT_KINDS, address=address)
            except WrongCredentialsError:
                raise OAuthError("invalid_client", challenge=by_header) from None
        case "password":
            if "username" not in form or "password" not in form:
                raise OAuthError("invalid_request")
            try:
                return await sign_in.authenticate(
                    form["username"], form["password"], kinds=_PERSON_KINDS, address=address
                )
            except WrongCredentialsError:
                raise OAuthError("invalid_grant") from None
        case _:
            raise OAuthError("unsupported_grant_type")


def _client(form: Mapping[str, str], authorization: str | None) -> tuple[str, str, bool]:
    """Client id, secret, and whether they came by HTTP Basic; by both ways at once is refused (RFC 6749, 2.3)."""
    if authorization is None:
        if "client_id" not in form or "client_secret" not in form:
            raise OAuthError("invalid_client")
        return form["client_id"], form["client_secret"], False
    if "client_secret" in form:
        raise OAuthError("invalid_request")
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        raise OAuthError("invalid_client", challenge=True)
    try:
        pair = base64.b64decode(encoded.strip(), validate=True).decode("utf-8")
    except (binascii.Error, ValueError) as error:
        raise OAuthError("invalid_client", challenge=True) from error
    name, separator, secret = pair.partition(":")
    if not separator:
        raise OAuthError("invalid_client", challenge=True)
    return unquote_plus(name), unquote_plus(secret), True
