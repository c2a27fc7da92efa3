"""The Alexa app: enabling the skill, the card feed, and account linking for real.

The linking is what Alexa does: the authorization code grant with state and PKCE in the
customer's browser, the code exchanged with HTTP Basic behind their back, the access token
sent along with every request, and refreshed when it expires.

https://developer.amazon.com/docs/account-linking/configure-authorization-code-grant.html
"""

from __future__ import annotations

import copy
import hashlib
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import requests

from simulator.envelope import amazon_id

REFRESH_BEFORE = timedelta(seconds=30)

TOKEN_ENDPOINT_TIMEOUT_S = 4.5
"""https://developer.amazon.com/docs/account-linking/requirements-account-linking.html"""


AMAZON_ACCOUNT = {
    "email": "lovelace@example.com",
    "name": "Ada Lovelace",
    "given_name": "Ada",
    "mobile_number": {"countryCode": "+1", "phoneNumber": "5555550100"},
}


class LinkingError(Exception):
    """The account could not be linked; the message is what the app shows."""


@dataclass(frozen=True)
class AccountLinking:
    """The skill's account linking, as an operator fills it in for Alexa."""

    authorization_url: str
    token_url: str
    client_id: str
    client_secret: str
    scopes: tuple[str, ...]
    redirect_url: str
    implicit_redirect_url: str
    implicit: bool = False
    """The implicit grant instead of the authorization code grant: no code, no refreshing."""


@dataclass(frozen=True)
class Link:
    """A linked account, as far as Alexa knows it: by its tokens."""

    access_token: str
    expires: datetime | None
    """None if the token endpoint does not tell."""
    refresh_token: str | None


@dataclass(frozen=True)
class Card:
    """A card in the app's feed."""

    id: int
    turn: int
    content: dict[str, Any]


@dataclass(frozen=True)
class _Attempt:
    verifier: str
    linking: AccountLinking


