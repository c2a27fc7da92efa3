"""The Echo: hears words, sends the skill what Amazon would send, and says the answer."""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from simulator import envelope, rules, screen
from simulator.dialog import Dialog
from simulator.envelope import Device, Household, Json, Session
from simulator.function import Function, TimedOutError, UnansweredError
from simulator.people import Person
from simulator.pin_check import ASKED_AGAIN, QUESTION, PinCheck
from simulator.reply import Move, Reply, read
from simulator.rules import Breach
from simulator.rules.turn import at, members
from simulator.screen import USER_EVENT, NothingShownError, Screen
from simulator.understanding import InteractionModel, NotUnderstood
from simulator.viewports import VIEWPORTS
from simulator.wire import Call

PROBLEM = "There was a problem with the requested skill's response."
UNKNOWN = "Hmm, I don't know that one."
NOT_ENABLED = "To use that skill, first enable it in the Alexa app."

_DISPATCH_ERROR = "An exception occurred while dispatching the request to the skill."
_CIRCLE = Breach(
    "dialog-circle",
    "Dialog.Delegate hands back a dialog whose dialogState is COMPLETED.",
    "Answer it, or go on with an intent of which something is still missing.",
)

ErrorType = Literal["INVALID_RESPONSE", "ENDPOINT_TIMEOUT"]


class NoReplyError(Exception):
    """Alexa can do nothing with what the skill answered; the turn's breaches say why."""

    def __init__(self, kind: ErrorType) -> None:
        super().__init__(kind)
        self.kind: ErrorType = kind


@dataclass
class Turn:
    """What one thing that happened to the Echo came to: the last request, and its reply."""

    id: int
    at: datetime
    said: str | None
    """The customer's words; None when nobody spoke."""
    request: Any = None
    reply: Any = None
    meanwhile: list[str] = field(default_factory=list)
    """What is heard before the answer, without tags: progressive responses."""
    alexa: str | None = None
    """What is heard, without tags; None for silence."""
    reprompt: str | None = None
    own: bool = False
    """Alexa says it by herself: the skill did not."""
    card: Json | None = None
    listens: bool = False
    """Whether the microphone is open afterwards."""
    took_ms: float = 0.0
    calls: list[Call] = field(default_factory=list)
    began: float = 0.0
    """`time.monotonic()` when the skill was first asked."""
    breaches: list[Breach] = field(default_factory=list)

    def say_own(self, text: str) -> None:
        """Let Alexa say something that the skill did not."""
        self.alexa, self.own, self.reprompt, self.card = text, True, None, None


@dataclass
class _Talk:
    """A session that is open, and what Alexa waits for in it."""

    session: Session = field(default_factory=Session)
    dialog: Dialog | None = None
    reprompt: str | None = None
    """What is still to be said before Alexa gives up on an answer."""
    listens: bool = True
    pin_check: PinCheck | None = None
    """What Alexa asks for in between; the skill hears none of it."""


