"""The Echo sends what Amazon would send, and does what the reply says."""

from __future__ import annotations

import json
import threading
import uuid
from dataclasses import dataclass
from typing import Any

import pytest
from ask_sdk_core.serialize import DefaultSerializer
from ask_sdk_model import RequestEnvelope
from hypothesis import given
from hypothesis import strategies as st

from simulator.echo import NOT_ENABLED, PROBLEM, UNKNOWN
from simulator.envelope import DEVICES, Device
from tests.simulator.kitchen import Json, Kitchen, Skill, ask, direct, say

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)
#: A Dialog directive that is right here and there.
DIRECTIVE = st.fixed_dictionaries(
    {"type": st.sampled_from(["Dialog.Delegate", "Dialog.ElicitSlot", "Dialog.ConfirmIntent"])},
    optional={
        "slotToElicit": JSON | st.just("Size"),
        "updatedIntent": JSON
        | st.fixed_dictionaries({"name": st.just("OrderIntent"), "slots": JSON}),
    },
)
RESPONSE = st.fixed_dictionaries(
    {},
    optional={
        "outputSpeech": JSON,
        "reprompt": JSON,
        "card": JSON,
        "directives": JSON | st.lists(DIRECTIVE, max_size=2),
        "shouldEndSession": JSON,
    },
)


def leaves(value: Any, *path: Any) -> set[tuple[Any, ...]]:
    """Every path to a scalar or to something empty."""
    if isinstance(value, dict) and value:
        return {leaf for key, inner in value.items() for leaf in leaves(inner, *path, key)}
    if isinstance(value, list) and value:
        return {leaf for place, inner in enumerate(value) for leaf in leaves(inner, *path, place)}
    return {path}


# The envelope


@pytest.mark.parametrize("device", DEVICES)
def test_amazons_sdk_reads_everything_that_is_sent(device: Device) -> None:
    skill = Skill(ask("What now?"))
    kitchen = Kitchen(skill, device=device)
    kitchen.echo.hear("open pizza shop")
    kitchen.echo.hear("order a big pizza")
    kitchen.echo.hear("exit")
    kitchen.echo.deliver("SkillEnabled", None)
    kitchen.echo.deliver("SkillAccountLinked", {"accessToken": "ada's token"})
    kitchen.echo.deliver("SkillPermissionAccepted", {"acceptedPermissions": [{"scope": "s"}]})

    assert len(skill.events) == 6
    for event in skill.events:
        serializer = DefaultSerializer()
        kept = serializer.serialize(serializer.deserialize(json.dumps(event), RequestEnvelope))
        lost = leaves(event) - leaves(kept)
        # ask-sdk-model has no `source` of a slot, though Amazon sends it.
        assert {path for path in lost if path[-1] != "source"} == set()


def test_a_talk_begins_with_a_new_session_and_no_attributes() -> None:
    skill = Skill(ask("What now?"))
    Kitchen(skill).echo.hear("Alexa, open pizza shop")

    session = skill.events[0]["session"]
    assert (session["new"], session["attributes"]) == (True, {})
    assert session["user"] == skill.events[0]["context"]["System"]["user"]
    assert skill.told == ["LaunchRequest"]
    assert skill.requests[0]["requestId"].startswith("amzn1.echo-api.request.")
    assert skill.requests[0]["locale"] == "en-US"


def test_session_attributes_come_back_in_the_next_request_only() -> None:
    skill = Skill(ask("What now?") | {"sessionAttributes": {"count": 1}}, ask("And now?"))
    kitchen = Kitchen(skill)
    for words in ("open pizza shop", "help", "help"):
        kitchen.echo.hear(words)

    sessions = [event["session"] for event in skill.events]
    assert [session["attributes"] for session in sessions] == [{}, {"count": 1}, {}]
    assert [session["new"] for session in sessions] == [True, False, False]
    assert len({session["sessionId"] for session in sessions}) == 1


def test_each_talk_has_a_session_of_its_own() -> None:
    skill = Skill(say("Bye.", shouldEndSession=True))
    kitchen = Kitchen(skill)
    kitchen.echo.hear("open pizza shop")
    kitchen.echo.hear("ask pizza shop for help")

    first, second = (event["session"] for event in skill.events)
    assert first["sessionId"] != second["sessionId"]
    assert second["new"] is True


