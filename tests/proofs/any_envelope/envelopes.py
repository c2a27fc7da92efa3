"""Envelopes: such as Alexa sends, such as she never would, and everything in between."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from random import Random
from typing import Any

from pizza_on_demand.languages import Language
from pizza_on_demand.menu import Menu
from simulator import envelope
from simulator.envelope import DEVICES, Household, Session
from simulator.people import PROVEN, SURE
from simulator.pin_check import PinCheck
from simulator.rules.turn import at
from simulator.screen import Screen
from simulator.world import MODELS
from tests.proofs.any_envelope import odd, sdk

Json = Any
Envelope = dict[str, Json]

LOCALES = tuple(sorted(path.stem for path in MODELS.glob("*.json")))
_ODD_LOCALES = ("en", "EN-us", "de_DE", "zh-CN", "tlh-KX", "*", "../menu", "en-US\x00", "x" * 1_000)
_QUESTIONS = (
    "by_mail",
    "deletion",
    "have_it",
    "it_again",
    "key",
    "menu",
    "my_details",
    "new_code",
    "order",
    "replace",
)
"""What a plain yes or no may answer; `asked` in the session names it."""
_SCREENS = ("welcome", "menu", "order", "code", "status")
_BUTTONS = ("menu", "usual", "status", "cancel", "resend", "receipt", "place", "no button of ours")
_UNKNOWN = (
    "Nobody.KnowsThis",
    "AlexaSkillEvent.ANewOne",
    "Alexa.Presentation.APL.ANewOne",
    "Intent",
)
_NO_PIN = (None, "NOT_MATCH", "METHOD_LOCKOUT", "VERIFICATION_METHOD_NOT_SETUP")
_ENDS = ("USER_INITIATED", "ERROR", "EXCEEDED_MAX_REPROMPTS", "A_NEW_ONE")


@dataclass(frozen=True)
class PinQuestion:
    """What Alexa was asked to find out."""

    token: str
    """Comes back with her answer."""
    person: Mapping[str, Json]
    """Whose PIN it is, with the access token of their own account."""

    def is_proven_by(self, event: Json) -> bool:
        """Whether she says there that it was told, and is as sure of the person as can be."""
        cause, person = at(event, "request", "cause"), at(event, "context", "System", "person")
        level = at(person, "authenticationConfidenceLevel", "level")
        return (
            at(cause, "token") == self.token
            and str(at(cause, "status", "code")) == "200"
            and at(cause, "result", "status") == "ACHIEVED"
            and isinstance(level, int)
            and level >= PROVEN
            and at(person, "personId") == self.person["personId"]
            and at(person, "accessToken") == self.person["accessToken"]
        )


@dataclass(frozen=True)
class Scene:
    """What a world lets envelopes be made of."""

    household: Household
    tokens: Mapping[str, str]
    """Access tokens, good ones and others, by what they are."""
    code: str
    """The right one, for the order that waits."""
    pin: PinQuestion


def one(random: Random, scene: Scene) -> Json:
    """An envelope, or something in its place."""
    return random.choices(_MAKERS, _WEIGHTS)[0](random, scene)


def a_code(random: Random, scene: Scene) -> Json:
    """What is said or touched for a code while Ada's order waits for one."""
    slots = {"Code": _slot(random, scene, "Code")}
    intent = {"name": "AuthorizePizzaOrderIntent", "confirmationStatus": "NONE", "slots": slots}
    touch = Screen("code", {}, {}).touch(["code", _digits(random, scene)])
    asked = random.choice(
        (
            _base("IntentRequest") | {"intent": intent},
            _base("Alexa.Presentation.APL.UserEvent") | touch,
        )
    )
    of_ada = replace(scene, tokens={"ada": scene.tokens["ada"]})
    made: Json = _wrapped(random, of_ada, {**asked, "locale": random.choice(LOCALES)})
    return odd.changed(random, made) if random.random() < 0.2 else made


def a_pin(random: Random, scene: Scene) -> Json:
    """What Alexa says while Mary's order waits for her PIN, of her and of others."""
    question = random.choice((scene.pin.token, scene.pin.token, odd.text(random), None))
    check = PinCheck(question, None)
    cause = random.choice(
        (
            check.cause("200", "OK", {"status": "ACHIEVED"}),
            check.cause("200", "OK", {"status": "ACHIEVED"}),
            check.not_achieved(random.choice((*_NO_PIN, odd.value(random)))),
            check.cause(random.choice(("400", "500", odd.text(random))), "No."),
        )
    )
    locale = random.choice(("en-US", "en-US", random.choice(LOCALES)))
    asked = _base("SessionResumedRequest") | {"locale": locale, "cause": cause}
    made: Json = _wrapped(random, scene, asked)
    level = {"authenticationConfidenceLevel": {"level": random.choice((PROVEN, PROVEN, SURE))}}
    person = random.choice((scene.pin.person, scene.pin.person, _person(random, scene)))
    made["context"]["System"]["person"] = {**person, **level}
    return odd.changed(random, made) if random.random() < 0.4 else made


