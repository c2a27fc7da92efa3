"""The token endpoint, asked as Alexa asks, with a code and a refresh token that are none.

With her secret Auth0 tells by the way it refuses which grants are on (RFC 6749, section 5.2).
Without it one sees only how fast it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from deployment.doctor.calls import TOKEN_ENDPOINT_TIMEOUT_S, Answer, NoAnswerError
from deployment.doctor.case import Case
from deployment.doctor.verdicts import Finding, failed, judged, passed, warned

NONE = "none-of-yours-said-the-doctor"
_FORMS: Mapping[str, Mapping[str, str]] = {
    "authorization_code": {"code": NONE},
    "refresh_token": {"refresh_token": NONE},
    "client_credentials": {},
}


@dataclass(frozen=True)
class TokenEndpoint:
    """Its answers by grant type, or why there is none."""

    answers: Mapping[str, Answer]
    trouble: str | None
    has_secret: bool


def gather(case: Case) -> TokenEndpoint:
    """Ask once for each grant; without the secret, once."""
    has_secret = case.alexa_secret is not None
    grants = list(_FORMS)[: None if has_secret else 1]
    answers: dict[str, Answer] = {}
    try:
        for grant in grants:
            answers[grant] = post(case, {"grant_type": grant} | _form(case, grant))
    except NoAnswerError as error:
        return TokenEndpoint(answers, str(error), has_secret)
    broken = next((answer for answer in answers.values() if answer.status >= 500), None)
    trouble = f"it answers with {broken.status}" if broken else None
    return TokenEndpoint(answers, trouble, has_secret)


def findings(seen: TokenEndpoint) -> Iterator[Finding]:
    """Whether Alexa gets her tokens, and no others."""
    yield from _speed(seen)
    if not seen.has_secret:
        yield warned(
            "grants",
            "which ones are on is not seen without the secret of Alexa's application",
            "Set ALEXA_CLIENT_SECRET, and ask again.",
        )
    elif seen.trouble is None:
        yield from judged(seen, (_secret, _refreshing, _machine))


def post(case: Case, form: Mapping[str, str]) -> Answer:
    """Ask the token endpoint as Alexa does; raises NoAnswerError."""
    if case.token_url is None:
        raise NoAnswerError("Alexa is told no address that a secret may be sent to")
    return post_to(case, case.token_url, form)


def post_to(case: Case, url: str, form: Mapping[str, str]) -> Answer:
    """Ask somebody with Alexa's secret, sent as she sends it; raises NoAnswerError."""
    basic = case.linking.get("accessTokenScheme", "HTTP_BASIC") == "HTTP_BASIC"
    return case.caller.post(
        url, form, client_id=case.client_id, secret=case.alexa_secret, basic=basic
    )


def in_time(subject: str, seconds: float) -> Finding:
    """Whether Alexa would have waited for it."""
    if seconds < TOKEN_ENDPOINT_TIMEOUT_S:
        return passed(subject, f"{seconds:.1f} s, and Alexa waits {TOKEN_ENDPOINT_TIMEOUT_S:g} s")
    return failed(
        subject,
        f"it took {seconds:.1f} s, and Alexa waits {TOKEN_ENDPOINT_TIMEOUT_S:g} s",
        "Look for slow Actions in Auth0's dashboard, under Monitoring > Logs.",
    )


def _form(case: Case, grant: str) -> dict[str, str]:
    form = dict(_FORMS[grant])
    if grant == "authorization_code":
        form["redirect_uri"] = case.redirect_urls[0]
    if grant == "client_credentials":
        form["audience"] = f"{case.origin}/api/v2/"
    return form


def _speed(seen: TokenEndpoint) -> Iterator[Finding]:
    if seen.trouble:
        yield failed(
            "token endpoint",
            f"Alexa gets no tokens: {seen.trouble}",
            "Check accessTokenUrl, Auth0's status page, and slow Actions of the tenant.",
        )
    else:
        yield in_time("token endpoint", max(answer.seconds for answer in seen.answers.values()))


def _secret(seen: TokenEndpoint) -> Iterator[Finding]:
    answer = seen.answers["authorization_code"]
    if answer.error == "invalid_grant":
        yield passed("secret", "Auth0 takes it the way that Alexa sends it")
    elif answer.error == "unauthorized_client":
        yield failed(
            "secret",
            "it is right, but the application may not use the grant authorization_code",
            "Add that grant: import auth0/ again.",
        )
    else:
        yield failed(
            "secret",
            f"Auth0 refuses it ({answer.error}): it is another, or has to be sent another way",
            "Compare the secret, and accessTokenScheme with the authentication method at Auth0.",
        )


def _refreshing(seen: TokenEndpoint) -> Iterator[Finding]:
    answer = seen.answers["refresh_token"]
    if answer.error == "unauthorized_client":
        yield failed(
            "grant refresh_token",
            "it is off, so links end with their first token",
            "Add that grant to Alexa's application: import auth0/ again.",
        )
    elif answer.error == "invalid_grant":
        yield passed("grant refresh_token", "on")


def _machine(seen: TokenEndpoint) -> Iterator[Finding]:
    answer = seen.answers["client_credentials"]
    if answer.error == "unauthorized_client":
        yield passed("grant client_credentials", "off")
    elif answer.status == 200:
        yield failed(
            "grant client_credentials",
            "the secret that Alexa keeps opens the Management API",
            "Take that grant and every scope of the Management API from the application.",
        )
    elif answer.error == "access_denied" and answer.status == 403:
        yield failed(
            "grant client_credentials",
            "it is on, although Alexa never needs it",
            "Remove that grant from Alexa's application: import auth0/ again.",
        )
