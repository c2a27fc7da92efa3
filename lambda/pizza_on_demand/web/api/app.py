"""The API as a WSGI application: every address, and an answer to every mistake."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, jsonify, request
from flask.json.provider import DefaultJSONProvider
from werkzeug.exceptions import HTTPException

from pizza_on_demand.customers import LinkExpiredError, NotLinkedError, WrongTokenError
from pizza_on_demand.web.api.bearer import NotSetUpError
from pizza_on_demand.web.api.bodies import RequestError
from pizza_on_demand.web.api.orders import OrderApi
from pizza_on_demand.web.api.problems import Problems
from pizza_on_demand.web.guards import Guards
from pizza_on_demand.web.refusals import REFUSALS_OF_THE_BUSINESS


class _AsDocumented(DefaultJSONProvider):
    """Members come in the order in which the document explains them."""

    sort_keys = False


def create_api(
    guards: Guards, orders: OrderApi, problems: Problems, document: dict[str, Any]
) -> Flask:
    """The API, to be mounted where its document says.

    It is an application of its own, because it says no in another way than pages do, and
    because other sites' pages may not be kept out by what cookies need: it knows none.

    Args:
        document: the OpenAPI description that it serves.
    """
    api = Flask(__name__, static_folder=None)
    # Nobody is redirected: what has two slashes is another address.
    api.url_map.merge_slashes = False
    api.json = _AsDocumented(api)
    guards.stand_before(api)
    api.before_request(_read_body)
    _handle_errors(api, problems)
    _route(api, orders)
    api.get("/openapi.json")(lambda: _served(document))
    api.get("/problems/<name>")(problems.explain)
    return api


def _route(api: Flask, orders: OrderApi) -> None:
    api.get("/orders")(orders.history)
    api.post("/orders")(orders.place)
    api.delete("/orders")(orders.clear)
    api.get("/orders/<reference>")(orders.show)
    api.post("/orders/<reference>/authorize")(orders.authorize)
    api.post("/orders/<reference>/code")(orders.send_code)
    api.post("/orders/<reference>/cancel")(orders.cancel)


def _handle_errors(api: Flask, problems: Problems) -> None:
    for kind in REFUSALS_OF_THE_BUSINESS:
        api.register_error_handler(kind, problems.of_business)
    for unrecognised in (NotLinkedError, LinkExpiredError, WrongTokenError):
        api.register_error_handler(unrecognised, problems.of_token)
    api.register_error_handler(RequestError, problems.of_request)
    api.register_error_handler(NotSetUpError, problems.of_set_up)
    api.register_error_handler(HTTPException, problems.of_http)
    api.register_error_handler(Exception, problems.of_mistake)


def _read_body() -> None:
    """Find out first whether the body is too large, also where nobody would look at it."""
    request.get_data()


def _served(document: dict[str, Any]) -> Response:
    response = jsonify(document)
    response.headers["Cache-Control"] = "public, max-age=300"
    return response