class Echo:
    """A device in somebody's kitchen.

    Args:
        function: the skill.
        model: the built interaction model of a locale, for understanding and for checking.
        household: what every envelope says about where it comes from.
        is_enabled: whether the skill is enabled in the Alexa app.
        now: tells the time.
        speaker: whose voice is recognised.
    """

    def __init__(
        self,
        function: Function,
        *,
        model: Callable[[str], tuple[InteractionModel, Json]],
        household: Callable[[Device], Household],
        is_enabled: Callable[[], bool],
        now: Callable[[], datetime],
        speaker: Callable[[], Person | None] = lambda: None,
    ) -> None:
        self._function = function
        self._models = model
        self._household = household
        self._speaker = speaker
        self._is_enabled = is_enabled
        self._now = now
        self.device: Device = "speaker"
        self.locale = "en-US"
        self.turns: list[Turn] = []
        self.asking: Turn | None = None
        """The turn that the skill has not answered yet."""
        self._talk: _Talk | None = None

    @property
    def is_open(self) -> bool:
        """Whether a session with the skill is open."""
        return self._talk is not None

    @property
    def listens(self) -> bool:
        """Whether the microphone is open."""
        return self._talk is not None and self._talk.listens

    @property
    def eliciting(self) -> tuple[str, str] | None:
        """The (intent, slot) that was asked for last."""
        return self._talk.dialog.eliciting if self._talk and self._talk.dialog else None

    def hear(self, words: str) -> Turn:
        """Somebody says something to the device."""
        turn = self._turn(words)
        called = self._model.called(words)
        if called is not None:
            self._call(turn, called)
        elif self._talk is None:
            turn.say_own(UNKNOWN)
        elif self._talk.pin_check is not None:
            self._hear_pin(turn, self._talk, self._talk.pin_check, words)
        elif self._model.language.leaves(words):
            self._end(turn, self._talk, "USER_INITIATED")
        else:
            self._intend(turn, words, self._talk)
        turn.listens = self.listens
        return turn

    def silence(self) -> Turn:
        """Nobody answers: Alexa asks once more, and then closes the session."""
        turn = self._turn(None)
        if self._talk is not None and self._talk.pin_check is not None:
            self._resume(turn, self._talk, self._talk.pin_check.given_up())
        elif self._talk is not None:
            self._give_up_on_answer(turn, self._talk)
        turn.listens = self.listens
        return turn

    @property
    def screen(self) -> Screen | None:
        """What the skill shows on the device."""
        return self._talk.session.screen if self._talk else None

    def touch(self, arguments: list[Any]) -> Turn:
        """Somebody touches a button that sends these arguments; raises NothingShownError."""
        if self._talk is None or self.screen is None:
            raise NothingShownError
        turn = self._turn(None)
        self._ask(turn, self._talk, USER_EVENT, **self.screen.touch(arguments))
        turn.listens = self.listens
        return turn

    def hang_up(self) -> None:
        """Close the session, and tell nobody."""
        self._talk = None

    def deliver(self, event: str, body: Json | None) -> Turn:
        """A skill event, such as "SkillEnabled", reaches the skill."""
        now = self._now()
        request = envelope.request(f"AlexaSkillEvent.{event}", now)
        request |= {
            "eventCreationTime": request["timestamp"],
            "eventPublishingTime": request["timestamp"],
        }
        if body is not None:
            request["body"] = body
        turn = self._turn(None)
        with contextlib.suppress(NoReplyError):  # nobody is there to hear of it
            self._exchange(turn, request, None)
        return turn

    def send(self, event: Any) -> Turn:
        """Send an envelope of one's own, whatever it is, outside of any talk."""
        turn = self._turn(None)
        turn.request = copy.deepcopy(event)
        try:
            self._invoke(turn)
        except NoReplyError:
            turn.say_own(PROBLEM)
        return turn

    def _call(self, turn: Turn, asked: str) -> None:
        """Open the skill, with or without something to ask of it at once."""
        if not self._is_enabled():
            turn.say_own(NOT_ENABLED)
            return
        self._talk = talk = _Talk()
        if asked:
            self._intend(turn, asked, talk)
        else:
            self._ask(turn, talk, "LaunchRequest")

    def _intend(self, turn: Turn, words: str, talk: _Talk) -> None:
        try:
            intent = self._model.understand(words, self.eliciting).as_json()
        except NotUnderstood:
            self._give_up_on_answer(turn, talk)
            return
        if talk.dialog is None or not talk.dialog.hear(intent):
            talk.dialog = Dialog.about(intent, self._model, self._built)
        if talk.dialog is None:
            self._ask(turn, talk, "IntentRequest", intent=intent)
        elif talk.dialog.led_by_alexa:
            self._lead(turn, talk, talk.dialog)
        else:
            self._ask_about(turn, talk, talk.dialog)

    def _give_up_on_answer(self, turn: Turn, talk: _Talk) -> None:
        """Ask again, or close the session: an answer that fits no intent is none.

        https://developer.amazon.com/docs/custom-skills/request-types-reference.html
        """
        if talk.listens and talk.reprompt:
            turn.alexa, talk.reprompt = talk.reprompt, None
        elif talk.session.new:
            self.hang_up()
            turn.say_own(UNKNOWN)
        else:
            self._end(turn, talk, "EXCEEDED_MAX_REPROMPTS")

    def _lead(self, turn: Turn, talk: _Talk, dialog: Dialog) -> None:
        """Ask for what is missing, or tell the skill that nothing is."""
        dialog.waits_for = step = dialog.next_step()
        if step:
            turn.say_own(step.prompt)
            talk.reprompt, talk.listens = step.prompt, True
        elif at(turn.request, "request", "dialogState") == "COMPLETED":
            turn.breaches.append(_CIRCLE)
            self._fail(turn, talk, "INVALID_RESPONSE")
        else:
            dialog.state = "COMPLETED"
            self._ask_about(turn, talk, dialog)

    def _ask_about(self, turn: Turn, talk: _Talk, dialog: Dialog) -> None:
        dialog.waits_for = None
        self._ask(turn, talk, "IntentRequest", intent=dialog.intent, dialogState=dialog.state)

    def _ask(self, turn: Turn, talk: _Talk, kind: str, **more: Any) -> None:
        """Ask the skill, and do what it says."""
        request = envelope.request(kind, self._now(), self.locale, **more)
        try:
            reply = self._exchange(turn, request, talk.session)
        except NoReplyError as error:
            self._fail(turn, talk, error.kind)
        else:
            self._follow(turn, talk, reply)

    def _follow(self, turn: Turn, talk: _Talk, reply: Reply) -> None:
        """Keep or close the session, and go on with a dialog."""
        talk.session.attributes = reply.attributes
        if self.device in VIEWPORTS:
            talk.session.screen = screen.after(talk.session.screen, reply.directives)
        talk.reprompt = reply.reprompt
        if check := self._wanted_pin(reply):
            talk.dialog = None
            self._ask_for_pin(turn, talk, check)
            return
        if reply.move:
            talk.listens = True
            self._go_on(turn, talk, reply.move)
            return
        talk.dialog = None
        talk.listens = reply.should_end is False
        # Without a word about it a screen keeps the session, and a speaker closes it.
        if not talk.listens and (reply.should_end or self.device == "speaker"):
            self.hang_up()

    def _wanted_pin(self, reply: Reply) -> PinCheck | None:
        person = self._speaker()
        wanted = (PinCheck.wanted_by(directive, person) for directive in reply.directives)
        return next((check for check in wanted if check), None)

    def _ask_for_pin(self, turn: Turn, talk: _Talk, check: PinCheck) -> None:
        cause = check.outcome_at_once(self.locale)
        if cause:
            self._resume(turn, talk, cause)
        else:
            talk.pin_check, talk.listens = check, True
            turn.say_own(QUESTION)

    def _hear_pin(self, turn: Turn, talk: _Talk, check: PinCheck, words: str) -> None:
        if cause := check.outcome(words, self._speaker()):
            self._resume(turn, talk, cause)
        else:
            turn.say_own(ASKED_AGAIN)

    def _resume(self, turn: Turn, talk: _Talk, cause: Json) -> None:
        """Hand the talk back to the skill, with what came of asking for a PIN."""
        talk.pin_check = None
        person = self._speaker()
        is_proven = cause["result"].get("status") == "ACHIEVED"
        with person.proven() if person and is_proven else contextlib.nullcontext():
            self._ask(turn, talk, "SessionResumedRequest", cause=cause)

    def _go_on(self, turn: Turn, talk: _Talk, move: Move) -> None:
        dialog = talk.dialog = self._dialog_after(talk.dialog, move.updated)
        if dialog and move.kind == "Dialog.Delegate":
            dialog.state = "IN_PROGRESS"
            self._lead(turn, talk, dialog)
        elif dialog is None or not dialog.wait_for(move):
            self._fail(turn, talk, "INVALID_RESPONSE")

    def _dialog_after(self, dialog: Dialog | None, updated: Json | None) -> Dialog | None:
        """The dialog that a directive speaks of: it may be about another intent."""
        if updated is None:
            return dialog
        if dialog is None or updated["name"] != dialog.intent["name"]:
            return Dialog.about(updated, self._model, self._built)
        dialog.update(updated)
        return dialog

    def _fail(self, turn: Turn, talk: _Talk, kind: ErrorType) -> None:
        turn.say_own(PROBLEM)
        error = {"type": kind, "message": _DISPATCH_ERROR}
        self._end(self._turn(None), talk, "ERROR", error=error)

    def _end(self, turn: Turn, talk: _Talk, reason: str, **more: Any) -> None:
        """Close the session, and tell the skill if it knows of it."""
        self.hang_up()
        if talk.session.new:
            return
        now = self._now()
        request = envelope.request("SessionEndedRequest", now, self.locale, reason=reason, **more)
        with contextlib.suppress(NoReplyError):  # nobody is there to hear of it
            self._exchange(turn, request, talk.session)

    def _exchange(self, turn: Turn, request: Json, session: Session | None) -> Reply:
        """Wrap a request up and send it; raises NoReplyError."""
        turn.request = envelope.envelope(request, self._household(self.device), session)
        if session is not None:
            session.new = False
        return self._invoke(turn)

    def _invoke(self, turn: Turn) -> Reply:
        """Send the turn's request; raises NoReplyError."""
        self.asking = turn
        try:
            invocation = self._function.invoke(turn.request)
        finally:
            self.asking = None
        turn.reply = invocation.reply
        turn.took_ms += invocation.took_ms
        turn.began = turn.began or invocation.began
        turn.calls += invocation.calls
        if invocation.failure:
            turn.breaches.append(_no_reply(invocation.failure))
            timed_out = isinstance(invocation.failure, TimedOutError)
            raise NoReplyError("ENDPOINT_TIMEOUT" if timed_out else "INVALID_RESPONSE")
        request = members(turn.request)
        turn.breaches += rules.breaches(invocation.reply, request, self._built)
        if not isinstance(invocation.reply, dict):
            raise NoReplyError("INVALID_RESPONSE")
        reply = read(invocation.reply, request)
        turn.alexa, turn.reprompt = reply.speech, reply.reprompt
        turn.card = reply.card or turn.card
        return reply

    @property
    def _model(self) -> InteractionModel:
        return self._models(self.locale)[0]

    @property
    def _built(self) -> Json:
        return self._models(self.locale)[1]

    def _turn(self, words: str | None) -> Turn:
        turn = Turn(id=len(self.turns) + 1, at=self._now(), said=words)
        self.turns.append(turn)
        return turn


def _no_reply(failure: UnansweredError) -> Breach:
    return Breach(
        "no-reply",
        f"There is no reply: {failure}.",
        "Look at the function's log: whatever happens, it must answer.",
    )
