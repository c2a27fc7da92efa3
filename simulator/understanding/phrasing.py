"""The way back: an intent and its slots to words that mean it, in any language.

So a talk that is written down in one language can be had in another: its words are understood
in the first model, and said again from the sentences and values of the second.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from simulator.understanding.language import HeardLanguage
from simulator.understanding.model import FALLBACK, InteractionModel, NotUnderstood
from simulator.understanding.sentences import SLOT

Json = dict[str, Any]
Eliciting = tuple[str, str] | None


class UnsayableError(Exception):
    """The other language has no sentence for that."""


class Phrasebook:
    """Says in one locale what was said in another.

    Args:
        models: the folder of the built models.
        spoken: the locale of the words that come in.
        wanted: the locale of the words that go out.
    """

    def __init__(self, models: Path, spoken: str, wanted: str) -> None:
        self._spoken = InteractionModel.load(models / f"{spoken}.json")
        self._wanted = InteractionModel.load(models / f"{wanted}.json")
        built = json.loads((models / f"{wanted}.json").read_text("utf-8"))
        language = built["interactionModel"]["languageModel"]
        self._intents = {intent["name"]: intent for intent in language["intents"]}
        self._types: dict[str, list[Json]] = {
            kind["name"]: kind["values"] for kind in language.get("types", ())
        }

    def said(self, words: str, eliciting: Eliciting = None) -> str:
        """The words that mean in the other language what these mean in their own.

        Args:
            words: as somebody says them.
            eliciting: the (intent, slot) that Alexa has just asked for.

        Raises:
            UnsayableError: nothing that can be said there is understood as these words are.
        """
        called = self._spoken.called(words)
        if called == "":
            return f"{self._language.open} {self._wanted.invocation_name}"
        if called is None:
            return self._wish(words, eliciting)
        return f"{self._language.ask} {self._wanted.invocation_name} {self._wish(called, None)}"

    def _wish(self, words: str, eliciting: Eliciting) -> str:
        if self._spoken.language.leaves(words):
            return self._language.leave
        try:
            understood = self._spoken.understand(words, eliciting)
        except NotUnderstood:
            return words
        if understood.intent == FALLBACK:
            return words  # what nobody understands needs no translation
        meant = understood.as_json()
        for said in self._candidates(meant, eliciting):
            if _means(self._wanted.understand(said, eliciting).as_json(), meant):
                return said
        raise UnsayableError(f"nothing means {words!r} ({understood.intent})")

    @property
    def _language(self) -> HeardLanguage:
        return self._wanted.language

    def _candidates(self, meant: Json, eliciting: Eliciting) -> Iterator[str]:
        """Every sentence of the intent with the same slots, filled; answers first."""
        intent = self._intents[meant["name"]]
        slots = {slot["name"]: slot for slot in intent.get("slots", ())}
        filled = {
            name: self._filling(slots[name], slot)
            for name, slot in meant.get("slots", {}).items()
            if "slotValue" in slot
        }
        for sample in self._samples(intent, slots, eliciting):
            if set(SLOT.findall(sample)) == set(filled):
                yield SLOT.sub(lambda slot: filled[slot[1]], sample)

    def _samples(
        self, intent: Json, slots: Mapping[str, Json], eliciting: Eliciting
    ) -> Iterator[str]:
        if eliciting and eliciting[0] == intent["name"]:
            yield f"{{{eliciting[1]}}}"
            yield from slots[eliciting[1]].get("samples", ())
        yield from intent["samples"]
        yield from self._language.phrases.get(intent["name"], ())

    def _filling(self, slot: Json, heard: Json) -> str:
        names = [self._name(slot["type"], value) for value in _values(heard)]
        return f" {self._language.joint} ".join(names)

    def _name(self, kind: str, value: Json) -> str:
        """What a value is called there; what is in no list is said as it was."""
        said: str = value["value"]
        names: dict[str | None, str] = {
            entry["id"]: entry["name"]["value"] for entry in self._types.get(kind, ())
        }
        return names.get(_id(value), said)


def _means(understood: Json, meant: Json) -> bool:
    """Whether two intents are the same, whatever their values are called."""
    return understood["name"] == meant["name"] and _ids(understood) == _ids(meant)


def _ids(intent: Json) -> dict[str, list[str]]:
    return {
        name: [_id(value) or value["value"] for value in _values(slot)]
        for name, slot in intent.get("slots", {}).items()
        if "slotValue" in slot
    }


def _values(slot: Json) -> list[Json]:
    value: Json = slot["slotValue"]
    return value["values"] if value["type"] == "List" else [value]


def _id(value: Json) -> str | None:
    for authority in value.get("resolutions", {}).get("resolutionsPerAuthority", ()):
        for match in authority.get("values", ()):
            return str(match["value"]["id"])
    return None
