"""Rules about Dialog directives, which hand the next question to Alexa.

Sources: "Dialog Interface Reference"; "Use Intent Chaining to Enter Dialog
Management from a Different Intent"; Alexa's own message "The requested skill has
not been configured to support dialogs yet".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from simulator.rules import audience
from simulator.rules.turn import Breach, Directive, Turn, at, entries, members, text

_PROMPTS = frozenset({"Dialog.ElicitSlot", "Dialog.ConfirmSlot", "Dialog.ConfirmIntent"})
_DELEGATE = "Dialog.Delegate"
_UPDATE = "Dialog.UpdateDynamicEntities"
_SLOT_KEYS = ("slotToElicit", "slotToConfirm")


def wrong_request(turn: Turn) -> Iterator[Breach]:
    """A dialog goes on in an intent, or is entered with an intent from a launch."""
    if turn.request_type == "IntentRequest" or not audience.is_heard(turn):
        return
    for move in _moves(turn):
        if turn.request_type != "LaunchRequest" or not _chained(move):
            yield _breach(
                "dialog-request",
                move,
                f"has no intent to go on with in {turn.request_type or 'this request'}",
                "Name the intent in updatedIntent after a launch; send none after other requests.",
            )


def too_many(turn: Turn) -> Iterator[Breach]:
    """A reply makes one move in a dialog."""
    for move in _moves(turn)[1:]:
        yield _breach(
            "dialog-many",
            move,
            "is the second Dialog directive of the reply",
            "Keep one; only Dialog.UpdateDynamicEntities may stand beside it.",
        )


def closed_session(turn: Turn) -> Iterator[Breach]:
    """A dialog goes on in an open session."""
    if turn.response.get("shouldEndSession") is True:
        for move in _moves(turn):
            yield _breach(
                "dialog-closed",
                move,
                "goes on with a dialog, and shouldEndSession is true",
                "Set shouldEndSession to false.",
            )


def silent_prompt(turn: Turn) -> Iterator[Breach]:
    """A skill that elicits or confirms asks for it aloud, and waits."""
    for move in _moves(turn):
        if move.type not in _PROMPTS:
            continue
        if turn.speech is None:
            yield _breach(
                "dialog-silent", move, "asks nothing", "Add outputSpeech with the question."
            )
        if turn.response.get("shouldEndSession") is None:
            yield _breach("dialog-closed", move, "does not wait", "Set shouldEndSession to false.")


def spoken_delegation(turn: Turn) -> Iterator[Breach]:
    """A skill that delegates leaves the question to the interaction model."""
    for move in _moves(turn):
        if move.type == _DELEGATE and turn.spoken:
            yield _breach(
                "dialog-delegate-speaks",
                move,
                "lets Alexa ask, and the reply speaks too",
                "Leave outputSpeech and reprompt out, or send Dialog.ElicitSlot.",
            )


def undeclared(turn: Turn) -> Iterator[Breach]:
    """A dialog is about intents and slots that the model has a dialog for."""
    for move in _moves(turn):
        if turn.model is not None:
            faults = _unknown_names(turn, turn.model, move)
        else:
            faults = _no_dialog(turn, move)
        for fault in faults:
            yield _breach(
                "dialog-undeclared", move, fault, "Add it to the interaction model, or correct it."
            )


def undeclared_types(turn: Turn) -> Iterator[Breach]:
    """Dynamic entities extend a slot type that a slot has."""
    if turn.model is None:
        return
    declared = {
        text(at(slot, "type"))
        for intent in entries(at(turn.model, "interactionModel", "languageModel", "intents"))
        for slot in entries(at(intent, "slots"))
    }
    for directive in turn.directives:
        listed = entries(directive.body.get("types")) if directive.type == _UPDATE else []
        for name in (text(at(entry, "name")) for entry in listed):
            if name not in declared:
                yield _breach(
                    "dialog-undeclared",
                    directive,
                    f"names the type {name!r}, which no slot has",
                    "Name the type of a slot in the interaction model.",
                )


def _moves(turn: Turn) -> list[Directive]:
    """The directives that go on with a dialog."""
    return [
        directive
        for directive in turn.directives
        if directive.type.startswith("Dialog.") and directive.type != _UPDATE
    ]


def _chained(move: Directive) -> str:
    return text(at(move.body, "updatedIntent", "name"))


def _no_dialog(turn: Turn, move: Directive) -> Iterator[str]:
    """Without a model, Alexa's dialogState tells whether the intent has a dialog."""
    asked = at(turn.envelope, "request", "intent", "name")
    stays = _chained(move) in {"", text(asked)}
    has_dialog = at(turn.envelope, "request", "dialogState") is not None
    if turn.request_type == "IntentRequest" and stays and not has_dialog:
        yield f"is about {asked!r}, which came without a dialogState and so has no dialog"


def _unknown_names(turn: Turn, model: Mapping[str, Any], move: Directive) -> Iterator[str]:
    intent = _chained(move) or text(at(turn.envelope, "request", "intent", "name"))
    with_dialog = _slots(model, "dialog", intent)
    if with_dialog is None:
        yield f"is about {intent!r}, which has no dialog in the model"
        return
    for name in (text(move.body.get(key)) for key in _SLOT_KEYS if key in move.body):
        if name not in with_dialog:
            yield f"names the slot {name!r}, which {intent} has no dialog for"
    declared = _slots(model, "languageModel", intent) or set()
    for name in members(at(move.body, "updatedIntent", "slots")):
        if name not in declared:
            yield f"updates the slot {name!r}, which {intent} does not have"


def _slots(model: Mapping[str, Any], part: str, intent: str) -> set[str] | None:
    """The slots of an intent in one part of the model; None if it is not there."""
    for entry in entries(at(model, "interactionModel", part, "intents")):
        if at(entry, "name") == intent:
            return {text(at(slot, "name")) for slot in entries(at(entry, "slots"))}
    return None


def _breach(rule: str, directive: Directive, fault: str, remedy: str) -> Breach:
    return Breach(rule, f"{directive.place} ({directive.type}) {fault}.", remedy)
