"""What the tenant tells everybody: OpenID Connect Discovery 1.0, and its public keys."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from deployment.doctor.calls import Answer, Caller, NoAnswerError
from deployment.doctor.case import Case, Json
from deployment.doctor.verdicts import Finding, failed, judged, passed, warned


@dataclass(frozen=True)
class Metadata:
    """A tenant that answers, and what the skill and Alexa expect of it."""

    origin: str
    linking: Json
    document: Answer
    keys: Answer | None
    """None if the document does not tell where they are, or nobody answers there."""


def gather(case: Case, origin: str) -> Metadata:
    """Fetch the two documents.

    Raises:
        NoAnswerError: the tenant is not there.
    """
    document = case.caller.get(f"{origin}/.well-known/openid-configuration")
    keys = _keys(case.caller, document.get("jwks_uri"))
    return Metadata(origin, case.linking, document, keys)


def findings(seen: Metadata) -> Iterator[Finding]:
    """Whether it is the right tenant, and fit for linking."""
    yield from _discovery(seen)
    if is_tenant(seen):
        yield from judged(seen, (_issuer, _endpoints, _algorithm, _pkce))


def is_tenant(seen: Metadata) -> bool:
    """Whether there is any sense in asking it more."""
    return isinstance(seen.document.get("issuer"), str)


def unreachable(error: NoAnswerError) -> Finding:
    """What to say of a tenant that is not there."""
    return failed(
        "discovery",
        f"the tenant cannot be asked: {error}",
        "Check AUTH0_DOMAIN, and Auth0's status page.",
    )


def _keys(caller: Caller, uri: object) -> Answer | None:
    # Whoever answers for the tenant shall not send us anywhere else than the web.
    if not isinstance(uri, str) or not uri.startswith(("https://", "http://")):
        return None
    try:
        return caller.get(uri)
    except NoAnswerError:
        return None


def _discovery(seen: Metadata) -> Iterator[Finding]:
    if is_tenant(seen):
        yield passed("discovery", f"{seen.origin} answers in {seen.document.seconds:.1f} s")
    else:
        yield failed(
            "discovery",
            f"{seen.origin} answers with {seen.document.status}, and with no OpenID configuration",
            "AUTH0_DOMAIN must be the tenant's domain, such as pizza.eu.auth0.com.",
        )


def _issuer(seen: Metadata) -> Iterator[Finding]:
    """https://auth0.com/docs/secure/tokens/access-tokens/validate-access-tokens"""
    issuer = str(seen.document.get("issuer"))
    if issuer == f"{seen.origin}/":
        yield passed("issuer", f"{issuer}, slash and all")
    elif issuer == seen.origin:
        yield failed(
            "issuer",
            "it has no slash at its end, so the skill refuses every token",
            "That is no Auth0 tenant: Auth0 writes the slash.",
        )
    else:
        yield failed(
            "issuer",
            f"tokens come from {urlsplit(issuer).hostname}, and the skill takes none of theirs",
            "Set AUTH0_DOMAIN to that domain, and import auth0/ and account linking with it.",
        )


def _endpoints(seen: Metadata) -> Iterator[Finding]:
    for ours, theirs in (
        ("authorizationUrl", "authorization_endpoint"),
        ("accessTokenUrl", "token_endpoint"),
    ):
        told = str(seen.linking.get(ours, "")).partition("?")[0]
        if told == seen.document.get(theirs):
            yield passed(ours, f"it is the tenant's {theirs}")
        else:
            yield failed(
                ours,
                f"Alexa is told another address than the tenant's {theirs}",
                "Apply account linking once more: make link.",
            )


def _algorithm(seen: Metadata) -> Iterator[Finding]:
    keys = seen.keys.get("keys") if seen.keys else None
    known = keys if isinstance(keys, list) else []
    if any(isinstance(key, dict) and key.get("alg") == "RS256" for key in known):
        yield passed("keys", "RS256")
    else:
        yield failed(
            "keys",
            "the tenant publishes no RS256 key, so no token can be verified",
            "Auth0's dashboard: Settings > Signing Keys.",
        )


def _pkce(seen: Metadata) -> Iterator[Finding]:
    methods = seen.document.get("code_challenge_methods_supported")
    if isinstance(methods, list) and "S256" in methods:
        yield passed("PKCE", "S256")
    else:
        yield warned(
            "PKCE",
            "the tenant does not say that it takes S256",
            "Leave PKCE switched off in the developer console.",
        )
