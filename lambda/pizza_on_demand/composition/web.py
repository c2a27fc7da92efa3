"""Puts together everything behind the order page and the order API."""

from __future__ import annotations

from flask import Flask
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from pizza_on_demand.clients.auth0 import Auth0Client
from pizza_on_demand.clients.auth0_sign_in import Auth0LoginPage
from pizza_on_demand.clients.dynamodb import Table
from pizza_on_demand.clients.ses import SesMailer
from pizza_on_demand.composition.counter import Counter, open_counter
from pizza_on_demand.composition.identity import Now, customers_of_api
from pizza_on_demand.live.tickets import Tickets
from pizza_on_demand.logs import keep_quiet_about_bodies
from pizza_on_demand.menu import Menu
from pizza_on_demand.settings import Settings, SettingsError
from pizza_on_demand.web.api.app import create_api
from pizza_on_demand.web.api.bearer import Bearers, Nobody
from pizza_on_demand.web.api.document import describe
from pizza_on_demand.web.api.orders import OrderApi
from pizza_on_demand.web.api.problems import Problems
from pizza_on_demand.web.door import WebDoor
from pizza_on_demand.web.guards import Guards
from pizza_on_demand.web.live_tickets import LiveTickets, socket_url
from pizza_on_demand.web.pages.customer import CustomerPages, LegalPages
from pizza_on_demand.web.pages.links import LinkPages
from pizza_on_demand.web.pages.orders import OrderPages
from pizza_on_demand.web.sessions import Sessions
from pizza_on_demand.web.sign_in import SignIn
from pizza_on_demand.web.site import OrderSite, create_site


def web_door(settings: Settings, *, now: Now) -> WebDoor:
    """Everything behind the order page and the order API, made from the settings.

    Raises:
        SettingsError: there is no table, so there are no orders either.
    """
    keep_quiet_about_bodies()
    if settings.table_name is None:
        raise SettingsError(["TABLE_NAME is missing: without it there are no orders"])
    menu = Menu.load(settings.fulfilment)
    auth0 = Auth0Client(settings.auth0_origin)
    mailer = SesMailer(settings.mail_from, settings.mail_region)
    counter = open_counter(settings, Table(settings.table_name), menu, mailer, auth0, now)
    guards = _guards(settings)
    site = create_site(
        guards,
        LinkPages(counter.orders, counter.links),
        LegalPages(menu),
        _order_site(settings, counter, menu, auth0, now),
    )
    api = _api(settings, guards, counter, menu, auth0, now)
    return WebDoor(DispatcherMiddleware(site, {"/api": api}))


def _api(
    settings: Settings, guards: Guards, counter: Counter, menu: Menu, auth0: Auth0Client, now: Now
) -> Flask:
    known = customers_of_api(settings, auth0, now)
    gatekeeper = Bearers(*known) if known else Nobody()
    root = f"{settings.web_origin}/api"
    return create_api(
        guards,
        OrderApi(gatekeeper, counter.orders, counter.checkout, menu),
        Problems(root),
        describe(menu, root),
    )


def _order_site(
    settings: Settings, counter: Counter, menu: Menu, auth0: Auth0Client, now: Now
) -> OrderSite | None:
    if settings.auth0_web_client_id is None:
        return None
    origin = settings.web_origin or ""
    sessions = Sessions(settings.session_keys, secure=origin.startswith("https://"), now=now)
    login_page = Auth0LoginPage(
        settings.auth0_origin,
        client_id=settings.auth0_web_client_id,
        client_secret=settings.auth0_web_client_secret or "",
        callback=f"{origin}/callback",
        fetch_keys=auth0.jwks,
        now=now,
    )
    return OrderSite(
        SignIn(login_page, sessions, origin=origin),
        OrderPages(sessions, counter.orders, counter.checkout, menu.shop, now=now),
        CustomerPages(sessions, menu),
        _live(settings, sessions, now),
    )


def _live(settings: Settings, sessions: Sessions, now: Now) -> LiveTickets | None:
    if settings.live_url is None:
        return None
    return LiveTickets(sessions, Tickets(settings.session_keys, now=now), settings.live_url)


def _guards(settings: Settings) -> Guards:
    return Guards(
        origin=settings.web_origin or "",
        leads_to=[settings.auth0_origin],
        connects_to=[socket_url(settings.live_url)] if settings.live_url else [],
    )
