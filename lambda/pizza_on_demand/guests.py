"""Guests: people whom we know by nothing but their Amazon account, if they let us see it.

    ProfileError
    ├── NotAllowedError             they have not allowed us to see it
    ├── NothingGivenError           their Amazon account has none
    └── ProfileUnavailableError     Alexa does not tell just now
        └── ProfileThrottledError   she wants to be asked less often

What it says is good for a letter that a guest asks for, and for nothing else: it describes the
holder of the Amazon account, who may not be the one who speaks, and it proves nobody's identity.
We keep none of it.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol

EMAIL = "alexa::profile:email:read"
GIVEN_NAME = "alexa::profile:given_name:read"

WANTED = (EMAIL, GIVEN_NAME)
"""The permissions that we ask a guest for; skill.json names them too."""


class ProfileError(Exception):
    """The Amazon account does not tell us that."""


class NotAllowedError(ProfileError):
    """The guest has not allowed us to see it, or not any more."""


class NothingGivenError(ProfileError):
    """The Amazon account has none."""


class ProfileUnavailableError(ProfileError):
    """Alexa does not tell just now. The text, if any, is for the operator's log."""


class ProfileThrottledError(ProfileUnavailableError):
    """Alexa wants to be asked less often."""


@dataclass(frozen=True, slots=True)
class AlexaAccess:
    """What a request lets us ask of Alexa, until it is answered or soon after."""

    endpoint: str
    """Such as "https://api.eu.amazonalexa.com"; it differs from customer to customer."""
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody whom we can write to."""

    email: str
    name: str | None


class AmazonProfiles(Protocol):
    """Whoever knows the Amazon account behind a request."""

    def email(self, access: AlexaAccess) -> str:
        """The address of the account, which Amazon has verified; raises ProfileError."""

    def given_name(self, access: AlexaAccess) -> str:
        """What to call its holder; raises ProfileError."""


def meet(profiles: AmazonProfiles, access: AlexaAccess | None) -> Guest:
    """Get to know the guest behind a request.

    The name is a courtesy: whoever keeps it to themselves is written to without it.

    Args:
        access: None if the request lets us ask nothing.

    Raises:
        ProfileError: there is no address to write to; the type says why.
    """
    if access is None:
        raise ProfileUnavailableError("the request came without access")
    email = profiles.email(access)
    name = None
    with suppress(ProfileError):
        name = profiles.given_name(access)
    return Guest(email, name)
