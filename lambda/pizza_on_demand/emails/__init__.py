"""Letters to customers: a folder for each, and layout.html around all of them.

| body.txt    | the letter for those who read text                          |
| body.html   | the same facts, as rows of the layout's table               |

Their words stand in each language's letters.toml, under the letter's name.

MailError
├── MailRefusedError        this letter cannot be sent
└── MailUnavailableError    no letter can be sent just now
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from string import Template
from typing import Protocol

from pizza_on_demand.languages import Language

_FOLDER = Path(__file__).parent
_WIDTH = 78
_STRONG = r"\*\*(.+?)\*\*"

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


def write(letter: str, language: Language, /, *, to: str, **facts: str) -> Letter:
    """Write the letter of that name.

    Args:
        letter: a folder in emails/, such as "my_details".
        language: what it is written in.
        to: the customer's confirmed address.
        facts: what stands in the words' {braces}, and for the $placeholders that no words
            stand for; escaped in the HTML part.

    Raises:
        KeyError: a placeholder has neither words nor a fact.
    """
    words: Mapping[str, str] = language.letters[letter]
    plain = {name: _plain(text).format_map(facts) for name, text in words.items()}
    safe = {name: escape(fact) for name, fact in facts.items()}
    marked = {name: _marked(text).format_map(safe) for name, text in words.items()}
    return Letter(
        to=to,
        subject=plain["subject"],
        text=_wrapped(_fill(f"{letter}/body.txt", facts | plain)),
        html=_fill(
            "layout.html",
            marked
            | {
                "locale": language.locale,
                "rows": _fill(f"{letter}/body.html", safe | marked),
                "filler": _FILLER,
            },
        ),
    )


def _fill(part: str, facts: Mapping[str, str]) -> str:
    return Template((_FOLDER / part).read_text("utf-8")).substitute(facts)


def _plain(words: str) -> str:
    return words.replace("**", "")


def _marked(words: str) -> str:
    return re.sub(_STRONG, r"<strong>\1</strong>", escape(words, quote=False))


def _wrapped(text: str) -> str:
    """The text in lines of a mail program's width, each as far in as it began."""
    return "\n".join(_wrap(line) for line in text.splitlines()) + "\n"


def _wrap(line: str) -> str:
    from textwrap import fill  # what is said, and mostly no letter, is what somebody waits for

    indent = line[: len(line) - len(line.lstrip())]
    return fill(
        line.strip(),
        _WIDTH,
        initial_indent=indent,
        subsequent_indent=indent,
        # Links and codes stay whole.
        break_long_words=False,
        break_on_hyphens=False,
    )
