"""Every setting of the skill, read once from the environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


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
    """The application that Alexa links with; tokens issued to another one are refused."""
    auth0_scopes: frozenset[str]
    skill_id: str | None
    table_name: str | None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        """Read the settings.

        Raises:
            SettingsError: names everything that is missing or malformed.
        """
        problems: list[str] = []

        def required(name: str) -> str:
            value = environment.get(name, "").strip()
            if not value:
                problems.append(f"{name} is missing")
            return value

        def optional(name: str) -> str | None:
            return environment.get(name, "").strip() or None

        domain = required("AUTH0_DOMAIN")
        settings = cls(
            auth0_origin=_origin(domain, problems) if domain else "",
            mail_from=required("MAIL_FROM"),
            mail_region=optional("MAIL_REGION"),
            auth0_audience=optional("AUTH0_AUDIENCE"),
            auth0_client_id=optional("AUTH0_CLIENT_ID"),
            auth0_scopes=frozenset((optional("AUTH0_SCOPES") or "openid").split()),
            skill_id=optional("SKILL_ID"),
            table_name=optional("TABLE_NAME"),
        )
        if problems:
            raise SettingsError(problems)
        return settings


def _origin(domain: str, problems: list[str]) -> str:
    url = urlsplit(domain if "://" in domain else f"https://{domain}")
    safe = url.scheme == "https" or (url.scheme == "http" and url.hostname in _LOOPBACK)
    if not (safe and url.hostname) or url.path.strip("/") or url.query or url.fragment:
        problems.append(
            "AUTH0_DOMAIN must be a bare domain such as pizza.eu.auth0.com, or a whole "
            "https:// origin (http:// on loopback only)"
        )
    return f"{url.scheme}://{url.netloc}"
