"""The template grammar of sentences: (alternatives|…), [optional], {Slot}."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import cycle, product

_TOKEN = re.compile(r"[()\[\]|]|[^()\[\]|]+")
_CLOSING = {"(": ")", "[": "]"}
_SLOT = re.compile(r"\{(\w+)\}")

#: What stands before the last thing of a list, by language.
AND = {"de": "und", "en": "and", "es": "(?:y|e)", "fr": "et", "it": "ed?", "pt": "e"}


class TemplateError(ValueError):
    """A template has a bracket that does not match, or nothing to say."""


def expand(template: str) -> tuple[str, ...]:
    """Every sentence that *template* stands for, in reading order.

    "(email|send) me [my] details" gives "email me my details", "email me details",
    "send me my details", "send me details".

    Raises:
        TemplateError: brackets do not match, or a choice leaves no words at all.
    """
    parser = _Parser(template)
    sentences = [" ".join(words.split()) for words in parser.whole()]
    if not all(sentences):
        raise TemplateError("it can be said without saying anything")
    return tuple(dict.fromkeys(sentences))


def slots_in(sentence: str) -> tuple[str, ...]:
    """The names of the slots in *sentence*, in reading order."""
    return tuple(_SLOT.findall(sentence))


def without_slots(sentence: str) -> str:
    """The words of *sentence* with each well-formed `{Slot}` taken out."""
    return _SLOT.sub(" ", sentence)


def fits(said: str, sentence: str, values: Mapping[str, Sequence[str]], language: str) -> bool:
    """Whether *said* is *sentence* with its slots filled, in any letter case.

    Args:
        said: what somebody says, as in "get me a large pizza".
        sentence: one sentence with slots, as in "get me a {Size} pizza".
        values: what can stand for a slot, several joined by commas or the language's "and";
            a slot without values takes any words.
        language: such as "en".
    """
    # split() puts the words at even places and the slots' names at odd ones
    split = _SLOT.split(sentence)
    if not all(words.lower() in said.lower() for words in split[::2]):
        return False  # found sooner than a pattern with every value of a slot is compiled
    parts = [
        _filling(values.get(part, ()), AND[language]) if is_slot else re.escape(part)
        for is_slot, part in zip(cycle((False, True)), split, strict=False)
    ]
    return re.fullmatch("".join(parts), said, re.IGNORECASE) is not None


def _filling(values: Sequence[str], joint: str) -> str:
    if not values:
        return ".+"
    one = "(?:" + "|".join(map(re.escape, values)) + ")"
    return f"{one}(?:(?:,|,? {joint}) {one})*"


class _Parser:
    """Recursive descent: alternatives of sequences of words and groups."""

    def __init__(self, template: str) -> None:
        self._tokens: list[str] = _TOKEN.findall(template)

    def whole(self) -> list[str]:
        """The sentences of the whole template."""
        sentences = self._alternatives()
        if self._tokens:
            raise TemplateError(f"“{self._tokens[0]}” has no opening bracket")
        return sentences

    def _alternatives(self) -> list[str]:
        sentences = list(self._sequence())
        while self._tokens and self._tokens[0] == "|":
            self._tokens.pop(0)
            sentences += self._sequence()
        return sentences

    def _sequence(self) -> Iterator[str]:
        parts: list[list[str]] = []
        while self._tokens and self._tokens[0] not in ")]|":
            parts.append(self._part(self._tokens.pop(0)))
        return ("".join(choice) for choice in product(*parts))

    def _part(self, piece: str) -> list[str]:
        if piece not in _CLOSING:
            return [piece]
        sentences = self._alternatives()
        if not self._tokens or self._tokens.pop(0) != _CLOSING[piece]:
            raise TemplateError(f"“{piece}” is not closed with “{_CLOSING[piece]}”")
        return [*sentences, ""] if piece == "[" else sentences
