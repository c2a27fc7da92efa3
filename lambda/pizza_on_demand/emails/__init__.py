"""Letters to customers: a folder for each, with subject.txt, body.txt and body.html.

MailError
├── MailRefusedError        this letter cannot be sent
└── MailUnavailableError    no letter can be sent just now
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from pathlib import Path
from string import Template
from typing import Protocol

_FOLDER = Path(__file__).parent


class MailError(Exception):
    """A letter was not sent. The reason is a provider's code, never an address."""


class MailRefusedError(MailError):
    """This letter cannot be sent; trying again would not help."""


class MailUnavailableError(MailError):
    """No letter can be sent just now."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail, ready to be sent."""

    to: str
    subject: str
    text: str
    html: str


class Mailer(Protocol):
    """Whoever carries letters."""

    def send(self, letter: Letter) -> None:
        """Send a letter once; raises MailError."""


def write(letter: str, /, *, to: str, **facts: str) -> Letter:
    """Fill in the letter of that name.

    Args:
        letter: a folder in emails/, such as "my_details".
        to: the customer's confirmed address.
        facts: what the $placeholders stand for; escaped in the HTML part.

    Raises:
        KeyError: a placeholder has no fact.
    """
    in_html = {key: escape(value) for key, value in facts.items()}
    return Letter(
        to=to,
        subject=_template(letter, "subject.txt").substitute(facts).strip(),
        text=_template(letter, "body.txt").substitute(facts),
        html=_template(letter, "body.html").substitute(in_html),
    )


def _template(letter: str, part: str) -> Template:
    return Template((_FOLDER / letter / part).read_text("utf-8"))
