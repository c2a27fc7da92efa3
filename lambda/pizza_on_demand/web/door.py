"""The guard of the web door: whatever is asked for, a page comes back."""

from __future__ import annotations

import base64
import logging
import time
from pathlib import Path
from typing import Any

from pizza_on_demand import deadline
from pizza_on_demand.deadline import LambdaContext
from pizza_on_demand.links import Purpose
from pizza_on_demand.mistakes import log_mistake
from pizza_on_demand.web.link_pages import LinkPages
from pizza_on_demand.web.pages import Page
from pizza_on_demand.web.payload import BadRequestError, Request, response

logger = logging.getLogger(__name__)

_LINKS = {f"/links/{purpose}": purpose for purpose in Purpose}
PICTURE = "/pizza.png"
_PICTURE_FILE = Path(__file__).with_name("pizza.png")
_METHODS = ("GET", "HEAD", "POST")


class WebDoor:
    """Answers each event of an HTTP API, within its deadline and without exceptions."""

    def __init__(self, links: LinkPages) -> None:
        self._links = links

    def __call__(self, event: Any, context: LambdaContext) -> dict[str, Any]:
        """The answer to a request, both in the payload format 2.0."""
        began = time.monotonic()
        try:
            request = Request.from_event(event)
        except BadRequestError as error:
            logger.warning("no request", extra={"reason": str(error)})
            return answer(Page(400, "link_forged"))
        if request.path == PICTURE and request.method in ("GET", "HEAD"):
            return _picture(with_body=request.method == "GET")
        page = self._page(request, context)
        took = round((time.monotonic() - began) * 1000)
        facts = {"status": page.status, "moment": page.moment, "took_ms": took}
        logger.info("page", extra=facts)
        return answer(page, method=request.method)

    def _page(self, request: Request, context: LambdaContext) -> Page:
        try:
            with deadline.of_turn(context.get_remaining_time_in_millis()):
                return self._route(request)
        except Exception as mistake:  # noqa: BLE001 - the last guard: nobody sees a stack trace
            log_mistake(mistake)
            return Page(500, "unexpected")

    def _route(self, request: Request) -> Page:
        purpose = _LINKS.get(request.path)
        if purpose is None:
            return Page(404, "not_found")
        if request.method not in _METHODS:
            return Page(405, "wrong_method")
        if request.method == "POST":
            return self._links.press(purpose, request.form.get("t", ""))
        return self._links.show(purpose, request.query.get("t", ""))


def _picture(*, with_body: bool) -> dict[str, Any]:
    """The picture on the cards: the Alexa app loads it from origins of its own.

    https://developer.amazon.com/docs/custom-skills/include-a-card-in-your-skills-response.html
    """
    body = base64.b64encode(_PICTURE_FILE.read_bytes()).decode() if with_body else ""
    headers = {
        "Content-Type": "image/png",
        "Cache-Control": "public, max-age=86400",
        "Access-Control-Allow-Origin": "*",
        "X-Content-Type-Options": "nosniff",
    }
    return response(200, body, headers, is_base64=True)


def answer(page: Page, *, method: str = "GET") -> dict[str, Any]:
    """A page as the gateway takes it; HEAD wants its headers only."""
    headers = page.headers() | ({"Allow": ", ".join(_METHODS)} if page.status == 405 else {})
    return response(page.status, page.html(), headers, with_body=method != "HEAD")
