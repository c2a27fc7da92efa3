"""Problem details (RFC 9457): what is said of every request that does not work out.

They are English, for those who write programs; customers read pages.toml in their language.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from flask import Response
from werkzeug.exceptions import HTTPException

from pizza_on_demand.customers import LinkExpiredError, NotLinkedError, WrongTokenError
from pizza_on_demand.logs import log_mistake
from pizza_on_demand.web.api.bearer import NotSetUpError, challenge
from pizza_on_demand.web.api.bodies import RequestError
from pizza_on_demand.web.refusals import Refusal, refusal_of

MEDIA_TYPE = "application/problem+json"

_TOLD = ("tries_left", "length", "most", "scope", "at")
"""The facts that a problem may hold. None of them repeats what was sent."""

_OF_HTTP = {404: "not_found", 405: "wrong_method", 413: "too_large"}


class Problems:
    """Writes problems, each of which leads to a text about it.

    Args:
        root: the API's address, such as "https://order.pizza.example/api".
    """

    def __init__(self, root: str) -> None:
        self._root = root

    def explain(self, name: str) -> Response:
        """The text that a problem's type leads to."""
        if name not in _words():
            return self._problem(Refusal(404, "not_found"))
        words = _words()[name]
        return Response(f"{words['title']}\n\n{words['detail']}\n", mimetype="text/plain")

    def of_business(self, error: Exception) -> Response:
        """Why the business says no."""
        return self._problem(refusal_of(error), authenticate=challenge(error))

    def of_token(self, error: NotLinkedError | LinkExpiredError | WrongTokenError) -> Response:
        """Why nobody is recognised."""
        name = "token_missing" if isinstance(error, NotLinkedError) else "token_not_good"
        return self._problem(Refusal(401, name), authenticate=challenge(error))

    def of_request(self, error: RequestError) -> Response:
        """What is wrong with the request."""
        facts = {} if error.at is None else {"at": error.at}
        again_in = 60 if error.status == 503 else None
        return self._problem(Refusal(error.status, error.name, facts, again_in))

    def of_set_up(self, _: NotSetUpError) -> Response:
        """Why nobody can use the API at all."""
        return self._problem(Refusal(503, "not_set_up"))

    def of_http(self, error: HTTPException) -> Response:
        """Why there is nothing at that address, or not by that method."""
        status = error.code or 500
        response = self._problem(Refusal(status, _OF_HTTP.get(status, "bad_request")))
        if allowed := getattr(error, "valid_methods", None):
            response.headers["Allow"] = ", ".join(sorted(allowed))
        return response

    def of_mistake(self, error: Exception) -> Response:
        """Nothing that anybody could do about it, but us."""
        log_mistake(error)
        return self._problem(Refusal(500, "unexpected"))

    def _problem(self, refusal: Refusal, *, authenticate: str | None = None) -> Response:
        body = {
            "type": f"{self._root}/problems/{refusal.name}",
            "title": _words()[refusal.name]["title"],
            "status": refusal.status,
            "detail": _words()[refusal.name]["detail"],
        } | {name: fact for name, fact in refusal.facts.items() if name in _TOLD}
        response = Response(json.dumps(body), refusal.status, mimetype=MEDIA_TYPE)
        if refusal.again_in is not None:
            response.headers["Retry-After"] = str(refusal.again_in)
        if authenticate:
            response.headers["WWW-Authenticate"] = authenticate
        return response


@cache
def _words() -> Mapping[str, Mapping[str, Any]]:
    """Every problem's words, by its name."""
    return tomllib.loads(Path(__file__).with_name("problems.toml").read_text("utf-8"))
