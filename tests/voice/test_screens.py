"""Screens: on devices that read them, in time and size, and touched by anybody."""

from __future__ import annotations

import copy
import json
import logging
import subprocess
from pathlib import Path
from typing import Any

import pytest

from pizza_on_demand.menu import Menu
from pizza_on_demand.voice.touch import as_said
from simulator.screen import RENDER, USER_EVENT
from simulator.script import findings
from simulator.world import World
from tests.deployment.npm_packages import installed
from tests.locales import LOCALES
from tests.voice.talk import heard

Json = dict[str, Any]

LARGEST_REPLY = 24_000
"""Bytes that a reply may have: https://developer.amazon.com/docs/custom-skills/
request-and-response-json-reference.html"""

EVERYTHING = [["add", topping] for topping in Menu.load().toppings]
LARGEST_ORDER: list[list[str]] = [["size", "jumbo"], *EVERYTHING, ["quantity", "10"]]
SCREENS = {"welcome", "menu", "order", "code", "status"}
TALK = [["menu"], *LARGEST_ORDER, ["place"], ["code", "0000"], ["cancel"]]


@pytest.fixture
def ada(world: World) -> World:
    """A world in which Ada has a screen, and has opened the skill."""
    world.sign_in("ada")
    world.take_device("screen")
    world.say("open pizza on demand")
    return world


def documents(world: World) -> dict[str, Json]:
    """Every document that was shown so far, by its token."""
    return {
        directive["token"]: directive["document"]
        for turn in world.echo.turns
        for directive in turn.reply["response"].get("directives", ())
        if directive["type"] == RENDER
    }


def titles(reply: Json) -> set[str]:
    """The names of the screens in one reply."""
    directives = reply["response"].get("directives", ())
    return {directive["token"] for directive in directives if directive["type"] == RENDER}


def size(reply: Json) -> int:
    """Bytes of a reply as JSON at its longest: with every letter beyond ASCII escaped."""
    return len(json.dumps(reply))


def sent_code(world: World) -> str:
    return findings(world.mailbox.to("ada@example.com")[-1])["code"].replace(" ", "")


def said(world: World) -> str:
    assert world.spoken
    return world.spoken.alexa or ""


def event(world: World, arguments: object) -> Json:
    """A touch as Amazon sends it, with any arguments."""
    request = copy.deepcopy(world.echo.turns[-1].request)
    request["request"] |= {"type": USER_EVENT, "token": "order", "arguments": arguments}
    return dict(request)


def test_a_speaker_is_sent_no_screen(world: World) -> None:
    world.sign_in("ada")

    heard(world, "open pizza on demand")
    heard(world, "what's on the menu")

    assert documents(world) == {}


def reading(world: World, newest: object) -> Json:
    """Ada's launch, from a device that reads documents up to this version."""
    event = copy.deepcopy(world.echo.turns[-1].request)
    interfaces = event["context"]["System"]["device"]["supportedInterfaces"]
    interfaces["Alexa.Presentation.APL"]["runtime"]["maxVersion"] = newest
    return dict(event)


@pytest.mark.parametrize("newest", ["1.3", "1.0", "", None, "x", 7])
def test_a_device_that_reads_no_documents_of_ours_is_sent_none(ada: World, newest: object) -> None:
    assert "directives" not in ada.send(reading(ada, newest))["response"]


@pytest.mark.parametrize("newest", ["1.4", "1.10", "2024.3"])
def test_a_device_that_reads_our_documents_is_sent_them(ada: World, newest: str) -> None:
    assert titles(ada.send(reading(ada, newest))) == {"welcome"}


@pytest.mark.parametrize("locale", LOCALES)
def test_no_reply_is_too_long_for_alexa(ada: World, locale: str) -> None:
    launch = copy.deepcopy(ada.echo.turns[-1].request)
    launch["request"]["locale"] = locale
    ada.take_locale(locale)

    ada.send(launch)
    for arguments in [*TALK, *LARGEST_ORDER, ["place"]]:
        ada.touch(arguments)
    ada.touch(["code", sent_code(ada)])

    assert set().union(*(titles(turn.reply) for turn in ada.echo.turns)) == SCREENS
    assert ada.echo.turns[-1].request["request"]["locale"] == locale
    assert max(size(turn.reply) for turn in ada.echo.turns) < LARGEST_REPLY


