"""Every setting of the skill, read once from the environment."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal, TypeVar

CodeSender = Literal["own", "auth0"]
Fulfilment = Literal["pickup", "delivery"]
Word = TypeVar("Word", bound=str)

SHORTEST_SECRET = 32
"""Characters: below it the key, and not the code, would be what is guessed."""

_HTTPS = re.compile(r"(?:https://)?([a-z0-9][a-z0-9.-]*(?::\d{1,5})?)/?")
_HTTP_ON_LOOPBACK = re.compile(r"http://((?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?)/?")
_PATH = re.compile(r"(?:[\w-]+(?:/[\w-]+)*)?")
_NUMBER = re.compile(r"[0-9]{1,6}")


class SettingsError(Exception):
    """Settings are missing or make no sense; all of them are named at once."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Settings:
    """What an operator can choose. The README explains each in a table."""

    auth0_origin: str
    """Where the tenant answers, such as "https://pizza.eu.auth0.com", without a final slash."""
    mail_from: str
    mail_region: str | None
    auth0_audience: str | None
    """With it access tokens must be JWTs for this API; without it they are opaque."""
    auth0_signing_key: str | None = field(repr=False)
    """With it JWTs must be signed with this secret (HS256), else with the tenant's keys (RS256)."""
    auth0_client_id: str | None
    """The application that Alexa links with. JWTs issued to another one are refused;
    an opaque token does not show whose it is."""
    auth0_scopes: frozenset[str]
    """What each JWT must allow."""
    skill_id: str | None
    table_name: str | None
    """With it orders can be placed: they, their codes and the links in mails need keys then."""
    web_origin: str | None
    """Where the links in mails lead, such as "https://order.pizza.example"."""
    link_keys: tuple[str, ...] = field(repr=False)
    """What links in mails are signed with, the newest first."""
    code_sender: CodeSender
    code_keys: tuple[str, ...] = field(repr=False)
    """What our own codes are hashed with, the newest first."""
    code_length: int
    """Digits. With Auth0's codes this says what its connections are set to."""
    code_lives: timedelta
    """The same is true of this."""
    order_lives: timedelta
    """How long an order waits for its code."""
    sms_codes: bool
    """Whether codes may go to a confirmed phone too."""
    sms_region: str | None
    phone_from_metadata: bool
    """Whether a number that nobody has confirmed will do."""
    alexa_pin: bool
    """Whether recognised speakers confirm with the PIN of their Alexa profile, where it is asked
    for: skill.json must have the permission then."""
    auth0_backend_client_id: str | None
    """The skill's own application at Auth0: Alexa's never sends codes."""
    auth0_backend_client_secret: str | None = field(repr=False)
    auth0_web_client_id: str | None
    """The application that signs customers in to the order page; without it there is no page."""
    auth0_web_client_secret: str | None = field(repr=False)
    session_keys: tuple[str, ...] = field(repr=False)
    """What session cookies are sealed with, the newest first."""
    live_url: str | None
    """The WebSocket API that tells open pages of changes, by its https:// address; without
    it a page shows them when it is loaded again."""
    fulfilment: Fulfilment

    @property
    def picture(self) -> str | None:
        """The address of the picture on the cards: Alexa shows only what comes over https."""
        origin = self.web_origin or ""
        return f"{origin}/pizza.png" if origin.startswith("https://") else None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        """Read the settings. Space around a value is dropped, and a blank one is none.

        Raises:
            SettingsError: names everything that is missing or malformed, and quotes no value.
        """
        reader = Reader(environment)
        settings = _read(reader)
        if reader.problems:
            raise SettingsError(reader.problems)
        return settings


def _read(reader: Reader) -> Settings:
    ordering = reader.text("TABLE_NAME") is not None
    sender: CodeSender = reader.choice("CODE_SENDER", "own", "auth0")
    by_auth0 = sender == "auth0"
    has_page = reader.text("AUTH0_WEB_CLIENT_ID") is not None
    from_metadata = reader.switch("PHONE_FROM_METADATA")
    # Auth0's /userinfo takes no token that is signed with HS256.
    asks_management = from_metadata or reader.text("AUTH0_SIGNING_KEY") is not None
    settings = Settings(
        auth0_origin=reader.origin("AUTH0_DOMAIN", needed=True) or "",
        mail_from=reader.mail_address("MAIL_FROM"),
        mail_region=reader.text("MAIL_REGION"),
        auth0_audience=reader.text("AUTH0_AUDIENCE"),
        auth0_signing_key=reader.secret("AUTH0_SIGNING_KEY"),
        auth0_client_id=reader.text("AUTH0_CLIENT_ID"),
        auth0_scopes=frozenset((reader.text("AUTH0_SCOPES") or "openid").split()),
        skill_id=reader.text("SKILL_ID"),
        table_name=reader.text("TABLE_NAME"),
        web_origin=reader.origin("WEB_ORIGIN", needed=ordering),
        link_keys=reader.keys("LINK_KEYS", needed=ordering),
        code_sender=sender,
        code_keys=reader.keys("CODE_KEYS", needed=ordering and not by_auth0),
        # What Auth0's connections make if nobody says otherwise: six digits for three minutes.
        code_length=reader.number("CODE_LENGTH", 6 if by_auth0 else 4, least=4, most=8),
        code_lives=reader.minutes("CODE_MINUTES", 3 if by_auth0 else 5, most=15),
        order_lives=reader.minutes("ORDER_MINUTES", 30, most=1440),
        sms_codes=reader.switch("SMS_CODES"),
        sms_region=reader.text("SMS_REGION"),
        phone_from_metadata=from_metadata,
        alexa_pin=reader.switch("ALEXA_PIN"),
        auth0_backend_client_id=reader.text(
            "AUTH0_BACKEND_CLIENT_ID", needed=by_auth0 or asks_management
        ),
        auth0_backend_client_secret=reader.text(
            "AUTH0_BACKEND_CLIENT_SECRET", needed=by_auth0 or asks_management
        ),
        auth0_web_client_id=reader.text("AUTH0_WEB_CLIENT_ID"),
        auth0_web_client_secret=reader.text("AUTH0_WEB_CLIENT_SECRET", needed=has_page),
        session_keys=reader.keys("SESSION_KEYS", needed=has_page),
        live_url=reader.url("LIVE_URL"),
        fulfilment=reader.choice("FULFILMENT", "pickup", "delivery"),
    )
    reader.problems += _contradictions(settings)
    return settings


