"""How things are put in a language: what it calls them, and by which rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from pizza_on_demand.languages.rules import Rules
from pizza_on_demand.languages.words import known, rules, words
from pizza_on_demand.menu import Pizza

_LONGEST_GROUP = 4


class Language:
    """A language as it is spoken in a region: one for each, however often it is asked for.

    Attributes:
        locale: as BCP 47 has it, such as "en-GB": one that we speak.
        rules: of its numbers, lists and times.
    """

    __slots__ = ("locale", "rules")

    def __init__(self, locale: str, rules: Rules) -> None:
        self.locale = locale
        self.rules = rules

    @classmethod
    def of(cls, *tags: str | None) -> Language:
        """The language of the first tag that we speak; English if there is none.

        Args:
            tags: such as "en-GB"; they may come from anywhere, and hold anything.
        """
        return cls.preferred(tag for tag in tags if tag)

    @classmethod
    def preferred(cls, tags: Iterable[str]) -> Language:
        """The same, of tags that somebody ranked."""
        return _language(known(tags))

    @property
    def speech(self) -> Mapping[str, Any]:
        """What is said, by the name of the moment, and "phrases", which are parts of it."""
        return words(self.locale, "speech")

    @property
    def letters(self) -> Mapping[str, Any]:
        """What letters and text messages say, by their names."""
        return words(self.locale, "letters")

    @property
    def pages(self) -> Mapping[str, Any]:
        """What pages say, by their names."""
        return words(self.locale, "pages")

    @property
    def screens(self) -> Mapping[str, Any]:
        """What stands on screens, by their names."""
        return words(self.locale, "screens")

    @property
    def menu(self) -> Mapping[str, Any]:
        """What things on the menu are called, and how an order is put into words."""
        return words(self.locale, "menu")

    @property
    def numbers(self) -> Mapping[str, Any]:
        """The words of numbers, as `SpokenCodes` reads them."""
        return words(self.locale, "numbers")

    # Rules

    def money(self, amount: Decimal) -> str:
        """Write an amount of the shop's currency: "$17.55", or "US$17.55" in Britain."""
        return self.rules.money(amount)

    def spoken_money(self, amount: Decimal) -> str:
        """The same for ears, with a sign that can be said: "$17.55"."""
        return self.rules.money(amount, spoken=True).replace("\xa0", " ")

    def percent(self, share: Decimal) -> str:
        """Write a share of the whole: "8%"."""
        return self.rules.percent(share)

    def listing(self, things: Sequence[str]) -> str:
        """Put "one, two, and three"."""
        return self.rules.listing(things)

    def counted(self, forms: Mapping[str, str], count: int, **facts: str) -> str:
        """The form of the words that goes with a number, filled in.

        Args:
            forms: by CLDR's names: "one" and "other".
            facts: what stands in braces, besides {count}.
        """
        return forms[self.rules.plural(count)].format_map(facts | {"count": str(count)})

    def duration(self, length: timedelta) -> str:
        """How long, in the largest unit that fits: "5 minutes", "90 minutes", "24 hours"."""
        return self.rules.duration(length)

    def moment(self, at: datetime) -> str:
        """A time: "Sunday, November 22, 7:03 PM UTC". Nobody tells us the customer's zone."""
        return f"{self.rules.day_and_time(at)} UTC"

    def clock_time(self, at: datetime) -> str:
        """A time of the day: "7:03 PM UTC"."""
        return f"{self.rules.time(at)} UTC"

    # The menu

    def size(self, id_: str, form: str = "name") -> str:
        """What a size is called: alone ("name"), beside one pizza, or beside "other" numbers."""
        return self._called("sizes", id_, form)

    def topping(self, id_: str, form: str = "name") -> str:
        """What a topping is called: alone ("name"), or after "with"."""
        return self._called("toppings", id_, form)

    def pizzas(self, pizza: Pizza) -> str:
        """Write what is ordered: "1 large pizza with extra cheese and bacon"."""
        return self._ordered("written", pizza)

    def spoken_pizzas(self, pizza: Pizza) -> str:
        """Say what is ordered: "one large pizza with extra cheese and bacon"."""
        return self._ordered("spoken", pizza)

    def _ordered(self, way: str, pizza: Pizza) -> str:
        forms = self.menu[way]["topped" if pizza.toppings else "plain"]
        return self.counted(
            forms,
            pizza.quantity,
            size=self.size(pizza.size, self.rules.plural(pizza.quantity)),
            toppings=self.listing([self.topping(id_, "with") for id_ in pizza.toppings]),
        )

    def _called(self, kind: str, id_: str, form: str) -> str:
        """What the shop does not sell any more goes by the name that it was kept under."""
        name = self.menu[kind].get(id_, id_)
        return str(name.get(form, name["name"]) if isinstance(name, dict) else name)

    # Codes

    def masked(self, email: str) -> str:
        """Say enough of an address to be recognised by its owner, and by nobody else."""
        initial, domain = email[0], email.rpartition("@")[2]
        return str(self.speech["phrases"]["masked_address"].format(initial=initial, domain=domain))

    def masked_phone(self, number: str) -> str:
        """Say enough of a phone number to be recognised by its owner, and by nobody else."""
        ending = " ".join(number[-2:])
        return str(self.speech["phrases"]["masked_phone"].format(ending=ending))


def digits(code: str) -> str:
    """Set a code so that it is read digit by digit, by eyes and by screen readers alike.

    "4 1 7 2"; more than four digits fall into halves: "4 1 7  2 8 0".
    """
    if len(code) <= _LONGEST_GROUP:
        return " ".join(code)
    half = -(-len(code) // 2)
    return f"{' '.join(code[:half])}  {' '.join(code[half:])}"


@cache
def _language(locale: str) -> Language:
    return Language(locale, Rules(rules(locale.partition("-")[0])[locale]))
