"""Nothing secret and nothing personal leaves by a side door.

Canaries are real here: the tokens, keys, codes, addresses and names of the world. Every
script of tests/conversations is played, and whatever was logged, printed, kept, put into a
URL or said to somebody else is searched for them.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from ask_sdk_core.dispatch_components import AbstractRequestHandler
from ask_sdk_core.handler_input import HandlerInput
from ask_sdk_core.skill_builder import SkillBuilder
from ask_sdk_model.response import Response

from pizza_on_demand.seals import Seals
from pizza_on_demand.voice.door import VoiceDoor
from pizza_on_demand.voice.handlers.errors import CatchAllExceptionHandler
from simulator.alexa_app import AMAZON_ACCOUNT
from simulator.echo import Turn
from simulator.people import SURE
from simulator.script import MismatchError, Stage, parse
from simulator.tenant.accounts import User
from simulator.world import World
from tests.security.hunt import (
    Hunted,
    Log,
    codes,
    everybody,
    found,
    hunted,
    items,
    keys,
    personal,
    texts,
    tokens,
)

SCRIPTS = sorted((Path(__file__).parents[1] / "conversations").glob("*.txt"))
CANARY = "ada@example.com"

KEPT: Mapping[str, set[str]] = {
    "order": set(
        "pk sk id version write state size toppings quantity net tax placed good_until locale"
        " codes_sent codes_spent wrong_in_a_row disowned cleared confirmed challenge lock unlocked"
        " expires owes receipt_due receipt_to".split()
    ),
    "page": {"pk", "sk", "expires"},
    "visit": {"pk", "sk", "at", "wish", "expires"},
}
"""What the table may hold, by the first word of the sort key."""


@pytest.fixture(params=SCRIPTS, ids=lambda script: script.stem, scope="module")
def played(request: pytest.FixtureRequest) -> Iterator[Hunted]:
    """One script after the other."""
    with hunted() as hunt:
        stage = Stage(hunt.world, request.param.parent)
        for step in parse(request.param.read_text("utf-8")):
            stage.perform(step)
        yield hunt


def test_the_log_holds_no_token_no_key_and_nothing_personal(played: Hunted) -> None:
    world, log = played.world, played.log.text
    assert '"turn"' in log
    assert not [secret for secret in tokens(world) | keys(world) if secret in log]
    assert not found(everybody(world), log)


def test_no_code_is_anywhere_but_in_its_message(played: Hunted) -> None:
    for code in codes(played.world):
        written = re.compile(rf"(?<![\w.]){re.escape(code)}(?![\w.])")
        assert not written.search(played.log.text)
        for turn in played.world.echo.turns:
            assert not written.search(json.dumps(turn.reply, ensure_ascii=False))
            assert not any(written.search(call.path) for call in turn.calls)
        assert not any(code in texts(item) for item in items(played.world))


def test_session_attributes_hold_no_token_and_nothing_personal(played: Hunted) -> None:
    canaries = tokens(played.world) | keys(played.world) | everybody(played.world)
    for turn in played.world.echo.turns:
        attributes = json.dumps((turn.reply or {}).get("sessionAttributes"), ensure_ascii=False)
        assert not found(canaries, attributes)


def test_no_reply_holds_a_token_a_key_or_an_address(played: Hunted) -> None:
    """In words, on cards and on screens."""
    accounts = played.world.tenant.accounts.values()
    addresses = {account.email for account in accounts} | {a.phone_number or "-" for a in accounts}
    canaries = tokens(played.world) | keys(played.world) | addresses - {"-"}
    for turn in played.world.echo.turns:
        assert not found(canaries, json.dumps(turn.reply, ensure_ascii=False))


def test_no_reply_tells_a_customer_of_another(played: Hunted) -> None:
    for turn in played.world.echo.turns:
        asks = account_of(turn, played.world)
        others = [one for one in played.world.tenant.accounts.values() if one is not asks]
        assert not found(personal(*others), json.dumps(turn.reply, ensure_ascii=False))


def test_no_mail_tells_a_customer_of_another(played: Hunted) -> None:
    for mail in played.world.mailbox.mails():
        others = [
            account
            for account in played.world.tenant.accounts.values()
            if account.email not in mail.addresses
        ]
        # A guest's letter is greeted by the name in the Amazon account, which has its own address.
        own = AMAZON_ACCOUNT if AMAZON_ACCOUNT["email"] in mail.addresses else {}
        canaries = personal(*others) - {str(value) for value in own.values()}
        assert not found(canaries, f"{mail.to} {mail.subject} {mail.text} {mail.html}")


def test_the_links_in_a_mail_are_about_whoever_gets_it(played: Hunted) -> None:
    accounts = played.world.tenant.accounts.values()
    holders = {account.email: account.sub for account in accounts}
    for mail in played.world.mailbox.mails():
        for purpose, token in re.findall(r"/links/(\w+)\?t=([\w-]+)", mail.text + mail.html):
            [address] = mail.addresses
            assert subject(played.world, purpose, token) == holders[address]


def test_no_url_holds_a_token_a_key_or_anything_personal(played: Hunted) -> None:
    """Nor its query: the skill's calls, and what a browser is sent to."""
    canaries = tokens(played.world) | keys(played.world) | everybody(played.world)
    calls = [call.path for turn in played.world.echo.turns for call in turn.calls]
    assert calls or not played.world.echo.turns
    for address in [*calls, *played.asked]:
        assert not found(canaries, address), address