def _talk(random: Random, scene: Scene) -> Envelope:
    """What a device of the world sends, whole."""
    ask = random.choices((_launch, _intent, _touch, _end), (2, 12, 5, 1))[0]
    asked, locale = ask(random, scene), random.choice(LOCALES)
    if random.random() < 0.05:
        locale = random.choice((*_ODD_LOCALES, odd.text(random)))
    return _wrapped(random, scene, {**asked, "locale": locale})


def _mutant(random: Random, scene: Scene) -> Json:
    """The same with something, somewhere, that is not as it was."""
    made: Json = _talk(random, scene)
    for _ in range(random.choice((1, 1, 1, 2, 3, 8))):
        made = odd.changed(random, made)
    return made


def _of_the_sdk(random: Random, scene: Scene) -> Envelope:
    """Any request that the SDK knows, with whatever its model has."""
    kind = random.choice(sdk.KINDS)
    made = _wrapped(random, scene, _base(kind) | sdk.request(random, kind))
    if random.random() < 0.3:
        made["context"] |= {**sdk.context(random), "System": made["context"]["System"]}
    return _without_session(random, made)


def _mutant_of_the_sdk(random: Random, scene: Scene) -> Json:
    return odd.changed(random, _of_the_sdk(random, scene))


def _unknown(random: Random, scene: Scene) -> Envelope:
    """A request of a type that nobody knows yet."""
    kind = random.choice((*_UNKNOWN, odd.text(random), odd.value(random)))
    more = {"body": odd.value(random), "locale": random.choice(LOCALES)}
    made = _wrapped(random, scene, {**_base("Nobody"), "type": kind, **more})
    return _without_session(random, made)


def _dump(random: Random, scene: Scene) -> Envelope:
    """An envelope as old SDKs wrote it down: with a number for the time."""
    made = _talk(random, scene)
    made["request"]["timestamp"] = random.choice((1_700_000_000, 1_700_000_000_000, "1700000000"))
    return made


def _nothing(random: Random, _scene: Scene) -> Json:
    return odd.value(random)


def _other_skill(random: Random, scene: Scene) -> Envelope:
    return _talk(random, replace(scene, household=replace(scene.household, skill_id="other")))


_MAKERS: Sequence[Callable[[Random, Scene], Json]] = (
    _talk,
    _mutant,
    _of_the_sdk,
    _mutant_of_the_sdk,
    _unknown,
    _dump,
    _nothing,
    _other_skill,
    a_code,
    a_pin,
)
_WEIGHTS = (25, 40, 15, 8, 4, 4, 2, 2, 4, 4)


def _base(kind: str) -> Envelope:
    return envelope.request(kind, datetime.now(UTC))


def _wrapped(random: Random, scene: Scene, asked: Envelope) -> Envelope:
    device = random.choice(DEVICES)
    household = replace(
        scene.household,
        device=device,
        access_token=_token(random, scene),
        person=random.choice((None, None, _person(random, scene))),
    )
    attributes = _attributes(random) if random.random() < 0.7 else {}
    session = Session(attributes=attributes, new=random.random() < 0.2)
    if device != "speaker":
        session.screen = random.choice((None, *(Screen(name, {}, {}) for name in _SCREENS)))
    return envelope.envelope(asked, household, session)


def _token(random: Random, scene: Scene) -> str | None:
    """Mostly that of somebody with orders."""
    known = random.choices(("ada", "mary", "linus", None), (10, 4, 4, 5))[0]
    return scene.tokens.get(known or random.choice((*scene.tokens, "nobody")))


def _without_session(random: Random, made: Envelope) -> Envelope:
    if random.random() < 0.5:
        del made["session"]
    return made


def _person(random: Random, scene: Scene) -> Json:
    level = random.choice((0, 100, 200, 300, 400, None, "200", odd.value(random)))
    person = {"personId": random.choice(("amzn1.ask.person.A", "amzn1.ask.person.B"))}
    linked = {"accessToken": random.choice(list(scene.tokens.values()))}
    sure = {"authenticationConfidenceLevel": {"level": level}}
    return person | random.choice(({}, sure, linked, sure | linked))


# What is said


def _launch(_random: Random, _scene: Scene) -> Envelope:
    return _base("LaunchRequest")


def _end(random: Random, _scene: Scene) -> Envelope:
    error = {"type": "INVALID_RESPONSE", "message": odd.text(random)}
    return _base("SessionEndedRequest") | {"reason": random.choice(_ENDS), "error": error}


