"""What is measured of the skill and its peers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from tests.benchmarks import artifacts, figures
from tests.benchmarks.artifacts import Artifacts, NodePeer, Peers
from tests.benchmarks.contestants import Contestant, check, deployed, simplest
from tests.benchmarks.figures import Row, Table, counted, round_robin
from tests.benchmarks.scene import Scene
from tests.deployment.runtime_api import Function

SKILL = "ours, as deployed: orders, secrets, JWTs"
SIMPLEST = "ours, with the two settings that it needs"
TYPICAL = "typical skill, as SAM builds it"
HELLO = "bare HelloWorld with byte code"
QUIET = f"{SIMPLEST}, at log level WARN"
FOUNDATIONS = "what ours stands on, without a skill"
NOTHING = "a function that does nothing"
SDK = "ask-sdk-core and requests, with byte code"
OWN = "ours, without PyJWT and cryptography"

AS_IT_COMES = {"FAST_SDK": "off", "FAST_AWS": "off", "FAST_GC": "off"}

GREETING = "launch"
MIXED = ("launch", "menu", "help", "who", "order", "yes", "stop")
"""A talk of one customer."""


@dataclass(frozen=True)
class Field:
    """Everybody who takes part; peers that are not here are None."""

    ours: Artifacts
    peers: Peers | None = None
    node: NodePeer | None = None
    missing: list[str] = field(default_factory=list)
    """Why somebody is not here."""

    def skill(self, scene: Scene) -> Contestant:
        """Ours, with the settings of the stack."""
        return self._python(SKILL, self.ours.skill, deployed(scene))

    def simplest(self, scene: Scene) -> Contestant:
        """Ours, with the two settings that a skill needs to know its customers."""
        return self._python(SIMPLEST, self.ours.skill, simplest(scene))

    def nothing(self) -> Contestant:
        return self._python(NOTHING, artifacts.PEERS / "nothing", {}, greets="nothing")

    def foundations(self) -> Contestant:
        found = {"PYTHONPATH": str(artifacts.PEERS / "foundations")}
        plain = self._python(FOUNDATIONS, self.ours.skill, found, greets="nothing")
        return replace(plain, handler="foundations.lambda_handler")

    def all(self, scene: Scene) -> list[Contestant]:
        """Everybody who answers a launch, the one to beat first."""
        ours = [self.simplest(scene), self.skill(scene)]
        without = [
            replace(one, name=f"{one.name}, FAST_*=off", settings={**one.settings, **AS_IT_COMES})
            for one in ours
        ]
        return [*self.hellos(), *ours, *without, *self.typicals(scene), *self._node()]

    def hellos(self) -> list[Contestant]:
        """Amazon's HelloWorld in Python."""
        if self.peers is None:
            return []
        folders = {HELLO: self.peers.hello_compiled, "bare HelloWorld": self.peers.hello}
        return [
            self._python(name, folder, {}, greets="you can say Hello")
            for name, folder in folders.items()
        ]

    def typicals(self, scene: Scene) -> list[Contestant]:
        """The typical skill."""
        if self.peers is None:
            return []
        settings = {**scene.settings, **scene.aws}
        return [
            self._python(TYPICAL, self.peers.typical, settings),
            self._python("typical skill with byte code", self.peers.typical_compiled, settings),
        ]

    def _python(
        self, name: str, folder: Any, settings: Mapping[str, str], greets: str = "Ada"
    ) -> Contestant:
        return Contestant(name, folder, self.ours.python, greets=greets, settings=settings)

    def _node(self) -> list[Contestant]:
        if self.node is None:
            return []
        return [
            Contestant(
                "Node ask-sdk-core HelloWorld",
                self.node.folder,
                self.node.node,
                greets="you can say Hello",
                handler="index.handler",
                client=["runtime.js"],
            )
        ]


def cold_greeting(field: Field, scene: Scene, rounds: int) -> Table:
    """Process start to the greeting, by name where there are accounts."""
    event = scene.events[GREETING]
    measures = {
        one.name: lambda one=one: one.first_answer(scene.customer().says(event), one.greets)
        for one in [*field.all(scene), field.foundations(), field.nothing()]
    }
    rows = round_robin(measures, rounds)
    return Table("cold greeting", "Process start to the first greeting", "ms", rows)


def cold_order(field: Field, scene: Scene, rounds: int) -> Table:
    """Process start to the answer that a code was sent for an order that was written."""
    event = scene.events["yes"]
    measures = {
        one.name: lambda one=one: one.first_answer(scene.customer().says(event), "ve sent")
        for one in [*field.typicals(scene), field.skill(scene)]
    }
    rows = round_robin(measures, rounds)
    return Table("cold order", "Process start to a written order and a sent code", "ms", rows)


class Meter:
    """What a function's process has used since this was asked last."""

    def __init__(self, function: Function) -> None:
        self._function = function
        self._before = self.use()

    def use(self) -> dict[str, float]:
        """Since the process began."""
        found: dict[str, float] = self._function({"use": True})
        return found

    def since(self) -> dict[str, float]:
        """CPU milliseconds of the process and of the skill in it."""
        before, self._before = self._before, self.use()
        return {
            name: (self._before[name] - before[name]) * 1000 for name in ("cpu_s", "skill_cpu_s")
        }