def test_the_table_holds_what_is_listed_and_nothing_that_names_anybody(played: Hunted) -> None:
    """Whose an order is says its key, and where its receipt goes says one that owes it."""
    canaries = tokens(played.world) | keys(played.world) | everybody(played.world)
    for item in items(played.world):
        assert item.keys() <= KEPT[re.split("#", item["sk"])[0]]
        telling = {n: v for n, v in item.items() if n not in {"pk", "receipt_to"}}
        assert not found(canaries, json.dumps(telling, default=str, ensure_ascii=False))
        assert ("receipt_to" in item) == ("owes" in item)


def test_nothing_is_printed(played: Hunted) -> None:
    """Lambda takes what is printed for logs, and parts of it for metrics and traces."""
    assert played.printed.getvalue() == ""


def account_of(turn: Turn, world: World) -> User | None:
    """Whose token counts in the request of a turn: a sure voice's own, or the household's."""
    system = turn.request["context"]["System"] if turn.request else {}
    person = system.get("person", {})
    is_sure = person.get("authenticationConfidenceLevel", {}).get("level", 0) >= SURE
    own = person.get("accessToken") if is_sure else None
    token = own or system.get("user", {}).get("accessToken")
    known = world.tenant.ledger.access_token(token) if token else None
    return known.grant.account if known else None


def subject(world: World, purpose: str, token: str) -> str:
    """Whose link it is, however old."""
    seals = Seals(
        [world.settings["LINK_KEYS"]],
        f"links/{purpose}",
        lives=timedelta(days=999),
        now=world.clock.now,
    )
    return str(seals.open(token)["sub"])


@pytest.mark.parametrize("where", ["sent", "exc_info"])
def test_a_canary_in_the_log_would_be_found(where: str) -> None:
    """The hunt itself can fail."""
    log = Log()
    error = ValueError(CANARY)
    said: dict[str, Any] = {"sent": CANARY, "exc_info": (ValueError, error, None)}

    log.handle(
        logging.makeLogRecord({"name": "pizza_on_demand", "msg": "oops", where: said[where]})
    )

    assert found([CANARY], log.text) == [CANARY]


@pytest.mark.parametrize(
    "text", ["Hello Ada!", '{"name": "Ada"}', "/users/Ada?x", "Ada\\n", "Ada."]
)
def test_a_canary_is_found_wherever_it_is_a_word(text: str) -> None:
    assert found(["Ada"], text)


@pytest.mark.parametrize("text", ["Adam", "gAAAAAda-x", "xAda", "", "ADA"])
def test_a_canary_is_not_found_in_another_word(text: str) -> None:
    assert not found(["Ada"], text)


class _Stumbles(AbstractRequestHandler):
    """A handler with a mistake in it, whose exception quotes a customer."""

    def can_handle(self, handler_input: HandlerInput) -> bool:
        return True

    def handle(self, handler_input: HandlerInput) -> Response:
        raise ValueError(CANARY)


@pytest.mark.parametrize("guard", [[CatchAllExceptionHandler()], []], ids=["handler", "door"])
def test_a_mistake_of_ours_is_logged_without_its_message(
    world: World, caplog: pytest.LogCaptureFixture, guard: list[CatchAllExceptionHandler]
) -> None:
    caplog.set_level(logging.INFO)
    builder = SkillBuilder()
    builder.add_request_handler(_Stumbles())
    for handler in guard:
        builder.add_exception_handler(handler)
    world.function.handler = VoiceDoor(builder.create(), skill_id=None)

    world.say("open pizza on demand")

    assert world.spoken
    assert world.spoken.alexa
    assert "something went wrong on our side" in world.spoken.alexa
    [mistake] = [record for record in caplog.records if record.message == "mistake"]
    assert vars(mistake)["error"] == "ValueError"
    assert "test_canaries.py" in vars(mistake)["where"]
    assert CANARY not in json.dumps(vars(mistake), default=str)


def test_scripts_have_no_expectation_that_is_never_met() -> None:
    """`played` above would raise: a script that stops early would hide its canaries."""
    with World() as world, pytest.raises(MismatchError):
        Stage(world).perform(parse("alexa: something")[0])
