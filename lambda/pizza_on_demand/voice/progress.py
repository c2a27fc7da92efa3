"""A word for whoever waits: "One moment", when a turn takes longer than people like.

Alexa takes it only while she waits for the answer, and it gives us no more time. So it is said
beside the turn, by a thread of its own: the turn neither waits for it nor fails with it. What
arrives after the answer all the same, Alexa refuses.

https://developer.amazon.com/docs/custom-skills/send-the-user-a-progressive-response.html
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, Protocol

from pizza_on_demand import deadline
from pizza_on_demand.guests import AlexaAccess
from pizza_on_demand.voice.envelope import alexa_access, part
from pizza_on_demand.voice.responses.speech import ssml_of

LONG = 1.0
"""Seconds that a turn may take in silence."""

_ANSWERED_ALOUD = ("LaunchRequest", "IntentRequest")


class Voice(Protocol):
    """Whoever can make Alexa speak before she has our answer."""

    def speak(self, access: AlexaAccess, request_id: str, ssml: str) -> None:
        """Say it; raises nothing."""


class OneMoment:
    """Asks for patience once in a turn that takes long.

    Args:
        after: seconds from the turn's beginning.
    """

    def __init__(self, voice: Voice, *, after: float = LONG) -> None:
        self._voice = voice
        self._after = after

    @contextmanager
    def during(self, event: Any) -> Iterator[None]:
        """Ask for it while the block waits for somebody, unless nobody would hear it."""
        if part(event, "request", "type") not in _ANSWERED_ALOUD:
            yield
            return
        with deadline.bridged(partial(self._speak, event), after=self._after):
            yield

    def _speak(self, event: Any) -> None:
        access, request_id = alexa_access(event), part(event, "request", "requestId")
        if access and isinstance(request_id, str):
            self._voice.speak(access, request_id, ssml_of(event, "one_moment"))
