"""`python -m interaction_model.cldr`: the few rules of CLDR that the skill needs, as a file.

How a language writes numbers, money, lists and times is kept by Unicode in CLDR, and Babel
brings it to Python. On Lambda Babel would cost ten megabytes and a quarter of a cold start,
so what the skill needs of it is written into `locales/<language>/cldr.json`, and a test holds
that against Babel.

Sources:
https://unicode.org/reports/tr35/ (the patterns)
https://babel.pocoo.org/en/latest/api/
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from babel import Locale
from babel.numbers import format_currency, format_percent, get_currency_symbol
from babel.units import format_unit

from interaction_model.source import locales_of

SKILL = Path(__file__).parents[1] / "lambda" / "pizza_on_demand"
WORDS = SKILL / "locales"

_MOST_COUNTED = 1000
"""What is counted here are pizzas, tries and minutes."""
_LETTER_BESIDE_DIGIT = re.compile(r"(?<=[A-Za-z])(?=\{)|(?<=\})(?=[A-Za-z])")
_YEAR = re.compile(r",?\s*(?:'de'\s*)?\by\b")


def main() -> None:
    """Write `cldr.json` for every language."""
    for source in sorted(Path(__file__).parent.glob("??.toml")):
        path = WORDS / source.stem / "cldr.json"
        path.write_text(written(source), encoding="utf-8")
        print(f"wrote {path.relative_to(WORDS)}")


def written(source: Path) -> str:
    """The text of a language's `cldr.json`: its locales, each with its rules."""
    shop = tomllib.loads((SKILL / "menu.toml").read_text("utf-8"))["shop"]
    rules = {locale: rules_of(locale, shop["currency"]) for locale in locales_of(source)}
    return json.dumps(rules, indent=1, ensure_ascii=False) + "\n"


def rules_of(tag: str, currency: str) -> dict[str, Any]:
    """The rules of a locale.

    Args:
        tag: as BCP 47 has it, such as "en-GB".
        currency: as ISO 4217 has it. It is part of the rules because each language has its
            own sign for it: "$", "US$", "$US" or "USD".
    """
    locale = Locale.parse(tag, sep="-")
    symbols = locale.number_symbols["latn"]
    # Written signs tell dollars apart; "US$" and "USD" cannot be said, and "$" can.
    sign, spoken_sign = (get_currency_symbol(currency, spoken) for spoken in (locale, "en_US"))
    money = _LETTER_BESIDE_DIGIT.sub("\xa0", _money(currency, locale))
    return {
        "decimal": symbols["decimal"],
        "group": symbols["group"],
        "money": money,
        "spoken_money": _money(currency, locale).replace(sign, spoken_sign),
        "percent": _template(format_percent(Decimal("0.01"), locale=locale), "1"),
        "list": dict(locale.list_patterns["standard"]),
        "one": [n for n in range(_MOST_COUNTED) if locale.plural_form(n) == "one"],
        "minute": _unit(locale, "duration-minute"),
        "hour": _unit(locale, "duration-hour"),
        "date": _YEAR.sub("", locale.date_formats["full"].pattern),
        "time": locale.time_formats["short"].pattern,
        "date_time": str(locale.datetime_formats["medium"]),
        "days": _in_order(locale.days["format"]["wide"]),
        "months": _in_order(locale.months["format"]["wide"]),
        "day_periods": [locale.day_periods["format"]["abbreviated"][half] for half in ("am", "pm")],
    }


def _money(currency: str, locale: Locale) -> str:
    """An amount, with braces for the number."""
    one = format_currency(1, currency, locale=locale, currency_digits=False)
    return re.sub(r"1\D00", "{}", one)


def _template(text: str, number: str) -> str:
    """The text with braces where the number stands."""
    before, _, after = text.partition(number)
    return f"{before}{{}}{after}"


def _unit(locale: Locale, unit: str) -> dict[str, str]:
    """How so many of a unit are put, by the plural form of the number."""
    numbers = {"one": 1, "other": 2}
    return {
        form: _template(format_unit(number, unit, "long", locale=locale), str(number))
        for form, number in numbers.items()
    }


def _in_order(names: Mapping[int, str]) -> list[str]:
    return [names[n] for n in sorted(names)]


if __name__ == "__main__":
    main()
