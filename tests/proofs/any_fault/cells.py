"""Each call with each fault: what the customer hears, and what comes of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from simulator.echo import Turn
from simulator.function import LambdaContext
from simulator.world import World
from tests.proofs.any_fault import verdicts
from tests.proofs.any_fault.disturbance import disturbed
from tests.proofs.any_fault.doors import GuardedWorld
from tests.proofs.any_fault.faults import Fault
from tests.proofs.any_fault.hearing import MISTAKE, moment_of
from tests.proofs.any_fault.ledger import Ledger
from tests.proofs.any_fault.patience import Customer, StuckError, name_of_customer
from tests.proofs.any_fault.scenes import Point, play_until, stage_of

HURRY = 3000
"""Milliseconds that a turn has where a fault costs time; Lambda's own limit is longer."""

AN_ADDRESS_IS_ASKED_AFTER = timedelta(minutes=1)
"""By then whoever had not confirmed theirs is asked for again."""

OWED = timedelta(minutes=10)
"""After that every receipt that is owed has been sent."""

GRACE = 400
"""Milliseconds that the machine itself may take of them when it is busy."""


@dataclass
class Cell:
    """What came of one fault at one call."""

    point: Point
    fault: Fault
    struck: bool = False
    """Whether the call was made at all."""
    moment: str = ""
    took_ms: float = 0.0
    heard: list[str] = field(default_factory=list)
    """The moments after that, until the customer had a pizza."""
    problems: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{self.point} × {self.fault.name}"


def play(point: Point, fault: Fault, *, hurry: int = HURRY) -> Cell:
    """Play a script up to a call, disturb that, and go on as people do.

    Args:
        hurry: milliseconds that the disturbed turn has, if the fault costs time.
    """
    cell = Cell(point, fault)
    with GuardedWorld() as guarded:
        world = guarded.world
        whole = dict(world.settings)
        stage = stage_of(world, point.scene.script)
        step = play_until(stage, point.scene)
        code = stage.found.get("code") if "{code}" in step.argument else None
        before = Ledger.of(world)
        budget = hurry if fault.silent else LambdaContext().timeout_ms
        with (
            disturbed(guarded, point.service, point.after, fault) as it,
            _asked(world, budget, it.begin),
        ):
            stage.perform(step)
        cell.struck = it.struck
        turn = world.spoken
        assert turn
        world.end_faults()
        cell.moment, cell.took_ms = moment_of(turn), turn.took_ms
        cell.problems += _of_turn(cell, turn, budget, before, Ledger.of(world))
        _let_them_order(world, whole)
        cell.problems += _of_aftermath(cell, world, code, before)
    return cell


def _let_them_order(world: World, whole: Mapping[str, str]) -> None:
    """Take away what a script has put in the way of every order, fault or not."""
    name = name_of_customer(world)
    world.tenant.unblock(name)
    world.tenant.accounts[name].email_verified = True
    if world.token_kind != "valid":
        world.send_tokens("valid")
    if not world.settings.get("TABLE_NAME"):
        world.deploy(**whole)
    world.wait(AN_ADDRESS_IS_ASKED_AFTER)


@contextmanager
def _asked(world: World, budget: int, begin: Callable[[], None]) -> Iterator[None]:
    """Give the skill no more than so many milliseconds, and begin when it is asked."""
    handler = world.function.handler

    def ask(event: Any, _: object) -> Any:
        begin()
        return handler(event, LambdaContext(budget))

    world.function.handler = ask
    try:
        yield
    finally:
        world.function.handler = handler


def _of_turn(cell: Cell, turn: Turn, budget: int, before: Ledger, after: Ledger) -> Iterator[str]:
    usual, moment = cell.point.scene.moment, cell.moment
    if moment == MISTAKE:
        yield "a mistake of ours is heard"
    elif not verdicts.may_say(_concerned(cell), moment, usual):
        yield f"{moment} is heard in place of {usual}"
    yield from (f"Alexa would reject it: {breach.what}" for breach in turn.breaches)
    if cell.took_ms > budget + GRACE:
        yield f"it takes {cell.took_ms:.0f} ms"
    arrived = after.messages - before.messages
    yield from _twice(arrived)
    sold = after.confirmed - before.confirmed
    if moment in verdicts.SENT and not arrived:
        yield f"{moment} is heard, and nothing was sent"
    if moment in verdicts.NOT_SENT and arrived:
        yield f"{moment} is heard, and something was sent"
    if moment in verdicts.SOLD and len(sold) != 1:
        yield f"{moment} is heard, and {len(sold)} orders are confirmed"
    if moment in verdicts.NOT_SOLD and sold:
        yield f"{moment} is heard, and an order is confirmed"


def _concerned(cell: Cell) -> Iterator[str]:
    """The disturbed call, and those after it that find no time left or the same service."""
    yield cell.point.call
    yield from (
        call
        for service, call in cell.point.later
        if cell.fault.silent or service == cell.point.service
    )


def _of_aftermath(cell: Cell, world: World, code: str | None, before: Ledger) -> Iterator[str]:
    customer = Customer(world, code)
    try:
        customer.gets_a_pizza(cell.moment, before)
    except StuckError as stuck:
        yield f"no pizza: {stuck}"
        return
    finally:
        cell.heard = customer.heard
    again = customer.says_the_code_again()
    if again is not None and not again.startswith("already_confirmed"):
        yield f"the code said again: {again}"
    world.wait(OWED)  # Whatever is owed still comes by itself.
    yield from _of_receipts(cell, before, Ledger.of(world))


def _of_receipts(cell: Cell, before: Ledger, after: Ledger) -> Iterator[str]:
    sold = after.confirmed - before.confirmed
    if len(sold) != 1:
        yield f"{len(sold)} orders are confirmed for one pizza"
    may_double = _may_double(cell)
    for order in sold:
        count = after.receipts[order]
        if not 1 <= count <= 1 + may_double:
            yield f"{count} receipts"


def _may_double(cell: Cell) -> bool:
    """Whether a receipt may come twice: it was mailed, and that could not be noted.

    No mail service knows whether it has had a letter before.
    """
    if cell.point.call == "SES SendEmail":
        return cell.fault.does_it
    return cell.point.follows("SES SendEmail")


def _twice(arrived: Counter[tuple[str, str]]) -> Iterator[str]:
    for (_, subject), count in arrived.items():
        if count > 1:
            yield f"“{subject or 'a text'}” arrives {count} times"
