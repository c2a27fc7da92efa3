"""A word for whoever waits: "One moment", when a turn takes longer than people like.

Alexa takes it only while she waits for the answer, and it gives us no more time. So it is said
beside the turn, by a thread of its own: the turn neither waits for it nor fails with it. What
arrives after the answer all the same, Alexa refuses.

https://developer.amazon.com/docs/custom-skills/send-the-user-a-progressive-response.html
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any, Protocol

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
        """Ask for it while the block runs, unless nobody would hear it."""
        access, request_id = alexa_access(event), part(event, "request", "requestId")
        heard = part(event, "request", "type") in _ANSWERED_ALOUD
        if access is None or not heard or not isinstance(request_id, str):
            yield
            return
        answered = Event()
        said = access, request_id, ssml_of(event, "one_moment")
        Thread(target=self._wait, args=(answered, *said), daemon=True).start()
        try:
            yield
        finally:
            answered.set()

    def _wait(self, answered: Event, access: AlexaAccess, request_id: str, ssml: str) -> None:
        if not answered.wait(self._after):
            self._voice.speak(access, request_id, ssml)
