"""Words to an intent with slots, from the very file that Amazon reads.

Alexa's recogniser is statistical: it generalises beyond the samples, mishears, and
weighs what was said before. This one is exact. It can show that a sample is missing
or that two are in each other's way; it cannot show that Alexa will understand
something, how she spells what she heard, or what accents and noise do.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from simulator.understanding.language import HeardLanguage
from simulator.understanding.sentences import Match, Sentence, Slot
from simulator.understanding.slot_types import OTHER, slot_types
from simulator.understanding.spoken import Words, text_of, words_of

Json = dict[str, Any]

FALLBACK = "AMAZON.FallbackIntent"
SKILL_ID = "amzn1.ask.skill.00000000-0000-0000-0000-000000000000"


class NotUnderstood(Exception):  # noqa: N818 - nothing went wrong; it is an answer
    """The words fit no sentence, and the model has no AMAZON.FallbackIntent."""


@dataclass(frozen=True)
class Understood:
    """What the words mean, as an IntentRequest says it."""

    intent: str
    slots: dict[str, Json]
    """Every declared slot by name, in Amazon's shape; a slot not heard has no "value"."""
    sentence: str | None = None
    """The sample or phrase that fits; None for the fallback intent."""

    def as_json(self) -> Json:
        """The `intent` of an IntentRequest; without "slots" if it declares none."""
        slots = {"slots": self.slots} if self.slots else {}
        return {"name": self.intent, "confirmationStatus": "NONE", **slots}


class InteractionModel:
    """A built interaction model that can be talked to.

    Args:
        built: the content of `skill-package/interactionModels/custom/<locale>.json`.
        skill_id: whose entities are resolved; part of the authority in each request.
        locale: in which it is spoken.
    """

    def __init__(self, built: Json, skill_id: str = SKILL_ID, locale: str = "en-US") -> None:
        model = built["interactionModel"]
        language = model["languageModel"]
        self.language = HeardLanguage.of(locale)
        self.invocation_name: str = language["invocationName"]
        self._calls = list(self.language.calls(self.invocation_name))
        self._types = slot_types(language.get("types", []), self.language)
        self._authority = f"amzn1.er-authority.echo-sdk.{skill_id}"
        self._intents: dict[str, dict[str, Slot]] = {}
        self._sentences: list[Sentence] = []
        self._dialog: Json = model.get("dialog", {})
        self._prompts = {prompt["id"]: prompt for prompt in model.get("prompts", [])}
        for intent in language["intents"]:
            self._learn(intent)

    @classmethod
    def load(cls, path: Path, skill_id: str = SKILL_ID) -> InteractionModel:
        """The model in the built file at *path*, which is called by its locale.

        A file that has not changed is learned once: nothing that is said changes a model.
        """
        return _learned(path.read_text(encoding="utf-8"), skill_id, path.stem)

    def called(self, words: str) -> str | None:
        """The request that is left when *words* call this skill by its name.

        "Alexa, ask pizza on demand who I am" gives "who i am"; a mere "open pizza on
        demand" gives "" (Alexa launches the skill); None means they call no skill.
        """
        for heard in self.language.without_carriers(words_of(words)):
            for form in self._calls:
                if match := form.fullmatch(" ".join(heard)):
                    return text_of(words_of("".join(rest for rest in match.groups() if rest)))
        return None

    def understand(self, words: str, eliciting: tuple[str, str] | None = None) -> Understood:
        """What *words* mean.

        Args:
            words: as somebody says or types them.
            eliciting: the (intent, slot) that Alexa has just asked for. Values and the
                slot's own samples are tried first, then every sentence, and last the
                words are taken for a value that is not in the list. Slots that were
                filled before are not repeated: whoever leads the dialog keeps them.

        Raises:
            NotUnderstood: nothing fits, and there is no fallback intent.
        """
        answers = list(self._answers(*eliciting)) if eliciting else []
        for sentences, guesses in ((answers, False), (self._sentences, False), (answers, True)):
            for heard in self.language.without_carriers(words_of(words)):
                if match := self._best(sentences, heard, guesses=guesses):
                    return self._understood(match)
        if FALLBACK not in self._intents:
            raise NotUnderstood(words)
        return Understood(FALLBACK, {})

    def dialog(self, intent: str) -> Json | None:
        """The intent's entry in the dialog model with its "delegationStrategy", or None.

        Without a strategy of its own or of the model, Alexa delegates always.
        """
        for entry in self._dialog.get("intents", []):
            if entry["name"] == intent:
                strategy = self._dialog.get("delegationStrategy", "ALWAYS")
                return {"delegationStrategy": strategy, **entry}
        return None

    def prompt(self, id_: str) -> str:
        """The first variation of a prompt: plain text or SSML.

        Raises:
            KeyError: the model has no such prompt.
        """
        said: str = self._prompts[id_]["variations"][0]["value"]
        return said

    def _learn(self, intent: Json) -> None:
        name = intent["name"]
        slots = {slot["name"]: self._slot(slot) for slot in intent.get("slots", [])}
        self._intents[name] = slots
        for sample in (*intent.get("samples", []), *self.language.phrases.get(name, ())):
            self._sentences.append(Sentence(name, sample, slots))

    def _slot(self, slot: Json) -> Slot:
        return Slot(
            name=slot["name"],
            type=self._types.get(slot["type"], OTHER),
            authority=f"{self._authority}.{slot['type']}",
            multiple=slot.get("multipleValues", {}).get("enabled", False),
            samples=tuple(slot.get("samples", ())),
        )

    def _answers(self, intent: str, slot: str) -> Iterator[Sentence]:
        slots = self._intents[intent]
        for sample in (f"{{{slot}}}", *slots[slot].samples):
            yield Sentence(intent, sample, slots)

    def _best(self, sentences: list[Sentence], words: Words, *, guesses: bool) -> Match | None:
        """The match with most words of its own, then fewest guesses, then first in the model.

        A sentence that is nothing but a guess would fit everything: it counts only
        while Alexa waits for that slot.
        """
        said = frozenset(words)
        matches = [
            match
            for sentence in sentences
            if sentence.own <= said  # soon told, and of thousands it leaves a few
            for match in sentence.matches(words)
            if guesses or match.is_founded
        ]
        return max(matches, key=lambda match: match.score, default=None)

    def _understood(self, match: Match) -> Understood:
        intent = match.sentence.intent
        slots = {
            name: slot.as_json(match.heard.get(name, ()))
            for name, slot in self._intents[intent].items()
        }
        return Understood(intent, slots, match.sentence.sample)


@cache
def _learned(built: str, skill_id: str, locale: str) -> InteractionModel:
    return InteractionModel(json.loads(built), skill_id, locale)
