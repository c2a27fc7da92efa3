"""The only place where things are put together."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from ask_sdk_core.skill_builder import SkillBuilder

from pizza_on_demand.clients.auth0 import Auth0Client
from pizza_on_demand.clients.dynamodb import Table
from pizza_on_demand.clients.ses import SesMailer
from pizza_on_demand.customers import Customers
from pizza_on_demand.menu import Menu
from pizza_on_demand.visits import Visits, VisitsInMemory
from pizza_on_demand.voice.door import VoiceDoor
from pizza_on_demand.voice.handlers import (
    account,
    can_fulfill,
    conversation,
    errors,
    events,
    launch,
    menu,
)

if TYPE_CHECKING:
    from pizza_on_demand.clients.access_tokens import AccessTokenVerifier
    from pizza_on_demand.settings import Settings

Now = Callable[[], datetime]


def voice_door(settings: Settings, *, now: Now) -> VoiceDoor:
    """Everything behind Alexa's requests, made from the settings.

    Args:
        now: tells the time, in UTC.
    """
    _keep_quiet_about_bodies()
    customers = _customers(settings, now)
    visits = Visits(
        Table(settings.table_name) if settings.table_name else VisitsInMemory(), now=now
    )
    mailer = SesMailer(settings.mail_from, settings.mail_region)

    builder = SkillBuilder()
    for handler in (
        launch.LaunchRequestHandler(customers, visits),
        account.WhoAmIIntentHandler(customers),
        account.EmailMyDetailsIntentHandler(customers, mailer),
        menu.MenuIntentHandler(Menu.load()),
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
        errors.MailErrorHandler(),
        errors.CatchAllExceptionHandler(),
    ):
        builder.add_exception_handler(exception_handler)
    return VoiceDoor(builder.create(), settings.skill_id)


def _customers(settings: Settings, now: Now) -> Customers:
    auth0 = Auth0Client(settings.auth0_origin)
    return Customers(auth0, _verifier(settings, auth0, now), now=now)


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
