"""Processes of the skill in front of one table, and what happens to them during a turn."""

from __future__ import annotations

import io
import queue
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Request

from simulator.closing import Closing
from simulator.wire import Server, Wire
from tests.deployment.runtime_api import Function, FunctionError
from tests.proofs.any_fault.disturbance import Disturbance
from tests.proofs.any_fault.faults import FAULTS, Fault, Held, fault_named
from tests.proofs.load.post import Outbox, Post

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

Start = Callable[[str], Function]
"""Starts a process that finds AWS at an origin."""

KILLED_BEFORE, KILLED_AFTER = "killed before", "killed after"
KILLS = (KILLED_BEFORE, KILLED_AFTER)

_LOUD = tuple(fault.name for fault in FAULTS if not fault.door and not fault.silent)
_SILENT = tuple(fault.name for fault in FAULTS if not fault.door and fault.silent)

SWEPT_EVERY = 2.0
"""Seconds: far more often than the stack does it."""


@dataclass(frozen=True)
class Fate:
    """What a turn meets at one of its calls."""

    service: str
    after: int
    """So many calls of that service come before it in the turn."""
    how: str
    """A fault's name, or a kill: before the call has reached the service, or just after."""


@dataclass(frozen=True)
class Chances:
    """How often a turn meets something.

    Attributes:
        faults: share of the turns for which a fault is drawn; some make no such call.
        kills: the same for kills.
    """

    faults: float = 0.08
    kills: float = 0.03

    def draw(self, chance: Random) -> Fate | None:
        """The fate of a turn."""
        drawn = chance.random()
        if drawn >= self.faults + self.kills:
            return None
        service = chance.choice(("DynamoDB", "DynamoDB", "SES"))
        after = chance.randrange(5) if service == "DynamoDB" else 0
        if drawn < self.kills:
            return Fate(service, after, chance.choice(KILLS))
        # Silence is all the same for those who are asked, and costs the proof seconds.
        names = _SILENT if chance.random() < 0.05 else _LOUD
        return Fate(service, after, chance.choice(names))


class Process:
    """One process of a function; when it dies the next one takes its place, as on Lambda.

    Attributes:
        met: what turns really met, by name.
        outbox: what it has mailed.
        took_ms: how long each turn took that was not disturbed.
        lost: turns without an answer, although nobody killed the process.
    """

    def __init__(self, start: Start, aws: WSGIApplication, post: Post) -> None:
        self._start = start
        self.outbox = Outbox(aws, post)
        self._wire = Wire("aws", self.outbox)
        self._server = Server(_read_first(self._wire))
        self.function = start(self._server.origin)
        self.met: Counter[str] = Counter()
        self.took_ms: list[float] = []
        self.lost: list[str] = []
        self._mistakes = 0

    def answer(self, event: Any, fate: Fate | None) -> Any:
        """What the function answers to an event; raises FunctionError."""
        self.function.wait_until_ready()
        began = time.perf_counter()
        with self._meeting(fate) as disturbance:
            try:
                return self.function(event)
            except FunctionError as error:
                if not (fate and fate.how in KILLS and disturbance and disturbance.struck):
                    self.lost.append(f"{fate}: {error}")
                raise
            finally:
                took_ms = (time.perf_counter() - began) * 1000
                if not (disturbance and disturbance.struck):
                    self.took_ms.append(took_ms)

    def mistakes(self) -> int:
        """How often it met something that nobody has thought of, by its log."""
        return self._mistakes + _mistakes(self.function)

    def close(self) -> None:
        """End the process."""
        self.function.close()
        self._server.close()

    @contextmanager
    def _meeting(self, fate: Fate | None) -> Iterator[Disturbance | None]:
        """Let a turn meet its fate, and clear up behind it."""
        self._wire.calls.clear()
        disturbance = None
        if fate:
            fault = self._fault(fate.how)
            disturbance = Disturbance(self._wire, fate.service, fate.after, fault)
            disturbance.begin()
        try:
            yield disturbance
        except FunctionError:
            self._start_anew(disturbance)
            raise
        finally:
            if disturbance:
                disturbance.end()
                self.met[fate.how if fate else ""] += disturbance.struck
            self.outbox.close_turn(disturbed=bool(disturbance and disturbance.struck))

    def _start_anew(self, disturbance: Disturbance | None) -> None:
        """Lambda keeps no process that has failed."""
        if disturbance:
            disturbance.end()  # A service that is silent would hold the old one's connections.
        self._mistakes += _mistakes(self.function)
        self.function.close()
        self.function = self._start(self._server.origin)

    def _fault(self, how: str) -> Fault:
        if how not in KILLS:
            return fault_named(how)

        def die(held: Held) -> WSGIApplication:
            if how == KILLED_AFTER:
                held.do()
            self.function.kill()
            raise ConnectionResetError

        return Fault(how, die, does_it=how == KILLED_AFTER)


class Fleet(Closing):
    """Several processes: whichever is free takes the next turn, whoever it belongs to.

    Args:
        skill: starts a process of the skill.
        sweep: starts a process of the sweep, which runs all the time; None lets nobody sweep.
    """

    def __init__(
        self, skill: Start, sweep: Start | None, aws: WSGIApplication, post: Post, count: int
    ) -> None:
        self._ending = ExitStack()
        self.processes = [self._started(skill, aws, post) for _ in range(count)]
        self.sweeper = self._started(sweep, aws, post) if sweep else None
        self._idle: queue.SimpleQueue[Process] = queue.SimpleQueue()
        for process in self.processes:
            self._idle.put(process)

    def answer(self, event: Any, fate: Fate | None = None) -> Any:
        """What the skill answers to an event; raises FunctionError."""
        process = self._idle.get()
        try:
            return process.answer(event, fate)
        finally:
            self._idle.put(process)

    @contextmanager
    def swept(self, chances: Chances, chance: Random) -> Iterator[None]:
        """Let the sweep run over and over, and meet what turns meet too."""
        closing = threading.Event()

        def sweep(process: Process) -> None:
            while not closing.wait(SWEPT_EVERY):
                try:
                    process.answer({}, chances.draw(chance))
                except FunctionError:
                    continue  # noted, unless it was killed

        threads = [threading.Thread(target=sweep, args=(p,)) for p in [self.sweeper] if p]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            closing.set()
            for thread in threads:
                thread.join()

    def all(self) -> Sequence[Process]:
        """The processes of both functions."""
        return [*self.processes, *filter(None, [self.sweeper])]

    def close(self) -> None:
        self._ending.close()

    def _started(self, start: Start, aws: WSGIApplication, post: Post) -> Process:
        process = Process(start, aws, post)
        self._ending.callback(process.close)
        return process


def _read_first(app: WSGIApplication) -> WSGIApplication:
    """Read each request whole: on a connection that is kept, the next one begins with what a
    refusal has left unread."""

    def read(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        body = Request(environ).get_data()
        return app(environ | {"wsgi.input": io.BytesIO(body)}, start_response)

    return read


def _mistakes(function: Function) -> int:
    return sum(record.get("message") == "mistake" for record in function.logs)
