"""What was said, as words: the form in which sentences are compared."""

from __future__ import annotations

import re

Words = tuple[str, ...]


def words_of(text: str) -> Words:
    """The words of *text*: lower case, no punctuation but apostrophes, "e-mail" as "email".

    What is joined to the next word by an apostrophe is a word of its own: "d'olives" are two.
    """
    plain = text.casefold().replace("’", "'").replace("&", " and ")
    plain = re.sub(r"\be[- ]mail", "email", plain)
    plain = re.sub(r"[^\w']+", " ", plain)
    return tuple(re.sub(r"(?<=\w')(?=\w{2})", " ", plain).split())


def text_of(words: Words) -> str:
    """The text that *words* are the words of."""
    return " ".join(words).replace("' ", "'")
