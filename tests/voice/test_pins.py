"""Alexa asks for a PIN in place of a code: what she must say before anything is confirmed."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from werkzeug.wrappers import Request, Response

from simulator.state import state
from simulator.wire import problem
from simulator.world import World
from tests.voice.talk import heard

Json = dict[str, Any]

PIN = "4321"
ASKED = "What's your profile PIN?"


@pytest.fixture
def world() -> Iterator[World]:
    """Mary has a voice that Alexa knows, an account of her own, and a PIN."""
    with World(settings={"ALEXA_PIN": "on"}) as world:
        world.sign_in("ada")
        world.link_own("mary")
        world.set_pin("mary", PIN)
        world.let_speak("mary")
        yield world


def order(world: World) -> str:
    """What is heard after a pizza was ordered."""
    world.say("ask pizza on demand for a large pizza with bacon")
    return heard(world, "yes")


def answer(world: World) -> Json:
    """The envelope in which Alexa says that Mary's PIN was right; the skill has not heard it."""
    assert order(world) == ASKED
    asked = world.echo.turns[-1]
    event: Json = copy.deepcopy(asked.request)
    [directive] = asked.reply["response"]["directives"]
    event["session"] |= {"new": False, "attributes": asked.reply["sessionAttributes"]}
    event["context"]["System"]["person"]["authenticationConfidenceLevel"] = {"level": 400}
    kept = {name: event["request"][name] for name in ("requestId", "timestamp", "locale")}
    event["request"] = kept | {
        "type": "SessionResumedRequest",
        "cause": {
            "type": "ConnectionCompleted",
            "token": directive["token"],
            "status": {"code": "200", "message": "OK"},
            "result": {"version": "2", "status": "ACHIEVED"},
        },
    }
    return event


def said(world: World, event: Json) -> str:
    """What the skill answers to an envelope."""
    ssml: str = world.send(event)["response"]["outputSpeech"]["ssml"]
    return ssml


def receipts(world: World) -> int:
    return sum("receipt" in mail.text for mail in world.mailbox.mails())


def test_a_right_pin_confirms_the_order_and_no_code_is_sent(world: World) -> None:
    assert "Done: one large pizza" in said(world, answer(world))
    assert len(world.mailbox.mails()) == receipts(world) == 1


def test_it_confirms_once(world: World) -> None:
    event = answer(world)
    said(world, event)

    assert "confirmed already" in said(world, event)
    assert receipts(world) == 1


@pytest.mark.parametrize("level", [300, 399, None, "400"])
def test_the_word_of_a_session_is_no_proof_without_alexas_confidence(
    world: World, level: object
) -> None:
    event = answer(world)
    event["context"]["System"]["person"]["authenticationConfidenceLevel"]["level"] = level

    assert "couldn't check your PIN" in said(world, event)
    assert receipts(world) == 0


def test_the_answer_about_one_order_confirms_no_other(world: World) -> None:
    event = answer(world)
    world.say("ask pizza on demand to cancel my order")
    assert order(world) == ASKED

    assert "Done" not in said(world, event)
    assert receipts(world) == 0


def test_nobody_who_told_a_pin_is_asked_for_a_code_because_the_table_was_away(
    world: World,
) -> None:
    event = answer(world)
    world.wires["aws"].begin("read-only", refuse_writes)

    heard = said(world, event)

    assert "can't tell just now whether that went through" in heard
    assert "code" not in heard
    world.end_faults()
    assert "Done: one large pizza" in said(world, event)
    assert receipts(world) == 1


def refuse_writes(request: Request) -> Response | None:
    """A table that can only be read."""
    if not request.headers.get("X-Amz-Target", "").endswith(".PutItem"):
        return None
    return problem(500, {"__type": "com.amazonaws.dynamodb.v20120810#InternalServerError"})


def test_an_answer_that_is_late_confirms_nothing(world: World) -> None:
    event = answer(world)
    world.wait(timedelta(minutes=6))

    assert "has run out" in said(world, event)
    assert receipts(world) == 0


def test_an_answer_after_the_order_has_run_out_confirms_nothing(world: World) -> None:
    event = answer(world)
    world.wait(timedelta(minutes=31))

    assert "has run out" in said(world, event)


