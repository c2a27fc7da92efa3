"""One warm process serves a whole town, and tells nobody anything about anybody else.

    python -m tests.proofs.isolation [--customers 1200] [--turns 10000] [--seed 7]

Everybody's name and address have a mark in them that is theirs alone, and everybody orders a
pizza that nobody else does. Two of them live in each household: its account is the one's, and
the other has linked their own to their voice. They talk to both of its devices by turns, in
the middle of each other's talks, and several households talk at once.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from collections import Counter, deque
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import combinations, islice, product
from random import Random
from typing import Any

from pizza_on_demand.languages import Language
from pizza_on_demand.menu import Menu, Pizza
from simulator.envelope import Device as DeviceKind
from simulator.envelope import Household, Session, amazon_id, envelope, request
from simulator.function import LambdaContext
from simulator.rules.turn import at
from simulator.screen import USER_EVENT, Screen
from simulator.tenant.accounts import Account
from simulator.world import SCOPES, World

Json = dict[str, Any]

AT_ONCE = 8
"""Threads. Lambda gives a process one turn at a time; the door must not depend on it."""

_MARK = re.compile(r"(?<![\w-])qx[a-j]{4}(?![\w-])")
"""As a word of its own: the tokens of links have any letters."""
_ID = re.compile(r"\b[0-9a-f]{16}\b")
"""As orders have it, and the session's mark of whose voice it is."""
_CODE = re.compile(r"\b\d \d \d \d  \d \d \d \d\b")
_RECENT = 100
"""Customers whose pizzas are looked for: what leaks, leaks from somebody who was there before."""
_WISHES = (
    "WhoAmIIntent",
    "EmailMyDetailsIntent",
    "RepeatLastOrderIntent",
    "OrderStatusIntent",
    "EmailReceiptIntent",
    "WhichAddressIntent",
    "ResendCodeIntent",
    "TextMeIntent",
    "CancelOrderIntent",
    "AMAZON.RepeatIntent",
    "AMAZON.NoIntent",
)

_OFTEN = ("order", "yes", "code")


@dataclass
class Somebody:
    """A customer with everything by which they can be told from others."""

    mark: str
    account: Account
    token: str
    pizza: Pizza
    household: Household
    """As envelopes have it when they speak."""
    code: str = "00000000"
    """The last that reached them."""

    @property
    def phrases(self) -> tuple[str, ...]:
        """How their pizza is put, to ears and to eyes."""
        english = Language.of("en-US")
        return english.spoken_pizzas(self.pizza).lower(), english.pizzas(self.pizza).lower()


@dataclass
class Device:
    """A device with the session that is open on it, whoever is talking."""

    home: tuple[Somebody, Somebody]
    id: str
    kind: DeviceKind
    session: Session = field(default_factory=Session)


@dataclass(frozen=True)
class Said:
    """A turn: who it was, and what they were told."""

    to: Somebody
    reply: Json


