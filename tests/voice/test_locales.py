"""The locale of a talk decides what is said, and what is written about it afterwards."""

from __future__ import annotations

import pytest

from pizza_on_demand.clients.dynamodb import Table
from pizza_on_demand.clients.dynamodb.orders import DynamoDBOrderStore
from pizza_on_demand.languages import Language
from simulator.world import TABLE, World
from tests.locales import LOCALES
from tests.voice.talk import heard


@pytest.mark.parametrize("locale", LOCALES)
def test_everybody_is_greeted_in_their_language(world: World, locale: str) -> None:
    language = Language.of(locale)
    world.take_locale(locale)

    world.say("pizza on demand")

    assert world.spoken
    assert world.spoken.alexa
    assert world.spoken.alexa.startswith(language.speech["first_visit_unlinked"]["speech"])


def test_an_order_remembers_its_language_for_its_letters(world: World) -> None:
    world.sign_in("ada")
    world.take_locale("en-GB")
    heard(world, "ask pizza on demand to get me a large pizza with pepperoni")
    heard(world, "yes")

    [order] = DynamoDBOrderStore(Table(TABLE)).recent(world.tenant.accounts["ada"].sub, 1)
    [mail] = world.mailbox.to("ada@example.com")

    assert order.locale == "en-GB"
    assert "US$16.20" in mail.text
    assert '<html lang="en-GB">' in mail.html


def test_the_details_come_in_the_language_of_who_asks(world: World) -> None:
    world.sign_in("ada")
    world.take_locale("en-AU")
    heard(world, "ask pizza on demand to email me my details")

    [mail] = world.mailbox.to("ada@example.com")

    assert '<html lang="en-AU">' in mail.html


def test_a_locale_of_nobody_is_answered_in_english(world: World) -> None:
    world.say("open pizza on demand")
    event = world.echo.turns[-1].request
    for locale in ("xx-XX", "", "../../etc", 7, None):
        event["request"]["locale"] = locale
        ssml = world.send(event)["response"]["outputSpeech"]["ssml"]
        assert "Welcome" in ssml or "sorry" in ssml
