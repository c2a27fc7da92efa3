"""The skill's settings: complete, and do they make sense together?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from botocore.exceptions import BotoCoreError

from deployment.doctor.verdicts import Finding, failed, judged, passed, warned
from pizza_on_demand.clients.secrets import SecretsError, with_secrets
from pizza_on_demand.settings import SHORTEST_SECRET, Settings, SettingsError

SECRETS = (
    "AUTH0_BACKEND_CLIENT_SECRET",
    "AUTH0_WEB_CLIENT_SECRET",
    "CODE_KEYS",
    "LINK_KEYS",
    "SESSION_KEYS",
)

LONGEST_LIFE = {4: timedelta(minutes=5), 5: timedelta(minutes=10)}
"""Auth0: who lengthens a code's life should lengthen the code.
https://auth0.com/docs/authenticate/passwordless/best-practices"""


@dataclass(frozen=True)
class SettingsSeen:
    """The settings, as far as they can be read."""

    settings: Settings | None
    problems: tuple[str, ...] = ()
    unseen: tuple[str, ...] = ()
    """The secrets that whoever asks may not read."""
    skill_id: str | None = None
    """As Amazon gave it; None if that is not known here."""


def gather(environment: Mapping[str, str], skill_id: str | None) -> SettingsSeen:
    """Read the settings, and the secrets that they name."""
    whole, unseen = _with_secrets(environment)
    try:
        return SettingsSeen(Settings.from_environment(whole), (), unseen, skill_id)
    except SettingsError as error:
        return SettingsSeen(None, tuple(error.problems), unseen, skill_id)


def findings(seen: SettingsSeen) -> Iterator[Finding]:
    """Whether the skill can run with them, and as it should."""
    yield from _secrets(seen)
    yield from _complete(seen)
    if seen.settings is not None:
        yield _skill_id(seen.settings.skill_id, seen.skill_id)
        yield from judged(seen.settings, (_tokens, _client, _code, _phones))


def _with_secrets(environment: Mapping[str, str]) -> tuple[dict[str, str], tuple[str, ...]]:
    try:
        return with_secrets(environment), ()
    except SecretsError as error:
        unseen = tuple(error.problems)
    except BotoCoreError as error:
        unseen = (f"AWS cannot be asked: {type(error).__name__}",)
    # They are there, only not for our eyes: nothing shall be reported as missing.
    return dict.fromkeys(SECRETS, "x" * SHORTEST_SECRET) | dict(environment), unseen


def _secrets(seen: SettingsSeen) -> Iterator[Finding]:
    for problem in seen.unseen:
        yield warned(
            "secrets",
            problem,
            "Ask with credentials that may read them, or trust that the function can.",
        )


def _complete(seen: SettingsSeen) -> Iterator[Finding]:
    for problem in seen.problems:
        yield failed("settings", problem, "The README's table of settings explains each.")
    if not seen.problems:
        yield passed("settings", "complete, and they fit together")


def _skill_id(set_to: str | None, deployed: str | None) -> Finding:
    """https://developer.amazon.com/docs/custom-skills/security-testing-for-an-alexa-skill.html"""
    if set_to is None:
        return failed(
            "skill id",
            "SKILL_ID is not set, so the skill answers whoever can call its function",
            "Set it to the id that “ask deploy” printed; certification asks for it.",
        )
    if deployed is not None and set_to != deployed:
        return failed(
            "skill id",
            "SKILL_ID is not the skill that “ask deploy” made, so every request is refused",
            f"Set it to {deployed}.",
        )
    return passed("skill id", "requests of other skills are refused")


def _tokens(settings: Settings) -> Iterator[Finding]:
    if settings.auth0_audience is None:
        yield warned(
            "tokens",
            "without AUTH0_AUDIENCE they are opaque: each has to be shown to Auth0, and "
            "nothing tells for whom it was made",
            "Register an API at Auth0, and set AUTH0_AUDIENCE to its identifier.",
        )
    elif settings.auth0_signing_key:
        yield warned(
            "tokens",
            "signed with HS256: whoever holds AUTH0_SIGNING_KEY can make them",
            "Set the API to RS256, and remove AUTH0_SIGNING_KEY.",
        )
    else:
        yield passed("tokens", "JWTs of one API, verified with the tenant's public keys")


def _client(settings: Settings) -> Iterator[Finding]:
    if settings.auth0_audience is None:
        return
    if settings.auth0_client_id:
        yield passed("application", "tokens of other applications are refused")
    else:
        yield warned(
            "application",
            "AUTH0_CLIENT_ID is not set, so tokens of any application of the tenant are taken",
            "Set it to the client id of the application that Alexa links with.",
        )


def _code(settings: Settings) -> Iterator[Finding]:
    length, minutes = settings.code_length, settings.code_lives // timedelta(minutes=1)
    longest = LONGEST_LIFE.get(length)
    if longest is None or settings.code_lives <= longest:
        yield passed("code", f"{length} digits for {minutes} minutes")
    else:
        yield warned(
            "code",
            f"{length} digits are few for a code that lives for {minutes} minutes",
            f"Set CODE_LENGTH to 6, or CODE_MINUTES to {longest // timedelta(minutes=1)} or less.",
        )


def _phones(settings: Settings) -> Iterator[Finding]:
    if settings.phone_from_metadata:
        yield warned(
            "phones",
            "PHONE_FROM_METADATA takes numbers that nobody has confirmed, and customers can "
            "write them themselves",
            "Have numbers confirmed at Auth0, then set it to off.",
        )