class Town:
    """Customers in front of one door, and everybody who may look over a shoulder."""

    def __init__(self, world: World, customers: int, seed: int) -> None:
        self._world = world
        self._door = world.function.handler
        self._chance = Random(seed)
        self.people = [*islice(self._settle(), customers)]
        self._recent: deque[Somebody] = deque(maxlen=_RECENT)
        self._owners: dict[str, Somebody] = {}
        """Of everything that has an id: whoever heard of it first."""
        self.devices = [*self._furnish()]
        self.told: Counter[str] = Counter()
        self._warm_up()

    def talk(self, turns: int) -> Iterator[str]:
        """Let them talk in random order; yields whatever somebody was told of somebody else."""
        with ThreadPoolExecutor(AT_ONCE) as threads:
            for done in range(0, turns, AT_ONCE):
                if done % (turns // 20 // AT_ONCE * AT_ONCE or AT_ONCE) == 0:
                    self._read_mail()
                devices = self._chance.sample(self.devices, AT_ONCE)
                asked = [(device, *self._asked(device)) for device in devices]
                for said in threads.map(lambda turn: self._turn(*turn), asked):
                    yield from self._of_others(said)
        yield from self._mail_of_others()

    def _asked(self, device: Device) -> tuple[Somebody, Json]:
        """Who says what next; whether it fits what they were asked is left to chance."""
        somebody = self._chance.choice(device.home)
        wish = self._chance.choice((*_WISHES, "launch", *_OFTEN * 4))
        return somebody, self._request(wish, somebody, by_touch=device.kind == "screen")

    def _request(self, wish: str, somebody: Somebody, *, by_touch: bool) -> Json:
        now = self._world.clock.now()
        match wish:
            case "launch":
                return request("LaunchRequest", now, "en-US")
            case "code" if by_touch:
                touch = Screen("code", {}, {}).touch(["code", somebody.code])
                return request(USER_EVENT, now, "en-US", **touch)
        name, slots = {
            "code": ("AuthorizePizzaOrderIntent", {"Code": {"value": somebody.code}}),
            "order": ("GetMeSomePizzaIntent", _slots(somebody.pizza)),
            "yes": ("AMAZON.YesIntent", {}),
        }.get(wish, (wish, {}))
        intent = {"name": name, "confirmationStatus": "NONE", "slots": slots}
        return request("IntentRequest", now, "en-US", intent=intent)

    def _turn(self, device: Device, somebody: Somebody, asked: Json) -> Said:
        """One turn on a device, in the session that is open there."""
        household = replace(somebody.household, device=device.kind, device_id=device.id)
        event = json.loads(json.dumps(envelope(asked, household, device.session)))
        reply = json.loads(json.dumps(self._door(event, LambdaContext())))
        if at(reply, "response", "shouldEndSession"):
            device.session = Session()
        else:
            device.session.new = False
            device.session.attributes = reply.get("sessionAttributes") or {}
        return Said(somebody, reply)

    def _of_others(self, said: Said) -> Iterator[str]:
        """What somebody was told that is not theirs."""
        text = json.dumps(said.reply, ensure_ascii=False)
        self._recent.append(said.to)
        self.told["turns"] += 1
        self.told["own name or address"] += said.to.mark in text.lower()
        self.told["own pizza"] += any(phrase in text.lower() for phrase in said.to.phrases)
        yield from (f"{said.to.mark} is told {what}" for what in self._strangers(text, said.to))

    def _strangers(self, text: str, reader: Somebody) -> Iterator[str]:
        lower = text.lower()
        yield from sorted(set(_MARK.findall(lower)) - {reader.mark})
        for other in {id(other): other for other in self._recent}.values():
            if other is not reader:
                yield from (phrase for phrase in other.phrases if phrase in lower)
        for found in _ID.findall(text):
            if self._owners.setdefault(found, reader) is not reader:
                yield found

    def _read_mail(self) -> None:
        """Everybody looks for the newest code that reached them."""
        people = {somebody.account.email: somebody for somebody in self.people}
        for mail in self._world.mailbox.mails():
            if code := _CODE.search(mail.text):
                people[next(iter(mail.addresses))].code = code[0].replace(" ", "")

    def _mail_of_others(self) -> Iterator[str]:
        """What reached somebody that is not theirs."""
        people = {somebody.account.email: somebody for somebody in self.people}
        phones = {somebody.account.phone_number: somebody for somebody in self.people}
        for mail in self._world.mailbox.mails():
            [address] = mail.addresses
            letter = "\n".join((mail.to, mail.subject, mail.text, mail.html))
            self.told["mails"] += 1
            yield from (
                f"{address} is sent {what}" for what in self._strangers(letter, people[address])
            )
        for text in self._world.phone.texts():
            self.told["text messages"] += 1
            yield from (
                f"{text.to} is sent {what}" for what in self._strangers(text.text, phones[text.to])
            )

    def _settle(self) -> Iterator[Somebody]:
        """Customers without end, two to a household."""
        made = product(combinations(Menu.load().toppings, 3), Menu.load().sizes, range(1, 11))
        for number, (toppings, size, quantity) in enumerate(made):
            mark = "qx" + "".join("abcdefghij"[int(digit)] for digit in f"{number:04}")
            account = _account(mark, number)
            self._world.tenant.accounts[mark] = account
            token, pizza = self._token(mark), Pizza(size, toppings, quantity)
            if number % 2 == 0:
                at_home = replace(
                    self._world.household("speaker"), user_id=amazon_id("ask.account")
                )
                yield Somebody(mark, account, token, pizza, replace(at_home, access_token=token))
                first = token
            else:
                person = {
                    "personId": amazon_id("ask.person"),
                    "authenticationConfidenceLevel": {"level": 300},
                    "accessToken": token,
                }
                own = replace(at_home, access_token=first, person=person)
                yield Somebody(mark, account, token, pizza, own)

    def _token(self, mark: str) -> str:
        return self._world.tenant.mint(
            mark,
            "valid",
            client_id=self._world.alexa.client_id,
            audience=self._world.settings["AUTH0_AUDIENCE"],
            issuer=f"{self._world.tenant_origin}/",
            scope=" ".join(SCOPES),
        )

    def _furnish(self) -> Iterator[Device]:
        for home in zip(self.people[::2], self.people[1::2], strict=True):
            yield Device(home, amazon_id("ask.device"), kind="speaker")
            yield Device(home, amazon_id("ask.device"), kind="screen")

    def _warm_up(self) -> None:
        """The first customers have nobody beside them: a process makes its clients once."""
        device = self.devices[0]
        for wish in ("launch", "order", "yes", "TextMeIntent"):
            self._turn(device, device.home[0], self._request(wish, device.home[0], by_touch=False))


@contextmanager
def open_town(customers: int, seed: int) -> Iterator[Town]:
    """A town in a world of its own."""
    with World(settings={"CODE_LENGTH": "8", "LIVE_URL": ""}) as world:
        yield Town(world, customers, seed)


def _account(mark: str, number: int) -> Account:
    return Account(
        sub=f"auth0|{mark}",
        email=f"{mark}@{mark}.example",
        name=f"{mark.title()} Canary",
        nickname=mark,
        given_name=mark.title(),
        phone_number=f"+1555{number:07}",
        phone_number_verified=True,
    )


def _slots(pizza: Pizza) -> Mapping[str, Json]:
    """Everything about the pizza in one breath."""
    toppings = [{"type": "Simple", **_found(topping)} for topping in pizza.toppings]
    return {
        "Size": _found(pizza.size),
        "Toppings": {"slotValue": {"type": "List", "values": toppings}},
        "Quantity": {"value": str(pizza.quantity)},
    }


def _found(id_: str) -> Json:
    match = {"status": {"code": "ER_SUCCESS_MATCH"}, "values": [{"value": {"id": id_}}]}
    return {"value": id_, "resolutions": {"resolutionsPerAuthority": [match]}}


def main(customers: int, turns: int, seed: int) -> int:
    """Let them talk, and print the figures; the exit status says whether all was well."""
    began = time.monotonic()
    with open_town(customers, seed) as town:
        leaks = [*town.talk(turns)]
    pace = turns / (time.monotonic() - began)
    print(f"{customers:,} customers, seed {seed}, {pace:.0f} turns a second")
    print(*(f"{count:>9,}  {what}" for what, count in town.told.items()), sep="\n")
    print(f"told of others: {len(leaks):,}", *leaks[:20], sep="\n")
    return 1 if leaks else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=1_200)
    parser.add_argument("--turns", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=7)
    sys.exit(main(**vars(parser.parse_args())))
