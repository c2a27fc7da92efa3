"""Does the login page open for Alexa? Seen from outside, with no secret and nobody signed in.

Auth0 looks at client, redirect URL and audience before it shows the page. If the first two
are wrong it shows an error; if it is something else, it tells the redirect URL (RFC 6749,
section 4.1.2.1).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import parse_qs, urljoin, urlsplit

from deployment.doctor.calls import WORD, Answer, NoAnswerError
from deployment.doctor.case import Case
from deployment.doctor.verdicts import Finding, failed, judged, listed, passed
from pizza_on_demand.settings import Settings

#: RFC 7636, appendix B: a challenge that somebody else has the verifier of.
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


@dataclass(frozen=True)
class Opened:
    """What became of an authorization request."""

    outcome: Literal["login", "refused", "error page"]
    word: str = ""
    """OAuth's word for the refusal, or the status of the error page."""


@dataclass(frozen=True)
class LoginPage:
    """What became of each."""

    by_redirect_url: Mapping[str, Opened]
    implicit: Opened
    order_page: Opened | None
    """None if there is no such page."""
    audience: str | None


def gather(case: Case, settings: Settings | None) -> LoginPage:
    """Ask for it as Alexa's three apps do, as an implicit grant would, and as the order page.

    Raises:
        NoAnswerError: the tenant is gone.
    """
    code = {url: _open(case, _alexa(case, url)) for url in case.redirect_urls}
    allowed = [url for url, opened in code.items() if opened.outcome != "error page"]
    implicit = _alexa(case, (allowed or case.redirect_urls)[0]) | {"response_type": "token"}
    page = _order_page(settings) if settings else None
    return LoginPage(
        by_redirect_url=code,
        implicit=_open(case, implicit),
        order_page=_open(case, page) if page else None,
        audience=case.audience,
    )


def findings(seen: LoginPage) -> Iterator[Finding]:
    """Whether customers can get as far as their password."""
    yield from judged(seen, (_redirect_urls, _request, _implicit, _order_page_opens))


def unreachable(error: NoAnswerError) -> Finding:
    """What to say of a page that is not there."""
    return failed("login page", f"it cannot be asked for: {error}", "Check authorizationUrl.")


def _alexa(case: Case, redirect_url: str) -> dict[str, str]:
    scopes = " ".join(case.linking.get("scopes", ()))
    return _request_of(case.client_id, redirect_url, scopes)


def _order_page(settings: Settings) -> dict[str, str] | None:
    if settings.auth0_web_client_id is None:
        return None
    callback = f"{settings.web_origin}/callback"
    return _request_of(settings.auth0_web_client_id, callback, "openid")


def _request_of(client_id: str, redirect_url: str, scopes: str) -> dict[str, str]:
    return {
        "client_id": client_id,
        "redirect_uri": redirect_url,
        "response_type": "code",
        "scope": scopes,
        "state": "doctor",
        "nonce": "doctor",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }


def _open(case: Case, asked: Mapping[str, str]) -> Opened:
    url = case.authorization_url
    return _outcome(case.caller.get(url, asked), url, asked["redirect_uri"])


def _outcome(answer: Answer, asked: str, redirect_url: str) -> Opened:
    led = urljoin(asked, answer.location)
    told = parse_qs(urlsplit(led).query) | parse_qs(urlsplit(led).fragment)
    error = told.get("error", [""])[0]
    if not 300 <= answer.status < 400:
        return Opened("error page", str(answer.status))
    if led.startswith(redirect_url):
        return Opened("refused", error if WORD.fullmatch(error) else "without a reason")
    # A tenant with an error page of its own redirects there, and says what is wrong.
    return Opened("error page", "an error") if error else Opened("login")


def _redirect_urls(seen: LoginPage) -> Iterator[Finding]:
    refused = {
        str(urlsplit(url).hostname): opened
        for url, opened in seen.by_redirect_url.items()
        if opened.outcome == "error page"
    }
    if not refused:
        yield passed("redirect URLs", "all three of Alexa's are allowed")
    elif len(refused) == len(seen.by_redirect_url):
        yield failed(
            "redirect URLs",
            f"Auth0 shows an error ({next(iter(refused.values())).word}) for all three of Alexa's: "
            "the client id is wrong, or none of them is allowed",
            "Check the client id, and ALEXA_VENDOR_ID in auth0/config.json; import auth0/ again.",
        )
    else:
        yield failed(
            "redirect URLs",
            f"Auth0 does not allow those at {listed(refused)}, and the language of the "
            "customer's app decides which one is used",
            "Add them to the Allowed Callback URLs of Alexa's application: import auth0/ again.",
        )


def _request(seen: LoginPage) -> Iterator[Finding]:
    words = {o.word for o in seen.by_redirect_url.values() if o.outcome == "refused"}
    if words:
        yield failed(
            "login page",
            f"Auth0 refuses the request ({listed(words)}): most often it knows no API "
            f"{seen.audience}, or Alexa's application may not use it",
            "Compare AUTH0_AUDIENCE with the identifier of the API, and import auth0/ again.",
        )
    elif any(opened.outcome == "login" for opened in seen.by_redirect_url.values()):
        yield passed("login page", "it opens")


def _implicit(seen: LoginPage) -> Iterator[Finding]:
    if seen.implicit.outcome == "login":
        yield failed(
            "implicit grant",
            "it is on, so tokens can be had without the secret",
            "Remove the grant “implicit” from Alexa's application.",
        )
    elif seen.implicit.outcome == "refused":
        yield passed("implicit grant", "off")


def _order_page_opens(seen: LoginPage) -> Iterator[Finding]:
    if seen.order_page is None:
        return
    if seen.order_page.outcome == "error page":
        yield failed(
            "order page",
            "Auth0 does not know its application, or does not allow its redirect URL",
            "Compare WEB_ORIGIN with auth0/config.json, and AUTH0_WEB_CLIENT_ID with Auth0's.",
        )
    elif seen.order_page.outcome == "login":
        yield passed("order page", "its customers get to the login page")
