"""What was said, as words: the form in which sentences are compared."""

from __future__ import annotations

import re
from collections.abc import Iterator

#: Words that change nothing at the beginning or the end of a request. Alexa's
#: recogniser learns such carriers by itself; here they are listed.
_BEFORE = (
    ("alexa",),
    ("please",),
    ("um",),
    ("uh",),
    ("er",),
    ("well",),
    ("can", "you"),
    ("could", "you"),
    ("will", "you"),
    ("would", "you"),
    ("i'd", "like", "you", "to"),
    ("i", "would", "like", "you", "to"),
    ("i", "want", "you", "to"),
)
_AFTER = (
    ("please",),
    ("um",),
    ("uh",),
    ("er",),
    ("thanks",),
    ("thank", "you"),
    ("for", "me"),
)


def words_of(text: str) -> tuple[str, ...]:
    """The words of *text*: lower case, no punctuation but apostrophes, "e-mail" as "email"."""
    plain = text.casefold().replace("’", "'").replace("&", " and ")
    plain = re.sub(r"\be[- ]mail", "email", plain)
    return tuple(re.sub(r"[^\w']+", " ", plain).split())


def without_carriers(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """*words* without polite and hesitating carriers, the barest form first, itself last."""
    for end in reversed(list(_ends(words))):
        yield from reversed(list(_beginnings(end)))


def _beginnings(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    while words:
        yield words
        words = next(
            (words[len(carrier) :] for carrier in _BEFORE if words[: len(carrier)] == carrier), ()
        )


def _ends(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    while words:
        yield words
        words = next(
            (words[: -len(carrier)] for carrier in _AFTER if words[-len(carrier) :] == carrier), ()
        )
