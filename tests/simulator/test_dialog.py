"""Dialogs: Alexa asks where the skill leaves it to her, and the skill where it does not."""

from __future__ import annotations

import pytest

from simulator.echo import PROBLEM
from tests.simulator.kitchen import Json, Kitchen, Skill, ask, direct, say

DELEGATE = direct("Delegate")


def order(**slots: str) -> Json:
    """An updatedIntent about an order."""
    return {"name": "OrderIntent", "slots": {n: {"name": n, "value": v} for n, v in slots.items()}}


def test_a_delegated_dialog_asks_for_everything_and_then_is_complete() -> None:
    skill = Skill(DELEGATE, DELEGATE, DELEGATE, DELEGATE, say("Ordered.", shouldEndSession=True))
    echo = Kitchen(skill).echo

    said = [
        echo.hear(words).alexa
        for words in ("ask pizza shop to order a pizza", "big", "yes", "go ahead")
    ]

    assert said == [
        "What size?",
        "You said big, right?",
        "A big pizza. Shall I order it?",
        "Ordered.",
    ]
    assert skill.told == [
        "OrderIntent STARTED",
        "OrderIntent IN_PROGRESS",
        "OrderIntent IN_PROGRESS",
        "OrderIntent IN_PROGRESS",
        "OrderIntent COMPLETED",
    ]
    assert skill.requests[-1]["intent"]["confirmationStatus"] == "CONFIRMED"
    assert skill.slot("Size")["confirmationStatus"] == "CONFIRMED"
    assert skill.slot("Count") == {"name": "Count", "confirmationStatus": "NONE"}
    assert not echo.is_open


def test_a_denied_value_is_asked_for_again() -> None:
    skill = Skill(DELEGATE)
    echo = Kitchen(skill).echo
    echo.hear("ask pizza shop to order a big pizza")

    assert echo.hear("no").alexa == "What size?"
    assert skill.slot("Size")["confirmationStatus"] == "DENIED"
    assert echo.hear("make it small").alexa == "You said small, right?"
    assert skill.slot("Size")["confirmationStatus"] == "NONE"


def test_a_denied_intent_is_complete_and_denied() -> None:
    skill = Skill(DELEGATE, DELEGATE, DELEGATE, say("Well then."))
    echo = Kitchen(skill).echo
    for words in ("ask pizza shop to order a big pizza", "yes", "no"):
        turn = echo.hear(words)

    assert turn.alexa == "Well then."
    assert skill.told[-1] == "OrderIntent COMPLETED"
    assert skill.requests[-1]["intent"]["confirmationStatus"] == "DENIED"


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        ("order a gigantic pizza", "There is no gigantic. Small or large?"),
        ("order a little pizza", "You said little, right?"),
        ("order twelve pizzas", "What size?"),
    ],
)
def test_a_value_has_to_pass_the_models_validations(words: str, asked: str) -> None:
    echo = Kitchen(Skill(DELEGATE)).echo
    assert echo.hear(f"ask pizza shop to {words}").alexa == asked


@pytest.mark.parametrize(
    ("count", "asked"),
    [
        ("12", "12 are too many. How many?"),
        ("?", "? are too many. How many?"),
        ("0", "That is none at all. How many?"),
        ("9", "A big pizza. Shall I order it?"),
    ],
)
def test_an_optional_value_too_is_validated(count: str, asked: str) -> None:
    updated = order(Size="big", Count=count)
    updated["slots"]["Size"]["confirmationStatus"] = "CONFIRMED"
    echo = Kitchen(Skill(direct("Delegate", updatedIntent=updated))).echo
    assert echo.hear("ask pizza shop to order a pizza").alexa == asked


def test_alexa_leads_a_dialog_of_her_own_before_the_skill_hears_of_it() -> None:
    skill = Skill(say("Reserved.", shouldEndSession=True))
    echo = Kitchen(skill).echo
    asked = echo.hear("ask pizza shop to reserve a table")

    assert (asked.alexa, asked.own, asked.listens, skill.events) == (
        "For how many?",
        True,
        True,
        [],
    )
    assert echo.hear("four").alexa == "Reserved."
    assert skill.told == ["ReserveIntent COMPLETED"]
    assert skill.slot("People")["value"] == "4"
    assert skill.events[0]["session"]["new"] is True


def test_a_dialog_of_alexas_own_that_nobody_answers_is_none_of_the_skills_business() -> None:
    skill = Skill(say("Reserved."))
    echo = Kitchen(skill).echo
    echo.hear("ask pizza shop to reserve a table")

    assert echo.silence().alexa == "For how many?"
    echo.silence()
    assert (echo.is_open, skill.events) == (False, [])


def test_the_skill_asks_for_a_slot_itself() -> None:
    skill = Skill(direct("ElicitSlot", "How big?", slotToElicit="Size"), ask("Noted. What else?"))
    echo = Kitchen(skill).echo
    turn = echo.hear("ask pizza shop to order a pizza")

    assert (turn.alexa, turn.own, turn.breaches, echo.listens) == ("How big?", False, [], True)
    echo.hear("big")
    assert skill.told == ["OrderIntent STARTED", "OrderIntent IN_PROGRESS"]
    assert skill.slot("Size")["value"] == "big"


