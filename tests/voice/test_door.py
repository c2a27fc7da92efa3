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


@pytest.mark.parametrize(
    ("changed", "noted"),
    [
        ({"context": None}, "refused a request of another skill"),
        ({"request": None}, "no request envelope"),
        ({"request": {"type": "Nobody.KnowsThis"}}, "request not understood"),
    ],
)
def test_what_is_refused_is_noted_in_the_log(
    world: World, launch: Json, caplog: pytest.LogCaptureFixture, changed: Json, noted: str
) -> None:
    world.send(launch | changed)

    assert [record.message for record in caplog.records] == [noted]


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
        {"type": "IntentRequest", "intent": {"name": None}},
        {"type": "IntentRequest", "intent": {"name": "NobodysIntent", "slots": None}},
        {"type": "Display.ElementSelected", "token": "x"},
        {"type": "Connections.Response", "name": "Buy", "status": {"code": "200"}},
    ],
)
def test_what_the_skill_has_no_answer_to_gets_a_valid_one(
    world: World, launch: Json, changed: Json
) -> None:
    launch["request"] |= changed

    reply = world.send(launch)

    assert "isn't something Pizza on Demand can do" in speech(reply)
    assert reply["response"]["shouldEndSession"] is True
    assert breaches(reply, launch) == []


@pytest.mark.parametrize("intent", [None, {}, {"name": None}, {"name": 7}, "WhoAmIIntent"])
def test_an_intent_that_is_missing_gets_a_polite_reply(
    world: World, launch: Json, intent: Any, caplog: pytest.LogCaptureFixture
) -> None:
    launch["request"] |= {"type": "IntentRequest", "intent": intent}

    reply = world.send(launch)

    assert "isn't something Pizza on Demand can do" in speech(reply)
    assert breaches(reply, launch) == []
    assert "mistake" not in [record.message for record in caplog.records]


@pytest.mark.parametrize(
    "kind",
    [
        "Messaging.MessageReceived",
        "AudioPlayer.PlaybackStarted",
        "Reminders.ReminderCreated",
        "Alexa.Authorization.Grant",
        "Alexa.Presentation.APL.RuntimeError",
        "Alexa.Presentation.APLA.RuntimeError",
        "Alexa.Presentation.HTML.RuntimeError",
    ],
)
def test_what_nobody_hears_is_answered_with_silence(world: World, launch: Json, kind: str) -> None:
    launch["request"] |= {"type": kind}

    reply = world.send(launch)

    assert "outputSpeech" not in reply["response"]
    assert breaches(reply, launch) == []


def test_a_request_is_what_its_type_says_and_nothing_else(world: World, launch: Json) -> None:
    launch["request"] |= {"type": "AudioPlayer.PlaybackStopped", "object_type": "LaunchRequest"}

    assert "outputSpeech" not in world.send(launch)["response"]


@pytest.mark.parametrize("locale", [None, "", 7, "tlh-KX", "../menu"])
def test_where_the_language_is_not_spoken_english_is(
    world: World, launch: Json, locale: Any
) -> None:
    launch["request"]["locale"] = locale

    assert "Welcome back to Pizza on Demand" in speech(world.send(launch))


@pytest.mark.parametrize("locale", [None, 7, {}, "tlh-KX", "../menu"])
def test_a_refusal_too_is_in_english_then(world: World, launch: Json, locale: Any) -> None:
    launch["request"] |= {"type": "Nobody.KnowsThis", "locale": locale}

    assert "isn't something Pizza on Demand can do" in speech(world.send(launch))


@pytest.mark.parametrize("missing", ["new", "session"])
def test_without_a_word_of_an_open_session_a_command_is_a_single_one(
    world: World, launch: Json, missing: str
) -> None:
    del (launch if missing == "session" else launch["session"])[missing]
    launch["request"] |= {"type": "IntentRequest", "intent": {"name": "MenuIntent"}}

    reply = world.send(launch)

    assert speech(reply).endswith("and chicken.</speak>")
    assert reply["response"]["shouldEndSession"] is True


