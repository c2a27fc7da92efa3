"""Nothing secret and nothing personal leaves by a side door.

Canaries are real here: the tokens, secrets, addresses and names of the world. Every
script of tests/conversations is played, and whatever was logged, kept in a session,
put into a URL or said is searched for them.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from ask_sdk_core.dispatch_components import AbstractRequestHandler
from ask_sdk_core.handler_input import HandlerInput
from ask_sdk_core.skill_builder import SkillBuilder
from ask_sdk_model.response import Response

from pizza_on_demand.voice.door import VoiceDoor
from pizza_on_demand.voice.handlers.errors import CatchAllExceptionHandler
from simulator.mailbox import Mail
from simulator.phone import Text
from simulator.script import MismatchError, Stage, findings, parse
from simulator.world import World

SCRIPTS = sorted((Path(__file__).parent / "conversations").glob("*.txt"))
CANARY = "ada@example.com"


class Log(logging.Handler):
    """Everything that the skill and its libraries log, with all extras, as a JSON log has it."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.text = ""

    def emit(self, record: logging.LogRecord) -> None:
        if not record.name.startswith(("simulator", "werkzeug")):
            # Without numbers: a time in milliseconds may look like a code, and so may the
            # number in a thread's name.
            texts = {k: v for k, v in vars(record).items() if not isinstance(v, int | float)}
            del texts["threadName"]
            self.text += json.dumps(texts, default=str, ensure_ascii=False) + "\n"


@dataclass(frozen=True)
class Played:
    """A world after a script, and the log of it."""

    world: World
    log: str


@pytest.fixture(params=SCRIPTS, ids=lambda script: script.stem, scope="module")
def played(request: pytest.FixtureRequest) -> Iterator[Played]:
    """One script after the other, with everything in the log down to DEBUG."""
    log, root = Log(), logging.getLogger()
    level = root.level
    root.addHandler(log)
    root.setLevel(logging.DEBUG)
    try:
        with World() as world:
            stage = Stage(world, request.param.parent)
            for step in parse(request.param.read_text("utf-8")):
                stage.perform(step)
            yield Played(world, log.text)
    finally:
        root.removeHandler(log)
        root.setLevel(level)


def tokens_of(world: World) -> set[str]:
    """Every token that the skill was given."""
    found: set[str] = set()
    for turn in world.echo.turns:
        system = turn.request["context"]["System"] if turn.request else {}
        given = (system.get("apiAccessToken"), system.get("user", {}).get("accessToken"))
        found |= {token for token in given if token}
    return found


def codes_of(world: World) -> list[re.Pattern[str]]:
    """Every code that went out, as digits and as it stands in the mail."""
    letters = [mail for mail in world.mailbox.mails() if "code" in mail.subject]
    messages: list[Mail | Text] = [*letters, *world.phone.texts()]
    spaced = [findings(message)["code"] for message in messages]
    forms = {*spaced, *(re.sub(r"\D", "", code) for code in spaced)}
    return [re.compile(rf"(?<![\w.]){re.escape(form)}(?![\w.])") for form in sorted(forms)]


def personal(world: World) -> set[str]:
    """What only the customers themselves should meet again."""
    accounts = world.tenant.accounts.values()
    return {
        value
        for account in accounts
        for value in (account.email, account.phone_number, account.sub, account.given_name)
        if value
    }


def test_the_log_holds_no_token_and_nothing_personal(played: Played) -> None:
    assert '"turn"' in played.log
    canaries = tokens_of(played.world) | personal(played.world)
    for canary in canaries | {played.world.alexa.client_secret}:
        assert json.dumps(canary, ensure_ascii=False)[1:-1] not in played.log


def test_no_code_is_anywhere_but_in_its_message(played: Played) -> None:
    for code in codes_of(played.world):
        assert not code.search(played.log)
        for turn in played.world.echo.turns:
            assert not code.search(json.dumps(turn.reply, ensure_ascii=False))
            assert not any(code.search(call.path) for call in turn.calls)


def test_session_attributes_hold_no_token_and_nothing_personal(played: Played) -> None:
    for turn in played.world.echo.turns:
        attributes = json.dumps((turn.reply or {}).get("sessionAttributes"), ensure_ascii=False)
        for canary in tokens_of(played.world) | personal(played.world):
            assert canary not in attributes


def test_no_reply_holds_a_token_or_an_address(played: Played) -> None:
    addresses = {account.email for account in played.world.tenant.accounts.values()}
    for turn in played.world.echo.turns:
        reply = json.dumps(turn.reply, ensure_ascii=False)
        for canary in tokens_of(played.world) | addresses:
            assert canary not in reply


def test_no_url_holds_a_token_or_anything_personal(played: Played) -> None:
    for turn in played.world.echo.turns:
        for call in turn.calls:
            for canary in tokens_of(played.world) | personal(played.world):
                assert canary not in call.path


def test_a_canary_in_the_log_would_be_found() -> None:
    """The hunt itself can fail."""
    log = Log()
    record = logging.makeLogRecord({"name": "pizza_on_demand", "msg": "oops", "sent": CANARY})

    log.handle(record)

    assert CANARY in log.text


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
    assert "test_secrets.py" in vars(mistake)["where"]
    assert CANARY not in json.dumps(vars(mistake), default=str)


def test_scripts_have_no_expectation_that_is_never_met() -> None:
    """`played` above would raise: a script that stops early would hide its canaries."""
    with World() as world, pytest.raises(MismatchError):
        Stage(world).perform(parse("alexa: something")[0])