def _intent(random: Random, scene: Scene) -> Envelope:
    """An intent of our models, with anything in its slots."""
    name, slots = random.choice(_intents())
    filled = {slot: _slot(random, scene, slot) for slot in slots if random.random() < 0.8}
    intent = {"name": name, "confirmationStatus": "NONE"} | ({"slots": filled} if slots else {})
    state = random.choice(("STARTED", "IN_PROGRESS", "COMPLETED"))
    return _base("IntentRequest") | {"intent": intent} | ({"dialogState": state} if slots else {})


def _slot(random: Random, scene: Scene, name: str) -> Envelope:
    """A slot with one value or several, as Alexa fills it; or with none."""
    values = [_filled(random, scene, name) for _ in range(random.choice((0, 1, 1, 1, 2, 3, 40)))]
    slot = {"name": name, "confirmationStatus": "NONE"}
    if len(values) < 2:
        return slot | (values[0] if values else {})
    simple = [{"type": "Simple", **value} for value in values]
    return slot | {"slotValue": {"type": "List", "values": simple}}


def _filled(random: Random, scene: Scene, name: str) -> Envelope:
    if name == "Code":
        return {"value": _digits(random, scene)}
    if name == "Quantity":
        return {"value": random.choice(("1", "2", "?", "99", "0", odd.text(random)))}
    found = random.choice(_ids()) if random.random() < 0.7 else None
    said = found or random.choice(("pineapple", odd.text(random)))
    status = "ER_SUCCESS_MATCH" if found else random.choice(("ER_SUCCESS_NO_MATCH", "A_NEW_ONE"))
    matches = [{"value": {"name": said, "id": found}}] if found else []
    authority = {"authority": "x", "status": {"code": status}, "values": matches}
    return {"value": said, "resolutions": {"resolutionsPerAuthority": [authority]}}


def _digits(random: Random, scene: Scene) -> str:
    """A code, now and then the right one."""
    wrong = "".join(random.choice("0123456789") for _ in range(len(scene.code)))
    others = ("1", "oh four two seven", "siebenundvierzig hundert", "?", odd.text(random))
    return random.choice((scene.code, " ".join(scene.code), wrong, wrong, *others))


def _touch(random: Random, scene: Scene) -> Envelope:
    """A touch of a button of ours, or of anything else."""
    tap: list[Json] = random.choice(
        (
            [random.choice(_BUTTONS)],
            ["size", random.choice(_ids())],
            ["add", random.choice((*_ids(), "plain"))],
            ["remove", random.choice(_ids())],
            ["quantity", random.choice(("1", "0", "99", odd.text(random)))],
            ["code", _digits(random, scene)],
            [odd.value(random), odd.value(random)],
        )
    )
    asked = _base("Alexa.Presentation.APL.UserEvent")
    return asked | Screen(random.choice(_SCREENS), {}, {}).touch(tap)


# What the session remembers


def _attributes(random: Random) -> Json:
    """Attributes such as we keep ourselves, with contents right and wrong; or others."""
    if random.random() < 0.05:
        return odd.value(random)
    kept = {
        "said": _said(random),
        "asked": random.choice((*_QUESTIONS, None, odd.value(random))),
        "draft": _draft(random),
        "speaker": random.choice(({"voice": None, "own": False}, odd.value(random))),
        odd.text(random): odd.value(random),
    }
    return {name: value for name, value in kept.items() if random.random() < 0.6}


def _said(random: Random) -> Json:
    said: Json = {
        "moment": random.choice(_moments()),
        "facts": {name: random.choice(("x", odd.text(random))) for name in ("pizza", "words")},
        "to_a_customer": random.random() < 0.5,
        "elicits": random.choice((None, "size", "toppings", "code")),
        "variant": random.choice((0, 1, 2, -1)),
    }
    return odd.changed(random, said) if random.random() < 0.4 else said


def _draft(random: Random) -> Json:
    draft: Json = {
        "id": random.choice(("4f2aa3faeaf18fe0", odd.text(random))),
        "size": random.choice(("small", "large", None)),
        "toppings": random.choice(([], ["bacon"], ["pepperoni", "spinach"], None)),
        "quantity": random.choice((1, 2, 10)),
        "replaces": random.choice((None, "no such order")),
    }
    return odd.changed(random, draft) if random.random() < 0.3 else draft


@cache
def _intents() -> Sequence[tuple[str, Sequence[str]]]:
    """Every intent of our models with the names of its slots, and one of nobody's."""
    built = json.loads((MODELS / "en-US.json").read_text("utf-8"))
    intents = built["interactionModel"]["languageModel"]["intents"]
    ours = [(i["name"], [slot["name"] for slot in i.get("slots", ())]) for i in intents]
    often = [
        (name, slots) for name, slots in ours if slots or name.endswith(("YesIntent", "NoIntent"))
    ]
    return [*ours, *often * 3, ("NobodysIntent", ["Size"])]


@cache
def _ids() -> Sequence[str]:
    menu = Menu.load()
    return [*menu.sizes, *menu.toppings, "plain", "no such thing"]


@cache
def _moments() -> Sequence[str]:
    return [*Language.of("en-US").speech]
