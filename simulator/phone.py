"""The phone: the text messages that the skill sent through SNS, and Auth0's."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import requests


@dataclass(frozen=True)
class Text:
    """A text message that arrived."""

    id: str
    at: datetime
    to: str
    """In E.164, such as "+15555550100"."""
    text: str


class Phone:
    """Everybody's phone, oldest message first. May be looked into from any thread.

    Args:
        cloud: an origin of the moto server that stands in for SNS.
        now: tells the world's time; a message is dated when it is first seen.
    """

    def __init__(self, cloud: str, now: Callable[[], datetime]) -> None:
        self._messages = f"{cloud}/moto-api/data.json"
        self._now = now
        self._texts: dict[str, Text] = {}
        self._turn = threading.Lock()

    def texts(self) -> list[Text]:
        """Every message so far."""
        with self._turn:
            data = requests.get(self._messages, timeout=5).json()
            for message in data.get("sns", {}).get("SMS", []):
                self._take(message["message_id"], message["phone_number"], message["message"])
            return list(self._texts.values())

    def to(self, number: str) -> list[Text]:
        """The messages to one number."""
        return [text for text in self.texts() if text.to == number]

    def receive(self, number: str, text: str) -> None:
        """Take a message that came another way: Auth0 sends its own."""
        with self._turn:
            self._take(f"auth0-{len(self._texts)}", number, text)

    def _take(self, id_: str, number: str, text: Any) -> None:
        self._texts.setdefault(id_, Text(id_, self._now(), number, str(text)))
