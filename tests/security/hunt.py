"""Where canaries could turn up, and what they are: everything secret or personal in a world."""

from __future__ import annotations

import io
import json
import logging
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import boto3

from simulator.mailbox import Mail
from simulator.phone import Text
from simulator.script import findings
from simulator.tenant import Account
from simulator.world import TABLE, World

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

OTHERS = ("simulator", "werkzeug", "tests", "schemathesis")
"""Loggers of the world around the skill; every other one is the skill's or a library's."""

_SECRETS = re.compile(r".*_(KEYS?|SECRETS?)")
_EVERYBODYS = "pizza"
"""The password of all who have none of their own."""


class Log(logging.Handler):
    """Everything that the skill and its libraries log, with all extras, as a JSON log has it."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.text = ""

    def emit(self, record: logging.LogRecord) -> None:
        if not record.name.startswith(OTHERS):
            # Without numbers: a time in milliseconds may look like a code, and so may the
            # number in a thread's name.
            texts = {k: v for k, v in vars(record).items() if not isinstance(v, int | float)}
            del texts["threadName"]
            trace = logging.Formatter().formatException(record.exc_info) if record.exc_info else ""
            self.text += json.dumps(texts, default=str, ensure_ascii=False) + trace + "\n"


@dataclass
class Addresses:
    """A WSGI middleware that writes down what was asked for, query and all."""

    app: WSGIApplication
    asked: list[str]

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        self.asked.append(unquote(environ["REQUEST_URI"]))
        return self.app(environ, start_response)


@dataclass
class Hunted:
    """A world in which something happens, and what is said of it out of sight."""

    world: World
    log: Log = field(default_factory=Log)
    printed: io.StringIO = field(default_factory=io.StringIO)
    """Metrics in the embedded format and traces would come out here."""
    asked: list[str] = field(default_factory=list)
    """Addresses at Auth0, AWS and Alexa."""


@contextmanager
def hunted() -> Iterator[Hunted]:
    """A world with everything in the log, down to DEBUG."""
    root = logging.getLogger()
    level = root.level
    with World() as world:
        hunt = Hunted(world)
        for wire in world.wires.values():
            wire.app = Addresses(wire.app, hunt.asked)
        root.addHandler(hunt.log)
        root.setLevel(logging.DEBUG)
        try:
            with redirect_stdout(hunt.printed):
                yield hunt
        finally:
            root.removeHandler(hunt.log)
            root.setLevel(level)


def personal(*accounts: Account) -> set[str]:
    """What only the customers themselves should meet again."""
    return {
        value
        for account in accounts
        for value in (
            account.email,
            account.phone_number,
            account.sub,
            account.given_name,
            account.family_name,
            account.password,
        )
        if value and value != _EVERYBODYS
    }


def everybody(world: World) -> set[str]:
    """The same of all customers."""
    return personal(*world.tenant.accounts.values())


def keys(world: World) -> set[str]:
    """Every key and secret that the deployment was given, and Alexa's own."""
    given = {value for name, value in world.settings.items() if _SECRETS.fullmatch(name)}
    assert len(given) >= 5
    return given | {world.alexa.client_secret}


def tokens(world: World) -> set[str]:
    """Every token that the skill was given."""
    found: set[str] = set()
    for turn in world.echo.turns:
        system = turn.request["context"]["System"] if turn.request else {}
        holders = (system, system.get("user", {}), system.get("person", {}))
        found |= {
            h[name] for h in holders for name in ("apiAccessToken", "accessToken") if name in h
        }
    return {token for token in found if token}


def codes(world: World) -> list[str]:
    """Every code that went out, as digits and as it stands in the message."""
    letters = [mail for mail in world.mailbox.mails() if "code" in mail.subject]
    messages: list[Mail | Text] = [*letters, *world.phone.texts()]
    spaced = [findings(message)["code"] for message in messages]
    return sorted({*spaced, *(re.sub(r"\D", "", code) for code in spaced)})


def found(canaries: Iterable[str], text: str) -> list[str]:
    """Those that stand in a text, as words of their own: base64 holds every short name.

    The text may be JSON with its escapes.
    """
    forms = {canary: {canary, json.dumps(canary, ensure_ascii=False)[1:-1]} for canary in canaries}
    return [
        canary
        for canary, written in forms.items()
        if any(
            form in text and re.search(rf"(?<![\w.-]){re.escape(form)}(?![\w-])", text)
            for form in written
        )
    ]


def items(world: World) -> list[dict[str, Any]]:
    """All that the table holds."""
    dynamodb = boto3.resource("dynamodb", endpoint_url=world.cloud.backstage)
    kept: list[dict[str, Any]] = dynamodb.Table(TABLE).scan()["Items"]
    return kept


def texts(value: Any) -> Iterator[str]:
    """Every text in an item."""
    if isinstance(value, dict):
        for inside in value.values():
            yield from texts(inside)
    elif isinstance(value, list):
        for inside in value:
            yield from texts(inside)
    else:
        yield str(value)
