"""Customers who want one pizza each, and go on as people do when something does not work."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import cache
from random import Random
from typing import Any

from pizza_on_demand.menu import Menu
from simulator.alexa_app import AlexaApp
from simulator.echo import Echo
from simulator.envelope import Device, Household, amazon_id
from simulator.function import Function
from simulator.tenant.accounts import Account
from simulator.understanding import InteractionModel
from simulator.world import MODELS, SKILL_ID, World
from tests.proofs.any_fault.hearing import ALEXAS_OWN, MISTAKE, moment_of
from tests.proofs.any_fault.patience import ASKS_FOR_CODE, SAYS_YES
from tests.proofs.any_fault.verdicts import SOLD
from tests.proofs.load.fleet import Chances, Fate, Fleet
from tests.proofs.load.post import Post

MOST_TURNS = 25
"""For one thing that a customer wants; whoever needs more has lost patience."""

TROUBLE = frozenset(
    {
        ALEXAS_OWN,
        "code_unchecked",
        "confirmation_unknown",
        "identity_throttled",
        "identity_unavailable",
        "mail_refused",
        "mail_unavailable",
        "orders_unavailable",
        "welcome_anyway",
    }
)
"""Moments after which somebody says the same again."""
ENOUGH = frozenset({"too_many_codes", "ordering_locked", "ordering_locked_now"})
"""Moments after which only time helps, or a link in a mail."""

CALM = Chances(faults=0, kills=0)

NO_REPLY = "no-reply"
"""The rule that a reply breaks that never comes: a killed process gives none."""


class GivenUpError(Exception):
    """The customer does without a pizza; the message is the moment that decided it."""


@dataclass(frozen=True)
class Plan:
    """What somebody is going to do, besides ordering a pizza and saying its code."""

    wish: str
    cancels_first: bool
    mistypes: int
    wants_another_code: bool
    says_it_again: bool
    asks_for_the_receipt: bool

    @classmethod
    def draw(cls, chance: Random) -> Plan:
        """A plan; some are longer than others."""
        menu = Menu.load()
        topping = chance.choice([*menu.toppings]).replace("_", " ")
        return cls(
            wish=f"get me a {chance.choice([*menu.sizes])} pizza with {topping}",
            cancels_first=chance.random() < 0.2,
            mistypes=chance.choice((0, 0, 1, 2)),
            wants_another_code=chance.random() < 0.1,
            says_it_again=chance.random() < 0.4,
            asks_for_the_receipt=chance.random() < 0.2,
        )


@dataclass
class Shop:
    """What all customers share."""

    world: World
    fleet: Fleet
    post: Post
    chances: Chances
    seed: int


class Customer:
    """Somebody with a name that is theirs alone.

    Attributes:
        turns: so many were heard.
        sold: how many pizzas they know to be theirs.
        asked: how often they asked for a receipt.
        given_up: the moment at which they did, if they did.
        problems: what they heard that cannot be true.
    """

    def __init__(self, shop: Shop, number: int) -> None:
        self._shop = shop
        self._chance = Random(f"{shop.seed}/{number}")
        self._plan = Plan.draw(self._chance)
        self._chances = shop.chances
        self.mark = "lq" + "".join("abcdefghij"[int(digit)] for digit in f"{number:05}")
        self.account = _account(self.mark)
        shop.world.tenant.accounts[self.mark] = self.account
        self._app: AlexaApp = shop.world.people[self.mark].app
        self._home = replace(
            shop.world.household("speaker"),
            user_id=self._app.user_id,
            device_id=amazon_id("ask.device"),
        )
        self._echo = Echo(
            Function(self._ask),
            model=_model,
            household=self._household,
            is_enabled=lambda: True,
            now=shop.world.clock.now,
        )
        self._code: str | None = None
        """The last that was said."""
        self._is_proving = False
        self.turns = 0
        self.sold = 0
        self.asked = 0
        self.given_up = ""
        self.problems: list[str] = []

    def talk(self) -> None:
        """Hold the whole conversation."""
        try:
            self._hears("open pizza on demand")
            self._links()
            if self._plan.cancels_first:
                self._orders()
                self._cancels()
            self._proves(self._makes_mistakes(self._orders()))
            self._goes_on()
        except GivenUpError as reason:
            self.given_up = str(reason)
        self._asks_what_became_of_it()

    def _links(self) -> None:
        while self._app.link is None:
            self._shop.world.link_own(self.mark)

    def _orders(self) -> str:
        """Order until a code is asked for; the moment that asks for it."""
        wish = f"ask pizza on demand to {self._plan.wish}"
        moment = self._hears(wish)
        for _ in range(MOST_TURNS):
            if moment in ASKS_FOR_CODE:
                return moment
            moment = self._hears(self._answer(moment) or wish)
        raise GivenUpError(moment)

    def _answer(self, moment: str) -> str | None:
        """What is said to a question; None if nothing was asked."""
        if moment in ENOUGH:
            raise GivenUpError(moment)
        if not self._echo.is_open:
            return None
        if moment == "replace_waiting":
            return "no"
        return "yes" if moment in SAYS_YES else None

    def _cancels(self) -> None:
        cancelled = self._insists("ask pizza on demand to cancel my order")
        if cancelled not in ("order_cancelled", "nothing_ordered"):
            self.problems.append(f"{cancelled} is heard in place of order_cancelled")
        if code := self._newest_code():
            self._insists(f"ask pizza on demand to authorize {code}")

    def _makes_mistakes(self, moment: str) -> str:
        """Say codes that are none, and ask for another; the last moment that was heard."""
        for _ in range(self._plan.mistypes):
            if moment in ASKS_FOR_CODE and self._echo.is_open:
                moment = self._hears("0000")  # No code of ours begins with a zero.
        if self._plan.wants_another_code:
            moment = self._hears("ask pizza on demand to send me a new code")
        return moment

    def _proves(self, moment: str) -> None:
        """Say the code until the order is confirmed."""
        self._is_proving = True
        for _ in range(MOST_TURNS):
            if moment in SOLD or moment.startswith("already_confirmed"):
                self.sold += 1
                self._is_proving = False
                return
            moment = self._hears(self._answer(moment) or self._next_try(moment))
        raise GivenUpError(moment)

    def _next_try(self, moment: str) -> str:
        code = self._newest_code()
        if code is None or (moment == "wrong_code" and code == self._code):
            # It was meant to be made useless by one that never came.
            return "ask pizza on demand to send me a new code"
        self._code = code
        return code if self._echo.is_open else f"ask pizza on demand to authorize {code}"

    def _goes_on(self) -> None:
        """Do what can be done once the order is confirmed."""
        if self._plan.says_it_again and self._code:
            again = self._insists(f"ask pizza on demand to authorize {self._code}")
            if not again.startswith("already_confirmed"):
                self.problems.append(f"{again} is heard when the code is said again")
        if self._plan.asks_for_the_receipt:
            self.asked += 1
            self._hears("ask pizza on demand to email me the receipt")

    def _asks_what_became_of_it(self) -> None:
        """The weather has cleared up, and nobody is left in the dark."""
        self._chances, self._is_proving = CALM, False
        moment = self._insists("ask pizza on demand where's my order")
        is_sold = moment == "status_confirmed"
        if self.given_up:
            self.sold = int(is_sold)
        elif not is_sold:
            self.problems.append(f"{moment} is heard of an order that is confirmed")

    def _insists(self, words: str) -> str:
        """Say the same until something comes of it."""
        moment = ""
        for _ in range(MOST_TURNS):
            moment = self._hears(words)
            if moment not in TROUBLE:
                return moment
        raise GivenUpError(moment)

    def _hears(self, words: str) -> str:
        self.turns += 1
        turn = self._echo.hear(words)
        moment = moment_of(turn)
        self._check(moment, [breach.rule for breach in turn.breaches])
        return moment

    def _check(self, moment: str, breaches: list[str]) -> None:
        if moment == MISTAKE:
            self.problems.append("a mistake of ours is heard")
        if moment in SOLD and not self._is_proving:
            self.problems.append(f"{moment} is heard when nothing was to be confirmed")
        self.problems += [f"Alexa rejects a reply: {rule}" for rule in breaches if rule != NO_REPLY]

    def _newest_code(self) -> str | None:
        return self._shop.post.newest_code(self.account.email)

    def _household(self, device: Device) -> Household:
        return replace(self._home, device=device, access_token=self._app.access_token())

    def _ask(self, event: Any, _: object) -> Any:
        return self._shop.fleet.answer(event, self._fate())

    def _fate(self) -> Fate | None:
        return self._chances.draw(self._chance)


@cache
def _model(locale: str) -> tuple[InteractionModel, dict[str, Any]]:
    path = MODELS / f"{locale}.json"
    return InteractionModel.load(path, SKILL_ID), json.loads(path.read_text("utf-8"))


def _account(mark: str) -> Account:
    return Account(
        sub=f"auth0|{mark}",
        email=f"{mark}@{mark}.example",
        name=f"{mark.title()} Canary",
        nickname=mark,
        given_name=mark.title(),
    )
