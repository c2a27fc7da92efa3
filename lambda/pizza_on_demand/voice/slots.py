"""What was heard in a slot, whatever shape Alexa gives it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ask_sdk_core.handler_input import HandlerInput

from pizza_on_demand.voice.envelope import part, raw_event

LONGEST = 100
"""Characters of a value. Nobody says more, and what was said may have to be said again."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A value of a slot."""

    words: str
    """As Alexa wrote them down, but on one line and no longer than `LONGEST`."""
    id: str | None
    """Of the value in the interaction model; None for words that are in no list."""


def heard(handler_input: HandlerInput, slot: str) -> tuple[Heard, ...]:
    """Every value of a slot, in the order in which they were said.

    A slot for several values holds a list, or a simple value when only one was said:
    https://developer.amazon.com/docs/custom-skills/collect-multiple-values-in-a-slot.html
    """
    found = part(raw_event(handler_input), "request", "intent", "slots", slot)
    listed = part(found, "slotValue", "values")
    values = listed if isinstance(listed, list) else [found]
    return tuple(Heard(words, _id(value)) for value in values if (words := _words(value)))


def number(handler_input: HandlerInput, slot: str) -> int | None:
    """A quantity; None if none was heard, or nothing that is a number."""
    values = heard(handler_input, slot)
    return int(values[0].words) if values and values[0].words.isdecimal() else None


def _words(value: Any) -> str | None:
    words = part(value, "value")
    if not isinstance(words, str):
        return None
    legible = "".join(c if c.isprintable() else " " for c in words[:LONGEST])
    return " ".join(legible.split()) or None


def _id(value: Any) -> str | None:
    return next((found for found in _ids(value)), None)


def _ids(value: Any) -> Iterator[str]:
    authorities = part(value, "resolutions", "resolutionsPerAuthority")
    for authority in authorities if isinstance(authorities, list) else []:
        if part(authority, "status", "code") == "ER_SUCCESS_MATCH":
            matches = part(authority, "values")
            for match in matches if isinstance(matches, list) else []:
                if isinstance(found := part(match, "value", "id"), str):
                    yield found
