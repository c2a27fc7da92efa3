"""Rules about who is listening: some requests only tell the skill something.

Sources: the AudioPlayer, PlaybackController, APL and CanFulfillIntentRequest
interface references, and "Skill Events in Alexa Skills".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from simulator.rules.turn import Breach, Turn, at, members

#: The directives that an answer may carry, for each request (or family of
#: requests, ending in a dot) that nobody hears an answer to.
_UNHEARD: Mapping[str, tuple[str, ...]] = {
    "Alexa.Authorization.Grant": (),
    "Alexa.Presentation.APL.RuntimeError": (),
    "Alexa.Presentation.APLA.RuntimeError": (),
    "Alexa.Presentation.HTML.RuntimeError": (),
    "AlexaHouseholdListEvent.": (),
    "AlexaSkillEvent.": (),
    "AudioPlayer.PlaybackFailed": (
        "AudioPlayer.Play",
        "AudioPlayer.Stop",
        "AudioPlayer.ClearQueue",
    ),
    "AudioPlayer.PlaybackFinished": ("AudioPlayer.Stop", "AudioPlayer.ClearQueue"),
    "AudioPlayer.PlaybackNearlyFinished": (
        "AudioPlayer.Play",
        "AudioPlayer.Stop",
        "AudioPlayer.ClearQueue",
    ),
    "AudioPlayer.PlaybackStarted": ("AudioPlayer.Stop", "AudioPlayer.ClearQueue"),
    "AudioPlayer.PlaybackStopped": (),
    "CanFulfillIntentRequest": (),
    "Messaging.MessageReceived": (),
    "PlaybackController.": ("AudioPlayer.Play", "AudioPlayer.Stop", "AudioPlayer.ClearQueue"),
    "Reminders.": (),
    "SessionEndedRequest": (),
    "System.ExceptionEncountered": (),
}
_ANSWERS = frozenset({"YES", "NO", "MAYBE"})
_SLOT_ANSWERS = {"canUnderstand": _ANSWERS, "canFulfill": frozenset({"YES", "NO"})}


def is_heard(turn: Turn) -> bool:
    """Whether somebody is there to hear the answer."""
    return _permitted(turn.request_type) is None


def unheard(turn: Turn) -> Iterator[Breach]:
    """A request that only tells the skill something gets no speech, card or screen."""
    permitted = _permitted(turn.request_type)
    if permitted is None:
        return
    for part in ("outputSpeech", "card", "reprompt"):
        if turn.response.get(part) is not None:
            yield _in_vain(f"response.{part}", turn.request_type)
    for directive in turn.directives:
        if directive.type not in permitted:
            yield _in_vain(f"{directive.place} ({directive.type})", turn.request_type)


def _permitted(request_type: str) -> tuple[str, ...] | None:
    family = request_type.rpartition(".")[0] + "."
    return _UNHEARD.get(request_type, _UNHEARD.get(family))


def _in_vain(place: str, request_type: str) -> Breach:
    return Breach(
        "reply-unheard",
        f"{place} answers {request_type}, which cannot be answered like that.",
        "Leave it out: nobody hears or sees it, and Alexa may reject the reply.",
    )


def can_fulfill(turn: Turn) -> Iterator[Breach]:
    """A CanFulfillIntentRequest, and nothing else, is answered with canFulfillIntent."""
    answer = turn.response.get("canFulfillIntent")
    asked = turn.request_type == "CanFulfillIntentRequest"
    if asked and answer is None:
        yield _can_fulfill("response.canFulfillIntent is missing", "Answer YES, NO or MAYBE.")
    elif answer is not None and not asked:
        yield _can_fulfill(
            f"response.canFulfillIntent answers {turn.request_type or 'no request'}",
            "Send it only for a CanFulfillIntentRequest.",
        )
    elif asked:
        yield from _answers(answer)


def _answers(answer: object) -> Iterator[Breach]:
    place = "response.canFulfillIntent"
    yield from _answer(f"{place}.canFulfill", at(answer, "canFulfill"), _ANSWERS)
    for name, slot in members(at(answer, "slots")).items():
        for key, allowed in _SLOT_ANSWERS.items():
            yield from _answer(f"{place}.slots.{name}.{key}", at(slot, key), allowed)


def _answer(place: str, said: object, allowed: frozenset[str]) -> Iterator[Breach]:
    if not (isinstance(said, str) and said in allowed):
        yield _can_fulfill(f"{place} is {said!r}", f"Say one of {', '.join(sorted(allowed))}.")


def _can_fulfill(what: str, remedy: str) -> Breach:
    return Breach("can-fulfill", f"{what}.", remedy)