def test_a_code_that_was_sent_since_makes_the_pin_useless(world: World) -> None:
    event = answer(world)
    world.say("ask pizza on demand to send it again")

    assert "Done" not in said(world, event)
    assert receipts(world) == 0


def test_the_pin_of_somebody_else_with_the_same_account_is_not_the_one_asked_for(
    world: World,
) -> None:
    event = answer(world)
    event["context"]["System"]["person"]["personId"] = world.people["ada"].id

    assert "Done" not in said(world, event)
    assert receipts(world) == 0


def test_a_pin_of_nobody_confirms_nothing_of_the_household(world: World) -> None:
    event = answer(world)
    del event["context"]["System"]["person"]

    assert "no order that waits" in said(world, event)


@pytest.mark.parametrize("odd", [None, 7, "", "x", {}])
def test_a_token_of_nobody_confirms_nothing(world: World, odd: object) -> None:
    event = answer(world)
    event["request"]["cause"]["token"] = odd

    assert "Done" not in said(world, event)
    assert world.mailbox.mails() == []


@pytest.mark.parametrize(
    "cause",
    [
        {"status": {"code": "403", "message": "Personalization is not configured."}},
        {"status": {"code": "500", "message": ""}},
        {"status": {"code": "500", "message": ""}, "result": {"status": "ACHIEVED"}},
        {"result": {"status": "NOT_ENABLED"}},
        {"result": {"status": "NOT_ACHIEVED"}},
        {"result": {"status": "achieved"}},
        {"result": None},
    ],
)
def test_whatever_keeps_alexa_from_asking_ends_in_a_code(world: World, cause: Json) -> None:
    event = answer(world)
    event["request"]["cause"] |= cause

    assert "couldn't check your PIN, so I've sent you a code" in said(world, event)
    assert len(world.mailbox.to("mary@example.com")) == 1


def test_alexa_being_locked_counts_as_a_wrong_pin(world: World) -> None:
    event = answer(world)
    event["request"]["cause"]["result"] = {"status": "NOT_ACHIEVED", "reason": "METHOD_LOCKOUT"}

    assert "That wasn't your PIN" in said(world, event)
    assert _kept(world)["wrong_in_a_row"] == 1


def test_wrong_pins_lock_ordering_as_wrong_codes_do(world: World) -> None:
    for _ in range(3):
        assert order(world) == ASKED
        for _ in range(3):
            world.say("1111")
        locked = world.spoken
        world.say("ask pizza on demand to cancel my order")

    assert locked
    assert "ordering by voice is locked" in (locked.alexa or "")
    assert "too many wrong codes" in world.mailbox.to("mary@example.com")[-1].text


def test_no_digits_confirm_an_order_that_waits_for_a_pin(world: World) -> None:
    answer(world)

    assert "has run out" in heard(world, "ask pizza on demand to confirm order 4321")
    assert receipts(world) == 0


def test_neither_the_pin_nor_the_person_is_kept_or_told(
    world: World, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    assert order(world) == ASKED
    told = json.dumps(world.echo.turns[-1].reply) + json.dumps(_kept(world), default=str)
    world.say(PIN)

    written = capfd.readouterr().out + caplog.text
    assert world.people["mary"].id not in told + written
    assert PIN not in json.dumps(world.echo.turns[-1].request["request"])
    assert "Done" in (world.echo.turns[-1].alexa or "")


@pytest.mark.parametrize("locale", ["en-GB", "en-CA"])
def test_nobody_is_asked_where_amazon_does_not_offer_it(world: World, locale: str) -> None:
    world.take_locale(locale)

    assert "I've sent a code" in order(world)


def test_nobody_is_asked_unless_the_shop_wants_it() -> None:
    with World() as world:
        world.link_own("mary")
        world.set_pin("mary", PIN)
        world.let_speak("mary")

        assert "I've sent a code" in order(world)


def _kept(world: World) -> Json:
    """Mary's newest order, as the table has it."""
    items: list[Json] = [o["item"] for o in state(world)["orders"] if o["customer"] == "mary"]
    return items[0]
