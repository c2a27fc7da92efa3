"""What the Management API tells of the tenant, to who has a token for it.

Such a token comes from Auth0's dashboard (Applications > APIs > Auth0 Management API > API
Explorer), lives for a day, and is never printed.
https://auth0.com/docs/secure/tokens/access-tokens/management-api-access-tokens
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from deployment.doctor.calls import Answer, NoAnswerError
from deployment.doctor.case import Case, Json
from deployment.doctor.configuration import Configuration, ConfigurationError, Expected
from deployment.doctor.verdicts import Finding, warned

TRIES = 8
"""The free plan allows two requests a second.
https://auth0.com/docs/troubleshoot/customer-support/operational-policies/rate-limit-policy"""


def gather(case: Case, origin: str, expected: Expected) -> Configuration:
    """Read Alexa's application, the API, what they may do, and the ways to send codes.

    Raises:
        ConfigurationError: the token is not good for that, or something is not there.
    """
    backend = case.environment.get("AUTH0_BACKEND_CLIENT_ID", "").strip()
    api = f"resource-servers/{quote(expected.audience or '', safe='')}"
    return Configuration(
        alexa=_read(case, origin, f"clients/{quote(case.client_id, safe='')}"),
        api=_known(_ask(case, origin, api)) if expected.audience else None,
        alexas_grants=_grants(case, origin, case.client_id),
        backends_grants=_grants(case, origin, backend) if backend else (),
        connections=tuple(_read(case, origin, "connections?strategy=email&strategy=sms")),
        expected=expected,
    )


def not_seen() -> Finding:
    """What to say without a token."""
    return warned(
        "the tenant's own settings",
        "what is really set in the tenant is seen only with a token for the Management API",
        "Set AUTH0_MANAGEMENT_TOKEN to one with read:clients, read:client_grants, "
        "read:resource_servers and read:connections.",
    )


def not_readable(error: ConfigurationError) -> Finding:
    """What to say of a token that is not good for it."""
    return warned(
        "the tenant's own settings",
        str(error),
        "Get a fresh AUTH0_MANAGEMENT_TOKEN with these four: read:clients, read:client_grants, "
        "read:resource_servers, read:connections.",
    )


def _grants(case: Case, origin: str, client_id: str) -> tuple[Json, ...]:
    return tuple(_read(case, origin, f"client-grants?client_id={quote(client_id, safe='')}"))


def _read(case: Case, origin: str, path: str) -> Any:
    answer = _ask(case, origin, path)
    if answer.status != 200:
        what = path.partition("?")[0].partition("/")[0]
        raise ConfigurationError(f"the Management API gives no {what} ({answer.status})")
    return answer.body


def _known(answer: Answer) -> Json | None:
    """Who asks for an API that is not there learns that from its own line."""
    if answer.status == 404:
        return None
    if answer.status != 200:
        raise ConfigurationError(f"the Management API gives no resource-servers ({answer.status})")
    body: Json = answer.body
    return body


def _ask(case: Case, origin: str, path: str) -> Answer:
    for _ in range(TRIES):
        try:
            answer = case.caller.get(f"{origin}/api/v2/{path}", bearer=case.management_token)
        except NoAnswerError as error:
            raise ConfigurationError(f"the Management API: {error}") from None
        if answer.status != 429:
            return answer
        case.wait(0.5)
    raise ConfigurationError("the Management API wants to be asked less often")
