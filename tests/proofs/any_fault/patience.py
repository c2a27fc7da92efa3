"""A customer who wants one pizza, whatever happens, and goes on as people do."""

from __future__ import annotations

from datetime import timedelta

from simulator.mailbox import Mail
from simulator.phone import Text
from simulator.script import findings
from simulator.world import World
from tests.proofs.any_fault.hearing import ALEXAS_OWN, moment_of
from tests.proofs.any_fault.ledger import Ledger
from tests.proofs.any_fault.verdicts import SOLD

MOST_TURNS = 16

ASKS_FOR_CODE = frozenset(
    """code_mailed code_texted kept_waiting welcome_back_waiting status_waiting say_the_code
    where_mailed where_texted waiting_for_code wrong_code unfit_code code_unchecked
    confirmation_unknown""".split()
)
SAYS_YES = frozenset(
    """code_unavailable code_spent code_expired order_expired read_back read_back_delivery
    ordering_locked no_phone""".split()
)


class StuckError(Exception):
    """The customer gets no pizza."""


def name_of_customer(world: World) -> str:
    """Whoever speaks, if they have an account of their own; else whose account the Echo has."""
    voice = world.people.voice()
    has_own = voice is not None and voice.app.link is not None
    return (world.people.speaker if has_own else world.customer) or "ada"


class Customer:
    """Somebody at the Echo.

    Attributes:
        heard: the moment of every turn so far.
    """

    def __init__(self, world: World, said: str | None) -> None:
        self._world = world
        self._code_said = said
        self._name = name_of_customer(world)
        self.heard: list[str] = []

    def gets_a_pizza(self, moment: str, before: Ledger) -> None:
        """Go on until an order more than *before* is sold, and the customer knows it.

        Raises:
            StuckError: it does not come to that.
        """
        while not self._has_it(moment, before):
            if len(self.heard) >= MOST_TURNS:
                raise StuckError(" → ".join(self.heard))
            moment = self._goes_on(moment)
            self.heard.append(moment)

    def says_the_code_again(self) -> str | None:
        """What is heard when the code that worked is said once more; None if none was said."""
        if self._code_said is None:
            return None
        return self._hears(f"ask pizza on demand to authorize {self._code_said}")

    def _has_it(self, moment: str, before: Ledger) -> bool:
        knows = moment in SOLD or moment.startswith("already_confirmed")
        return knows and len(Ledger.of(self._world).confirmed - before.confirmed) > 0

    def _goes_on(self, moment: str) -> str:  # noqa: PLR0911 - an answer to each kind of question
        world = self._world
        if world.app.link is None or moment in ("link_expired", "not_linked", "account_blocked"):
            return self._links()
        if moment in ("key_mailed", "ordering_locked_now") and (link := self._newest("link")):
            world.follow(link)
            return self._hears("open pizza on demand")
        if moment == "too_many_codes":
            world.wait(timedelta(hours=1))
            return self._hears("ask pizza on demand to send me a new code")
        if moment == "pin_unknown":
            return self._hears("ask pizza on demand where's my order")
        is_open = world.echo.is_open
        if moment == ALEXAS_OWN and (voice := world.people.voice()):
            return self._hears(voice.pin or "cancel")
        if moment in SAYS_YES and is_open:
            return self._hears("yes")
        if moment == "replace_waiting" and is_open:
            return self._hears("no")
        if moment in ASKS_FOR_CODE and is_open:
            return self._says_code(self._newest("code"))
        if self._code_said:
            # What became of it was not to be heard.
            code, self._code_said = self._code_said, None
            return self._hears(f"ask pizza on demand to authorize {code}")
        return self._hears("ask pizza on demand to get me a small pizza with bacon")

    def _says_code(self, code: str | None) -> str:
        if code is None:
            return self._hears("send me a new code")
        self._code_said = code
        return self._hears(code)

    def _links(self) -> str:
        self._world.sign_in(self._name)
        return self._hears("open pizza on demand")

    def _hears(self, words: str) -> str:
        self._world.say(words)
        return moment_of(self._world.spoken)

    def _newest(self, what: str) -> str | None:
        """The newest code or link of all messages to the customer."""
        account = self._world.tenant.accounts[self._name]
        mails = self._world.mailbox.to(account.email)
        texts = self._world.phone.to(account.phone_number) if account.phone_number else []
        messages: list[Mail | Text] = [*mails, *texts]
        messages.sort(key=lambda message: message.at, reverse=True)
        found = (findings(message).get(what) for message in messages)
        return next(filter(None, found), None)
