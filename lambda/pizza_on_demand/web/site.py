"""The site: every page's address, and what is said when there is none to show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

from flask import Flask, Response, make_response, redirect, request, send_from_directory
from werkzeug.exceptions import HTTPException

from pizza_on_demand.logs import log_mistake
from pizza_on_demand.web.guards import FromElsewhereError, Guards
from pizza_on_demand.web.live_tickets import LiveTickets
from pizza_on_demand.web.pages import rendering
from pizza_on_demand.web.pages.customer import CustomerPages, LegalPages
from pizza_on_demand.web.pages.links import LinkPages
from pizza_on_demand.web.pages.orders import OrderPages
from pizza_on_demand.web.pages.rendering import page, refused
from pizza_on_demand.web.refusals import REFUSALS_OF_THE_BUSINESS, refusal_of
from pizza_on_demand.web.sessions import NotSignedInError
from pizza_on_demand.web.sign_in import HOME, SignIn

_LINK = "/links/<any(unlock, disown, erase):purpose>"
_DAY = 86_400
_YEAR = timedelta(days=365)


@dataclass(frozen=True)
class OrderSite:
    """What customers see who sign in."""

    sign_in: SignIn
    orders: OrderPages
    customer: CustomerPages
    live: LiveTickets | None
    """None where nothing tells pages of changes."""


def create_site(
    guards: Guards, links: LinkPages, legal: LegalPages, order_site: OrderSite | None
) -> Flask:
    """The site as a WSGI application.

    Args:
        order_site: None in a deployment that signs nobody in: then there are the pages
            behind the links in letters, and those for the store.
    """
    site = Flask(__name__)
    site.config["SEND_FILE_MAX_AGE_DEFAULT"] = _YEAR
    # Nobody is redirected: what has two slashes is another address.
    site.url_map.merge_slashes = False
    live = order_site is not None and order_site.live is not None
    rendering.prepare(site, signs_in=order_site is not None, live=live)
    guards.stand_before(site)
    guards.refuse_other_sites(site)
    _handle_errors(site)
    site.get(_LINK)(links.show)
    site.post(_LINK)(links.press)
    site.get("/privacy")(legal.privacy)
    site.get("/terms")(legal.terms)
    site.get("/pizza.png")(_picture)
    if order_site:
        _open(site, order_site)
    return site


def _open(site: Flask, to: OrderSite) -> None:
    site.get("/")(to.customer.welcome)
    site.get("/sign-in")(to.sign_in.sign_in)
    site.get("/callback")(to.sign_in.callback)
    site.post("/sign-out")(to.sign_in.sign_out)
    site.get("/profile")(to.customer.profile)
    site.get("/orders")(to.orders.orders)
    site.post("/orders/clear")(to.orders.clear)
    site.post("/orders/key")(to.orders.mail_key)
    site.get("/orders/<reference>")(to.orders.order)
    site.post("/orders/<reference>/confirm")(to.orders.confirm)
    site.post("/orders/<reference>/code")(to.orders.send_code)
    site.post("/orders/<reference>/cancel")(to.orders.cancel)
    if to.live:
        site.post("/live")(to.live.ticket)


def _handle_errors(site: Flask) -> None:
    site.register_error_handler(NotSignedInError, _sign_in_first)
    site.register_error_handler(FromElsewhereError, lambda _: page("from_elsewhere", 403))
    for kind in REFUSALS_OF_THE_BUSINESS:
        site.register_error_handler(kind, lambda error: refused(refusal_of(error)))
    site.register_error_handler(HTTPException, _no_page)
    site.register_error_handler(Exception, _mistake)


def _sign_in_first(_: NotSignedInError) -> Response:
    """To the login page, and back to what was asked for, if asking does nothing."""
    return_to = request.full_path.rstrip("?") if request.method == "GET" else HOME
    return make_response(redirect(f"/sign-in?{urlencode({'return_to': return_to})}", 303))


def _no_page(error: HTTPException) -> Response:
    names = {404: "not_found", 405: "wrong_method", 413: "too_large"}
    response = page(names.get(error.code or 500, "bad_request"), error.code or 500)
    if allowed := getattr(error, "valid_methods", None):
        response.headers["Allow"] = ", ".join(sorted(allowed))
    return response


def _mistake(error: Exception) -> Response:
    log_mistake(error)
    return page("unexpected", 500)


def _picture() -> Response:
    """The picture on the cards: the Alexa app loads it from origins of its own.

    https://developer.amazon.com/docs/custom-skills/include-a-card-in-your-skills-response.html
    """
    response = send_from_directory(rendering.STATIC, "pizza.png", max_age=_DAY)
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