def warm_turn(field: Field, scene: Scene, rounds: int, turns: int) -> list[Table]:
    """CPU of a linked launch in a warm process: of the whole process, and of the skill alone."""
    ours = field.simplest(scene)
    # HelloWorld writes no log; ours a line a turn, and Lambda's client takes its time for that.
    quiet = replace(ours, name=QUIET, settings={**ours.settings, "AWS_LAMBDA_LOG_LEVEL": "WARN"})
    everybody = [*field.hellos()[:1], ours, quiet, field.nothing()]
    taken: dict[str, dict[str, list[float]]] = {"cpu_s": {}, "skill_cpu_s": {}}
    with _warm(everybody, scene) as warm:
        for _ in range(rounds):
            for one, function, event in warm:
                used = cpu_of_turns(function, event, turns)
                for kind, rows in taken.items():
                    rows.setdefault(one.name, []).append(used[kind])
    whole, skill = (
        tuple(Row(name, tuple(samples)) for name, samples in taken[kind].items())
        for kind in ("cpu_s", "skill_cpu_s")
    )
    return [
        Table("warm turn", "Warm linked launch, CPU, runtime client and all", "ms", whole),
        Table("warm skill", "Warm linked launch, CPU, in the handler", "ms", skill),
    ]


@contextmanager
def _warm(
    everybody: Sequence[Contestant], scene: Scene
) -> Iterator[list[tuple[Contestant, Function, Any]]]:
    with ExitStack() as stack:
        warm = []
        for one in everybody:
            function = stack.enter_context(one.metered())
            event = scene.customer().says(scene.events[GREETING])
            for _ in range(20):
                check(function(event), one.greets, function.logs)
            warm.append((one, function, event))
        yield warm


def cpu_of_turns(
    function: Function, event: Any, turns: int, right: Callable[[Any], None] = lambda _: None
) -> dict[str, float]:
    """Milliseconds of a turn, in the mean of so many: of the process, and of the skill in it.

    Args:
        right: raises an error for an answer that is wrong.
    """
    meter = Meter(function)
    for _ in range(turns):
        right(function(event))
    return {kind: used / turns for kind, used in meter.since().items()}


def lookups(field: Field, scene: Scene) -> Table:
    """Calls of Auth0 that greetings cost, counted."""
    settings = {**deployed(scene)}
    one = replace(field.skill(scene), settings=settings)
    customer, other, event = scene.customer(), scene.customer(), scene.events[GREETING]
    counts = {}
    with one.started() as function:
        for name, who, times in (
            ("first turn of a process, /userinfo", customer, 1),
            ("100 turns more", customer, 100),
            ("another customer's first turn", other, 1),
            ("the first customer with a new token", scene.refreshed(customer), 1),
        ):
            scene.calls()
            for _ in range(times):
                check(function(who.says(event)), "Ada", function.logs)
            calls = scene.calls()
            counts[name] = calls["GET /userinfo"]
            keys = calls["GET /.well-known/jwks.json"]
            if keys:
                counts[f"{name.partition(',')[0]}, JWKS"] = keys
    return Table("lookups", "Calls of Auth0", "calls", counted(counts))


def memory(field: Field, scene: Scene, turns: int) -> Table:
    """The most memory that a process ever had, after many talks of different customers."""
    peaks = {}
    for one in [*field.typicals(scene), field.skill(scene)]:
        with one.metered() as function:
            for _ in range(max(1, turns // len(MIXED))):
                customer = scene.customer()
                for said in MIXED:
                    answer = function(customer.says(scene.events[said]))
                    check(answer, "ve sent" if said == "yes" else "<speak>", function.logs)
            peaks[one.name] = Meter(function).use()["peak_mb"]
    return Table("memory", f"Peak memory after {turns:,} mixed turns", "MB", counted(peaks))


def package(field: Field) -> Table:
    """Zipped, as Lambda gets it."""
    skill = field.ours.skill
    sizes = {}
    if field.peers:
        sizes[SDK] = field.peers.hello_compiled
        sizes["typical skill, as SAM builds it (boto3 with it)"] = field.peers.typical
    megabytes = {name: artifacts.zipped(folder) / 1e6 for name, folder in sizes.items()}
    whole = artifacts.zipped(skill) / 1e6
    own = artifacts.zipped(skill, without=artifacts.SIGNATURES) / 1e6
    megabytes |= {
        OWN: own,
        "PyJWT, cryptography, cffi and pycparser": whole - own,
    }
    return Table("package", "Package, zipped", "MB", counted(megabytes))


def whole_order(field: Field, scene: Scene) -> figures.Table:
    """What is asked of others from the launch to the receipt, in a warm process."""
    with field.skill(scene).started() as function:
        check(function(scene.customer().says(scene.events[GREETING])), "Ada", function.logs)
        scene.calls()
        customer = scene.customer()
        for said in ("launch", "order", "yes", "code"):
            event = customer.says(scene.events[said])
            answer = function(scene.code(event) if said == "code" else event)
        check(answer, "Done", function.logs)
        calls = scene.calls()
    return Table(
        "whole order", "Calls from a launch to a receipt, four turns", "calls", counted(calls)
    )
