"""The only place where things are put together."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from ask_sdk_core.dispatch_components import AbstractRequestHandler
from ask_sdk_core.skill_builder import SkillBuilder

from pizza_on_demand.clients.auth0 import Auth0Client
from pizza_on_demand.clients.dynamodb import Table
from pizza_on_demand.clients.ses import SesMailer
from pizza_on_demand.couriers import MailCourier, TextCourier
from pizza_on_demand.customers import Customers, IdentityProvider
from pizza_on_demand.emails import Mailer
from pizza_on_demand.links import Links
from pizza_on_demand.menu import Menu
from pizza_on_demand.orders import Courier, Orders
from pizza_on_demand.receipts import LockNotices, Receipts
from pizza_on_demand.settings import Settings, SettingsError
from pizza_on_demand.verification import Channel, CodeMaker, Limits, OwnCodes
from pizza_on_demand.visits import Visits, VisitsInMemory
from pizza_on_demand.voice.door import VoiceDoor
from pizza_on_demand.voice.handlers import (
    account,
    can_fulfill,
    confirming,
    conversation,
    errors,
    events,
    launch,
    menu,
    ordering,
)
from pizza_on_demand.voice.responses.ordering import A_NEW_CODE, BY_MAIL, Shopfront
from pizza_on_demand.web.door import PICTURE, WebDoor
from pizza_on_demand.web.link_pages import LinkPages

if TYPE_CHECKING:
    from pizza_on_demand.clients.access_tokens import AccessTokenVerifier

Now = Callable[[], datetime]


@dataclass(frozen=True)
class _Shop:
    """Everything about orders: only a deployment with a table has it."""

    front: Shopfront
    orders: Orders
    receipts: Receipts
    lock_notices: LockNotices


def voice_door(settings: Settings, *, now: Now) -> VoiceDoor:
    """Everything behind Alexa's requests, made from the settings.

    Args:
        now: tells the time, in UTC.
    """
    _keep_quiet_about_bodies()
    auth0 = Auth0Client(settings.auth0_origin)
    customers = Customers(_provider(settings, auth0, now), _verifier(settings, auth0, now), now=now)
    mailer = SesMailer(settings.mail_from, settings.mail_region)
    table = Table(settings.table_name) if settings.table_name else None
    visits = Visits(table or VisitsInMemory(), now=now)
    known = Menu.load(settings.fulfilment)
    links = _links(settings, now)
    shop = _shop(settings, table, known, mailer, links, auth0, now) if table else None

    builder = SkillBuilder()
    for handler in (
        launch.LaunchRequestHandler(customers, visits, shop.orders if shop else None),
        account.WhoAmIIntentHandler(customers),
        account.EmailMyDetailsIntentHandler(customers, mailer),
        menu.MenuIntentHandler(known),
        *(_ordering(shop, customers) if shop else _no_ordering()),
        conversation.RepeatIntentHandler(customers),
        conversation.SayingHandler("AMAZON.HelpIntent", "help"),
        conversation.SayingHandler("AMAZON.StopIntent", "goodbye"),
        conversation.SayingHandler("AMAZON.CancelIntent", "goodbye"),
        conversation.SayingHandler("AMAZON.NavigateHomeIntent", "home"),
        conversation.SayingHandler("AMAZON.YesIntent", "yes_to_nothing"),
        conversation.SayingHandler("AMAZON.NoIntent", "declined"),
        conversation.SayingHandler("AMAZON.FallbackIntent", "fallback"),
        can_fulfill.CanFulfillIntentRequestHandler(),
        events.SessionEndedRequestHandler(),
        events.ExceptionEncounteredHandler(),
        events.SkillDisabledHandler(visits),
        events.SkillEventHandler(),
        conversation.AnythingElseHandler(),
    ):
        builder.add_request_handler(handler)
    for exception_handler in (
        errors.IdentityErrorHandler(visits),
        errors.OrderErrorHandler(customers),
        errors.MailErrorHandler(),
        errors.CatchAllExceptionHandler(),
    ):
        builder.add_exception_handler(exception_handler)
    return VoiceDoor(builder.create(), settings.skill_id)


def web_door(settings: Settings, *, now: Now) -> WebDoor:
    """Everything behind the links in letters.

    Raises:
        SettingsError: there is no table, so there are no orders either.
    """
    _keep_quiet_about_bodies()
    if settings.table_name is None:
        raise SettingsError(["TABLE_NAME is missing: without it there are no orders"])
    table = Table(settings.table_name)
    known = Menu.load(settings.fulfilment)
    mailer = SesMailer(settings.mail_from, settings.mail_region)
    links = _links(settings, now)
    auth0 = Auth0Client(settings.auth0_origin)
    shop = _shop(settings, table, known, mailer, links, auth0, now)
    return WebDoor(LinkPages(shop.orders, links))


def _ordering(shop: _Shop, customers: Customers) -> Iterable[AbstractRequestHandler]:
    orders, receipts = shop.orders, shop.receipts
    return (
        ordering.GetMeSomePizzaIntentHandler(customers, orders, shop.front.menu),
        ordering.ChangeOrderIntentHandler(customers, orders, shop.front.menu),
        ordering.ReplaceOrderHandler(customers, orders, shop.front.menu),
        ordering.KeepOrderHandler(customers, orders),
        ordering.RepeatLastOrderIntentHandler(customers, orders, shop.front.menu),
        ordering.OrderAgainHandler(customers, orders, shop.front.menu),
        ordering.PlaceOrderHandler(customers, orders, shop.front.menu),
        ordering.ReconsiderOrderHandler(),
        confirming.AuthorizePizzaOrderIntentHandler(
            customers, orders, receipts, shop.lock_notices, shop.front
        ),
        confirming.SendCodeHandler(
            customers, orders, intent="ResendCodeIntent", question=A_NEW_CODE
        ),
        confirming.SendCodeHandler(customers, orders, intent="TextMeIntent", channel=Channel.SMS),
        confirming.SendCodeHandler(
            customers, orders, intent="EmailMeIntent", question=BY_MAIL, channel=Channel.EMAIL
        ),
        confirming.MailKeyHandler(customers, orders, shop.lock_notices),
        confirming.WhichAddressIntentHandler(customers, orders),
        confirming.WaitIntentHandler(customers, orders),
        confirming.HaveCodeHandler(),
        confirming.OrderStatusIntentHandler(customers, orders),
        confirming.CancelOrderIntentHandler(customers, orders),
        confirming.EmailReceiptIntentHandler(customers, orders, receipts),
    )


def _no_ordering() -> Iterable[AbstractRequestHandler]:
    """Without a table nothing can be ordered, and every intent about orders says so."""
    return (
        conversation.SayingHandler(intent, "ordering_not_set_up")
        for intent in (
            "GetMeSomePizzaIntent",
            "ChangeOrderIntent",
            "AuthorizePizzaOrderIntent",
            "ResendCodeIntent",
            "TextMeIntent",
            "EmailMeIntent",
            "WhichAddressIntent",
            "WaitIntent",
            "OrderStatusIntent",
            "CancelOrderIntent",
            "RepeatLastOrderIntent",
            "EmailReceiptIntent",
        )
    )


def _shop(
    settings: Settings,
    table: Table,
    known: Menu,
    mailer: Mailer,
    links: Links,
    auth0: Auth0Client,
    now: Now,
) -> _Shop:
    if settings.code_sender == "auth0":
        codes, couriers = _codes_of_auth0(settings, auth0, now)
    else:
        codes, couriers = _own_codes(settings, mailer, links, known)
    orders = _orders(settings, table, known, codes, couriers, now)
    origin = settings.web_origin or ""
    picture = f"{origin}{PICTURE}" if origin.startswith("https://") else None
    return _Shop(
        Shopfront(known, picture),
        orders,
        Receipts(orders, mailer, known.shop),
        LockNotices(mailer, links),
    )


def _orders(
    settings: Settings,
    table: Table,
    menu: Menu,
    codes: CodeMaker,
    couriers: dict[Channel, Courier],
    now: Now,
) -> Orders:
    return Orders(
        table,
        menu,
        codes,
        couriers,
        Limits(length=settings.code_length, lives=settings.code_lives),
        order_lives=settings.order_lives,
        now=now,
        new_id=lambda: secrets.token_hex(8),
    )


def _own_codes(
    settings: Settings, mailer: Mailer, links: Links, menu: Menu
) -> tuple[CodeMaker, dict[Channel, Courier]]:
    """Who makes our own codes, and who brings them."""
    codes = OwnCodes(settings.code_keys, length=settings.code_length)
    couriers: dict[Channel, Courier] = {Channel.EMAIL: MailCourier(mailer, links)}
    if settings.sms_codes:
        from pizza_on_demand.clients.sns import SnsTexter

        couriers[Channel.SMS] = TextCourier(SnsTexter(settings.sms_region), menu.shop)
    return codes, couriers


def _codes_of_auth0(
    settings: Settings, auth0: Auth0Client, now: Now
) -> tuple[CodeMaker, dict[Channel, Courier]]:
    from pizza_on_demand.clients.auth0_codes import Auth0Codes

    codes = Auth0Codes(
        settings.auth0_origin,
        client_id=settings.auth0_backend_client_id or "",
        client_secret=settings.auth0_backend_client_secret or "",
        fetch_keys=auth0.jwks,
        now=now,
    )
    channels = (Channel.EMAIL, Channel.SMS) if settings.sms_codes else (Channel.EMAIL,)
    return codes, dict.fromkeys(channels, codes)


def _provider(settings: Settings, auth0: Auth0Client, now: Now) -> IdentityProvider:
    """Whoever knows the profiles; phone numbers that nobody has confirmed only on request."""
    if not settings.phone_from_metadata:
        return auth0
    from pizza_on_demand.clients.auth0_metadata import PhonesFromMetadata

    return PhonesFromMetadata(
        auth0,
        settings.auth0_origin,
        client_id=settings.auth0_backend_client_id or "",
        client_secret=settings.auth0_backend_client_secret or "",
        now=now,
    )


def _links(settings: Settings, now: Now) -> Links:
    return Links(settings.link_keys, settings.web_origin or "", now=now)


def _verifier(settings: Settings, auth0: Auth0Client, now: Now) -> AccessTokenVerifier | None:
    if settings.auth0_audience is None:
        return None
    # cryptography needs 0.1 s to import: only a deployment with JWTs pays for it.
    from pizza_on_demand.clients.access_tokens import AccessTokenVerifier

    return AccessTokenVerifier(
        issuer=f"{settings.auth0_origin}/",
        audience=settings.auth0_audience,
        client_id=settings.auth0_client_id,
        scopes=settings.auth0_scopes,
        fetch_keys=auth0.jwks,
        now=now,
    )


def _keep_quiet_about_bodies() -> None:
    """At DEBUG these write whole requests, tokens and addresses among them, into the log."""
    for name in ("botocore", "boto3", "urllib3"):
        logging.getLogger(name).setLevel(logging.WARNING)
