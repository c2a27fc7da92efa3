"""What can stand in a slot: lists of values, numbers, free text.

Source of the built-in types: https://developer.amazon.com/docs/custom-skills/slot-type-reference.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from simulator.understanding.language import HeardLanguage
from simulator.understanding.spoken import Words, text_of, words_of

#: Nobody's pizza topping has more words than this.
_LONGEST_GUESS = 4


@dataclass(frozen=True)
class Value:
    """One value that was heard for a slot."""

    said: str
    """The words, or the digits of a number; "?" where Alexa heard a number but not which."""
    entity: Mapping[str, str] | None = None
    """The value of the list that it means, as {"name", "id"}."""
    guessed: bool = False
    """The words fit only because something had to stand there."""


class SlotType(Protocol):
    """Hears the values of one type."""

    resolves: bool
    """Requests say which value of the list was meant (entity resolution)."""

    def hear(self, words: Words) -> Value | None:
        """The value that all of *words* say together, or None if they say none."""

    def hear_several(self, words: Words) -> tuple[Value, ...]:
        """The values of *words*, in the order said; empty if they say none."""


class ListType:
    """A type of the model's own, with values and synonyms.

    It is no closed list: other words are delivered too, as ER_SUCCESS_NO_MATCH.
    """

    resolves = True

    def __init__(self, values: list[dict[str, Any]], joint: str) -> None:
        self._joint = joint
        self._entities = {
            words_of(said): {"name": value["name"]["value"], "id": value.get("id", "")}
            for value in values
            for said in (value["name"]["value"], *value["name"].get("synonyms", ()))
        }
        self._longest = max(map(len, self._entities), default=0)

    def hear(self, words: Words) -> Value | None:
        """A value or synonym, or a few other words as a guess."""
        if words in self._entities:
            return Value(text_of(words), self._entities[words])
        return Value(text_of(words), guessed=True) if len(words) <= _LONGEST_GUESS else None

    def hear_several(self, words: Words) -> tuple[Value, ...]:
        """Values with or without an "and" between them; words between values are guesses."""
        if not words or self._joint in (words[0], words[-1]):
            return ()
        heard = [self.hear(item) for item in self._items(words)]
        return tuple(value for value in heard if value) if all(heard) else ()

    def _items(self, words: Words) -> Iterator[Words]:
        guess: Words = ()
        while words:
            known = self._known_at_start(words)
            if guess and (known or words[0] == self._joint):
                yield guess
                guess = ()
            if known:
                yield words[:known]
            elif words[0] != self._joint:
                guess += words[:1]
            words = words[known or 1 :]
        if guess:
            yield guess

    def _known_at_start(self, words: Words) -> int:
        """How many words the longest value at the start of *words* has; 0 for none."""
        lengths = range(min(self._longest, len(words)), 0, -1)
        return next((length for length in lengths if words[:length] in self._entities), 0)


class _BuiltInType:
    """A type of Amazon's: one value, no entity resolution."""

    resolves = False

    def hear(self, words: Words) -> Value | None:
        raise NotImplementedError

    def hear_several(self, words: Words) -> tuple[Value, ...]:
        """Amazon's own types take one value."""
        value = self.hear(words)
        return (value,) if value else ()


class Number(_BuiltInType):
    """AMAZON.NUMBER, of any length; AMAZON.FOUR_DIGIT_NUMBER, of four digits."""

    def __init__(self, language: HeardLanguage, digits: int | None = None) -> None:
        self._numbers = language.numbers
        self._digits = digits

    def hear(self, words: Words) -> Value | None:
        """Digits, or "?" for a number among other words, which Alexa cannot convert."""
        digits = self._numbers.read(words)
        if digits is None:
            garbled = len(words) <= 2 * _LONGEST_GUESS and any(
                map(self._numbers.is_number_word, words)
            )
            return Value("?", guessed=True) if garbled else None
        return Value(digits) if self._digits in (None, len(digits)) else None


class FreeText(_BuiltInType):
    """AMAZON.SearchQuery and the types whose lists only Amazon has: any words will do."""

    def __init__(self, longest: int) -> None:
        self._longest = longest

    def hear(self, words: Words) -> Value | None:
        """The words as they are."""
        return Value(text_of(words), guessed=True) if len(words) <= self._longest else None


def slot_types(own: list[dict[str, Any]], language: HeardLanguage) -> dict[str, SlotType]:
    """Every type by its name: those of the model and the built-in ones with a shape."""
    return {
        "AMAZON.NUMBER": Number(language),
        "AMAZON.FOUR_DIGIT_NUMBER": Number(language, digits=4),
        "AMAZON.SearchQuery": FreeText(longest=30),
        **{entry["name"]: ListType(entry["values"], language.joint) for entry in own},
    }


#: For every other built-in type, such as AMAZON.FirstName.
OTHER = FreeText(longest=_LONGEST_GUESS)
