"""Makes pages: templates/ says how they look, each language's pages.toml what they say."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, make_response, render_template, url_for
from markupsafe import Markup, escape

from pizza_on_demand.languages import Language
from pizza_on_demand.menu import Pizza
from pizza_on_demand.web.languages import language
from pizza_on_demand.web.refusals import Refusal

STATIC = Path(__file__).parents[1] / "static"


def prepare(app: Flask, *, signs_in: bool, live: bool) -> None:
    """Give the templates what they need.

    Args:
        signs_in: whether customers can sign in here.
        live: whether pages are told of changes.
    """
    app.jinja_env.globals.update(
        asset=asset, said_of=said_of, counted=counted, signs_in=signs_in, live=live
    )
    app.jinja_env.filters.update(
        begun=lambda words: words[:1].upper() + words[1:],
        clock_time=_in_its_language(Language.clock_time),
        fill=fill,
        moment=_in_its_language(Language.moment),
        money=_in_its_language(Language.money),
        percent=_in_its_language(Language.percent),
        paragraphs=lambda text: text.strip().split("\n\n"),
        pizzas=_in_its_language(Language.pizzas),
        plain_pizzas=lambda pizza: language().pizzas(Pizza(pizza.size, (), pizza.quantity)),
        size=_in_its_language(Language.size),
        topping=_in_its_language(Language.topping),
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


def page(name: str, status: int = 200, *, template: str = "message.html", **facts: Any) -> Response:
    """A page: what it says stands in pages.toml under its name."""
    response = _answer(template, language().pages[name], facts)
    response.status_code = status
    if status == 503:
        response.headers["Retry-After"] = "60"
    return response


def refused(refusal: Refusal) -> Response:
    """A page that says what stands in the way."""
    return with_refusal(_answer("message.html", said_of(refusal), {}), refusal)


def with_refusal(response: Response, refusal: Refusal) -> Response:
    """The same page, as the answer to what was refused."""
    response.status_code = refusal.status
    if refusal.again_in:
        response.headers["Retry-After"] = str(refusal.again_in)
    return response


def said_of(refusal: Refusal) -> dict[str, str]:
    """The words for a refusal, with its facts filled in."""
    minutes = timedelta(minutes=-(-(refusal.again_in or 0) // 60))
    facts = refusal.facts | {"again_in": language().duration(minutes)}
    said = language().pages["refusals"][refusal.name]
    return {part: text.format_map(facts) for part, text in said.items()}


def fill(text: str, **facts: Any) -> Markup:
    """The text with its facts filled in, and nothing in it taken for HTML but Markup."""
    return escape(text).format(**facts)


def counted(forms: Mapping[str, str], count: int, **facts: Any) -> Markup:
    """The form of the words that goes with the number, as CLDR names forms: one, other."""
    return fill(forms[language().rules.plural(count)], count=count, **facts)


def asset(name: str) -> str:
    """The address of a file in static/, which changes with the file: browsers keep it for good."""
    return url_for("static", filename=name, v=_version(name))


@cache
def _version(name: str) -> str:
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]


def _in_its_language(put: Callable[..., str]) -> Callable[..., str]:
    """A filter that puts things as the language of the page does."""
    return lambda *things: put(language(), *things)


def _answer(template: str, said: Mapping[str, Any], facts: Mapping[str, Any]) -> Response:
    spoken = language()
    every = spoken.pages
    html = render_template(
        template,
        words=said,
        common=every["common"],
        standings=every["standing"],
        notes=every["notes"],
        locale=spoken.locale,
        **facts,
    )
    response = make_response(html)
    response.content_language.add(spoken.locale)
    response.vary.add("Accept-Language")
    return response
