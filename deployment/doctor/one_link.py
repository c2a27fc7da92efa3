"""One account linked as Alexa links it, to see what only tokens show.

Somebody signs in; the code is exchanged, and the refresh token is used twice, as when the
first answer is lost on the way. The grant is given up at the end.
"""

from __future__ import annotations

import hashlib
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlencode, urlsplit

from deployment.doctor.calls import WORD, Answer, NoAnswerError
from deployment.doctor.case import Case, OneLink, SignInError
from deployment.doctor.linking_request import SHORTEST_TOKEN_LIFE_S, USED_SCOPES
from deployment.doctor.token_endpoint import in_time, post, post_to
from deployment.doctor.verdicts import Finding, failed, judged, listed, passed, warned
from pizza_on_demand.clients.auth0 import Auth0Client
from pizza_on_demand.composition.identity import customers_of_alexa
from pizza_on_demand.customers import (
    Customer,
    IdentityError,
    IdentityUnavailableError,
    MissingScopeError,
    WrongTokenError,
)
from pizza_on_demand.settings import Settings


class LinkError(Exception):
    """The account was not linked; the text says why, and is fit to be printed."""


@dataclass(frozen=True)
class Link:
    """What came of it."""

    tokens: Answer = field(repr=False)
    refreshed: Answer | None = field(repr=False)
    """None if there was no refresh token."""
    once_more: Answer | None = field(repr=False)
    """The answer to the same refresh token."""
    customer: Customer | IdentityError | None = field(repr=False)
    """Whom the skill recognises; None if its settings could not be read."""
    needed: frozenset[str]


def gather(case: Case, link: OneLink, settings: Settings | None) -> Link:
    """Link an account, refresh, and give it up again.

    Raises:
        LinkError: it did not get as far as a token.
    """
    try:
        tokens = _tokens(case, link)
        return _used(case, tokens, settings)
    except SignInError as error:
        raise LinkError(f"nobody signed in: {error}") from None
    except NoAnswerError as error:
        raise LinkError(f"in the middle of it {error}") from None


def findings(seen: Link) -> Iterator[Finding]:
    """Whether the link holds, and the skill knows its customer."""
    yield in_time("code for tokens", seen.tokens.seconds)
    yield from judged(
        seen, (_lifetime, _refresh_token, _refreshing, _rotation, _recognised, _needless)
    )


def not_seen() -> Finding:
    """What to say when nobody is there to sign in."""
    return warned(
        "a link",
        "expires_in, refresh token, its rotation and the profile are seen only by linking once",
        "Set ALEXA_CLIENT_SECRET, ask again with --link, and sign in.",
    )


def not_linked(error: LinkError) -> Finding:
    """What to say when it did not come to a link."""
    return failed("a link", str(error), "The lines above tell what is wrong with the request.")


def _tokens(case: Case, link: OneLink) -> Answer:
    verifier = secrets.token_urlsafe(48)
    exchange = {
        "grant_type": "authorization_code",
        "code": _code(case, link, verifier),
        "redirect_uri": link.redirect_url,
        "code_verifier": verifier,
    }
    tokens = post(case, exchange)
    if not isinstance(tokens.get("access_token"), str):
        raise LinkError(f"Auth0 gives no token for the code ({tokens.error})")
    return tokens


def _code(case: Case, link: OneLink, verifier: str) -> str:
    state = secrets.token_urlsafe(24)
    led = link.sign_in(_authorization_url(case, link, state, verifier))
    told = {name: values[0] for name, values in parse_qs(urlsplit(led).query).items()}
    if told.get("state") != state:
        raise LinkError("the answer of the login page is not to our question")
    if "code" not in told:
        refused = told.get("error", "")
        why = refused if WORD.fullmatch(refused) else "without a reason"
        raise LinkError(f"Auth0 gave no code ({why})")
    return told["code"]


