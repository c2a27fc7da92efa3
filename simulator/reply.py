"""What a reply makes Alexa do, read as far as its shape allows.

The rules say what is wrong with a reply. Here it only must not bring the world
down: whatever has the wrong shape reads as absent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

from simulator.rules.audience import is_heard
from simulator.rules.turn import Directive, Speech, Turn, at, members

Json = dict[str, Any]

MoveKind = Literal[
    "Dialog.Delegate", "Dialog.ElicitSlot", "Dialog.ConfirmSlot", "Dialog.ConfirmIntent"
]
_MOVES = ("Dialog.Delegate", "Dialog.ElicitSlot", "Dialog.ConfirmSlot", "Dialog.ConfirmIntent")


@dataclass(frozen=True)
class Move:
    """A Dialog directive: how the skill wants a dialog to go on."""

    kind: MoveKind
    slot: str | None
    """The slot to elicit or to confirm."""
    updated: Json | None
    """The intent as the skill wants it to be, or another one to go on with."""


@dataclass(frozen=True)
class Reply:
    """A response envelope, without what nobody hears or sees."""

    speech: str | None
    """What is heard, without tags; None for a silent reply."""
    reprompt: str | None
    card: Json | None
    attributes: Json
    """The session's attributes from now on."""
    should_end: bool | None
    """shouldEndSession; None if the reply leaves it to the device."""
    move: Move | None
    directives: tuple[Directive, ...] = ()
    """All of them, in their order."""


def read(reply: Mapping[str, Any], request: Mapping[str, Any]) -> Reply:
    """Read the reply to a request envelope."""
    turn = Turn(reply, size=0, envelope=request, model=None)
    heard = is_heard(turn)
    should_end = turn.response.get("shouldEndSession")
    return Reply(
        speech=_heard(turn.speech) if heard else None,
        reprompt=_heard(turn.reprompt) if heard else None,
        card=dict(turn.card) or None if heard else None,
        attributes=dict(members(reply.get("sessionAttributes"))),
        should_end=should_end if isinstance(should_end, bool) else None,
        move=next((_move(d) for d in turn.directives if d.type in _MOVES), None),
        directives=turn.directives,
    )


def without_tags(prompt: str) -> str:
    """What a prompt of the interaction model, plain text or SSML, sounds like."""
    return _heard(Speech("", prompt, is_ssml=prompt.lstrip().startswith("<speak"))) or ""


def _heard(speech: Speech | None) -> str | None:
    return " ".join(speech.words.split()) or None if speech else None


def _move(directive: Directive) -> Move:
    slot = directive.body.get("slotToElicit") or directive.body.get("slotToConfirm")
    updated = directive.body.get("updatedIntent")
    named = isinstance(at(updated, "name"), str)
    return Move(
        kind=cast("MoveKind", directive.type),
        slot=slot if isinstance(slot, str) else None,
        updated=dict(members(updated)) if named else None,
    )
