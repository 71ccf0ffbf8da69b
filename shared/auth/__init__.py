"""Who is calling and what they may do.

Public face: `Principal`, `CurrentPrincipal`, `principal_of`, `TokenVerifier`, `TokenIssuer`.
"""

from shared.auth.issuer import TokenIssuer, new_signing_key
from shared.auth.principal import CurrentPrincipal, Kind, Principal, principal_of
from shared.auth.verifier import TokenVerifier

__all__ = ["CurrentPrincipal", "Kind", "Principal", "TokenIssuer", "TokenVerifier", "new_signing_key", "principal_of"]
