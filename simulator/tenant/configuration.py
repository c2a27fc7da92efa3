"""What is registered with the tenant, as the Management API writes it; secrets are left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.tenant.grants import REFRESH_TOKEN_IDLE_LIFETIME
from simulator.tenant.keys import ALGORITHM

if TYPE_CHECKING:
    from simulator.tenant.applications import Api, Application
    from simulator.tenant.passwordless import Connection
    from simulator.tenant.tenant import Tenant

Json = dict[str, Any]


def application(tenant: Tenant, known: Application) -> Json:
    """An application: https://auth0.com/docs/api/management/v2/clients/get-clients-by-id"""
    implicit = {"implicit"} if tenant.implicit_grant else set()
    return {
        "client_id": known.client_id,
        "name": known.name,
        "app_type": "spa" if known.is_public else "regular_web",
        "is_first_party": True,
        "oidc_conformant": True,
        "callbacks": known.callbacks,
        "allowed_logout_urls": known.logout_urls,
        "grant_types": sorted(known.grant_types | implicit),
        "token_endpoint_auth_method": known.token_endpoint_auth_method,
        "jwt_configuration": {"alg": ALGORITHM},
        "refresh_token": _refresh_tokens(tenant),
    }


def api(known: Api) -> Json:
    """An API: https://auth0.com/docs/api/management/v2/resource-servers/get-resource-servers-by-id"""
    return {
        "identifier": known.identifier,
        "signing_alg": "HS256" if known.signing_secret else ALGORITHM,
        "token_lifetime": int(known.token_lifetime.total_seconds()),
        "allow_offline_access": known.allow_offline_access,
        "scopes": [{"value": scope} for scope in sorted(known.scopes)],
    }


def client_grants(known: Application, audience: str) -> list[Json]:
    """What an application may do in its own name, which is at the Management API only.

    https://auth0.com/docs/api/management/v2/client-grants/get-client-grants
    """
    if not known.client_grant:
        return []
    return [
        {
            "id": f"cgr_{known.client_id}",
            "client_id": known.client_id,
            "audience": audience,
            "subject_type": "client",
            "scope": sorted(known.client_grant),
        }
    ]


def connection(name: str, known: Connection) -> Json:
    """A connection: https://auth0.com/docs/api/management/v2/connections/get-connections"""
    totp = {"length": known.otp_length, "time_step": int(known.otp_lifetime.total_seconds())}
    return {
        "name": name,
        "strategy": known.channel,
        "enabled_clients": sorted(known.enabled_clients),
        "options": {"name": name, "disable_signup": known.disable_signup, "totp": totp},
    }


def _refresh_tokens(tenant: Tenant) -> Json:
    return {
        "rotation_type": "rotating" if tenant.rotate_refresh_tokens else "non-rotating",
        "expiration_type": "expiring",
        "leeway": int(tenant.rotation_overlap.total_seconds()),
        "infinite_token_lifetime": False,
        "token_lifetime": 31_557_600,
        "infinite_idle_token_lifetime": False,
        "idle_token_lifetime": int(REFRESH_TOKEN_IDLE_LIFETIME.total_seconds()),
    }
