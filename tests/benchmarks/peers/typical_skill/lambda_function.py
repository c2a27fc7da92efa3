"""An account-linked skill as such skills are usually written, to measure ours against.

Every client is made when the module is imported, /userinfo is asked with `requests.get`, and an
order is an item in DynamoDB and a code in a mail. It does less than ours: it verifies no token,
remembers no visit, and proves nothing about the code.
"""

from __future__ import annotations

import os
import secrets
import uuid
from typing import Any

import boto3
import requests
from ask_sdk_core.api_client import DefaultApiClient
from ask_sdk_core.dispatch_components import AbstractExceptionHandler, AbstractRequestHandler
from ask_sdk_core.handler_input import HandlerInput
from ask_sdk_core.skill_builder import CustomSkillBuilder
from ask_sdk_core.utils import (
    get_account_linking_access_token,
    get_slot_value,
    is_intent_name,
    is_request_type,
)
from ask_sdk_dynamodb.adapter import (  # type: ignore[import-not-found]  # the peer's own
    DynamoDbAdapter,
)
from ask_sdk_model import Response

TABLE = os.environ["TABLE_NAME"]
dynamodb = boto3.resource("dynamodb")
orders = dynamodb.Table(TABLE)
ses = boto3.client("ses")
adapter = DynamoDbAdapter(table_name=TABLE, partition_key_name="pk", dynamodb_resource=dynamodb)


def profile(handler_input: HandlerInput) -> dict[str, Any]:
    token: Any = get_account_linking_access_token(handler_input)
    answer = requests.get(
        f"{os.environ['AUTH0_DOMAIN']}/userinfo",
        headers={"Authorization": f"Bearer {token}"},
        timeout=5,
    )
    answer.raise_for_status()
    found: dict[str, Any] = answer.json()
    return found


def ask(handler_input: HandlerInput, speech: str) -> Response:
    return handler_input.response_builder.speak(speech).ask(speech).response


class LaunchRequestHandler(AbstractRequestHandler):
    def can_handle(self, handler_input: HandlerInput) -> bool:
        return is_request_type("LaunchRequest")(handler_input)

    def handle(self, handler_input: HandlerInput) -> Response:
        name = profile(handler_input)["given_name"]
        return ask(handler_input, f"Welcome back, {name}. What would you like?")


class WhoAmIIntentHandler(AbstractRequestHandler):
    def can_handle(self, handler_input: HandlerInput) -> bool:
        return is_intent_name("WhoAmIIntent")(handler_input)

    def handle(self, handler_input: HandlerInput) -> Response:
        return ask(handler_input, f"You are {profile(handler_input)['given_name']}. What now?")


class GetMeSomePizzaIntentHandler(AbstractRequestHandler):
    def can_handle(self, handler_input: HandlerInput) -> bool:
        return is_intent_name("GetMeSomePizzaIntent")(handler_input)

    def handle(self, handler_input: HandlerInput) -> Response:
        size = str(get_slot_value(handler_input, "Size"))
        handler_input.attributes_manager.session_attributes = {"size": size}
        return ask(handler_input, f"One {size} pizza. Shall I order that?")


class YesIntentHandler(AbstractRequestHandler):
    def can_handle(self, handler_input: HandlerInput) -> bool:
        return is_intent_name("AMAZON.YesIntent")(handler_input)

    def handle(self, handler_input: HandlerInput) -> Response:
        customer = profile(handler_input)
        code = f"{secrets.randbelow(10_000):04}"
        orders.put_item(
            Item={"pk": customer["sub"], "sk": str(uuid.uuid4()), "size": "large", "code": code}
        )
        ses.send_email(
            Source=os.environ["MAIL_FROM"],
            Destination={"ToAddresses": [customer["email"]]},
            Message={
                "Subject": {"Data": "Your code"},
                "Body": {"Text": {"Data": code}, "Html": {"Data": f"<p>{code}</p>"}},
            },
        )
        return ask(handler_input, "I've sent you a code. What's the code?")


class SayingHandler(AbstractRequestHandler):
    def __init__(self, intent: str, speech: str) -> None:
        self._intent = intent
        self._speech = speech

    def can_handle(self, handler_input: HandlerInput) -> bool:
        return is_intent_name(self._intent)(handler_input)

    def handle(self, handler_input: HandlerInput) -> Response:
        return ask(handler_input, self._speech)


class StopIntentHandler(AbstractRequestHandler):
    def can_handle(self, handler_input: HandlerInput) -> bool:
        return is_intent_name("AMAZON.StopIntent")(handler_input)

    def handle(self, handler_input: HandlerInput) -> Response:
        return (
            handler_input.response_builder.speak("Goodbye!").set_should_end_session(True).response
        )


class CatchAllExceptionHandler(AbstractExceptionHandler):
    def can_handle(self, handler_input: HandlerInput, exception: Exception) -> bool:
        return True

    def handle(self, handler_input: HandlerInput, exception: Exception) -> Response:
        return handler_input.response_builder.speak("Sorry, something went wrong.").response


builder = CustomSkillBuilder(persistence_adapter=adapter, api_client=DefaultApiClient())
for handler in (
    LaunchRequestHandler(),
    WhoAmIIntentHandler(),
    GetMeSomePizzaIntentHandler(),
    YesIntentHandler(),
    SayingHandler("MenuIntent", "There are small, medium and large pizzas. Which would you like?"),
    SayingHandler("AMAZON.HelpIntent", "You can order a pizza. What would you like?"),
    SayingHandler("AMAZON.NoIntent", "All right. What would you like?"),
    StopIntentHandler(),
):
    builder.add_request_handler(handler)
builder.add_exception_handler(CatchAllExceptionHandler())
lambda_handler = builder.lambda_handler()
