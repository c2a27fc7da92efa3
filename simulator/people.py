"""The people around the Echo: whose voice she knows, and whose account goes with it.

https://developer.amazon.com/docs/custom-skills/personalization-and-account-linking.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from simulator.alexa_app import AlexaApp
from simulator.envelope import amazon_id

SURE = 300
"""How sure Alexa is of a voice that she knows well."""
PROVEN = 400
"""How sure she is of somebody who has just told her their PIN."""


@dataclass
class Person:
    """Somebody with a voice ID in the household."""

    app: AlexaApp
    """Their own profile in the Alexa app: what they link there is theirs alone."""
    id: str = field(default_factory=lambda: amazon_id("ask.person"))
    confidence: int = SURE
    pin: str | None = None
    """Of their profile at Alexa."""

    @contextmanager
    def proven(self) -> Iterator[None]:
        """Alexa is as sure of them as she can be, just now."""
        before, self.confidence = self.confidence, PROVEN
        try:
            yield
        finally:
            self.confidence = before

    def as_json(self) -> dict[str, Any]:
        """What an envelope says about them."""
        said: dict[str, Any] = {
            "personId": self.id,
            "authenticationConfidenceLevel": {"level": self.confidence},
        }
        token = self.app.access_token()
        return said | {"accessToken": token} if token else said


class People:
    """Everybody who may speak to the Echo, by short name.

    Args:
        app: makes a profile in the Alexa app.
    """

    def __init__(self, app: Callable[[], AlexaApp]) -> None:
        self._app = app
        self._known: dict[str, Person] = {}
        self.speaker: str | None = None
        """Whose voice Alexa recognises now."""

    def __getitem__(self, name: str) -> Person:
        """The person of that name: whoever is spoken of has a voice ID from then on."""
        if name not in self._known:
            self._known[name] = Person(self._app())
        return self._known[name]

    def known(self, name: str) -> Person | None:
        """The person of that name, if Alexa knows their voice already."""
        return self._known.get(name)

    def voice(self) -> Person | None:
        """Whoever speaks; None for a voice that nobody knows."""
        return self[self.speaker] if self.speaker else None

    def unlink(self) -> None:
        """Forget what they have linked as their own: the skill was disabled."""
        for person in self._known.values():
            person.app.unlink()

    def speaking(self) -> dict[str, Any] | None:
        """What an envelope says about whoever speaks; None for a voice that nobody knows."""
        voice = self.voice()
        return voice.as_json() if voice else None