def test_a_speaker_has_no_screen() -> None:
    skill = Skill(ask("What now?"))
    Kitchen(skill, device="speaker").echo.hear("open pizza shop")
    Kitchen(skill, device="screen").echo.hear("open pizza shop")

    speaker, screen = (event["context"] for event in skill.events)
    interface = "Alexa.Presentation.APL"
    assert interface not in speaker["System"]["device"]["supportedInterfaces"]
    assert not {"Viewport", "Viewports"} & speaker.keys()
    assert interface in screen["System"]["device"]["supportedInterfaces"]
    assert {"Viewport", "Viewports"} <= screen.keys()


def test_a_skill_event_comes_from_nowhere() -> None:
    skill = Skill({"version": "1.0", "response": {}})
    turn = Kitchen(skill).echo.deliver("SkillAccountLinked", {"accessToken": "t"})

    event = skill.events[0]
    assert "session" not in event
    assert "locale" not in event["request"]
    assert "device" not in event["context"]["System"]
    assert str(uuid.UUID(event["request"]["requestId"])) == event["request"]["requestId"]
    assert event["request"]["body"] == {"accessToken": "t"}
    assert (turn.alexa, turn.breaches) == (None, [])


def test_what_was_sent_stays_as_it_was_sent() -> None:
    echo = Kitchen(Skill(direct("Delegate"))).echo
    turns = [echo.hear(w) for w in ("ask pizza shop to order a huge pizza", "make it small")]

    said = [turn.request["request"]["intent"]["slots"]["Size"]["value"] for turn in turns]
    assert said == ["huge", "small"]


# What the reply says


def test_speech_is_heard_without_its_tags() -> None:
    skill = Skill(say('Hello <break time="1s"/> <emphasis level="strong">you</emphasis> &amp; me.'))
    assert Kitchen(skill).echo.hear("open pizza shop").alexa == "Hello you & me."


@pytest.mark.parametrize(
    ("device", "should_end", "is_open", "listens"),
    [
        ("speaker", False, True, True),
        ("speaker", True, False, False),
        ("speaker", None, False, False),
        ("screen", False, True, True),
        ("screen", True, False, False),
        ("screen", None, True, False),
        ("screen", "no", True, False),
    ],
)
def test_the_reply_decides_whether_the_session_goes_on(
    device: Device, should_end: object, is_open: bool, listens: bool
) -> None:
    ends = {} if should_end is None else {"shouldEndSession": should_end}
    kitchen = Kitchen(Skill(say("Hello.", **ends)), device=device)
    turn = kitchen.echo.hear("open pizza shop")

    assert (kitchen.echo.is_open, kitchen.echo.listens, turn.listens) == (is_open, listens, listens)


def test_whoever_keeps_silent_is_asked_once_more_and_then_left_alone() -> None:
    skill = Skill(ask("What now?"))
    kitchen = Kitchen(skill)
    kitchen.echo.hear("open pizza shop")

    assert kitchen.echo.silence().alexa == "Again: What now?"
    assert (kitchen.echo.is_open, skill.told) == (True, ["LaunchRequest"])
    assert kitchen.echo.silence().alexa is None
    assert not kitchen.echo.is_open
    assert skill.requests[-1]["type"] == "SessionEndedRequest"
    assert skill.requests[-1]["reason"] == "EXCEEDED_MAX_REPROMPTS"
    assert kitchen.echo.silence().request is None


def test_without_a_reprompt_the_first_silence_ends_the_session() -> None:
    skill = Skill(say("What now?", shouldEndSession=False))
    kitchen = Kitchen(skill)
    kitchen.echo.hear("open pizza shop")
    kitchen.echo.silence()

    assert skill.requests[-1]["reason"] == "EXCEEDED_MAX_REPROMPTS"


def test_words_that_fit_no_intent_are_no_answer() -> None:
    skill = Skill(ask("What now?"))
    kitchen = Kitchen(skill)
    kitchen.echo.hear("open pizza shop")

    assert kitchen.echo.hear("colourless green ideas").alexa == "Again: What now?"
    kitchen.echo.hear("colourless green ideas")
    assert skill.told == ["LaunchRequest", "SessionEndedRequest"]


def test_a_one_shot_that_fits_no_intent_never_reaches_the_skill() -> None:
    skill = Skill(ask("What now?"))
    kitchen = Kitchen(skill)

    assert kitchen.echo.hear("ask pizza shop about green ideas").alexa == UNKNOWN
    assert (kitchen.echo.is_open, skill.events) == (False, [])


