"""Alexa's own API: the Amazon account behind a request, and a word while somebody waits.

ask-sdk-model has clients for both. They wait without end, and break on the very answer that
matters most: a 403 of the profile API says ACCESS_DENIED, which the model does not know.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from typing import Any

from pizza_on_demand import deadline
from pizza_on_demand.clients.http import NO_ANSWER, Host, HttpAnswer
from pizza_on_demand.customers import mail_address, spoken_name
from pizza_on_demand.guests import (
    AlexaAccess,
    NotAllowedError,
    NothingGivenError,
    ProfileThrottledError,
    ProfileUnavailableError,
)

logger = logging.getLogger(__name__)


class AlexaClient:
    """Asks Alexa.

    Args:
        patience: seconds that one answer may take from beginning to end.
    """

    def __init__(self, *, patience: float = 2.0) -> None:
        self._patience = patience

    def email(self, access: AlexaAccess) -> str:
        """The verified address of the Amazon account.

        https://developer.amazon.com/docs/custom-skills/request-customer-contact-information-for-use-in-your-skill.html

        Raises:
            ProfileError: there is none, or we are not told; the type says why.
        """
        address = mail_address(self._profile(access, "Profile.email"))
        if address is None:
            raise ProfileUnavailableError("that is no address")
        return address

    def given_name(self, access: AlexaAccess) -> str:
        """What to call the holder of the Amazon account.

        Raises:
            ProfileError: there is no name, or we are not told; the type says why.
        """
        name = spoken_name(self._profile(access, "Profile.givenName"))
        if name is None:
            raise NothingGivenError
        return name

    def speak(self, access: AlexaAccess, request_id: str, ssml: str) -> None:
        """Say something before the answer to a request is ready.

        Nothing depends on it, so nothing is raised: what is not said is logged.
        https://developer.amazon.com/docs/custom-skills/send-the-user-a-progressive-response.html

        Args:
            ssml: with its <speak> tags.
        """
        directive = {"type": "VoicePlayer.Speak", "speech": ssml}
        body = {"header": {"requestId": request_id}, "directive": directive}
        try:
            status, _ = self._asked(
                "/v1/directives",
                lambda path: self._host(access).post(path, body, bearer=access.token),
            )
        except ProfileUnavailableError:
            return  # It is in the log.
        if status != 204:
            logger.warning("progressive response refused", extra={"status": status})

    def _profile(self, access: AlexaAccess, setting: str) -> Any:
        status, body = self._asked(
            f"/v2/accounts/~current/settings/{setting}",
            lambda path: self._host(access).get(path, bearer=access.token),
        )
        match status:
            case 200 if body not in ("", None):
                return body
            case 200 | 204:
                raise NothingGivenError
            case 403:
                raise NotAllowedError
            case 429:
                raise ProfileThrottledError("429")
        raise ProfileUnavailableError(str(status))

    def _asked(self, path: str, ask: Callable[[str], HttpAnswer]) -> tuple[int, Any]:
        """The status and the JSON of an answer; raises ProfileUnavailableError."""
        began, status = time.monotonic(), None
        try:
            answer = deadline.bounded(lambda: ask(path), at_most=self._patience)
            status = answer.status
        except (*NO_ANSWER, deadline.OutOfTimeError) as error:
            raise ProfileUnavailableError(type(error).__name__) from error
        finally:
            took = round((time.monotonic() - began) * 1000)
            logger.info("alexa call", extra={"path": path, "status": status, "took_ms": took})
        return status, _json(answer.body)

    def _host(self, access: AlexaAccess) -> Host:
        # Customers of different regions have different endpoints, and few turns ask at all,
        # so no connection is kept.
        return Host(access.endpoint, patience=self._patience)


def _json(body: bytes) -> Any:
    """What the body says; an empty object where there is no JSON."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return {}
