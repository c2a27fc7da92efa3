"""The pages behind the links in letters.

Opening a link changes nothing, because mail programs and scanners open links too: the
page says what its button does, and the button does it.
"""

from __future__ import annotations

import logging

from flask import Response, request

from pizza_on_demand.links import Claim, LinkExpiredError, LinkForgedError, Links, Purpose
from pizza_on_demand.orders import NothingOrderedError, Orders, OrdersUnavailableError, State
from pizza_on_demand.web.pages.rendering import page

logger = logging.getLogger(__name__)

_REFUSALS: dict[type[Exception], tuple[str, int]] = {
    LinkForgedError: ("link_forged", 400),
    LinkExpiredError: ("link_expired", 410),
    NothingOrderedError: ("order_gone", 410),
    OrdersUnavailableError: ("link_unavailable", 503),
}


class LinkPages:
    """Answers whoever opens a link, or presses the button behind it."""

    def __init__(self, orders: Orders, links: Links) -> None:
        self._orders = orders
        self._links = links

    def show(self, purpose: str) -> Response:
        """The page that asks."""
        token = request.args.get("t", "")
        try:
            self._links.read(Purpose(purpose), token)
        except tuple(_REFUSALS) as refusal:
            return _refused(refusal)
        return page(purpose, token=token)

    def press(self, purpose: str) -> Response:
        """Do what the link is for; the page that says what came of it."""
        acts = {
            Purpose.UNLOCK: self._unlock,
            Purpose.DISOWN: self._disown,
            Purpose.ERASE: self._erase,
        }
        good_for = Purpose(purpose)
        try:
            return acts[good_for](self._links.read(good_for, request.form.get("t", "")))
        except tuple(_REFUSALS) as refusal:
            return _refused(refusal)

    def _unlock(self, claim: Claim) -> Response:
        is_open = self._orders.unlock(claim.sub, claim.order_id, claim.lock)
        return page("unlocked") if is_open else page("locked_again", 410)

    def _disown(self, claim: Claim) -> Response:
        order = self._orders.disown(claim.sub, claim.order_id)
        if order.locked:
            logger.warning("ordering locked")  # An alarm counts these.
        unlock = self._links.unlock(order) if order.locked else None
        late = "_late" if order.state is State.CONFIRMED else ""
        return page(f"disowned{late}{'' if unlock else '_before'}", link=unlock)

    def _erase(self, claim: Claim) -> Response:
        self._orders.erase(claim.sub)
        return page("erased")


def _refused(refusal: Exception) -> Response:
    name, status = next(said for kind, said in _REFUSALS.items() if isinstance(refusal, kind))
    return page(name, status)
