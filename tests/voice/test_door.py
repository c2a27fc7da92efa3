"""Whatever comes in at the voice door, a valid reply goes out."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest

import lambda_function
from simulator.envelope import Session, envelope, request
from simulator.function import LambdaContext
from simulator.rules import breaches
from simulator.world import World

Json = dict[str, Any]


@pytest.fixture
def launch(world: World) -> Json:
    """A launch as Amazon sends it."""
    world.say("open pizza on demand")
    event: Json = world.echo.turns[-1].request
    return event


def speech(reply: Json) -> str:
    ssml: str = reply["response"]["outputSpeech"]["ssml"]
    return ssml


@pytest.mark.parametrize(
    "event",
    [
        None,
        [],
        {},
        "open pizza on demand",
        7,
        {"request": None},
        {"request": {}, "context": {}},
        {"request": {"type": None}, "context": {"System": None}},
        {"version": "1.0", "session": None, "context": None, "request": {"type": "LaunchRequest"}},
    ],
)
def test_what_is_no_envelope_is_refused_in_words(world: World, event: Any) -> None:
    reply = world.send(event)

    assert "not meant for Pizza on Demand" in speech(reply)
    assert reply["response"]["shouldEndSession"] is True
    assert breaches(reply, {"request": {"type": "LaunchRequest"}}) == []


def test_without_a_skill_id_too_what_is_no_envelope_is_refused(world: World) -> None:
    world.deploy(SKILL_ID="")

    assert "isn't something" in speech(world.send({"request": {"type": "LaunchRequest"}}))


def test_another_skills_request_is_refused(world: World, launch: Json) -> None:
    launch["context"]["System"]["application"]["applicationId"] = "amzn1.ask.skill.other"

    assert "not meant for Pizza on Demand" in speech(world.send(launch))


def test_the_skill_id_in_the_session_alone_does_not_count(world: World, launch: Json) -> None:
    del launch["context"]["System"]["application"]

    assert "not meant for Pizza on Demand" in speech(world.send(launch))


@pytest.mark.parametrize(
    "changed",
    [
        {"type": "Nobody.KnowsThis"},
        {"timestamp": 1_700_000_000},
        {"timestamp": "yesterday"},
        {"type": "IntentRequest", "intent": {"name": "X"}, "dialogState": "BEGINNING"},
    ],
)
def test_what_the_sdk_cannot_read_gets_a_polite_reply(
    world: World, launch: Json, changed: Json
) -> None:
    launch["request"] |= changed

    reply = world.send(launch)

    assert "isn't something Pizza on Demand can do" in speech(reply)
    assert breaches(reply, launch) == []


@pytest.mark.parametrize(
    "changed",
    [
        {"type": "IntentRequest", "intent": None},
        {"type": "IntentRequest", "intent": {"name": None}},
        {"type": "IntentRequest", "intent": {"name": "NobodysIntent", "slots": None}},
        {"type": "Display.ElementSelected", "token": "x"},
        {"type": "Connections.Response", "name": "Buy", "status": {"code": "200"}},
        {"locale": None},
        {"locale": "tlh-KX"},
    ],
)
def test_what_the_skill_has_no_answer_to_gets_a_valid_one(
    world: World, launch: Json, changed: Json
) -> None:
    launch["request"] |= changed

    reply = world.send(launch)

    assert speech(reply)
    assert breaches(reply, launch) == []


@pytest.mark.parametrize("missing", ["user", "device", "apiEndpoint", "apiAccessToken"])
def test_a_part_of_the_system_that_is_missing_or_null_does_no_harm(
    world: World, launch: Json, missing: str
) -> None:
    launch["context"]["System"][missing] = None
    assert "Pizza on Demand" in speech(world.send(launch))

    del launch["context"]["System"][missing]
    assert "Pizza on Demand" in speech(world.send(launch))


@pytest.mark.parametrize(
    "event",
    [
        "SkillEnabled",
        "SkillDisabled",
        "SkillAccountLinked",
        "SkillAccountUnlinked",
        "SkillPermissionAccepted",
        "SkillPermissionChanged",
        "ProactiveSubscriptionChanged",
    ],
)
def test_a_skill_event_is_answered_with_silence(world: World, event: str) -> None:
    sent = envelope(
        request(f"AlexaSkillEvent.{event}", world.clock.now(), body={}),
        world.household("speaker"),
        None,
    )

    reply = world.send(sent)

    assert reply["response"] == {}
    assert breaches(reply, sent) == []


@pytest.mark.parametrize(
    "more",
    [
        {"reason": "USER_INITIATED"},
        {"reason": "EXCEEDED_MAX_REPROMPTS"},
        {"reason": "ERROR", "error": {"type": "INVALID_RESPONSE", "message": "SSML"}},
        {"reason": "ERROR", "error": {"type": "A_NEW_ONE", "message": "who knows"}},
    ],
)
def test_the_end_of_a_session_is_answered_with_silence(world: World, more: Json) -> None:
    sent = envelope(
        request("SessionEndedRequest", world.clock.now(), "en-US", **more),
        world.household("speaker"),
        Session(new=False),
    )

    reply = world.send(sent)

    assert reply["response"] == {}
    assert breaches(reply, sent) == []


def test_an_exception_that_alexa_met_is_logged_and_answered_with_silence(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    error = {"type": "INVALID_RESPONSE", "message": "the reply to ada@example.com was bad"}
    sent = envelope(
        request("System.ExceptionEncountered", world.clock.now(), "en-US", error=error),
        world.household("speaker"),
        Session(new=False),
    )

    assert world.send(sent)["response"] == {}
    records = [record for record in caplog.records if record.message == "alexa refused a reply"]
    assert [vars(record)["error"] for record in records] == ["INVALID_RESPONSE"]
    assert "ada@example.com" not in caplog.text


@pytest.mark.parametrize(
    ("intent", "can"), [("WhoAmIIntent", "YES"), ("MenuIntent", "YES"), ("Sing", "NO")]
)
def test_can_fulfill_is_answered_without_doing_anything(
    world: World, intent: str, can: str
) -> None:
    sent = envelope(
        request(
            "CanFulfillIntentRequest",
            world.clock.now(),
            "en-US",
            intent={"name": intent, "confirmationStatus": "NONE"},
        ),
        world.household("speaker"),
        Session(),
    )

    reply = world.send(sent)

    assert reply["response"]["canFulfillIntent"]["canFulfill"] == can
    assert breaches(reply, sent) == []
    assert world.echo.turns[-1].calls == []


@pytest.mark.parametrize(
    "attributes",
    [
        None,
        {"said": "everything", "asked": ["menu"]},
        {"said": {"moment": "no_such_moment", "facts": {}, "to_a_customer": False}},
        {"said": {"moment": "menu", "facts": {}, "to_a_customer": False}},
        {"said": {"moment": "menu", "facts": "x", "to_a_customer": False}},
        {"said": {"moment": ["menu"], "facts": {}, "to_a_customer": False}},
        {"said": {"moment": "who_am_i", "facts": {"name": "<b>"}, "to_a_customer": False}},
    ],
)
def test_forged_session_attributes_are_not_believed(
    world: World, launch: Json, attributes: Any
) -> None:
    launch["session"] |= {"new": False, "attributes": attributes}
    launch["request"] |= {"type": "IntentRequest", "intent": {"name": "AMAZON.RepeatIntent"}}

    reply = world.send(launch)

    assert "I haven't said anything yet" in speech(reply)
    assert breaches(reply, launch) == []


def test_a_skill_that_is_not_set_up_says_so_and_logs_what_is_missing(
    launch: Json, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AUTH0_DOMAIN", "MAIL_FROM"):
        monkeypatch.delenv(name, raising=False)

    reply = lambda_function.lambda_handler(launch, LambdaContext())

    assert "isn't open yet" in speech(reply)
    [problems] = [vars(record)["problems"] for record in caplog.records]
    assert problems == ["AUTH0_DOMAIN is missing", "MAIL_FROM is missing"]


def test_lambda_reads_its_settings_from_the_environment_once(
    launch: Json, monkeypatch: pytest.MonkeyPatch
) -> None:
    lambda_function.door_of_this_process.cache_clear()
    monkeypatch.setenv("AUTH0_DOMAIN", "pizza.eu.auth0.com")
    monkeypatch.setenv("MAIL_FROM", "pizza@pizza-on-demand.example")

    first = lambda_function.lambda_handler(launch, LambdaContext())
    monkeypatch.delenv("AUTH0_DOMAIN")
    second = lambda_function.lambda_handler(launch, LambdaContext())
    lambda_function.door_of_this_process.cache_clear()

    assert "Welcome to Pizza on Demand" in speech(first)
    assert "Welcome back to Pizza on Demand" in speech(second)


def test_a_reply_is_json_as_alexa_reads_it(world: World, launch: Json) -> None:
    reply = world.send(launch)

    assert json.loads(json.dumps(reply)) == reply
    assert reply["version"] == "1.0"


def test_a_visit_that_cannot_be_written_down_does_not_cost_the_greeting(world: World) -> None:
    world.sign_in("ada")
    world.deploy(TABLE_NAME="no-such-table")

    world.say("open pizza on demand")
    assert world.spoken
    assert world.spoken.alexa
    assert world.spoken.alexa.startswith("Welcome to Pizza on Demand, Ada.")

    world.unlink()
    world.say("ask pizza on demand to email me my details")
    assert world.spoken.card == {"type": "LinkAccount"}


def test_data_that_alexa_keeps_is_kept_when_the_skill_is_disabled(world: World) -> None:
    world.say("open pizza on demand")
    disabled = envelope(
        request(
            "AlexaSkillEvent.SkillDisabled",
            world.clock.now(),
            body={"userInformationPersistenceStatus": "PERSISTED"},
        ),
        world.household("speaker"),
        None,
    )

    world.send(disabled)

    world.say("open pizza on demand")
    assert world.spoken
    assert world.spoken.alexa
    assert world.spoken.alexa.startswith("Welcome back")
