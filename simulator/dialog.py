"""The dialog that Alexa leads about one intent, turn after turn, for the skill.

https://developer.amazon.com/docs/custom-skills/dialog-interface-reference.html
"""

from __future__ import annotations

import copy
import operator
import re
from dataclasses import dataclass
from typing import Any, Literal

from simulator.reply import Move, without_tags
from simulator.rules.turn import members
from simulator.understanding import InteractionModel

Json = dict[str, Any]
State = Literal["STARTED", "IN_PROGRESS", "COMPLETED"]

YES, NO = "AMAZON.YesIntent", "AMAZON.NoIntent"

_COMPARISONS = {
    "isGreaterThan": operator.gt,
    "isGreaterThanOrEqualTo": operator.ge,
    "isLessThan": operator.lt,
    "isLessThanOrEqualTo": operator.le,
}


@dataclass(frozen=True)
class Step:
    """What Alexa waits for: a value of a slot, or a yes."""

    kind: Literal["elicit", "confirm slot", "confirm intent"]
    slot: str | None
    prompt: str = ""
    """What Alexa asks by herself, without tags; "" where the skill asks."""


class Dialog:
    """What is known of an intent so far, and what is missing.

    Args:
        intent: as in an IntentRequest; declared slots it does not name are added empty.
        entry: the intent's entry in the dialog model.
        declared: the names of the intent's slots.
    """

    def __init__(
        self, model: InteractionModel, intent: Json, entry: Json, declared: list[str]
    ) -> None:
        self._model = model
        self._entry = entry
        self.intent: Json = {"name": intent["name"], "confirmationStatus": "NONE"}
        if declared:
            self.intent["slots"] = {name: _empty(name) for name in declared}
        self.state: State = "STARTED"
        self.waits_for: Step | None = None
        self.update(intent)

    @classmethod
    def about(cls, intent: Json, model: InteractionModel, built: Json) -> Dialog | None:
        """The dialog about an intent; None if the model has no dialog for it."""
        entry = model.dialog(intent["name"])
        return cls(model, intent, entry, _declared(intent["name"], built)) if entry else None

    @property
    def led_by_alexa(self) -> bool:
        """Whether Alexa asks for everything before the skill hears of the intent.

        https://developer.amazon.com/docs/custom-skills/delegate-dialog-to-alexa.html
        """
        return bool(self._entry.get("delegationStrategy") == "ALWAYS")

    @property
    def eliciting(self) -> tuple[str, str] | None:
        """The (intent, slot) that was just asked for."""
        if self.waits_for and self.waits_for.kind == "elicit" and self.waits_for.slot:
            return self.intent["name"], self.waits_for.slot
        return None

    def hear(self, intent: Json) -> bool:
        """Take in what was said; False when it is not about this dialog."""
        if self._confirms(intent["name"]):
            self._confirm("CONFIRMED" if intent["name"] == YES else "DENIED")
        elif intent["name"] == self.intent["name"]:
            heard = {n: slot for n, slot in intent.get("slots", {}).items() if _is_filled(slot)}
            self._slots.update(copy.deepcopy(heard))
        else:
            return False
        self.state = "IN_PROGRESS"
        return True

    def update(self, intent: Json) -> None:
        """Take over what the skill says of the intent: slots may be changed or emptied."""
        self.intent["confirmationStatus"] = (
            intent.get("confirmationStatus") or self.intent["confirmationStatus"]
        )
        for name, slot in members(intent.get("slots")).items():
            if name in self._slots:
                self._slots[name] = _empty(name) | copy.deepcopy(dict(members(slot)))

    def wait_for(self, move: Move) -> bool:
        """Wait for the answer to a question that the skill asks.

        False if the question is about a slot that the intent does not have.
        """
        self.state = "IN_PROGRESS"
        if move.kind == "Dialog.ConfirmIntent":
            self.waits_for = Step("confirm intent", None)
            return True
        kind: Literal["elicit", "confirm slot"] = (
            "elicit" if move.kind == "Dialog.ElicitSlot" else "confirm slot"
        )
        self.waits_for = Step(kind, move.slot)
        return move.slot in self._slots

    def next_step(self) -> Step | None:
        """What the dialog model wants next; None when nothing is missing."""
        for slot in self._entry.get("slots", []):
            if step := self._step_for(slot):
                return step
        if self._entry.get("confirmationRequired") and self.intent["confirmationStatus"] == "NONE":
            return Step("confirm intent", None, self._prompt(self._entry, "confirmation"))
        return None

    def _step_for(self, slot: Json) -> Step | None:
        heard = self._slots.get(slot["name"], {})
        # A denied value is as good as none: the dialog goes on until every slot is
        # filled and confirmed.
        if not _is_filled(heard) or heard["confirmationStatus"] == "DENIED":
            if not slot.get("elicitationRequired"):
                return None
            return Step("elicit", slot["name"], self._prompt(slot, "elicitation"))
        for validation in slot.get("validations", []):
            if not _is_valid(heard, validation):
                return Step("elicit", slot["name"], self._filled(validation["prompt"]))
        if slot.get("confirmationRequired") and heard["confirmationStatus"] == "NONE":
            return Step("confirm slot", slot["name"], self._prompt(slot, "confirmation"))
        return None

    @property
    def _slots(self) -> dict[str, Json]:
        slots: dict[str, Json] = self.intent.get("slots", {})
        return slots

    def _confirms(self, intent: str) -> bool:
        asks = self.waits_for is not None and self.waits_for.kind != "elicit"
        return asks and intent in (YES, NO)

    def _confirm(self, status: str) -> None:
        slot = self.waits_for.slot if self.waits_for else None
        (self._slots[slot] if slot else self.intent)["confirmationStatus"] = status

    def _prompt(self, entry: Json, kind: str) -> str:
        return self._filled(entry["prompts"][kind])

    def _filled(self, prompt_id: str) -> str:
        def value(match: re.Match[str]) -> str:
            return _said(self._slots.get(match[1], {}))

        return re.sub(r"\{(\w+)\}", value, without_tags(self._model.prompt(prompt_id)))