@dataclass
class AlexaApp:
    """One customer's Alexa app.

    Args:
        linking: read at every use, since a new deployment may change it.
        deliver: takes skill events, (type, body) each.
    """

    linking: Callable[[], AccountLinking]
    now: Callable[[], datetime]
    deliver: Callable[[str, dict[str, Any] | None], None]
    enabled: bool = True
    user_id: str = field(default_factory=lambda: amazon_id("ask.account"))
    link: Link | None = None
    cards: list[Card] = field(default_factory=list)
    permissions: set[str] = field(default_factory=set)
    account: dict[str, Any] = field(default_factory=lambda: copy.deepcopy(AMAZON_ACCOUNT))
    """What the customer's Amazon account has; another one than the linked account."""
    _attempts: dict[str, _Attempt] = field(default_factory=dict)

    def enable(self) -> None:
        """Enable the skill."""
        if not self.enabled:
            self.enabled = True
            self.deliver("SkillEnabled", None)

    def disable(self) -> None:
        """Disable the skill: the link goes, and the next userId will be another one."""
        if not self.enabled:
            return
        self.enabled, self.link = False, None
        self.permissions.clear()
        self.deliver("SkillDisabled", {"userInformationPersistenceStatus": "NOT_PERSISTED"})
        self.user_id = amazon_id("ask.account")

    def unlink(self) -> None:
        """Forget the linked account. No event tells the skill of it.

        Amazon has one, AlexaSkillEvent.SkillAccountUnlinked, but ask-sdk-model cannot
        read it, so the skill does not subscribe to it.
        """
        self.link = None

    def allow(self, scope: str) -> None:
        """Grant a permission, such as "alexa::profile:email:read"."""
        self.permissions.add(scope)
        self.deliver("SkillPermissionAccepted", self._permissions())

    def deny(self, scope: str) -> None:
        """Take a permission back."""
        self.permissions.discard(scope)
        self.deliver("SkillPermissionChanged", self._permissions())

    def linking_url(self) -> str:
        """Where the customer's browser goes to link: a new attempt at each call."""
        linking = self.linking()
        state, verifier = secrets.token_urlsafe(24), secrets.token_urlsafe(48)
        self._attempts[state] = _Attempt(verifier, linking)
        asked = {
            "client_id": linking.client_id,
            "scope": " ".join(linking.scopes),
            "state": state,
        } | (_implicit(linking) if linking.implicit else _with_code(linking, verifier))
        separator = "&" if urlsplit(linking.authorization_url).query else "?"
        return linking.authorization_url + separator + urlencode(asked)

    def finish_linking(self, url: str) -> None:
        """Take the URL that the browser was sent back to; linking enables the skill too.

        Raises:
            LinkingError: the login was refused, or the answer is not to our question.
        """
        parts = urlsplit(url)
        answer = {k: v[0] for k, v in parse_qs(parts.fragment or parts.query).items()}
        attempt = self._attempts.pop(answer.get("state", ""), None)
        if attempt is None:
            raise LinkingError("this answer belongs to no login that was begun here")
        if "error" in answer:
            raise LinkingError(answer.get("error_description", answer["error"]))
        if not attempt.linking.implicit:
            answer = self._exchange(attempt, answer.get("code", ""))
        if "access_token" not in answer:
            raise LinkingError(answer.get("error_description", "there is no access token"))
        self.link = self._from(answer)
        self.enable()
        self.deliver("SkillAccountLinked", {"accessToken": self.link.access_token})

    def access_token(self) -> str | None:
        """What rides in the next envelope: refreshed, if it is about to expire."""
        if self.link and self.link.expires and self.now() >= self.link.expires - REFRESH_BEFORE:
            self._refresh(self.link)
        return self.link.access_token if self.link else None

    def _exchange(self, attempt: _Attempt, code: str) -> dict[str, Any]:
        return self._token_request(
            attempt.linking,
            grant_type="authorization_code",
            code=code,
            redirect_uri=attempt.linking.redirect_url,
            code_verifier=attempt.verifier,
        )

    def _refresh(self, link: Link) -> None:
        """Get a new access token; when that fails Alexa goes on sending the old one."""
        if link.refresh_token is None:
            return
        answer = self._token_request(
            self.linking(), grant_type="refresh_token", refresh_token=link.refresh_token
        )
        if "access_token" in answer:
            fresh = self._from(answer)
            kept = fresh.refresh_token or link.refresh_token
            self.link = replace(fresh, refresh_token=kept)

    def _token_request(self, linking: AccountLinking, **form: str) -> dict[str, Any]:
        """What the token endpoint answers, tokens or an error (RFC 6749, section 5)."""
        try:
            response = requests.post(
                linking.token_url,
                data=form,
                auth=(linking.client_id, linking.client_secret),
                timeout=TOKEN_ENDPOINT_TIMEOUT_S,
            )
            answer = response.json()
        except requests.RequestException:
            return {"error_description": "the token endpoint did not answer"}
        return answer if isinstance(answer, dict) else {}

    def _from(self, answer: dict[str, Any]) -> Link:
        lives = answer.get("expires_in")
        return Link(
            access_token=answer["access_token"],
            expires=self.now() + timedelta(seconds=int(lives)) if lives else None,
            refresh_token=answer.get("refresh_token"),
        )

    def _permissions(self) -> dict[str, Any]:
        return {"acceptedPermissions": [{"scope": scope} for scope in sorted(self.permissions)]}


def _with_code(linking: AccountLinking, verifier: str) -> dict[str, str]:
    digest = hashlib.sha256(verifier.encode()).digest()
    return {
        "response_type": "code",
        "redirect_uri": linking.redirect_url,
        "code_challenge": urlsafe_b64encode(digest).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
    }


def _implicit(linking: AccountLinking) -> dict[str, str]:
    return {"response_type": "token", "redirect_uri": linking.implicit_redirect_url}
