"""Rules about the microphone: it opens for a question, and only for a question.

Source: "Voice Interface and User Experience Testing" in Amazon's certification
requirements: a skill that asks keeps the session open, one that does not ask
closes it.
"""

from __future__ import annotations

from collections.abc import Iterator

from simulator.rules import audience
from simulator.rules.turn import Breach, Turn

_QUESTION_MARKS = ("?", "？", "؟")
_SHOWN = 60
_AFTER_A_QUESTION = "”“\"'’»)）] \n"


def reprompt_nobody_hears(turn: Turn) -> Iterator[Breach]:
    """A reprompt is spoken only while Alexa waits for an answer."""
    if turn.reprompt and not turn.stays_open and audience.is_heard(turn):
        yield Breach(
            "reprompt-unheard",
            "response.reprompt is never spoken, because shouldEndSession is not false.",
            "Set shouldEndSession to false, or leave the reprompt out.",
        )


def missing_reprompt(turn: Turn) -> Iterator[Breach]:
    """Whoever keeps silent is asked a second time."""
    if _waits(turn) and not turn.reprompt:
        yield Breach(
            "reprompt-missing",
            "The session stays open, and response.reprompt is missing.",
            "Add a reprompt that asks again in other words.",
        )


def missing_question(turn: Turn) -> Iterator[Breach]:
    """The microphone does not open out of the blue."""
    words = turn.speech.words if turn.speech else ""
    if _waits(turn) and not _asks(words):
        yield Breach(
            "question-missing",
            "The session stays open, and response.outputSpeech does not end with a question: "
            f"“{_end(words)}”.",
            "Ask for what the customer can say next, or set shouldEndSession to true.",
        )


def question_without_session(turn: Turn) -> Iterator[Breach]:
    """A question can be answered."""
    words = turn.speech.words if turn.speech else ""
    hands_over = any(directive.type.startswith("Dialog.") for directive in turn.directives)
    if _asks(words) and not turn.stays_open and not hands_over and audience.is_heard(turn):
        yield Breach(
            "question-unanswerable",
            f"response.outputSpeech asks “{_end(words)}”, and shouldEndSession is not false.",
            "Set shouldEndSession to false, or do not ask.",
        )


def _waits(turn: Turn) -> bool:
    """Whether the customer has to answer, and the skill has to have asked."""
    delegates = any(directive.type.startswith("Dialog.Delegate") for directive in turn.directives)
    return turn.stays_open and not delegates and audience.is_heard(turn)


def _asks(words: str) -> bool:
    return words.rstrip(_AFTER_A_QUESTION).endswith(_QUESTION_MARKS)


def _end(words: str) -> str:
    last = words.rpartition("\n")[2]
    return last if len(last) <= _SHOWN else f"…{last[-_SHOWN:]}"