def test_a_request_without_a_session_is_answered(world: World, launch: Json) -> None:
    del launch["session"]

    assert "Welcome back to Pizza on Demand" in speech(world.send(launch))


def test_each_turn_is_logged_with_what_was_asked_and_said_and_how_long_it_took(
    world: World, launch: Json, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    menu = launch["request"] | {"type": "IntentRequest", "intent": {"name": "MenuIntent"}}
    long = {"type": "T" * 1000, "intent": {"name": "N" * 1000}}
    for asked in (launch["request"], menu, long):
        world.send(launch | {"request": asked})

    turns = [vars(record) for record in caplog.records if record.message == "turn"]
    assert [(turn["request"], turn["intent"], turn["moment"]) for turn in turns] == [
        ("LaunchRequest", None, "welcome_back_unlinked"),
        ("IntentRequest", "MenuIntent", "menu"),
        ("T" * 80, "N" * 80, None),
    ]
    assert all(0 <= turn["took_ms"] < 8000 for turn in turns)


def test_with_no_time_left_nobody_is_asked_and_the_answer_comes_at_once(
    world: World, launch: Json
) -> None:
    world.sign_in("ada")
    launch["context"]["System"]["user"]["accessToken"] = world.household("speaker").access_token

    reply = world.function.handler(launch, LambdaContext(timeout_ms=500))

    assert "I can't reach our sign-in service just now" in speech(reply)


def test_with_no_time_left_no_mail_is_sent_and_none_is_claimed(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.sign_in("ada")
    world.say("ask pizza on demand who am I")
    event = world.echo.turns[-1].request
    event["request"]["intent"] = {"name": "EmailMyDetailsIntent"}

    reply = world.function.handler(event, LambdaContext(timeout_ms=500))

    assert (
        "Our mail service isn't answering, so I can't tell whether that mail has gone out."
        in speech(reply)
    )
    assert world.mailbox.mails() == []
    assert [record.message for record in caplog.records] == ["orders not counted", "mail not sent"]


@pytest.mark.parametrize("missing", ["user", "device", "apiEndpoint", "apiAccessToken"])
def test_a_part_of_the_system_that_is_missing_or_null_does_no_harm(
    world: World, launch: Json, missing: str
) -> None:
    launch["context"]["System"][missing] = None
    assert "Welcome" in speech(world.send(launch))

    del launch["context"]["System"][missing]
    assert "Welcome" in speech(world.send(launch))


def test_a_wish_of_nobody_we_can_name_still_gets_the_card(world: World, launch: Json) -> None:
    del launch["context"]["System"]["user"]
    launch["request"] |= {"type": "IntentRequest", "intent": {"name": "EmailMyDetailsIntent"}}

    assert world.send(launch)["response"]["card"] == {"type": "LinkAccount"}
    assert world.echo.turns[-1].calls == []


def test_whom_we_cannot_tell_apart_is_nobody_who_came_back(world: World, launch: Json) -> None:
    del launch["context"]["System"]["user"]

    for _ in range(2):
        assert "<speak>Welcome to" in speech(world.send(launch))


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
    "event",
    [
        "SkillEnabled",
        "SkillAccountLinked",
        "SkillPermissionAccepted",
        "SkillPermissionChanged",
    ],
)
def test_a_skill_event_is_noted_in_the_log(
    world: World, caplog: pytest.LogCaptureFixture, event: str
) -> None:
    caplog.set_level(logging.INFO)
    kind = f"AlexaSkillEvent.{event}"

    world.send(
        envelope(request(kind, world.clock.now(), body={}), world.household("speaker"), None)
    )

    noted = [vars(record) for record in caplog.records if record.message == "skill event"]
    assert [record["event"] for record in noted] == [kind]


@pytest.mark.parametrize(
    "kind",
    [
        "AlexaSkillEvent.ANewOne",
        "AudioPlayer.ANewOne",
        "PlaybackController.ANewOne",
        "SessionEndedRequest",
        "System.ExceptionEncountered",
    ],
)
@pytest.mark.parametrize("skill", ["ours", "another"])
def test_what_nobody_hears_is_refused_in_silence(world: World, kind: str, skill: str) -> None:
    sent = envelope(request(kind, world.clock.now()), world.household("speaker"), None)
    sent["request"]["timestamp"] = "yesterday"
    if skill == "another":
        sent["context"]["System"]["application"]["applicationId"] = "amzn1.ask.skill.other"

    assert world.send(sent) == {"version": "1.0", "response": {}}


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


def test_a_session_that_ended_with_an_error_is_logged(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    for more in (
        {"reason": "USER_INITIATED"},
        {"reason": "ERROR", "error": {"type": "INVALID_RESPONSE", "message": "to ada@example.com"}},
    ):
        said = request("SessionEndedRequest", world.clock.now(), "en-US", **more)
        world.send(envelope(said, world.household("speaker"), Session(new=False)))

    records = [record for record in caplog.records if record.message == "alexa refused a reply"]
    assert [vars(record)["error"] for record in records] == ["INVALID_RESPONSE"]
    assert "ada@example.com" not in str([vars(record) for record in records])


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
    assert "ada@example.com" not in str([vars(record) for record in records])


@pytest.mark.parametrize(
    ("intent", "can"),
    [
        ("WhoAmIIntent", "YES"),
        ("EmailMyDetailsIntent", "YES"),
        ("MenuIntent", "YES"),
        ("Sing", "NO"),
    ],
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
        {"said": {"moment": "menu", "facts": {"sizes": 1, "toppings": 2}, "to_a_customer": False}},
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


def test_facts_that_the_session_claims_are_escaped(world: World, launch: Json) -> None:
    facts = {"sizes": "<audio src='x'/>", "toppings": "&"}
    launch["session"] |= {
        "new": False,
        "attributes": {"said": {"moment": "menu", "facts": facts, "to_a_customer": False}},
    }
    launch["request"] |= {"type": "IntentRequest", "intent": {"name": "AMAZON.RepeatIntent"}}

    reply = world.send(launch)

    assert "come in &lt;audio src='x'/&gt;. On top you can have &amp;." in speech(reply)
    assert breaches(reply, launch) == []


def test_a_name_that_the_session_claims_is_not_called(world: World, launch: Json) -> None:
    world.sign_in("ada")
    launch["context"]["System"]["user"]["accessToken"] = world.household("speaker").access_token
    said = {"moment": "welcome_back", "facts": {"name": "Mallory"}, "to_a_customer": True}
    launch["session"] |= {"new": False, "attributes": {"said": said}}
    launch["request"] |= {"type": "IntentRequest", "intent": {"name": "AMAZON.RepeatIntent"}}

    assert "Welcome back, Ada." in speech(world.send(launch))


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


def test_lambda_knows_a_customer_by_the_real_clock(
    world: World, launch: Json, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.sign_in("ada")
    launch["context"]["System"]["user"]["accessToken"] = world.household("speaker").access_token
    for name, value in world.settings.items():
        monkeypatch.setenv(name, value)
    lambda_function.door_of_this_process.cache_clear()

    reply = lambda_function.lambda_handler(launch, LambdaContext())
    lambda_function.door_of_this_process.cache_clear()

    assert "Ada" in speech(reply)


def test_a_reply_is_json_as_alexa_reads_it(world: World, launch: Json) -> None:
    reply = world.function.handler(launch, LambdaContext())

    assert json.loads(json.dumps(reply)) == reply
    assert reply["version"] == "1.0"


def test_a_visit_that_cannot_be_written_down_does_not_cost_the_greeting(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.sign_in("ada")
    world.deploy(TABLE_NAME="no-such-table")

    world.say("open pizza on demand")
    assert world.spoken
    assert world.spoken.alexa
    assert world.spoken.alexa.startswith("Welcome to Pizza on Demand, Ada.")

    world.unlink()
    world.say("ask pizza on demand to email me my details")
    assert world.spoken.card == {"type": "LinkAccount"}
    noted = {record.message for record in caplog.records}
    assert {"visit not remembered", "wish not remembered"} <= noted


def test_a_word_about_the_device_that_the_sdk_does_not_know_costs_nothing(
    world: World, launch: Json
) -> None:
    launch["context"]["AudioPlayer"]["playerActivity"] = "A_NEW_ONE"
    launch["context"]["Viewport"] = {"shape": "A_NEW_ONE", "dpi": "many"}

    assert "Welcome back to Pizza on Demand" in speech(world.send(launch))


@pytest.mark.parametrize(
    "attributes",
    [
        {"asked": float("nan")},
        {"asked": "\ud800"},
        {"draft": {"id": "x" * 30_000}},
        {"somebody": "else's"},
        "asked",
    ],
)
def test_a_session_that_we_have_not_left_so_is_not_sent_out_again(
    world: World, launch: Json, attributes: Any
) -> None:
    launch["session"] |= {"new": False, "attributes": attributes}

    reply = world.function.handler(launch, LambdaContext())

    assert reply["sessionAttributes"].keys() == {"asked", "said", "speaker"}
    assert reply["sessionAttributes"]["asked"] == "menu"
    assert breaches(reply, launch) == []


@pytest.mark.parametrize("fact", ["\x00", "\x1b", "\ufffe"])
def test_what_no_markup_can_hold_is_not_repeated(world: World, launch: Json, fact: str) -> None:
    said = {"moment": "menu", "facts": {"sizes": fact, "toppings": "x"}, "to_a_customer": False}
    launch["session"] |= {"new": False, "attributes": {"said": said}}
    launch["request"] |= {"type": "IntentRequest", "intent": {"name": "AMAZON.RepeatIntent"}}

    reply = world.send(launch)

    assert "I haven't said anything yet" in speech(reply)
    assert breaches(reply, launch) == []


def test_an_id_that_is_no_unicode_does_no_harm(
    world: World, launch: Json, caplog: pytest.LogCaptureFixture
) -> None:
    launch["request"]["requestId"] = "\ud800"
    launch["context"]["System"]["person"] = {"personId": "\udfff"}
    varied = lambda_function.create_door(world.settings, now=world.clock.now)

    reply = varied(launch, LambdaContext())

    assert "Welcome" in speech(reply)
    assert "mistake" not in [record.message for record in caplog.records]


def test_whether_we_could_is_answered_even_where_the_question_is_not_understood(
    world: World,
) -> None:
    asked = request("CanFulfillIntentRequest", world.clock.now(), "en-US", dialogState="A_NEW_ONE")
    sent = envelope(asked, world.household("speaker"), Session())

    reply = world.send(sent)

    assert reply["response"] == {"canFulfillIntent": {"canFulfill": "NO"}}
    assert breaches(reply, sent) == []


def test_a_skill_that_is_disabled_hears_nothing_even_while_the_table_is_away(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.deploy(TABLE_NAME="no-such-table")
    disabled = request("AlexaSkillEvent.SkillDisabled", world.clock.now(), body={})
    sent = envelope(disabled, world.household("speaker"), None)

    assert world.send(sent)["response"] == {}
    assert [record.message for record in caplog.records] == ["visit not forgotten"]


@pytest.mark.parametrize(
    ("status", "greeting"),
    [("PERSISTED", "Welcome back"), ("NOT_PERSISTED", "Welcome to"), (None, "Welcome to")],
)
def test_when_the_skill_is_disabled_only_data_that_alexa_keeps_is_kept(
    world: World, launch: Json, status: str | None, greeting: str
) -> None:
    body = {"userInformationPersistenceStatus": status} if status else {}
    disabled = request("AlexaSkillEvent.SkillDisabled", world.clock.now(), body=body)

    world.send(envelope(disabled, world.household("speaker"), None))

    assert f"<speak>{greeting}" in speech(world.send(launch))
