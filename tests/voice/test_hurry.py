"""When Lambda has hardly any time left, the customer hears a sentence, and nothing is half done."""

from __future__ import annotations

from typing import Any

import boto3
import pytest

from pizza_on_demand import deadline
from simulator.function import LambdaContext
from simulator.play import breaches_of
from simulator.script import Stage, parse
from simulator.world import TABLE, World

SPENT = pytest.mark.parametrize("left_ms", [600, 300, 50])

ROOM_FOR_THE_TABLE_ONLY = round((deadline.ANSWERING + 0.9) * 1000)
"""Milliseconds: mail is not begun with less than a second."""

ATTEMPTS = 3
"""The machine that runs this does other things too: the quickest shows what we need ourselves."""


class Customer:
    """Ada at her Echo, whose skill may be in a hurry."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.stage = Stage(world)
        self.play("app: link ada", "user: open pizza on demand")

    def play(self, *lines: str) -> None:
        for step in parse("\n".join(lines)):
            self.stage.perform(step)

    def hear(self, words: str, left_ms: int) -> str:
        """What is said when the skill has no more than that left; a sentence in any case."""
        door = self.world.function.handler
        self.world.function.handler = lambda event, _: door(event, LambdaContext(left_ms))
        self.world.say(words)
        self.world.function.handler = door
        turn = self.world.spoken
        assert turn
        assert (turn.own, breaches_of([turn])) == (False, [])
        return str(turn.alexa)

    def hear_in_time(self, words: str, left_ms: int) -> str:
        """The same, said again until the answer comes before the time is up."""
        took, said = [], ""
        for _ in range(ATTEMPTS):
            said = self.hear(words, left_ms)
            assert self.world.spoken
            took.append(self.world.spoken.took_ms)
            if took[-1] < left_ms:
                return said
        raise AssertionError(f"{left_ms} ms were left, and it took {took}")

    def order(self) -> None:
        """Place an order, and read its code."""
        self.draft()
        self.play("user: yes", "mail: ada@example.com *")

    def draft(self) -> None:
        self.play("user: ask pizza on demand to get me a small pizza with bacon")


@pytest.fixture
def ada(world: World) -> Customer:
    return Customer(world)


def orders() -> list[dict[str, Any]]:
    items: list[Any] = boto3.resource("dynamodb").Table(TABLE).scan()["Items"]
    return [item for item in items if item["sk"].startswith("order#")]


def subjects(world: World) -> list[str]:
    return [mail.subject for mail in world.mailbox.mails()]


@SPENT
def test_a_yes_orders_nothing_and_is_said_again(ada: Customer, left_ms: int) -> None:
    ada.draft()

    assert "can't get at the orders just now" in ada.hear_in_time("yes", left_ms)
    assert (orders(), subjects(ada.world)) == ([], [])
    ada.order()
    assert len(orders()) == 1


@SPENT
def test_a_right_code_costs_no_try_and_is_good_the_next_time(ada: Customer, left_ms: int) -> None:
    ada.order()
    before, code = orders(), "ask pizza on demand to authorize {code}"
    said = ada.hear_in_time(code.format(**ada.stage.found), left_ms)

    assert "can't get at the orders just now" in said
    assert orders() == before
    ada.play(f"user: {code}", "alexa: Done: *", "mail: ada@example.com * receipt *")


@SPENT
@pytest.mark.parametrize(
    "words",
    [
        "open pizza on demand",
        "ask pizza on demand where's my order",
        "ask pizza on demand to cancel my order",
        "ask pizza on demand to email me the receipt",
        "ask pizza on demand to email me my details",
        "ask pizza on demand to send the code again",
        "ask pizza on demand what's on the menu",
        "ask pizza on demand to delete my data",
    ],
)
def test_whatever_is_asked_gets_a_sentence_in_time(ada: Customer, left_ms: int, words: str) -> None:
    ada.order()
    before, mails = orders(), subjects(ada.world)
    ada.hear_in_time(words, left_ms)

    assert (orders(), subjects(ada.world)) == (before, mails)


@SPENT
def test_a_process_that_knows_nobody_yet_has_a_sentence_in_time_too(
    ada: Customer, left_ms: int
) -> None:
    ada.world.deploy()
    said = ada.hear_in_time("ask pizza on demand who I am", left_ms)

    assert "still linked" in said


def test_an_order_without_time_for_its_mail_waits_and_its_code_can_be_sent_again(
    ada: Customer,
) -> None:
    ada.draft()
    said = ada.hear("yes", ROOM_FOR_THE_TABLE_ONLY)

    assert "I couldn't send the code just now. Your order is kept." in said
    assert subjects(ada.world) == []
    [order] = orders()
    assert (order["state"], "challenge" in order) == ("pending", False)
    ada.play("user: yes", "mail: ada@example.com *", "user: {code}", "alexa: Done: *")
    assert len(orders()) == 1


def test_an_order_without_time_for_its_receipt_is_sold_and_the_receipt_follows(
    ada: Customer,
) -> None:
    ada.order()
    said = ada.hear(ada.stage.found["code"], ROOM_FOR_THE_TABLE_ONLY)

    assert said.startswith("Done: one small pizza with bacon")
    assert "it will follow as soon as I can" in said
    [order] = orders()
    assert (order["state"], "receipt_to" in order) == ("confirmed", True)
    ada.play("wait: 6 minutes", "mail: ada@example.com * receipt *")
    ada.play("wait: 6 minutes", "no mail")
