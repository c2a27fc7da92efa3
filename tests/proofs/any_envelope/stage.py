"""A running world, the real `lambda_handler`, and what has to be true of each of its answers."""

from __future__ import annotations

import json
import logging
import os
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import boto3

import lambda_function
from pizza_on_demand.guests import WANTED
from pizza_on_demand.languages import Language
from simulator.function import LAMBDA_TIMEOUT_MS, LambdaContext
from simulator.rules import breaches
from simulator.rules.turn import at, text
from simulator.world import MODELS, TABLE, World
from tests.proofs.any_envelope.envelopes import LOCALES, PinQuestion, Scene

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

    Item = Mapping[str, AttributeValueTypeDef]

_SETTINGS = {
    "ALEXA_PIN": "on",
    "CODE_LENGTH": "8",  # a code that is guessed by chance would look like a hole
    "LIVE_URL": "",  # nobody has a page open
}
_CODE = re.compile(r"\b\d \d \d \d  \d \d \d \d\b")
_LINK = re.compile(r"https?://\S+/links/disown\S+")
_ODD_TOKENS = (
    "expired",
    "revoked",
    "opaque",
    "wrong-audience",
    "unsigned",
    "unknown-key",
    "garbage",
)
_PURCHASE = ("ask pizza on demand for a large pizza with bacon", "yes")


@dataclass(frozen=True)
class Answered:
    """An event, what came back, and what is wrong with that."""

    event: Any
    reply: Any
    took: float
    """Seconds."""
    wrong: list[str]
    moments: list[str]
    """What was said, by name."""


class Stage:
    """Ada's order waits for its code, and Mary's second one for the PIN of her profile.

    Linus disowned his: ordering is locked.

    After each event the table is as it was before, so that each stands for itself.
    """

    def __init__(self, world: World) -> None:
        self.log = Log()
        self._world = world
        self._models = {name: json.loads((MODELS / f"{name}.json").read_text()) for name in LOCALES}
        self._dynamodb = boto3.client("dynamodb", endpoint_url=world.cloud.backstage)
        for scope in WANTED:
            world.allow(scope)
        self.scene = self._set()
        self._before = self._items()

    def send(self, event: Any) -> Answered:
        """Let the skill answer, and look at the answer."""
        event = json.loads(json.dumps(event))
        self.log.clear()
        for wire in self._world.wires.values():
            wire.calls = []
        began = time.monotonic()
        try:
            reply = lambda_function.lambda_handler(event, LambdaContext())
        except Exception as error:  # noqa: BLE001 - that there is none is what is claimed
            reply, raised = None, [f"raised {type(error).__name__}: {error}"]
        else:
            raised = self._breaches(event, reply)
        took = time.monotonic() - began
        late = [f"took {took:.1f} s"] if took * 1000 > LAMBDA_TIMEOUT_MS else []
        wrong = [*raised, *late, *self.log.mistakes, *self._confirmed_without_proof(event)]
        return Answered(event, reply, took, wrong, list(self.log.moments))

    def now(self) -> datetime:
        """The time in the world."""
        return self._world.clock.now()

    def _breaches(self, event: Any, reply: Any) -> list[str]:
        request = event if isinstance(event, dict) else {}
        answered_in = Language.of(text(at(request, "request", "locale"))).locale
        model = self._models[answered_in]
        return [f"{breach.rule}: {breach.what}" for breach in breaches(reply, request, model)]

    def _confirmed_without_proof(self, event: Any) -> list[str]:
        """Looks at what was written, and puts it right."""
        if not any(_writes(call.target) for call in self._world.wires["aws"].calls):
            return []
        after = self._items()
        self._restore(after)
        sold = _confirmed(after) - _confirmed(self._before)
        said = re.sub(r"[^0-9]", "", json.dumps(event))
        if any(_waited_for_pin(self._before.get(key, {})) for key in sold):
            return [] if self.scene.pin.is_proven_by(event) else ["confirmed without its PIN"]
        return [] if not sold or self.scene.code in said else ["confirmed without its code"]

    def _items(self) -> dict[str, Item]:
        found = self._dynamodb.scan(TableName=TABLE)["Items"]
        return {f"{item['pk']}/{item['sk']}": item for item in found}

    def _restore(self, after: Mapping[str, Item]) -> None:
        for key, item in after.items():
            if key not in self._before:
                of_it = {"pk": item["pk"], "sk": item["sk"]}
                self._dynamodb.delete_item(TableName=TABLE, Key=of_it)
        for key, item in self._before.items():
            if item != after.get(key):
                self._dynamodb.put_item(TableName=TABLE, Item=item)

    def _set(self) -> Scene:
        tokens = {"grace": self._link("grace"), "linus": self._link("linus")}
        self._world.follow(_found(_LINK, self._order("linus")))
        tokens["mary"] = self._link("mary")
        self._world.say(_code(self._order("mary")))
        tokens["ada"] = self._link("ada")
        code = _code(self._order("ada"))
        pin = self._ask_for_pin("mary")
        tokens |= {kind: self._mint("ada", kind) for kind in _ODD_TOKENS}
        tokens["bob"] = self._mint("bob", "valid")
        return Scene(self._world.household("speaker"), tokens, code, pin)

    def _ask_for_pin(self, name: str) -> PinQuestion:
        """Order with a voice that Alexa knows, up to her question for the PIN."""
        self._world.link_own(name)
        self._world.set_pin(name, "4321")
        self._world.let_speak(name)
        for words in _PURCHASE:
            self._world.say(words)
        [directive] = self._world.echo.turns[-1].reply["response"]["directives"]
        person = self._world.people[name]
        self._world.let_speak(None)
        return PinQuestion(directive["token"], person.as_json())

    def _link(self, name: str) -> str:
        """Link somebody's account; the access token that envelopes have from then on."""
        self._world.sign_in(name)
        return self._world.household("speaker").access_token or ""

    def _order(self, name: str) -> str:
        """Order a pizza; the mail that has its code.

        A machine that is busy with much else may be slower than the skill is patient: then again.
        """
        while True:
            for words in _PURCHASE:
                self._world.say(words)
            if mails := self._world.mailbox.to(f"{name}@example.com"):
                return mails[-1].text
            self._world.say("ask pizza on demand to cancel my order")

    def _mint(self, name: str, kind: str) -> str:
        return self._world.tenant.mint(
            name,
            kind,
            client_id=self._world.alexa.client_id,
            audience=self._world.settings["AUTH0_AUDIENCE"],
            issuer=f"{self._world.tenant_origin}/",
        )


