"""The language of scripts: what people say, what must come back, and what happens meanwhile.

A script is text, a step a line. tests/conversations/README.md lists the steps.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import lambda_function
from simulator.alexa_app import AMAZON_ACCOUNT
from simulator.browser import LoginError
from simulator.clock import parse_span
from simulator.envelope import DEVICES
from simulator.faults import FAULTS
from simulator.mailbox import Mail
from simulator.people import SURE
from simulator.phone import Text
from simulator.screen import NothingShownError
from simulator.tenant import KINDS
from simulator.visitor import NotThereError
from simulator.world import World


class StepError(Exception):
    """A step that nobody can do: an unknown verb, customer, fault…"""


class MismatchError(Exception):
    """The world is not as the script has it."""

    def __init__(self, wanted: str, got: str) -> None:
        super().__init__(f"wanted {wanted}, got {got}")
        self.wanted = wanted
        self.got = got


@dataclass(frozen=True)
class Step:
    """One line of a script."""

    verb: str
    argument: str = ""
    line: int = 0
    """Its number in the file, from 1; 0 for a step of no file."""

    def __str__(self) -> str:
        return f"{self.verb}: {self.argument}" if self.argument else self.verb


class Stage:
    """Performs steps in a world, and remembers what they found for later ones.

    Args:
        folder: where the files of `request:` are.
    """

    def __init__(self, world: World, folder: Path = Path()) -> None:
        self.world = world
        self.folder = folder
        self.found: dict[str, str] = {}
        """What `mail:` and `sms:` set: "code" and "link"."""
        self.mails_before = 0
        """How many mails there were before the last thing that happened."""

    def perform(self, step: Step) -> None:
        """Do what a step says, or check it, while nothing else happens in the world.

        Raises:
            StepError: it cannot be done.
            MismatchError: it is not so.
        """
        with self.world.turns:
            argument = re.sub(r"\{(code|link)\}", self._fill, step.argument)
            if step.verb in CHECKS:
                CHECKS[step.verb](self, argument)
            else:
                self.mails_before = len(self.world.mailbox.mails())
                ACTIONS[step.verb](self, argument)

    def _fill(self, name: re.Match[str]) -> str:
        if name[1] not in self.found:
            raise StepError(f"no message that was looked at has had a {name[1]} in it")
        return self.found[name[1]]


def parse(text: str) -> list[Step]:
    """Read a script.

    Raises:
        StepError: a line is no step; the message says which and why.
    """
    return [
        parse_step(line, number)
        for number, line in enumerate(text.splitlines(), 1)
        if line.strip() and not line.lstrip().startswith("#")
    ]


def parse_step(line: str, number: int = 0) -> Step:
    """Read one step.

    Raises:
        StepError: there is no such verb, or it has too much or too little after it.
    """
    verb, _, argument = (part.strip() for part in line.partition(":"))
    where = f"line {number}: " if number else ""
    if verb not in ACTIONS and verb not in CHECKS:
        raise StepError(f"{where}“{line.strip()}” is no step; steps are {_vocabulary()}")
    if argument and verb in ALONE:
        raise StepError(f"{where}“{verb}” stands alone, without “{argument}”")
    if not argument and verb not in ALONE:
        raise StepError(f"{where}nothing stands after “{verb}:”")
    return Step(verb, argument, number)


# What happens


@dataclass(frozen=True)
class _Deed:
    """Something that is done with a part of the world."""

    do: Callable[[World, str], None]
    takes: str = ""
    """What has to stand after its name; "" for nothing."""


def _do(deeds: Mapping[str, _Deed]) -> Callable[[Stage, str], None]:
    """Make an action that is followed by the name of a deed."""
    known = ", ".join(f"{name} {deed.takes}".strip() for name, deed in deeds.items())

    def action(stage: Stage, argument: str) -> None:
        name, _, what = argument.partition(" ")
        deed = deeds.get(name)
        if deed is None or bool(what) != bool(deed.takes):
            raise StepError(f"“{argument}” cannot be done; what can is {known}")
        deed.do(stage.world, what.strip())

    return action


def _known(what: str, name: str, among: Collection[str]) -> str:
    if name not in among:
        raise StepError(f"there is no {what} “{name}”; there is {', '.join(among)}")
    return name


def _customer(world: World, name: str) -> str:
    return _known("customer", name, world.tenant.accounts)


def _scope(name: str) -> str:
    if not name.startswith("alexa::"):
        raise StepError(f"“{name}” is no permission; one is alexa::profile:email:read")
    return name


def _in_account(what: str) -> str:
    return _known("field of an Amazon account", what, AMAZON_ACCOUNT)


def _set_pin(world: World, argument: str) -> None:
    name, _, pin = argument.partition(" ")
    if not re.fullmatch("[0-9]{4}", pin):
        raise StepError(f"“{pin}” is no PIN; one is 1234")
    world.set_pin(_customer(world, name), pin)


def _confirm(world: World, name: str) -> None:
    world.tenant.accounts[_customer(world, name)].email_verified = True


def _rotate(world: World, what: str) -> None:
    _known("thing to rotate", what, ("keys",))
    world.tenant.rotate_keys()


def _implicit(world: World, switch: str) -> None:
    world.tenant.implicit_grant = _known("switch", switch, ("on", "off")) == "on"


APP = {
    "enable": _Deed(lambda world, _: world.enable()),
    "disable": _Deed(lambda world, _: world.disable()),
    "link": _Deed(lambda world, name: world.sign_in(_customer(world, name)), "NAME"),
    "unlink": _Deed(lambda world, _: world.unlink()),
    "link-own": _Deed(lambda world, name: world.link_own(_customer(world, name)), "NAME"),
    "pin": _Deed(_set_pin, "NAME PIN"),
    "allow": _Deed(lambda world, scope: world.allow(_scope(scope)), "SCOPE"),
    "deny": _Deed(lambda world, scope: world.deny(_scope(scope)), "SCOPE"),
    "empty": _Deed(lambda world, what: world.empty(_in_account(what)), "FIELD"),
}

TENANT = {
    "block": _Deed(lambda world, name: world.tenant.block(_customer(world, name)), "NAME"),
    "unblock": _Deed(lambda world, name: world.tenant.unblock(_customer(world, name)), "NAME"),
    "revoke": _Deed(lambda world, name: world.tenant.revoke(_customer(world, name)), "NAME"),
    "confirm": _Deed(_confirm, "NAME"),
    "rotate": _Deed(_rotate, "keys"),
    "implicit": _Deed(_implicit, "on|off"),
}


def _enter(world: World, name: str) -> None:
    account = world.tenant.accounts[_customer(world, name)]
    try:
        world.visit(
            lambda visitor: visitor.sign_in(username=account.email, password=account.password)
        )
    except LoginError as error:
        raise StepError(f"the login page says: {error}") from None


def _press(button: str) -> Callable[[World, str], None]:
    """Press a button of the page that is open; what is typed before is a code."""

    def press(world: World, code: str) -> None:
        page = world.opened
        if page is None:
            raise StepError("no page is open")
        typed = {"code": code} if code else {}
        try:
            world.visit(lambda visitor: visitor.press(button, page, **typed))
        except NotThereError as error:
            raise StepError(str(error)) from None

    return press


WEB = {
    "sign-in": _Deed(_enter, "NAME"),
    "open": _Deed(lambda world, path: world.visit(lambda visitor: visitor.open(path)), "PATH"),
    "confirm": _Deed(_press("confirm"), "CODE"),
    "code": _Deed(_press("code")),
    "cancel": _Deed(_press("cancel")),
    "clear": _Deed(_press("clear")),
}


def _wait(stage: Stage, span: str) -> None:
    try:
        stage.world.wait(parse_span(span))
    except ValueError as error:
        raise StepError(str(error)) from None


def _fault(stage: Stage, name: str) -> None:
    if name == "none":
        stage.world.end_faults()
    else:
        stage.world.begin_fault(_known("fault", name, [*FAULTS, "none"]))


def _device(stage: Stage, name: str) -> None:
    _known("device", name, DEVICES)
    stage.world.take_device(next(device for device in DEVICES if device == name))


def _speaker(stage: Stage, argument: str) -> None:
    name, _, confidence = argument.partition(" ")
    known = _known("speaker", name, [*stage.world.tenant.accounts, "unknown"])
    if confidence and not confidence.isdecimal():
        raise StepError(f"“{confidence}” is no level of confidence; one is {SURE}")
    stage.world.let_speak(None if known == "unknown" else known, int(confidence or SURE))


def _touch(stage: Stage, argument: str) -> None:
    try:
        stage.world.touch(_arguments(argument))
    except NothingShownError:
        raise StepError("nothing is on the screen that could be touched") from None


def _arguments(argument: str) -> list[Any]:
    """A button and perhaps its value, or a list in JSON of whatever a device might send."""
    if not argument.startswith("["):
        button, *value = argument.split()
        return [button, "".join(value)] if value else [button]
    try:
        arguments: list[Any] = json.loads(argument)
    except ValueError as error:
        raise StepError(f"{argument} is no JSON: {error}") from None
    return arguments


def _request(stage: Stage, file: str) -> None:
    try:
        event = json.loads((stage.folder / file).read_text("utf-8"))
    except OSError as error:
        raise StepError(f"cannot read {file}: {error.strerror}") from None
    except ValueError as error:
        raise StepError(f"{file} is no JSON: {error}") from None
    stage.world.send(event)


def _setting(stage: Stage, argument: str) -> None:
    name, is_given, value = (part.strip() for part in argument.partition("="))
    if not is_given:
        raise StepError(f"“{argument}” sets nothing; write NAME=VALUE, or NAME= to take one away")
    try:
        stage.world.deploy(**{name: value})
    except lambda_function.SettingsError as error:
        raise StepError(str(error)) from None


ACTIONS: dict[str, Callable[[Stage, str], None]] = {
    "user": lambda stage, words: stage.world.say(words),
    "open": lambda stage, link: stage.world.follow(link),
    "touch": _touch,
    "silence": lambda stage, _: stage.world.silence(),
    "app": _do(APP),
    "wait": _wait,
    "token": lambda stage, kind: stage.world.send_tokens(_known("kind of token", kind, KINDS)),
    "fault": _fault,
    "tenant": _do(TENANT),
    "web": _do(WEB),
    "device": _device,
    "speaker": _speaker,
    "locale": lambda stage, name: stage.world.take_locale(
        _known("locale", name, stage.world.locales)
    ),
    "setting": _setting,
    "request": _request,
}


# What must be so


def _alexa(stage: Stage, pattern: str) -> None:
    said = stage.world.spoken.alexa if stage.world.spoken else None
    _compare(f"“{pattern}”", pattern, [said] if said else [], f"“{said}”" if said else "silence")


def _meanwhile(stage: Stage, pattern: str) -> None:
    said = stage.world.spoken.meanwhile if stage.world.spoken else []
    _compare(f"“{pattern}” before the answer", pattern, said, f"“{' '.join(said)}”")


def _card(stage: Stage, pattern: str) -> None:
    card = stage.world.spoken.card if stage.world.spoken else None
    wanted = f"a card like “{pattern}”"
    if card is None:
        raise MismatchError(wanted, "no card")
    kind, text = str(card.get("type")), _text(card)
    _compare(wanted, pattern, [kind, text], f"a {kind} card “{text}”" if text else f"a {kind} card")


def _text(card: Mapping[str, object]) -> str:
    parts = (card.get("title"), card.get("content") or card.get("text"))
    return " ".join(str(part) for part in parts if part)


def _no_card(stage: Stage, _: str) -> None:
    card = stage.world.spoken.card if stage.world.spoken else None
    if card is not None:
        raise MismatchError("no card", f"a {card.get('type')} card")


def _mail(stage: Stage, argument: str) -> None:
    address, _, pattern = argument.partition(" ")
    mails = stage.world.mailbox.to(address)
    if not mails:
        raise MismatchError(f"a mail to {address}", "none")
    mail = mails[-1]
    texts = [mail.subject, mail.text, f"{mail.subject} {mail.text}"]
    _compare(f"a mail like “{pattern}”", pattern or "*", texts, f"“{mail.subject}”\n{mail.text}")
    stage.found |= findings(mail)


def _sms(stage: Stage, argument: str) -> None:
    number, _, pattern = argument.partition(" ")
    texts = stage.world.phone.to(number)
    if not texts:
        raise MismatchError(f"a text to {number}", "none")
    newest = texts[-1]
    _compare(f"a text like “{pattern}”", pattern or "*", [newest.text], f"“{newest.text}”")
    stage.found |= findings(newest)


def _page(stage: Stage, pattern: str) -> None:
    shown = stage.world.opened.text if stage.world.opened else "no page"
    _compare(f"a page like “{pattern}”", pattern, [shown], f"“{shown}”")


def _no_mail(stage: Stage, _: str) -> None:
    arrived = stage.world.mailbox.mails()[stage.mails_before :]
    if arrived:
        raise MismatchError("no mail", f"“{arrived[-1].subject}” to {arrived[-1].to}")


def _screen(stage: Stage, pattern: str) -> None:
    shown = stage.world.echo.screen
    if shown is None:
        raise MismatchError(f"a screen like “{pattern}”", "an empty one")
    texts = [shown.token, *shown.texts()]
    _compare(f"a screen like “{pattern}”", pattern, texts, f"“{' | '.join(texts)}”")


def _no_screen(stage: Stage, _: str) -> None:
    if shown := stage.world.echo.screen:
        raise MismatchError("an empty screen", f"“{shown.token}”")


def _notice(stage: Stage, pattern: str) -> None:
    notice = stage.world.notice
    _compare(f"“{pattern}” in the Alexa app", pattern, [notice], f"“{notice}”")


def _listens(stage: Stage, _: str) -> None:
    if not stage.world.echo.listens:
        raise MismatchError("an open microphone", "a closed one")


def _ends(stage: Stage, _: str) -> None:
    if stage.world.echo.is_open:
        raise MismatchError("the session to be over", "an open one")


CHECKS: dict[str, Callable[[Stage, str], None]] = {
    "alexa": _alexa,
    "meanwhile": _meanwhile,
    "card": _card,
    "no card": _no_card,
    "mail": _mail,
    "no mail": _no_mail,
    "sms": _sms,
    "page": _page,
    "screen": _screen,
    "no screen": _no_screen,
    "notice": _notice,
    "listens": _listens,
    "ends": _ends,
}

ALONE = {"silence", "no card", "no mail", "no screen", "listens", "ends"}
"""The verbs that nothing stands after."""


def matches(pattern: str, text: str) -> bool:
    """Whether *text* is like *pattern*: case and punctuation do not count, * is anything."""
    return fnmatchcase(_bare(text), "*".join(_bare(part) for part in pattern.split("*")))


def _bare(text: str) -> str:
    spaced = re.sub(r"[—–/…]", " ", text.casefold())
    return " ".join(re.sub(r"[^\w\s]", "", spaced).split())


def _compare(wanted: str, pattern: str, texts: Iterable[str], got: str) -> None:
    if not any(matches(pattern, text) for text in texts):
        raise MismatchError(wanted, got)


_LINK = re.compile(r"https?://[^\s<>\"]*[^\s<>\"'.,;:!?)\]]")
#: Four to eight digits, spaced or not, that are no part of an amount, date or phone number.
_CODE = re.compile(r"(?<![\w.,:/+$€£-])(?<!\d )\d(?: {0,2}\d){3,7}(?![\w/:-]|[.,]\d| \d)")


def findings(message: Mail | Text) -> dict[str, str]:
    """What later steps can use of a message: its "link" and its "code".

    The code is the longest number that could be one: a year is shorter.
    """
    links = _LINK.findall(message.text)
    codes = _CODE.findall(_LINK.sub(" ", message.text))
    code = max(codes, key=lambda found: len(found.replace(" ", "")), default=None)
    found = {"link": links[0] if links else None, "code": code}
    return {name: value for name, value in found.items() if value}


def _vocabulary() -> str:
    return ", ".join(v if v in ALONE else f"{v}:" for v in (*ACTIONS, *CHECKS))