@pytest.mark.parametrize(("words", "status"), [("yes", "CONFIRMED"), ("no", "DENIED")])
def test_the_skill_has_a_slot_confirmed_itself(words: str, status: str) -> None:
    skill = Skill(direct("ConfirmSlot", "Big, right?", slotToConfirm="Size"))
    echo = Kitchen(skill).echo
    echo.hear("ask pizza shop to order a big pizza")
    echo.hear(words)

    assert skill.slot("Size")["confirmationStatus"] == status
    assert skill.requests[-1]["intent"]["confirmationStatus"] == "NONE"


@pytest.mark.parametrize(("words", "status"), [("yes", "CONFIRMED"), ("no", "DENIED")])
def test_the_skill_has_an_intent_confirmed_itself(words: str, status: str) -> None:
    skill = Skill(direct("ConfirmIntent", "All right?"))
    echo = Kitchen(skill).echo
    echo.hear("ask pizza shop to order a big pizza")
    echo.hear(words)

    assert skill.told[-1] == "OrderIntent IN_PROGRESS"
    assert skill.requests[-1]["intent"]["confirmationStatus"] == status


def test_outside_of_a_dialog_yes_is_just_yes() -> None:
    skill = Skill(ask("More?"))
    echo = Kitchen(skill).echo
    echo.hear("open pizza shop")
    echo.hear("yes")
    assert skill.told == ["LaunchRequest", "AMAZON.YesIntent"]


def test_an_updated_intent_fills_slots() -> None:
    updated = order(Count="2")
    skill = Skill(
        direct("ElicitSlot", "How big?", slotToElicit="Size", updatedIntent=updated),
        ask("Noted. What else?"),
    )
    echo = Kitchen(skill).echo
    echo.hear("ask pizza shop to order a gigantic pizza")
    echo.hear("small")

    assert (skill.slot("Size")["value"], skill.slot("Count")["value"]) == ("small", "2")


def test_an_emptied_slot_is_asked_for_afresh() -> None:
    updated = {"name": "OrderIntent", "slots": {"Size": {"name": "Size"}}}
    echo = Kitchen(Skill(direct("Delegate", updatedIntent=updated))).echo
    assert echo.hear("ask pizza shop to order a gigantic pizza").alexa == "What size?"


def test_an_updated_intent_can_be_another_one() -> None:
    chain = direct("ElicitSlot", "How big?", slotToElicit="Size", updatedIntent=order(Count="2"))
    skill = Skill(chain, ask("Noted. What else?"))
    echo = Kitchen(skill).echo
    assert echo.hear("ask pizza shop for help").alexa == "How big?"
    echo.hear("big")

    assert skill.told == ["AMAZON.HelpIntent", "OrderIntent IN_PROGRESS"]
    assert (skill.slot("Size")["value"], skill.slot("Count")["value"]) == ("big", "2")
    assert skill.slot("Place") == {"name": "Place", "confirmationStatus": "NONE"}


def test_a_dialog_can_be_entered_from_the_launch() -> None:
    skill = Skill(direct("Delegate", updatedIntent=order()))
    turn = Kitchen(skill).echo.hear("open pizza shop")
    assert (turn.alexa, turn.breaches) == ("What size?", [])


def test_another_wish_ends_a_dialog() -> None:
    skill = Skill(DELEGATE, ask("You can order. What would you like?"), DELEGATE)
    echo = Kitchen(skill).echo
    for words in ("ask pizza shop to order a big pizza", "help", "order a pizza"):
        echo.hear(words)

    assert skill.told == ["OrderIntent STARTED", "AMAZON.HelpIntent", "OrderIntent STARTED"]
    assert "value" not in skill.slot("Size")


def test_a_reply_without_a_directive_ends_a_dialog() -> None:
    skill = Skill(ask("Which one?"))
    echo = Kitchen(skill).echo
    echo.hear("ask pizza shop to order a big pizza")
    echo.hear("order a pizza")

    assert skill.told == ["OrderIntent STARTED", "OrderIntent STARTED"]
    assert "value" not in skill.slot("Size")


@pytest.mark.parametrize(
    "reply",
    [
        direct("ElicitSlot", "How big?", slotToElicit="Crust"),
        direct("ElicitSlot", "How big?"),
        direct("ConfirmSlot", "Thin?", slotToConfirm="Crust"),
        direct("Delegate", updatedIntent={"name": "AMAZON.HelpIntent"}),
        direct("ConfirmIntent", "Really?", updatedIntent={"name": "NoSuchIntent"}),
    ],
)
def test_a_directive_about_what_the_model_does_not_have_is_a_problem(reply: Json) -> None:
    skill = Skill(reply)
    echo = Kitchen(skill).echo
    turn = echo.hear("ask pizza shop to order a pizza")

    assert (turn.alexa, echo.is_open) == (PROBLEM, False)
    assert turn.breaches
    assert skill.requests[-1]["reason"] == "ERROR"


def test_a_skill_that_hands_a_complete_dialog_back_is_stopped() -> None:
    skill = Skill(direct("Delegate"))
    echo = Kitchen(skill).echo
    echo.hear("ask pizza shop to reserve a table")
    turn = echo.hear("four")

    assert turn.alexa == PROBLEM
    assert [breach.rule for breach in turn.breaches] == ["dialog-circle"]
    assert skill.told == ["ReserveIntent COMPLETED", "SessionEndedRequest"]
