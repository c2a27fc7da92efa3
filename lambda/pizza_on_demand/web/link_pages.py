"""The pages behind the links in letters.

Opening a link changes nothing, because mail programs and scanners open links too: the
page says what its button does, and the button does it.
"""

from __future__ import annotations

from pizza_on_demand.links import Claim, LinkExpiredError, LinkForgedError, Links, Purpose
from pizza_on_demand.orders import NothingOrderedError, Orders, OrdersUnavailableError, State
from pizza_on_demand.web.pages import Page

_REFUSALS: dict[type[Exception], Page] = {
    LinkForgedError: Page(400, "link_forged"),
    LinkExpiredError: Page(410, "link_expired"),
    NothingOrderedError: Page(410, "order_gone"),
    OrdersUnavailableError: Page(503, "unavailable"),
}


class LinkPages:
    """Answers whoever opens a link, or presses the button behind it."""

    def __init__(self, orders: Orders, links: Links) -> None:
        self._orders = orders
        self._links = links

    def show(self, purpose: Purpose, token: str) -> Page:
        """The page that asks."""
        try:
            self._links.read(purpose, token)
        except tuple(_REFUSALS) as refusal:
            return _REFUSALS[type(refusal)]
        return Page(200, purpose.value, token=token)

    def press(self, purpose: Purpose, token: str) -> Page:
        """Do what the link is for; the page that says what came of it."""
        act = self._unlock if purpose is Purpose.UNLOCK else self._disown
        try:
            return act(self._links.read(purpose, token))
        except tuple(_REFUSALS) as refusal:
            return _REFUSALS[type(refusal)]

    def _unlock(self, claim: Claim) -> Page:
        is_open = self._orders.unlock(claim.sub, claim.order_id, claim.lock)
        return Page(200, "unlocked") if is_open else Page(410, "locked_again")

    def _disown(self, claim: Claim) -> Page:
        order = self._orders.disown(claim.sub, claim.order_id)
        unlock = self._links.unlock(order) if order.locked else None
        if order.state is State.CONFIRMED:
            return Page(200, "disowned_late" if unlock else "disowned_late_before", link=unlock)
        return Page(200, "disowned" if unlock else "disowned_before", link=unlock)
