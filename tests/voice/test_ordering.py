"""What an order costs in calls, and what forged or odd requests cannot do."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from simulator.echo import Turn
from simulator.rules import breaches
from simulator.script import findings
from simulator.world import World

Json = dict[str, Any]

ANCHOVIES = [{"type": "Simple", "value": "anchovies"}, {"type": "Simple"}]
WRITES = ("PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems", "BatchWriteItem")


@pytest.fixture
def ada(world: World) -> World:
    world.sign_in("ada")
    return world


def order(world: World) -> list[Turn]:
    """Order a pizza in four turns, from the launch to the confirmation."""
    before = len(world.echo.turns)
    world.say("open pizza on demand")
    world.say("get me a small pizza with bacon")
    world.say("yes")
    world.say(findings(world.mailbox.mails()[-1])["code"])
    return world.echo.turns[before:]


def writes(turn: Turn) -> int:
    return sum(call.name.endswith(WRITES) for call in turn.calls)


def test_an_order_of_four_turns_asks_auth0_once_and_writes_as_little_as_it_can(ada: World) -> None:
    turns = order(ada)

    assert [turn.alexa and turn.alexa.split()[0] for turn in turns][-1] == "Done:"
    assert sum(call.path == "/userinfo" for turn in turns for call in turn.calls) == 1
    # The last turn confirms the order, and then notes that the receipt is not owed any more.
    assert [writes(turn) for turn in turns] == [1, 0, 1, 2]


def test_the_second_order_asks_auth0_not_at_all(ada: World) -> None:
    order(ada)

    assert not [call for turn in order(ada) for call in turn.calls if call.service == "auth0"]


def test_a_screen_gets_the_confirmation_with_a_picture(ada: World) -> None:
    ada.deploy(WEB_ORIGIN="https://order.pizza-on-demand.example")
    ada.take_device("screen")

    card = order(ada)[-1].card

    assert card
    assert card["type"] == "Standard"
    assert card["image"]["largeImageUrl"].startswith("https://order.pizza-on-demand.example/")
    assert "Order" in card["text"]


def test_a_speaker_gets_the_confirmation_in_words(ada: World) -> None:
    card = order(ada)[-1].card

    assert card
    assert card["type"] == "Simple"


def answer(world: World, intent: str, attributes: object, slots: Json | None = None) -> Json:
    """The reply to an intent in a session with attributes of one's own making."""
    world.say("open pizza on demand")
    event = copy.deepcopy(world.echo.turns[-1].request)
    event["session"] |= {"new": False, "attributes": attributes}
    event["request"] |= {
        "type": "IntentRequest",
        "dialogState": "STARTED",
        "intent": {"name": intent, "confirmationStatus": "NONE", "slots": slots or {}},
    }
    reply: Json = world.send(event)
    assert breaches(reply, event) == []
    return reply


@pytest.mark.parametrize(
    "draft",
    [
        None,
        "a large pizza",
        {},
        {"id": 1, "size": "large", "toppings": [], "quantity": 1},
        {"id": "1", "size": "enormous", "toppings": [], "quantity": 1},
        {"id": "1", "size": "large", "toppings": ["gold"], "quantity": 1},
        {"id": "1", "size": "large", "toppings": "bacon", "quantity": 1},
        {"id": "1", "size": ["large"], "toppings": [], "quantity": 1},
        {"id": "1", "size": "large", "toppings": [], "quantity": 0},
        {"id": "1", "size": "large", "toppings": [], "quantity": -3},
        {"id": "1", "size": "large", "toppings": [], "quantity": 10**9},
        {"id": "1", "size": "large", "toppings": [], "quantity": 1.5},
        {"id": "1", "size": "large", "toppings": [{}], "quantity": 1},
    ],
)
def test_a_forged_draft_is_not_ordered(ada: World, draft: object) -> None:
    reply = answer(ada, "AMAZON.YesIntent", {"asked": "order", "draft": draft})

    assert "There is no order to change yet" in reply["response"]["outputSpeech"]["ssml"]
    assert ada.mailbox.mails() == []


def test_an_order_that_another_device_placed_meanwhile_is_not_dropped_unasked(ada: World) -> None:
    ada.say("ask pizza on demand to get me a small pizza with bacon")
    ada.say("yes")
    draft = {"id": "2", "size": "large", "toppings": [], "quantity": 1}

    reply = answer(ada, "AMAZON.YesIntent", {"asked": "order", "draft": draft})

    assert "Shall I drop that one for the new one?" in reply["response"]["outputSpeech"]["ssml"]
    assert len(ada.mailbox.mails()) == 1


def test_the_same_yes_twice_is_one_order_and_one_code(ada: World) -> None:
    draft = {"id": "2", "size": "large", "toppings": [], "quantity": 1}

    for _ in range(2):
        reply = answer(ada, "AMAZON.YesIntent", {"asked": "order", "draft": draft})
        assert "I've sent a code" in reply["response"]["outputSpeech"]["ssml"]

    assert len(ada.mailbox.mails()) == 1


@pytest.mark.parametrize(
    ("slots", "said"),
    [
        ({"Size": {"name": "Size", "value": "gigantic"}}, "A pizza in gigantic I don't have"),
        ({"Size": None}, "Small, medium, large or jumbo?"),
        ({"Size": {"name": "Size"}}, "Small, medium, large or jumbo?"),
        ({"Quantity": {"name": "Quantity", "value": "?"}}, "Small, medium, large or jumbo?"),
        ({"Quantity": {"name": "Quantity", "value": "900"}}, "one to 10 pizzas"),
        ({"Quantity": {"name": "Quantity", "value": "0"}}, "one to 10 pizzas"),
        ({"Toppings": {"name": "Toppings", "value": "<b>gold</b>"}}, "&lt;b&gt;gold&lt;/b&gt;"),
        ({"Toppings": {"slotValue": {"type": "List", "values": None}}}, "Small, medium"),
        (
            {"Toppings": {"slotValue": {"type": "List", "values": ANCHOVIES}}},
            "we don't have anchovies",
        ),
        ({"Toppings": {"name": "Toppings", "value": "\x00go\ud800ld\n"}}, "we don't have go ld"),
        ({"Toppings": {"name": "Toppings", "value": "x" * 30_000}}, f"we don't have {'x' * 100}."),
        (
            {"Toppings": {"slotValue": {"type": "List", "values": ANCHOVIES * 40}}},
            "anchovies, anchovies, anchovies, anchovies, and anchovies.",
        ),
        ({"Quantity": {"name": "Quantity", "value": "9" * 5_000}}, "one to 10 pizzas"),
    ],
)
def test_odd_slots_get_a_sentence(ada: World, slots: Json, said: str) -> None:
    reply = answer(ada, "GetMeSomePizzaIntent", {}, slots)

    assert said in reply["response"]["outputSpeech"]["ssml"]


@pytest.mark.parametrize("code", ["?", "", "12", "123456789", "one banana", "１２", "<1234>"])
def test_what_cannot_be_a_code_costs_no_try(ada: World, code: str) -> None:
    ada.say("ask pizza on demand to get me a small pizza with bacon")
    ada.say("yes")
    sent = findings(ada.mailbox.mails()[-1])["code"]

    for _ in range(4):
        reply = answer(
            ada, "AuthorizePizzaOrderIntent", {}, {"Code": {"name": "Code", "value": code}}
        )
        assert "A code has 4 digits" in reply["response"]["outputSpeech"]["ssml"]

    ada.say(f"ask pizza on demand to authorize {sent}")
    assert ada.spoken
    assert ada.spoken.alexa
    assert ada.spoken.alexa.startswith("Done:")
