"""The state of the world as JSON: everything that the page shows."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import boto3
from boto3.dynamodb.types import TypeDeserializer

from simulator.alexa_app import Card
from simulator.echo import Echo, Turn
from simulator.envelope import DEVICES
from simulator.faults import FAULTS
from simulator.function import ALEXA_WAITS_MS
from simulator.mailbox import Mail
from simulator.people import People
from simulator.phone import Text
from simulator.rules.turn import at, members
from simulator.viewports import VIEWPORTS
from simulator.wire import Call
from simulator.world import TABLE, World

Json = dict[str, Any]

TURNS_SHOWN = 50

#: Of all the kinds that there are, those that Alexa could come to send.
TOKENS = ("valid", "expired", "revoked", "opaque", "wrong-audience")


def state(world: World) -> Json:
    """Everything that there is to see, between two turns."""
    with world.turns:
        return _state(world)


def _state(world: World) -> Json:
    return {
        "version": world.version,
        "clock": {
            "now": world.clock.now().isoformat(timespec="seconds"),
            "waited_seconds": world.clock.waited.total_seconds(),
        },
        "device": world.echo.device,
        "devices": list(DEVICES),
        "screen": _screen(world.echo),
        "locale": world.echo.locale,
        "locales": world.locales,
        "session": {"open": world.echo.is_open, "listening": world.echo.listens},
        "suggestions": world.suggestions(),
        "turns": [_turn(turn) for turn in world.echo.turns[-TURNS_SHOWN:]],
        "app": _app(world),
        "speaker": world.people.speaker,
        "people": [_person(name, world.people) for name in world.tenant.accounts],
        "mailbox": [_mail(mail) for mail in world.mailbox.mails()],
        "phone": [_text(text) for text in world.phone.texts()],
        "orders": _orders(world),
        "faults": {
            "available": list(FAULTS),
            "active": [name for wire in world.wires.values() for name in wire.faults],
        },
        "tenant": {"origin": world.tenant_origin},
        "order_page": {"origin": world.web_origin},
    }


def _screen(echo: Echo) -> Json | None:
    """What the device shows of the skill, and on what screen; None for a device without one."""
    viewport = VIEWPORTS.get(echo.device)
    if viewport is None:
        return None
    shown = {"viewport": asdict(viewport), "document": None}
    return shown | asdict(echo.screen) if echo.screen else shown


def _turn(turn: Turn) -> Json:
    return {
        "id": turn.id,
        "at": turn.at.isoformat(timespec="seconds"),
        "said": turn.said,
        "heard": _heard(turn.request),
        "meanwhile": turn.meanwhile,
        "alexa": turn.alexa,
        "reprompt": turn.reprompt,
        "own": turn.own,
        "card": turn.card,
        "listens": turn.listens,
        "took_ms": round(turn.took_ms, 1),
        "limit_ms": ALEXA_WAITS_MS,
        "calls": [_call(call, turn) for call in turn.calls],
        "breaches": [
            {"rule": breach.rule, "what": breach.what, "remedy": breach.remedy}
            for breach in turn.breaches
        ],
        "request": turn.request,
        "reply": turn.reply,
    }


def _heard(envelope: Any) -> Json | None:
    """What the skill was told; None if that was no request, as of a turn of Alexa's own."""
    request = at(envelope, "request")
    if not isinstance(request, dict):
        return None
    slots = members(at(request, "intent", "slots"))
    values = {name: at(slot, "value") for name, slot in slots.items()}
    return {
        "type": at(request, "type"),
        "intent": at(request, "intent", "name"),
        "slots": {name: value for name, value in values.items() if value is not None},
    }


def _call(call: Call, turn: Turn) -> Json:
    at = (call.began - turn.began) * 1000
    return {
        "service": call.service,
        "name": call.name,
        "status": call.status,
        "at_ms": round(at, 1),
        "took_ms": round(turn.took_ms - at if call.took_ms is None else call.took_ms, 1),
    }


def _app(world: World) -> Json:
    account = world.tenant.accounts[world.customer] if world.customer else None
    return {
        "enabled": world.app.enabled,
        "linked": {"name": world.customer, "email": account.email} if account else None,
        "notice": world.notice,
        "token": world.token_kind,
        "tokens": list(TOKENS),
        "customers": [{"name": name} for name in world.tenant.accounts],
        "cards": [_card(card) for card in world.app.cards],
    }


def _person(name: str, people: People) -> Json:
    """What Alexa knows of somebody besides their voice."""
    person = people.known(name)
    linked = person is not None and person.app.link is not None
    return {"name": name, "linked": linked, "pin": person is not None and person.pin is not None}


def _card(card: Card) -> Json:
    return {
        "id": card.id,
        "turn": card.turn,
        "type": card.content.get("type"),
        "title": card.content.get("title"),
        "text": card.content.get("content") or card.content.get("text"),
        "image": at(card.content, "image", "largeImageUrl")
        or at(card.content, "image", "smallImageUrl"),
    }


def _mail(mail: Mail) -> Json:
    return {
        "id": mail.id,
        "at": mail.at.isoformat(timespec="seconds"),
        "from": mail.sender,
        "to": mail.to,
        "subject": mail.subject,
        "text": mail.text,
    }


def _text(text: Text) -> Json:
    return {
        "id": text.id,
        "at": text.at.isoformat(timespec="seconds"),
        "to": text.to,
        "text": text.text,
    }


def _orders(world: World) -> list[Json]:
    """Every order's item as the table has it, newest first, and whose it is by short name."""
    names = {f"customer#{account.sub}": name for name, account in world.tenant.accounts.items()}
    items = sorted(_order_items(world), key=lambda item: str(item["placed"]), reverse=True)
    return [{"customer": names.get(item["pk"]), "item": item} for item in items]


def _order_items(world: World) -> list[Json]:
    """Read behind the skill's back: no fault is in the way, and no trace is left."""
    dynamodb = boto3.client("dynamodb", endpoint_url=world.cloud.backstage)
    found = dynamodb.scan(
        TableName=TABLE,
        FilterExpression="begins_with(sk, :order)",
        ExpressionAttributeValues={":order": {"S": "order#"}},
    )
    plain = TypeDeserializer().deserialize
    items = [plain({"M": item}) for item in found["Items"]]
    as_json: list[Json] = json.loads(json.dumps(items, default=int))  # No number has a fraction.
    return as_json
