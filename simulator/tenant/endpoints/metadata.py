"""What anybody may know: where the endpoints are, and the public keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Response, jsonify, request

from simulator.tenant.accounts import CLAIMS
from simulator.tenant.applications import OIDC_SCOPES
from simulator.tenant.keys import ALGORITHM

if TYPE_CHECKING:
    from simulator.tenant.tenant import Tenant


@dataclass(frozen=True)
class Metadata:
    """The two documents under /.well-known."""

    tenant: Tenant

    def discovery(self) -> Response:
        """Answer with the OpenID Provider configuration (OpenID Connect Discovery 1.0)."""
        issuer = request.host_url
        implicit = ["token"] if self.tenant.implicit_grant else []
        return jsonify(
            issuer=issuer,
            authorization_endpoint=f"{issuer}authorize",
            token_endpoint=f"{issuer}oauth/token",
            userinfo_endpoint=f"{issuer}userinfo",
            revocation_endpoint=f"{issuer}oauth/revoke",
            end_session_endpoint=f"{issuer}oidc/logout",
            jwks_uri=f"{issuer}.well-known/jwks.json",
            scopes_supported=sorted(OIDC_SCOPES),
            claims_supported=["sub", "sid", *(c for names in CLAIMS.values() for c in names)],
            response_types_supported=["code", *implicit],
            subject_types_supported=["public"],
            id_token_signing_alg_values_supported=[ALGORITHM],
            code_challenge_methods_supported=["S256"],
            token_endpoint_auth_methods_supported=[
                "client_secret_basic",
                "client_secret_post",
                "none",
            ],
        )

    def jwks(self) -> Response:
        """Answer with the JSON Web Key Set."""
        return jsonify(self.tenant.keys.jwks())
