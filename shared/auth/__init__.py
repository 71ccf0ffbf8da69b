"""Who is calling and what they may do.

Public face: `Principal`, `CurrentPrincipal`, `principal_of`; `TokenVerifier` in `shared.auth.verifier`, `TokenIssuer` in
`shared.auth.issuer`.
"""

from shared.auth.principal import CurrentPrincipal, Kind, Principal, principal_of

__all__ = ["CurrentPrincipal", "Kind", "Principal", "principal_of"]