def test_documents_import_nothing_that_a_device_would_have_to_fetch(ada: World) -> None:
    for arguments in TALK:
        ada.touch(arguments)

    assert [name for name, document in documents(ada).items() if document.get("import")] == []


def test_no_reply_breaks_a_rule_of_alexas(ada: World) -> None:
    for arguments in TALK:
        ada.touch(arguments)

    assert [breach for turn in ada.echo.turns for breach in turn.breaches] == []


def test_no_code_is_on_a_screen_in_the_session_or_in_the_log(
    ada: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "pizza_on_demand")
    ada.say("get me a large pizza with pepperoni")
    ada.touch(["place"])
    code = sent_code(ada)

    ada.touch(["code", code])

    assert "Done" in said(ada)
    assert code not in json.dumps([turn.reply for turn in ada.echo.turns])
    assert code not in str([vars(record) for record in caplog.records])


def test_a_wrong_code_costs_a_try_by_touch_as_by_voice(ada: World) -> None:
    ada.say("get me a large pizza with pepperoni")
    ada.touch(["place"])

    ada.touch(["code", "0000"])
    assert "2 more tries" in said(ada)
    ada.say("0 0 0 1")
    assert "one more try" in said(ada)
    ada.touch(["code", "0002"])
    assert "worthless" in said(ada)


def test_only_the_number_pad_is_told_of_tries(ada: World) -> None:
    ada.say("get me a large pizza with pepperoni")
    ada.touch(["place"])

    ada.say("0 0 0 0")
    told = ada.echo.turns[-1].reply["response"].get("directives", ())
    ada.touch(["menu"])
    ada.say("0 0 0 1")

    assert [command["value"] for each in told for command in each.get("commands", ())] == [
        "2 more tries"
    ]
    assert list(ada.echo.turns[-1].breaches) == []


def test_the_order_button_orders_whatever_was_asked_since(ada: World) -> None:
    ada.say("get me a large pizza with pepperoni")
    ada.say("help")

    ada.touch(["place"])

    assert "I've sent a code" in said(ada)


def test_a_confirmed_order_stays_on_the_screen_with_the_microphone_closed(ada: World) -> None:
    ada.say("get me a large pizza with pepperoni")
    ada.touch(["place"])

    ada.say(sent_code(ada))

    assert ada.echo.screen
    assert not ada.echo.listens


HOSTILE: list[object] = [
    None,
    "place",
    [],
    [None],
    [["place"]],
    [{"code": "1234"}],
    ["fly"],
    ["place", "twice"],
    ["size", "enormous"],
    ["size", {"id": "large"}],
    ["add", "gold"],
    ["remove", "plain"],
    ["quantity", "0"],
    ["quantity", "11"],
    ["quantity", 2],
    ["quantity", "٢"],
    ["code", 1234],
    ["code", "12345678901"],
    ["code", "１２３４"],
    ["code", "12 34"],
    ["code", "1234", "1234"],
]


@pytest.mark.parametrize("arguments", HOSTILE)
def test_what_is_no_button_of_ours_is_no_touch(world: World, arguments: object) -> None:
    world.say("open pizza on demand")

    assert as_said(event(world, arguments), Menu.load()) is None


def test_what_is_no_button_of_ours_is_answered_in_words(ada: World) -> None:
    reply = ada.send(event(ada, ["quantity", "a million"]))

    assert "isn't something" in reply["response"]["outputSpeech"]["ssml"]


LINTED_IN = Path(__file__).with_name("lint_documents.js")


def test_amazons_linter_finds_nothing_in_the_documents(ada: World, tmp_path: Path) -> None:
    for arguments in TALK:
        ada.touch(arguments)
    shown = tmp_path / "documents.json"
    shown.write_text(json.dumps(documents(ada)), "utf-8")
    modules = installed("apl-suggester", "2024.2.0", "jsdom-global@3.0.2", "jsdom@24.1.3")

    command = ["node", str(LINTED_IN), str(modules), str(shown)]
    found = subprocess.run(command, capture_output=True, check=True, timeout=60).stdout

    assert json.loads(found) == {name: [] for name in SCREENS}
