"""Puts together everything behind Alexa's requests."""

from __future__ import annotations

from collections.abc import Iterable

from ask_sdk_core.dispatch_components import AbstractRequestHandler
from ask_sdk_core.skill_builder import SkillBuilder

from pizza_on_demand.clients.alexa import AlexaClient
from pizza_on_demand.clients.auth0 import Auth0Client
from pizza_on_demand.clients.dynamodb import Table
from pizza_on_demand.clients.dynamodb.visits import DynamoDBVisitStore
from pizza_on_demand.clients.ses import SesMailer
from pizza_on_demand.composition.counter import Counter, open_counter
from pizza_on_demand.composition.identity import Now, customers_of_alexa
from pizza_on_demand.customers import Customers
from pizza_on_demand.emails import Mailer
from pizza_on_demand.logs import keep_quiet_about_bodies
from pizza_on_demand.menu import Menu
from pizza_on_demand.settings import Settings
from pizza_on_demand.verification import Channel
from pizza_on_demand.visits import Visits, VisitsInMemory
from pizza_on_demand.voice.door import VoiceDoor
from pizza_on_demand.voice.handlers import (
    account,
    can_fulfill,
    confirming,
    conversation,
    errors,
    events,
    guests,
    launch,
    menu,
    ordering,
    rights,
    speakers,
)
from pizza_on_demand.voice.progress import OneMoment
from pizza_on_demand.voice.responses.ordering import A_NEW_CODE, BY_MAIL, Shopfront
from pizza_on_demand.voice.shop_window import ShopWindow
from pizza_on_demand.voice.speakers import SpeakerInterceptor
from pizza_on_demand.voice.variants import Choose, by_request


def voice_door(settings: Settings, *, now: Now, choose: Choose = by_request) -> VoiceDoor:
    """Everything behind Alexa's requests, made from the settings.

    Args:
        now: tells the time, in UTC.
        choose: which of several sentences is said.
    """
    keep_quiet_about_bodies()
    alexa = AlexaClient()
    auth0 = Auth0Client(settings.auth0_origin)
    customers = customers_of_alexa(settings, auth0, now)
    mailer = SesMailer(settings.mail_from, settings.mail_region)
    table = Table(settings.table_name) if settings.table_name else None
    visits = Visits(DynamoDBVisitStore(table) if table else VisitsInMemory(), now=now)
    known = Menu.load(settings.fulfilment)
    counter = open_counter(settings, table, known, mailer, auth0, now) if table else None
    shopfront = Shopfront(known, settings.picture)

    builder = SkillBuilder()
    builder.add_global_request_interceptor(SpeakerInterceptor())
    for handler in (
        speakers.InterruptedHandler(),
        launch.LaunchRequestHandler(customers, visits, counter.orders if counter else None),
        account.WhoAmIIntentHandler(customers),
        account.EmailMyDetailsIntentHandler(customers, mailer, counter.orders if counter else None),
        *_rights(counter, customers, visits, mailer),
        menu.MenuIntentHandler(known),
        guests.EmailMenuIntentHandler(customers, alexa, mailer, known),
        *(_ordering(counter, customers, shopfront, settings) if counter else _no_ordering()),
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
    one_moment = OneMoment(alexa)
    window = ShopWindow(known, settings.code_length)
    return VoiceDoor(builder.create(), settings.skill_id, choose, one_moment.during, window)


def _ordering(
    counter: Counter, customers: Customers, shopfront: Shopfront, settings: Settings
) -> Iterable[AbstractRequestHandler]:
    orders, receipts, checkout = counter.orders, counter.receipts, counter.checkout
    known = shopfront.menu
    return (
        ordering.GetMeSomePizzaIntentHandler(customers, orders, known),
        ordering.ChangeOrderIntentHandler(customers, orders, known),
        ordering.ReplaceOrderHandler(customers, orders, known),
        ordering.KeepOrderHandler(customers, orders),
        ordering.RepeatLastOrderIntentHandler(customers, orders, known),
        ordering.OrderAgainHandler(customers, orders, known),
        ordering.PlaceOrderHandler(customers, orders, known, asks_for_pin=settings.alexa_pin),
        ordering.ReconsiderOrderHandler(),
        confirming.AuthorizePizzaOrderIntentHandler(customers, checkout, shopfront),
        confirming.PinCheckedHandler(customers, orders, checkout, shopfront),
        confirming.SendCodeHandler(
            customers, orders, intent="ResendCodeIntent", question=A_NEW_CODE
        ),
        confirming.SendCodeHandler(customers, orders, intent="TextMeIntent", channel=Channel.SMS),
        confirming.SendCodeHandler(
            customers, orders, intent="EmailMeIntent", question=BY_MAIL, channel=Channel.EMAIL
        ),
        confirming.MailKeyHandler(customers, checkout),
        confirming.WhichAddressIntentHandler(customers, orders),
        confirming.WaitIntentHandler(customers, orders),
        confirming.HaveCodeHandler(),
        confirming.OrderStatusIntentHandler(customers, orders),
        confirming.CancelOrderIntentHandler(customers, orders),
        confirming.EmailReceiptIntentHandler(customers, orders, receipts),
    )


def _rights(
    counter: Counter | None, customers: Customers, visits: Visits, mailer: Mailer
) -> Iterable[AbstractRequestHandler]:
    yield rights.DeleteMyDataIntentHandler(customers, visits, keeps_orders=counter is not None)
    if counter:
        yield rights.SendDeletionLinkHandler(customers, visits, mailer, counter.links)


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
