"""Which words can be said: the characters that Amazon accepts in a model."""

from __future__ import annotations

import re
from collections.abc import Iterator

from interaction_model.amazon import RESERVED_WORDS

_ABBREVIATION = re.compile(r"(\w\.)+(\w|'s)?")


def unsayable(words: str) -> Iterator[str]:
    """The marks in *words* that nobody can say, such as digits and question marks.

    Letters, apostrophes, hyphens and the periods of abbreviations ("p. m.") are fine.
    """
    yield from (mark for mark in words if not (mark.isalpha() or mark in " '-."))
    yield from (word for word in words.split() if "." in word and not _ABBREVIATION.fullmatch(word))


def invocation_faults(name: str) -> Iterator[str]:
    """What keeps *name* from being an invocation name."""
    if len(name.split()) < 2:
        yield f"“{name}” needs two words or more"
    if name != name.lower():
        yield f"“{name}” must be in lower case"
    yield from (f"“{mark}” cannot be said; spell it out" for mark in unsayable(name))
    for word in name.split():
        if word in RESERVED_WORDS:
            yield f"“{word}” is a word that Alexa keeps for herself"
