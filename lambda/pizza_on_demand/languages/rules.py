"""CLDR's rules of a locale: how numbers, money, lists and times are put.

https://unicode.org/reports/tr35/
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

_FIELD = r"'([^']*)'|EEEE|MMMM|d+|H+|h+|mm|a"
"""Compiled when a time is put: a greeting need not wait for it."""
_UNITS = {"hour": timedelta(hours=1), "minute": timedelta(minutes=1)}


class Rules:
    """The rules of one locale.

    Args:
        kept: its part of `cldr.json`.
    """

    def __init__(self, kept: Mapping[str, Any]) -> None:
        self._kept = kept

    def plural(self, count: int) -> str:
        """The form that goes with a number of things below a million: "one" or "other"."""
        return "one" if count in self._kept["one"] else "other"

    def number(self, value: Decimal) -> str:
        """A number as it is written: "1,234.50"."""
        signs = {",": self._kept["group"], ".": self._kept["decimal"]}
        return "".join(signs.get(mark, mark) for mark in f"{value:,f}")

    def money(self, amount: Decimal, *, spoken: bool = False) -> str:
        """An amount, in the currency that the rules were written for."""
        pattern: str = self._kept["spoken_money" if spoken else "money"]
        return pattern.format(self.number(amount.quantize(Decimal("0.01"))))

    def percent(self, share: Decimal) -> str:
        """A share of the whole."""
        pattern: str = self._kept["percent"]
        return pattern.format(self.number((share * 100).normalize()))

    def listing(self, things: Sequence[str]) -> str:
        """One or more things, as a list that reads on.

        https://unicode.org/reports/tr35/tr35-general.html#ListPatterns
        """
        patterns = self._kept["list"]
        if len(things) < 2:
            return "".join(things)
        if len(things) == 2:
            return str(patterns["2"].format(*things))
        *some, before, last = things
        said = patterns["end"].format(before, last)
        for n, thing in enumerate(reversed(some), 1):
            said = patterns["start" if n == len(some) else "middle"].format(thing, said)
        return str(said)

    def duration(self, length: timedelta) -> str:
        """How long, in the largest unit that fits: "5 minutes", "90 minutes", "24 hours"."""
        unit = next(unit for unit in _UNITS if not length % _UNITS[unit] or unit == "minute")
        number = round(length / _UNITS[unit])
        pattern: str = self._kept[unit][self.plural(number)]
        return pattern.format(number)

    def day_and_time(self, at: datetime) -> str:
        """A day without its year, and a time of it."""
        day, time = self._filled(self._kept["date"], at), self.time(at)
        pattern: str = self._kept["date_time"]
        return pattern.format(time, day)

    def time(self, at: datetime) -> str:
        """A time of the day."""
        return self._filled(self._kept["time"], at)

    def _filled(self, pattern: str, at: datetime) -> str:
        """https://unicode.org/reports/tr35/tr35-dates.html#Date_Field_Symbol_Table"""
        names = {
            "EEEE": self._kept["days"][at.weekday()],
            "MMMM": self._kept["months"][at.month - 1],
            "a": self._kept["day_periods"][at.hour // 12],
        }
        numbers = {"d": at.day, "H": at.hour, "h": at.hour % 12 or 12, "m": at.minute}

        def fill(field: re.Match[str]) -> str:
            symbol = field[0]
            if symbol.startswith("'"):
                return field[1]
            return names.get(symbol) or f"{numbers[symbol[0]]:0{len(symbol)}}"

        return re.sub(_FIELD, fill, pattern)