@contextmanager
def open_stage() -> Iterator[Stage]:
    """A stage in a world of its own, with `lambda_handler` set up for it."""
    with World(settings=_SETTINGS) as world:
        stage = Stage(world)
        settings = {name: value for name, value in world.settings.items() if value}
        with _environment(settings), stage.log.kept():
            lambda_function.door_of_this_process.cache_clear()
            yield stage
            lambda_function.door_of_this_process.cache_clear()


@contextmanager
def _environment(settings: Mapping[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(settings)
    try:
        yield
    finally:
        for name in settings:
            os.environ.pop(name)
            os.environ.update({name: before[name]} if name in before else {})


class Log(logging.Handler):
    """What the skill writes into its log, kept quiet."""

    def __init__(self) -> None:
        super().__init__()
        self.clear()

    def emit(self, record: logging.LogRecord) -> None:
        said = vars(record)
        if moment := said.get("moment"):
            self.moments.append(moment)
        if record.msg == "mistake":
            self.mistakes.append(f"mistake: {said['error']}\n{said['where']}")

    def clear(self) -> None:
        """Begin a new page."""
        self.moments: list[str] = []
        self.mistakes: list[str] = []

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Read along, in everybody's place."""
        logger = logging.getLogger("pizza_on_demand")
        before = logger.level, logger.propagate
        logger.setLevel(logging.INFO)
        logger.propagate = False
        logger.addHandler(self)
        try:
            yield
        finally:
            logger.removeHandler(self)
            logger.setLevel(before[0])
            logger.propagate = before[1]


def _code(mail: str) -> str:
    return _found(_CODE, mail).replace(" ", "")


def _found(pattern: re.Pattern[str], mail: str) -> str:
    found = pattern.search(mail)
    assert found, mail
    return found[0]


def _confirmed(items: Mapping[str, Item]) -> set[str]:
    return {key for key, item in items.items() if item.get("state") == {"S": "confirmed"}}


def _waited_for_pin(item: Item) -> bool:
    challenge = item.get("challenge", {}).get("M", {})
    return challenge.get("channel") == {"S": "pin"}


def _writes(target: str | None) -> bool:
    return target is not None and not target.endswith((".Query", ".GetItem"))
