"""What the doctor has before it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from time import sleep
from typing import Any
from urllib.parse import parse_qs, urlsplit

from deployment.ask_cli import PROJECT
from deployment.doctor.calls import Caller
from pizza_on_demand.settings import Reader

Json = dict[str, Any]

#: Where Alexa's own apps come back to. The app's language, not its place, selects which.
#: https://developer.amazon.com/docs/account-linking/configure-authorization-code-grant.html
ALEXA_HOSTS = ("pitangui.amazon.com", "layla.amazon.com", "alexa.amazon.co.jp")

LOOPBACK = ("127.0.0.1", "localhost", "::1")

#: Opens a login page for somebody, and gives the address that it sends them back to.
#: Raises SignInError.
SignIn = Callable[[str], str]


class SignInError(Exception):
    """Nobody signed in; the text says why."""


@dataclass(frozen=True)
class Files:
    """What of this repository is read."""

    template: Path = PROJECT / "template.yaml"
    tenant: Path = PROJECT / "auth0" / "tenant.yaml"
    skill_package: Path = PROJECT / "skill-package"
    model_sources: Path = PROJECT / "interaction_model"


@dataclass(frozen=True)
class OneLink:
    """How an account is linked for once, to look at the tokens."""

    redirect_url: str
    """Where the login page sends the browser back to."""
    sign_in: SignIn


@dataclass(frozen=True)
class Case:
    """A deployment, and what there is to examine it with."""

    environment: Mapping[str, str] = field(repr=False)
    """The skill's settings, as its function has them."""
    linking: Json
    """What Alexa is told of account linking: SMAPI's accountLinkingRequest. Empty if unknown."""
    keywords: Mapping[str, str] = field(repr=False)
    """What the ##KEYWORDS## of auth0/ stand for."""
    alexa_secret: str | None = field(default=None, repr=False)
    """Of the application that Alexa links with."""
    skill_id: str | None = None
    """As Amazon gave it; None if the skill was never deployed from here."""
    management_token: str | None = field(default=None, repr=False)
    link: OneLink | None = None
    function: str | None = None
    """Name or ARN of the skill's function; None if it is not to be looked at."""
    files: Files = field(default_factory=Files)
    caller: Caller = field(default_factory=Caller)
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    wait: Callable[[float], None] = sleep

    @property
    def origin(self) -> str | None:
        """Where the tenant answers; None if no setting says it."""
        return Reader(self.environment).origin("AUTH0_DOMAIN", needed=False)

    @property
    def client_id(self) -> str:
        """The application that Alexa links with."""
        return str(self.linking.get("clientId", ""))

    @property
    def authorization_url(self) -> str:
        """Where Alexa sends customers; blank if nobody says."""
        return str(self.linking.get("authorizationUrl", ""))

    @property
    def token_url(self) -> str | None:
        """Where Alexa gets tokens; None if nobody says, or a secret may not travel there."""
        url = str(self.linking.get("accessTokenUrl", ""))
        is_safe = url.startswith("https://") or urlsplit(url).hostname in LOOPBACK
        return url if is_safe else None

    @property
    def audience(self) -> str | None:
        """What Alexa asks for tokens for; None leaves them opaque."""
        query = parse_qs(urlsplit(self.authorization_url).query)
        return query.get("audience", [None])[0]

    @property
    def redirect_urls(self) -> tuple[str, ...]:
        """Alexa's three, by the vendor's id."""
        vendor = self.keywords.get("ALEXA_VENDOR_ID", "")
        return tuple(f"https://{host}/api/skill/link/{vendor}" for host in ALEXA_HOSTS)
