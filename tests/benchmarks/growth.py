"""How the cost of a turn grows: with processes, with a customer's history, with customers."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from statistics import median, quantiles
from typing import Any

from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from simulator.web_door import event_of
from simulator.world import AUDIENCE
from tests.benchmarks.contestants import Contestant, WrongAnswerError, check
from tests.benchmarks.figures import Table, counted, round_robin
from tests.benchmarks.rows import GREETING, Field, Meter, cpu_of_turns
from tests.benchmarks.scene import Customer, Scene
from tests.deployment.runtime_api import Function

ROUNDS = 5
"""How often each length of a history is measured."""

OLD_CUSTOMERS = 50
"""How many turns of customers who are known say what such a turn costs."""


def processes(field: Field, scene: Scene, numbers: Sequence[int], turns: int) -> list[Table]:
    """Warm turns of so many processes at once, each with a customer whom it knows.

    Lambda gives each process to one turn at a time; so this is what a process takes away from
    its neighbours, which should be nothing but the machine's cores.
    """
    rates, middles, slow = {}, {}, {}
    for number in numbers:
        took, seconds = _at_once(field.simplest(scene), scene, number, turns)
        name = f"{number} process{'es' * (number > 1)}"
        rates[name] = len(took) / seconds
        middles[name] = median(took)
        slow[name] = quantiles(took, n=100)[98]
    return [
        Table("processes, rate", "Linked launches a second", "1/s", counted(rates)),
        Table("processes, median", "One of them, median", "ms", counted(middles)),
        Table("processes, p99", "One of them, 99th percentile", "ms", counted(slow)),
    ]


def _at_once(one: Contestant, scene: Scene, number: int, turns: int) -> tuple[list[float], float]:
    with ExitStack() as stack, ThreadPoolExecutor(number) as pool:
        functions = [stack.enter_context(one.metered()) for _ in range(number)]
        event = scene.customer().says(scene.events[GREETING])
        for function in functions:
            check(function(event), one.greets, function.logs)
        batch = {"batch": [event], "times": turns}
        began = time.perf_counter()
        took: list[list[float]] = list(pool.map(lambda function: function(batch), functions))
        return [each for of_one in took for each in of_one], time.perf_counter() - began


def history(field: Field, scene: Scene, lengths: Sequence[int], turns: int) -> list[Table]:
    """What a customer with so many orders costs: CPU of ours, and requests to the table.

    Not the time that DynamoDB takes: moto, which stands in for it, looks at every item.
    """
    customers = {length: scene.customer() for length in lengths}
    for length, customer in customers.items():
        scene.sell(customer, length)
    web = replace(
        field.skill(scene),
        folder=field.ours.web,
        handler="web_function.lambda_handler",
        settings={**scene.settings, **scene.aws},
    )
    with field.skill(scene).metered() as skill, web.metered() as site:
        asked = {
            "“my usual”, by voice": (skill, lambda of: of.says(scene.events["usual"]), _spoken),
            "the page's list": (
                site,
                lambda of: _get("/orders", scene, Cookie=scene.sign_in(of)),
                _shown,
            ),
            "GET /api/orders": (
                site,
                lambda of: _get("/api/orders", scene, Authorization=f"Bearer {of.token}"),
                _shown,
            ),
        }
        return [
            table
            for name, (function, asks, right) in asked.items()
            for table in _grown(name, function, asks, right, customers, scene, turns)
        ]


def _grown(
    name: str,
    function: Function,
    asks: Callable[[Customer], Any],
    right: Callable[[Any], None],
    customers: Mapping[int, Customer],
    scene: Scene,
    turns: int,
) -> list[Table]:
    calls, measures = {}, {}
    for length, customer in customers.items():
        event = asks(customer)
        right(function(event))
        scene.calls()
        right(function(event))
        of_length = f"{length:,} order{'s' * (length > 1)}"
        calls[of_length] = _of_table(scene.calls())
        measures[of_length] = lambda event=event: cpu_of_turns(function, event, turns, right)[
            "skill_cpu_s"
        ]
    return [
        Table(f"history, {name}", f"A history: {name}, CPU", "ms", round_robin(measures, ROUNDS)),
        Table(
            f"history, {name}, calls",
            f"A history: {name}, calls of the table",
            "calls",
            counted(calls),
        ),
    ]


def _spoken(answer: Any) -> None:
    check(answer, "large pizza with pepperoni")


def _shown(answer: Any) -> None:
    if answer["statusCode"] != 200 or "pepperoni" not in answer["body"].lower():
        raise WrongAnswerError(f"{answer['statusCode']} {answer['body'][:200]}")


def _get(path: str, scene: Scene, **headers: str) -> Any:
    """The event that API Gateway makes of a GET."""
    origin = scene.settings["WEB_ORIGIN"]
    peer = {"REMOTE_ADDR": "127.0.0.1"}
    built = EnvironBuilder(
        path, origin, headers=[*headers.items()], environ_base=peer
    ).get_environ()
    return event_of(Request(built))


def _of_table(calls: Counter[str]) -> int:
    return sum(times for name, times in calls.items() if name.startswith("DynamoDB"))


def customers(field: Field, scene: Scene, numbers: Sequence[int]) -> list[Table]:
    """More and more customers in one warm process, which verifies their tokens."""
    more = {"AUTH0_AUDIENCE": AUDIENCE}
    one = field.simplest(scene)
    one = replace(one, settings={**one.settings, **more})
    new, known, peak = {}, {}, {}
    met: list[Customer] = []
    with one.metered() as function:
        meter = Meter(function)
        for number in numbers:
            coming = [scene.customer() for _ in range(number - len(met))]
            meter.since()
            _greet(function, scene, coming)
            name = f"{number:,} customer{'s' * (number > 1)}"
            new[name] = meter.since()["skill_cpu_s"] / max(1, len(coming))
            met += coming
            _greet(function, scene, met[-1:] * OLD_CUSTOMERS)
            known[name] = meter.since()["skill_cpu_s"] / OLD_CUSTOMERS
            peak[name] = meter.use()["peak_mb"]
    return [
        Table("customers, new", "The first turn of a customer, CPU", "ms", counted(new)),
        Table("customers, known", "Another turn of a customer, CPU", "ms", counted(known)),
        Table("customers, memory", "Peak memory of the process", "MB", counted(peak)),
    ]


def _greet(function: Function, scene: Scene, coming: Sequence[Customer]) -> None:
    for customer in coming:
        check(function(customer.says(scene.events[GREETING])), "Ada", function.logs)
