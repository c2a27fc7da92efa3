"""A whole run: many conversations at once, the sweep beside them, and the books at the end."""

from __future__ import annotations

import statistics
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from random import Random
from typing import TYPE_CHECKING

from werkzeug.wrappers import Request, Response

from simulator.wire import Fault
from simulator.world import World
from tests.deployment.local_lambda import Lambda
from tests.proofs.load.books import Books, send_what_is_owed
from tests.proofs.load.customers import Customer, Shop
from tests.proofs.load.fleet import KILLS, Chances, Fleet
from tests.proofs.load.post import Outbox, Post

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

AUTH0_AWAY = 0.005
"""How often Auth0 is away when the skill asks for a profile or for keys."""


@dataclass(frozen=True)
class Figures:
    """What came of a run."""

    conversations: int
    turns: int
    seconds: float
    took_ms: Sequence[float]
    """Of each turn that was not disturbed."""
    met: Counter[str]
    given_up: Counter[str]
    books: Books
    letters: int
    asked: int
    """How many customers asked for their receipt once more."""
    swept: int
    """How many receipts came by the sweep."""
    problems: Sequence[str]

    @property
    def kills(self) -> int:
        """Processes that were killed in the middle of a turn."""
        return sum(self.met[kill] for kill in KILLS)

    @property
    def faults(self) -> int:
        """Turns that met a fault of DynamoDB or SES."""
        return self.met.total() - self.kills

    def __str__(self) -> str:
        return "\n".join([*self._lines(), *self.problems[:20]])

    def _lines(self) -> Iterator[str]:
        books, hundredths = self.books, statistics.quantiles(self.took_ms, n=100)
        yield f"{self.conversations:,} conversations, {self.turns:,} turns"
        yield f"{self.seconds:.0f} s, {self.turns / self.seconds:.1f} turns a second"
        yield f"undisturbed turns: p50 {hundredths[49]:.0f} ms, p99 {hundredths[98]:.0f} ms"
        yield f"{self.faults:,} turns met a fault, {self.kills:,} processes were killed"
        yield f"gave up: {dict(self.given_up) or 'nobody'}"
        yield f"{len(books.owners):,} orders, {len(books.sold):,} of them confirmed"
        yield f"{len(books.receipts):,} have a receipt, {len(books.owing):,} owe one"
        yield f"{self.letters:,} letters; receipts that came once more: {books.copies:,}"
        yield f"{self.asked:,} customers asked for that, the others were met by a fault or a kill"
        yield f"{self.swept:,} receipts were sent by the sweep"
        yield f"wrong: {len(self.problems)}"


def run(functions: Lambda, world: World, shape: Shape) -> Figures:
    """Hold so many conversations in so many processes, and count."""
    post = Post()
    aws = world.cloud.wire.app
    # What the world's own sweep sends in the end is mail too.
    world.cloud.wire.app = last = Outbox(aws, post)
    world.wires["auth0"].begin("now and then", _auth0_away(Random(shape.seed), shape.auth0_away))
    with _fleet(functions, aws, post, shape.processes) as fleet:
        world.function.handler = lambda event, _: fleet.answer(event)
        shop = Shop(world, fleet, post, shape.chances, shape.seed)
        began = time.monotonic()
        with fleet.swept(shape.chances, Random(f"{shape.seed}/sweep")):
            customers = list(_served(shop, shape))
        seconds = time.monotonic() - began
        world.end_faults()
        send_what_is_owed(world)
        books = Books.of(world, post)
        problems = [*books.problems(customers, post), *_of(fleet)]
        return Figures(
            conversations=len(customers),
            turns=sum(customer.turns for customer in customers),
            seconds=seconds,
            took_ms=[took for process in fleet.processes for took in process.took_ms],
            met=sum((process.met for process in fleet.all()), Counter()),
            given_up=Counter(customer.given_up for customer in customers if customer.given_up),
            books=books,
            letters=len(post.letters),
            asked=sum(customer.asked for customer in customers),
            swept=last.sent + sum(p.outbox.sent for p in [fleet.sweeper] if p),
            problems=problems,
        )


@dataclass(frozen=True)
class Shape:
    """How much of everything a run has."""

    conversations: int
    processes: int = 3
    seed: int = 7
    chances: Chances = field(default_factory=Chances)
    auth0_away: float = AUTH0_AWAY


def _served(shop: Shop, shape: Shape) -> Iterator[Customer]:
    """One customer more than there are processes: one always waits for the next that is free."""
    with ThreadPoolExecutor(shape.processes + 1) as threads:
        yield from threads.map(partial(_serve, shop), range(shape.conversations))


def _serve(shop: Shop, number: int) -> Customer:
    customer = Customer(shop, number)
    customer.talk()
    return customer


def _fleet(functions: Lambda, aws: WSGIApplication, post: Post, processes: int) -> Fleet:
    return Fleet(
        lambda origin: functions.start("SkillFunction", aws=origin),
        lambda origin: functions.start("SweepFunction", aws=origin),
        aws,
        post,
        processes,
    )


def _of(fleet: Fleet) -> Iterator[str]:
    """What should not happen to a process."""
    for process in fleet.all():
        yield from (f"no answer: {lost}" for lost in process.lost)
        if mistakes := process.mistakes():
            yield f"{mistakes} mistakes are in the log"


def _auth0_away(chance: Random, share: float) -> Fault:
    """The skill's own calls only: whoever links meets no fault."""

    def answer(request: Request) -> Response | None:
        concerned = request.path in ("/userinfo", "/.well-known/jwks.json")
        return Response(status=503) if concerned and chance.random() < share else None

    return answer