@pytest.mark.parametrize("words", ["exit", "Alexa, exit", "quit please"])
def test_exit_ends_the_session_without_the_skills_leave(words: str) -> None:
    skill = Skill(ask("What now?"))
    kitchen = Kitchen(skill)
    kitchen.echo.hear("open pizza shop")
    turn = kitchen.echo.hear(words)

    assert skill.requests[-1]["type"] == "SessionEndedRequest"
    assert skill.requests[-1]["reason"] == "USER_INITIATED"
    assert not kitchen.echo.is_open
    assert turn.alexa is None, "nobody hears what answers a SessionEndedRequest"


def test_a_breach_is_noted_with_its_remedy() -> None:
    turn = Kitchen(Skill(say("Fish & chips."))).echo.hear("open pizza shop")
    assert [breach.rule for breach in turn.breaches] == ["ssml-invalid"]
    assert turn.breaches[0].remedy


# No reply


@dataclass(frozen=True)
class Raising:
    """A skill that answers nothing."""

    error: BaseException

    def __call__(self, event: Json, context: Any) -> Any:
        raise self.error


@dataclass(frozen=True)
class SlowToLaunch:
    """A skill that does not answer a launch before it is let go."""

    released: threading.Event

    def __call__(self, event: Json, context: Any) -> Json:
        if event["request"]["type"] == "LaunchRequest":
            self.released.wait()
        return {"version": "1.0", "response": {}}


@pytest.mark.parametrize(
    ("skill", "why"),
    [
        (Raising(LookupError("no such topping")), "LookupError: no such topping"),
        (Raising(SystemExit(3)), "SystemExit: 3"),
        (Skill({"a set"}), "what JSON cannot say"),
        (Skill("a text"), "not an object"),
        (Skill(None), "not an object"),
    ],
)
def test_what_is_no_reply_ends_the_session_in_alexas_own_words(skill: Any, why: str) -> None:
    kitchen = Kitchen(skill)
    turn = kitchen.echo.hear("open pizza shop")

    assert (turn.alexa, turn.own, kitchen.echo.is_open) == (PROBLEM, True, False)
    assert [why in breach.what for breach in turn.breaches] == [True]
    ended = kitchen.echo.turns[-1].request["request"]
    assert (ended["type"], ended["reason"]) == ("SessionEndedRequest", "ERROR")
    assert ended["error"]["type"] == "INVALID_RESPONSE"


def test_alexa_does_not_wait_for_a_slow_skill() -> None:
    released = threading.Event()
    kitchen = Kitchen(SlowToLaunch(released), waits_ms=50)
    turn = kitchen.echo.hear("open pizza shop")
    released.set()

    assert turn.alexa == PROBLEM
    assert "did not answer within 0.05 seconds" in turn.breaches[0].what
    assert kitchen.echo.turns[-1].request["request"]["error"]["type"] == "ENDPOINT_TIMEOUT"


@given(response=RESPONSE)
def test_no_reply_brings_the_echo_down(response: Json) -> None:
    echo = Kitchen(Skill({"version": "1.0", "response": response})).echo
    for words in ("open pizza shop", "order a big pizza", "yes"):
        turn = echo.hear(words)
        assert turn.listens is echo.listens
    echo.silence()


@pytest.mark.parametrize("event", [None, [], "hello", {}, {"request": {"type": 7}}])
def test_any_envelope_of_ones_own_can_be_sent(event: Any) -> None:
    skill = Skill(say("I see."))
    turn = Kitchen(skill).echo.send(event)

    assert skill.events == [event]
    assert turn.alexa == "I see."


# Whose words these are


def test_a_disabled_skill_is_not_asked() -> None:
    skill = Skill(ask("What now?"))
    kitchen = Kitchen(skill)
    kitchen.enabled = False

    assert kitchen.echo.hear("open pizza shop").alexa == NOT_ENABLED
    assert (kitchen.echo.is_open, skill.events) == (False, [])


def test_words_that_call_no_skill_reach_none() -> None:
    skill = Skill(ask("What now?"))
    turn = Kitchen(skill).echo.hear("order a pizza")

    assert (turn.alexa, turn.own, skill.events) == (UNKNOWN, True, [])
