"""One fault of one service, from a certain call of a turn on."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from werkzeug.wrappers import Request

from simulator.wire import Call, Wire
from tests.proofs.any_fault.doors import GuardedWorld, service_of
from tests.proofs.any_fault.faults import Fault, Held, performed

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

SETTLES_IN = 5.0


class Disturbance:
    """Lets the calls of a service pass until its turn comes.

    Attributes:
        struck: whether it has disturbed anything, or at least shut the door for it.
    """

    def __init__(self, wire: Wire, service: str, after: int, fault: Fault) -> None:
        self._wire = wire
        self._service = service
        self._after = after
        self._fault = fault
        self._calls = 0
        self._held = 0
        self._changing = threading.Condition()
        self._turn_is_over = threading.Event()
        self._begun = False
        self.struck = False
        self.due: Callable[[], None] = lambda: None
        """Called when the next call of the service is the one to be disturbed."""

    def begin(self) -> None:
        """Look at every call from now on; to begin twice is to begin once."""
        if self._begun:
            return
        self._begun = True
        self._wire.begin("any fault", self._disturb)
        if self._after == 0:
            self._strike_next()

    def end(self) -> None:
        """Let go of whatever is held, and wait until the service has done with it."""
        self._turn_is_over.set()
        with self._changing:
            self._changing.wait_for(lambda: self._held == 0, SETTLES_IN)
        self._wire.mend()

    def _disturb(self, request: Request) -> WSGIApplication | None:
        if service_of(Call.of(self._wire.service, request)) != self._service:
            return None
        with self._changing:
            number, self._calls = self._calls, self._calls + 1
        if number + 1 == self._after:
            self._strike_next()
        is_hit = number == self._after if self._fault.once else number >= self._after
        return self._answered(request) if is_hit and self._fault.answer else None

    def _strike_next(self) -> None:
        if self._fault.door:
            self.struck = True
            self.due()

    def _answered(self, request: Request) -> WSGIApplication | None:
        assert self._fault.answer
        self.struck = True
        held = Held(request, lambda: performed(self._wire.app, request), self._turn_is_over)
        with self._changing:
            self._held += 1
        try:
            return self._fault.answer(held)
        finally:
            with self._changing:
                self._held -= 1
                self._changing.notify_all()


@contextmanager
def disturbed(
    guarded: GuardedWorld, service: str, after: int, fault: Fault
) -> Iterator[Disturbance]:
    """Disturb a service from the call on that comes after so many, until the block ends.

    Whoever is given the disturbance has it begin, when the skill is asked: the Alexa app asks
    Auth0 too, for new tokens, and that is not what is disturbed.
    """
    door = guarded.doors[service]
    wire = guarded.world.wires[service if service in guarded.world.wires else "aws"]
    with ExitStack() as mending:
        disturbance = Disturbance(wire, service, after, fault)
        failing = door.failing(fault.door, guarded.certificates)
        disturbance.due = lambda: mending.enter_context(failing)
        mending.callback(disturbance.end)
        yield disturbance
