"""Letters to customers: a folder for each, and layout.html around all of them.

| subject.txt | what the letter is about                                    |
| preview.txt | what a mail program, or a locked phone, shows of the inside |
| body.txt    | the letter for those who read text                          |
| body.html   | the same facts, as rows of the layout's table               |

MailError
├── MailRefusedError        this letter cannot be sent
└── MailUnavailableError    no letter can be sent just now
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from string import Template
from typing import Protocol

_FOLDER = Path(__file__).parent

_FILLER = "&#847;&zwnj;&nbsp;" * 80
"""Invisible. A preview goes on with the letter itself where its own words end, and there
stands the code."""


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
    subject = _fill(f"{letter}/subject.txt", facts).strip()
    preview = _fill(f"{letter}/preview.txt", facts).strip()
    rows = _fill(f"{letter}/body.html", {key: escape(value) for key, value in facts.items()})
    frame = {"subject": escape(subject), "preview": escape(preview), "rows": rows}
    frame["filler"] = _FILLER
    return Letter(
        to=to,
        subject=subject,
        text=_fill(f"{letter}/body.txt", facts),
        html=_fill("layout.html", frame),
    )


def _fill(part: str, facts: Mapping[str, str]) -> str:
    return Template((_FOLDER / part).read_text("utf-8")).substitute(facts)