def _contradictions(settings: Settings) -> list[str]:
    """What is wrong although each setting alone is fine."""
    problems = []
    if settings.auth0_client_id and settings.auth0_audience is None:
        problems.append(
            "AUTH0_CLIENT_ID needs AUTH0_AUDIENCE: opaque tokens do not say whose they are"
        )
    if settings.auth0_signing_key and settings.auth0_audience is None:
        problems.append("AUTH0_SIGNING_KEY needs AUTH0_AUDIENCE: opaque tokens are not signed")
    if settings.order_lives < settings.code_lives:
        problems.append("ORDER_MINUTES must not be less than CODE_MINUTES")
    if settings.auth0_web_client_id and settings.table_name is None:
        problems.append("AUTH0_WEB_CLIENT_ID needs TABLE_NAME: there are no orders to show")
    if settings.phone_from_metadata and not settings.sms_codes:
        problems.append("PHONE_FROM_METADATA needs SMS_CODES: nothing else uses a phone")
    return problems


class Reader:
    """Reads one setting after the other, and writes down what is wrong with them.

    What cannot be read gives something of the right type, so that the rest is looked at too.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._given = {name: text for name, value in environment.items() if (text := value.strip())}
        self.problems: list[str] = []

    def text(self, name: str, *, needed: bool = False) -> str | None:
        if needed and name not in self._given:
            self.problems.append(f"{name} is missing")
        return self._given.get(name)

    def mail_address(self, name: str) -> str:
        address = self.text(name, needed=True) or ""
        if address and "@" not in address:
            self.problems.append(f"{name} must be an e-mail address")
        return address

    def origin(self, name: str, *, needed: bool) -> str | None:
        address = self.text(name, needed=needed)
        if address is None:
            return None
        origin = _origin(address)
        if origin is None:
            self.problems.append(
                f"{name} must be a bare domain such as pizza.eu.auth0.com, or a whole "
                "https:// origin (http:// on loopback only)"
            )
        return origin

    def url(self, name: str, *, needed: bool = False) -> str | None:
        address = self.text(name, needed=needed)
        if address is None:
            return None
        address = address.rstrip("/")
        origin, _, path = address.removeprefix("https://").removeprefix("http://").partition("/")
        scheme = address.partition("://")[0]
        if _origin(f"{scheme}://{origin}") is None or not _PATH.fullmatch(path):
            self.problems.append(
                f"{name} must be an https:// address such as https://live.example.com/prod "
                "(http:// on loopback only)"
            )
        return address

    def secret(self, name: str) -> str | None:
        secret = self.text(name)
        if secret is not None and len(secret) < SHORTEST_SECRET:
            self.problems.append(f"{name} must be a secret of {SHORTEST_SECRET} characters or more")
        return secret

    def keys(self, name: str, *, needed: bool) -> tuple[str, ...]:
        listed = self.text(name, needed=needed)
        if listed is None:
            return ()
        keys = tuple(key.strip() for key in listed.split(","))
        if any(len(key) < SHORTEST_SECRET for key in keys):
            self.problems.append(
                f"{name} must be secrets of {SHORTEST_SECRET} characters or more, "
                "separated by commas, the newest first"
            )
        return keys

    def number(self, name: str, default: int, *, least: int, most: int) -> int:
        text = self.text(name) or str(default)
        number = int(text) if _NUMBER.fullmatch(text) else -1
        if not least <= number <= most:
            self.problems.append(f"{name} must be a whole number from {least} to {most}")
            return default
        return number

    def minutes(self, name: str, default: int, *, most: int) -> timedelta:
        return timedelta(minutes=self.number(name, default, least=1, most=most))

    def switch(self, name: str) -> bool:
        return self.choice(name, "off", "on") == "on"

    def choice(self, name: str, default: Word, other: Word) -> Word:
        text = (self.text(name) or default).lower()
        for word in (default, other):
            if text == word:
                return word
        self.problems.append(f"{name} must be {default} or {other}")
        return default


def _origin(address: str) -> str | None:
    """The origin of a bare domain or a whole origin; None for anything else.

    What has a path, a query or a "user:password@" is refused rather than cut: the
    tokens' issuer is compared with this, character by character.
    """
    address = address.lower()
    if https := _HTTPS.fullmatch(address):
        return f"https://{https[1]}"
    http = _HTTP_ON_LOOPBACK.fullmatch(address)
    return f"http://{http[1]}" if http else None
