"""Every setting of the skill, read once from the environment."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_REQUIRED = ("AUTH0_DOMAIN", "MAIL_FROM")

_HTTPS = re.compile(r"(?:https://)?([a-z0-9][a-z0-9.-]*(?::\d{1,5})?)/?")
_HTTP_ON_LOOPBACK = re.compile(r"http://((?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?)/?")


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
    auth0_client_id: str | None
    """The application that Alexa links with. JWTs issued to another one are refused;
    an opaque token does not show whose it is."""
    auth0_scopes: frozenset[str]
    """What each JWT must allow."""
    skill_id: str | None
    table_name: str | None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        """Read the settings. Space around a value is dropped, and a blank one is none.

        Raises:
            SettingsError: names everything that is missing or malformed.
        """
        given = {name: text for name, value in environment.items() if (text := value.strip())}
        problems = list(_problems(given))
        if problems:
            raise SettingsError(problems)
        return cls(
            auth0_origin=_origin(given["AUTH0_DOMAIN"]),
            mail_from=given["MAIL_FROM"],
            mail_region=given.get("MAIL_REGION"),
            auth0_audience=given.get("AUTH0_AUDIENCE"),
            auth0_client_id=given.get("AUTH0_CLIENT_ID"),
            auth0_scopes=frozenset(given.get("AUTH0_SCOPES", "openid").split()),
            skill_id=given.get("SKILL_ID"),
            table_name=given.get("TABLE_NAME"),
        )


def _problems(given: Mapping[str, str]) -> Iterator[str]:
    for name in _REQUIRED:
        if name not in given:
            yield f"{name} is missing"
    if "AUTH0_DOMAIN" in given and not _origin(given["AUTH0_DOMAIN"]):
        yield (
            "AUTH0_DOMAIN must be a bare domain such as pizza.eu.auth0.com, or a whole "
            "https:// origin (http:// on loopback only)"
        )
    if "AUTH0_CLIENT_ID" in given and "AUTH0_AUDIENCE" not in given:
        yield "AUTH0_CLIENT_ID needs AUTH0_AUDIENCE: opaque tokens do not say whose they are"
    if "@" not in given.get("MAIL_FROM", "@"):
        yield "MAIL_FROM must be an e-mail address"


def _origin(domain: str) -> str:
    """The origin of a bare domain or a whole origin; "" for anything else.

    What has a path, a query or a "user:password@" is refused rather than cut: the
    tokens' issuer is compared with this, character by character.
    """
    address = domain.lower()
    if https := _HTTPS.fullmatch(address):
        return f"https://{https[1]}"
    http = _HTTP_ON_LOOPBACK.fullmatch(address)
    return f"http://{http[1]}" if http else ""