def _authorization_url(case: Case, link: OneLink, state: str, verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    asked = {
        "response_type": "code",
        "client_id": case.client_id,
        "redirect_uri": link.redirect_url,
        "scope": " ".join(case.linking.get("scopes", ())),
        "state": state,
        "code_challenge": urlsafe_b64encode(digest).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
    }
    separator = "&" if urlsplit(case.authorization_url).query else "?"
    return case.authorization_url + separator + urlencode(asked)


def _used(case: Case, tokens: Answer, settings: Settings | None) -> Link:
    # First the profile: a refresh token that counts as stolen takes the access token with it.
    customer = _customer(case, tokens.get("access_token"), settings)
    refreshed, once_more = _refreshed_twice(case, tokens.get("refresh_token"))
    needed = USED_SCOPES | (settings.auth0_scopes if settings else frozenset())
    return Link(tokens, refreshed, once_more, customer, needed)


def _refreshed_twice(case: Case, token: object) -> tuple[Answer | None, Answer | None]:
    if not isinstance(token, str):
        return None, None
    form = {"grant_type": "refresh_token", "refresh_token": token}
    answers = post(case, form), post(case, form)
    _give_up(case, token)
    return answers


def _customer(
    case: Case, access_token: str, settings: Settings | None
) -> Customer | IdentityError | None:
    """Whom the skill's own code makes of it."""
    if settings is None:
        return None
    customers = customers_of_alexa(settings, Auth0Client(settings.auth0_origin), case.now)
    try:
        try:
            return customers.recognize(access_token)
        except IdentityUnavailableError:
            # With HS256 the skill asks the Management API, which the doctor has kept busy.
            case.wait(1.0)
            return customers.recognize(access_token)
    except IdentityError as error:
        return error


def _give_up(case: Case, refresh_token: str) -> None:
    """https://auth0.com/docs/api/authentication/revoke-refresh-token"""
    post_to(case, f"{case.origin}/oauth/revoke", {"token": refresh_token})


def _lifetime(seen: Link) -> Iterator[Finding]:
    for answer in filter(None, (seen.tokens, seen.refreshed)):
        if answer.status == 200 and (finding := _wrong_lifetime(answer.get("expires_in"))):
            yield finding
            return
    yield passed("expires_in", f"{seen.tokens.get('expires_in')} s")


def _wrong_lifetime(seconds: object) -> Finding | None:
    if not isinstance(seconds, int):
        return failed(
            "expires_in",
            "the token endpoint does not say how long tokens live, so Alexa never refreshes them",
            "Look for Actions or a proxy that change Auth0's answer.",
        )
    if seconds < SHORTEST_TOKEN_LIFE_S:
        return failed(
            "expires_in",
            f"tokens live for {seconds} s, and Amazon asks for {SHORTEST_TOKEN_LIFE_S} s",
            "Set the API's token lifetime to 3600 s: import auth0/ again.",
        )
    return None


def _refresh_token(seen: Link) -> Iterator[Finding]:
    if seen.refreshed is not None:
        yield passed("refresh token", "there is one")
    else:
        yield failed(
            "refresh token",
            "there is none, so customers have to link again when the first token ends",
            "Ask for offline_access, and allow it at the API and the application (refresh_token).",
        )


def _refreshing(seen: Link) -> Iterator[Finding]:
    if seen.refreshed is None:
        return
    if seen.refreshed.status == 200:
        yield in_time("refreshing", seen.refreshed.seconds)
    else:
        yield failed(
            "refreshing",
            f"Auth0 refuses the token that it has just given ({seen.refreshed.error})",
            "Look at the tenant's log: Monitoring > Logs, type “Failed exchange”.",
        )


def _rotation(seen: Link) -> Iterator[Finding]:
    """Amazon: “should not immediately invalidate old refresh tokens”.

    https://developer.amazon.com/docs/account-linking/requirements-account-linking.html
    """
    if seen.refreshed is None or seen.once_more is None or seen.refreshed.status != 200:
        return
    if seen.once_more.status != 200:
        yield failed(
            "rotation",
            "a refresh token is good for one answer: if that is lost, the customer is unlinked",
            "Set the application's refresh tokens to non-rotating, or give them an overlap period.",
        )
    elif seen.refreshed.get("refresh_token"):
        yield passed("rotation", "on, with an overlap for answers that are lost")
    else:
        yield passed("rotation", "off")


def _recognised(seen: Link) -> Iterator[Finding]:
    match seen.customer:
        case Customer():
            yield passed("recognised", "the skill knows whose token it is")
        case WrongTokenError() as error:
            yield failed(
                "recognised",
                f"the skill refuses the token: {error.reason}",
                "Make the settings, the API and Alexa's account linking fit together.",
            )
        case MissingScopeError() as error:
            yield failed(
                "recognised",
                f"the token does not allow {error.scope}",
                "Add the scope to account linking.",
            )
        case IdentityUnavailableError():
            yield warned(
                "recognised",
                "Auth0 gave no profile just now: it is slow, away, or asked too often",
                "Ask again in a minute.",
            )
        case IdentityError() as error:
            yield failed(
                "recognised",
                f"the skill does not know the customer ({type(error).__name__})",
                "Look at the user in Auth0's dashboard.",
            )


def _needless(seen: Link) -> Iterator[Finding]:
    granted = frozenset(str(seen.tokens.get("scope") or "").split())
    if needless := granted - seen.needed:
        yield warned(
            "granted scopes",
            f"nothing uses {listed(needless)}",
            "Take them from account linking and from the application's grants.",
        )
