"""The mailbox: what the skill sent through SES, as a mail program reads it."""

from __future__ import annotations

import email
import email.policy
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import getaddresses
from typing import Any

import requests


@dataclass(frozen=True)
class Mail:
    """A mail that arrived. `text` and `html` are "" where a part is missing."""

    id: str
    at: datetime
    sender: str
    to: str
    """The To header, decoded: "Jørn <jorn@example.com>, ada@example.com"."""
    subject: str
    text: str
    html: str

    @property
    def addresses(self) -> set[str]:
        """The bare addresses that it goes to, in lower case."""
        return {address.lower() for _, address in getaddresses([self.to])}


class Mailbox:
    """Everybody's mail, oldest first. May be looked into from any thread.

    Args:
        cloud: an origin of the moto server that stands in for SES.
        now: tells the world's time; a mail is dated when it is first seen.
    """

    def __init__(self, cloud: str, now: Callable[[], datetime]) -> None:
        self._messages = f"{cloud}/moto-api/data.json"
        self._now = now
        self._mails: dict[str, Mail] = {}
        self._turn = threading.Lock()

    def mails(self) -> list[Mail]:
        """Every mail so far."""
        with self._turn:
            data = requests.get(self._messages, timeout=5).json()
            for message in data.get("ses", {}).get("RawMessage", []):
                if message["id"] not in self._mails:
                    self._mails[message["id"]] = self._open(message)
            return list(self._mails.values())

    def to(self, address: str) -> list[Mail]:
        """The mail of one address."""
        return [mail for mail in self.mails() if address.lower() in mail.addresses]

    def receive(self, address: str, text: str) -> None:
        """Take a mail that came another way: Auth0 sends its own."""
        with self._turn:
            id_ = f"auth0-{len(self._mails)}"
            sender, subject = "Auth0 <no-reply@auth0.example>", "Your code"
            self._mails[id_] = Mail(id_, self._now(), sender, address, subject, text, "")

    def _open(self, message: dict[str, Any]) -> Mail:
        return opened(message["id"], message["raw_data"].encode(), self._now())


def opened(id_: str, raw: bytes, at: datetime) -> Mail:
    """The mail that a MIME message is (RFC 2045)."""
    parsed = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(parsed, EmailMessage)  # noqa: S101 - what the default policy makes
    return Mail(
        id=id_,
        at=at,
        sender=str(parsed["From"]),
        to=str(parsed["To"]),
        subject=str(parsed["Subject"]),
        text=_part(parsed, "plain"),
        html=_part(parsed, "html"),
    )


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    return str(part.get_content()) if part else ""
