"""One sample sentence, and whether words fit it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any

from simulator.understanding.slot_types import SlotType, Value
from simulator.understanding.spoken import Words, words_of

Json = dict[str, Any]

SLOT = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Slot:
    """A slot as an intent declares it."""

    name: str
    type: SlotType
    authority: str
    """Whose list its values are looked up in."""
    multiple: bool = False
    samples: tuple[str, ...] = ()

    def hear(self, words: Words) -> tuple[Value, ...]:
        """The values that *words* say; empty if they do not fit the slot."""
        if self.multiple:
            return self.type.hear_several(words)
        value = self.type.hear(words)
        return (value,) if value else ()

    def as_json(self, heard: tuple[Value, ...]) -> Json:
        """The slot in an IntentRequest.

        One value is sent twice, as "value" and as a slotValue of type Simple; several
        as a slotValue of type List, without "value".
        Source: https://developer.amazon.com/docs/custom-skills/collect-multiple-values-in-a-slot.html
        """
        slot: Json = {"name": self.name, "confirmationStatus": "NONE"}
        if not heard:
            return slot
        values = [{"type": "Simple", **self._value(value)} for value in heard]
        if len(values) > 1:
            return {**slot, "source": "USER", "slotValue": {"type": "List", "values": values}}
        return {**slot, **self._value(heard[0]), "source": "USER", "slotValue": values[0]}

    def _value(self, value: Value) -> Json:
        if not self.type.resolves:
            return {"value": value.said}
        status = "ER_SUCCESS_MATCH" if value.entity else "ER_SUCCESS_NO_MATCH"
        resolution: Json = {"authority": self.authority, "status": {"code": status}}
        if value.entity:
            resolution["values"] = [{"value": dict(value.entity)}]
        return {
            "value": value.said,
            "resolutions": {"resolutionsPerAuthority": [resolution]},
        }


@dataclass(frozen=True)
class Sentence:
    """A sample of an intent: words, with slots between them."""

    intent: str
    sample: str
    slots: Mapping[str, Slot]
    own: frozenset[str] = field(init=False)
    """The words that must be there: all but those of slots."""
    _parts: tuple[str | Slot, ...] = field(init=False)

    def __post_init__(self) -> None:
        parts = tuple(self._parse())
        object.__setattr__(self, "_parts", parts)
        object.__setattr__(self, "own", frozenset(p for p in parts if isinstance(p, str)))

    def matches(self, words: Words) -> Iterator[Match]:
        """Every way in which *words* fit the sample."""
        literal = sum(isinstance(part, str) for part in self._parts)
        for heard in _fillings(self._parts, words):
            yield Match(self, heard, literal)

    def _parse(self) -> Iterator[str | Slot]:
        # split() puts the words at even places and the slots' names at odd ones
        for is_slot, part in zip(cycle((False, True)), SLOT.split(self.sample), strict=False):
            if is_slot:
                yield self.slots[part]
            else:
                yield from words_of(part)


@dataclass(frozen=True)
class Match:
    """A sentence with what was heard for its slots."""

    sentence: Sentence
    heard: dict[str, tuple[Value, ...]]
    literal: int
    """How many words are the sentence's own."""

    @property
    def guesses(self) -> int:
        """How many words stand in a slot only because something had to."""
        values = (value for several in self.heard.values() for value in several)
        return sum(len(value.said.split()) for value in values if value.guessed)

    @property
    def is_founded(self) -> bool:
        """Something besides a guess speaks for it."""
        return self.literal > 0 or self.guesses == 0

    @property
    def score(self) -> tuple[int, int]:
        """Larger is better."""
        return self.literal, -self.guesses


def _fillings(
    parts: tuple[str | Slot, ...], words: Words
) -> Iterator[dict[str, tuple[Value, ...]]]:
    """Backtracking: each slot takes one word or more, and the rest must still fit."""
    if not parts:
        if not words:
            yield {}
        return
    part, rest = parts[0], parts[1:]
    if isinstance(part, str):
        if words[:1] == (part,):
            yield from _fillings(rest, words[1:])
        return
    for end in range(1, len(words) - len(rest) + 1):
        if heard := part.hear(words[:end]):
            for others in _fillings(rest, words[end:]):
                yield {part.name: heard, **others}
