"""Text messages to customers' phones.

TextError
├── TextRefusedError        this message cannot be sent
└── TextUnavailableError    no message can be sent just now
"""

from __future__ import annotations

from typing import Protocol


class TextError(Exception):
    """A message was not sent. The reason is a provider's code, never a number."""


class TextRefusedError(TextError):
    """This message cannot be sent; trying again would not help."""


class TextUnavailableError(TextError):
    """No message can be sent just now."""


class Texter(Protocol):
    """Whoever carries text messages."""

    def send(self, to: str, text: str) -> None:
        """Send a message once to a number in E.164; raises TextError."""