def _declared(intent: str, built: Json) -> list[str]:
    intents: list[Json] = built["interactionModel"]["languageModel"]["intents"]
    slots: list[Json] = next(
        (known.get("slots", []) for known in intents if known["name"] == intent), []
    )
    return [slot["name"] for slot in slots]


def _empty(slot: str) -> Json:
    return {"name": slot, "confirmationStatus": "NONE"}


def _is_filled(slot: Json) -> bool:
    return slot.get("value") is not None or bool(slot.get("slotValue"))


def _values(slot: Json) -> list[Json]:
    """Each value of a slot, of one or of several values."""
    values: list[Json] = members(slot.get("slotValue")).get("values") or [slot]
    return values


def _said(slot: Json) -> str:
    return " and ".join(str(value["value"]) for value in _values(slot) if value.get("value"))


def _is_valid(slot: Json, validation: Json) -> bool:
    """Check each value of a slot against one of the model's `validations`.

    Dates and times are not read, so isInDuration and isNotInDuration always pass.
    https://developer.amazon.com/docs/custom-skills/validate-slot-values.html
    """
    return all(_is_valid_value(value, validation) for value in _values(slot))


def _is_valid_value(value: Json, validation: Json) -> bool:
    kind, said = validation["type"], str(value.get("value")).casefold()
    if kind == "hasEntityResolutionMatch":
        return _is_matched(value)
    if kind in ("isInSet", "isNotInSet"):
        listed = {str(each).casefold() for each in validation["values"]}
        return (said in listed) is (kind == "isInSet")
    if kind in _COMPARISONS:
        return said.isdecimal() and _COMPARISONS[kind](float(said), float(validation["value"]))
    return True


def _is_matched(value: Json) -> bool:
    """Whether a value is in its type's list; what the skill put in itself was never looked up."""
    authorities = members(value.get("resolutions")).get("resolutionsPerAuthority", [])
    return not authorities or any(
        authority["status"]["code"] == "ER_SUCCESS_MATCH" for authority in authorities
    )
