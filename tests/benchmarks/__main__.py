"""How long a linked launch takes, warm and from the start of a process, against HelloWorld.

    python -m tests.benchmarks [ROUNDS]

Every round measures each row once, so that a machine whose speed drifts disturbs all rows
alike. Quote the ratios: the milliseconds are this machine's. Auth0 and AWS answer from
another process on loopback; PYTHONDONTWRITEBYTECODE must not be set, for byte code is part of it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from statistics import median
from typing import Any

import lambda_function
from simulator.function import LambdaContext
from simulator.world import World
from tests.benchmarks import hello_world

Row = Callable[[], float]
TURNS = 200


def main(rounds: int) -> None:
    """Measure, and print a table."""
    with World() as world:
        world.sign_in("ada")
        world.say("open pizza on demand")
        world.say("stop")
        world.say("open pizza on demand")
        event = world.echo.turns[-1].request
        with_table = world.settings
        # Each new process asks for the profile once; Auth0 allows that every twelve seconds.
        a_while = partial(world.clock.wait, timedelta(seconds=12))
        simplest = {name: with_table[name] for name in ("AUTH0_DOMAIN", "MAIL_FROM")}
        print(f"{rounds} rounds, Python {sys.version.split()[0]}; medians\n")
        _table(
            "Process start to the first reply",
            {
                "bare HelloWorld": _cold("tests.benchmarks.hello_world", event, {}),
                "linked launch, simplest deployment": _cold("lambda_function", event, simplest),
                "linked launch, JWTs and a table": _cold("lambda_function", event, with_table),
            },
            rounds,
            a_while,
        )
        _table(
            f"Warm turn (CPU, mean of {TURNS})",
            {
                "bare HelloWorld": _warm(hello_world.lambda_handler, event),
                "linked launch, simplest deployment": _warm(_door(world, simplest), event),
                "linked launch, JWTs": _warm(
                    _door(world, with_table, TABLE_NAME="", AUTH0_WEB_CLIENT_ID=""), event
                ),
            },
            rounds,
            a_while,
        )


def _door(world: World, settings: dict[str, str], **changed: str) -> Callable[[Any, Any], Any]:
    environment = {name: value for name, value in (settings | changed).items() if value}
    return lambda_function.create_door(environment, now=world.clock.now)


def _cold(module: str, event: Any, settings: dict[str, str]) -> Row:
    command = [sys.executable, "-m", "tests.benchmarks.first_reply", module]
    environment = {**os.environ, **settings}

    def measure() -> float:
        began = time.perf_counter()
        answered = subprocess.run(
            command,
            input=json.dumps(event),
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        took = time.perf_counter() - began
        assert '"shouldEndSession": false' in answered.stdout, answered
        return took * 1000

    return measure


def _warm(handler: Callable[[Any, Any], Any], event: Any) -> Row:
    def measure() -> float:
        handler(event, LambdaContext())
        began = time.thread_time()
        for _ in range(TURNS):
            handler(event, LambdaContext())
        return (time.thread_time() - began) * 1000 / TURNS

    return measure


def _table(title: str, rows: dict[str, Row], rounds: int, between: Callable[[], None]) -> None:
    for row in rows.values():
        between()
        row()
    taken: dict[str, list[float]] = {name: [] for name in rows}
    for _ in range(rounds):
        for name, row in rows.items():
            between()
            taken[name].append(row())
    zero = median(next(iter(taken.values())))
    print(f"{title:<40}{'ms':>9}{'ratio':>8}{'spread':>16}")
    for name, times in taken.items():
        middle = median(times)
        spread = f"{min(times):.2f}-{max(times):.2f}"
        print(f"  {name:<38}{middle:>9.2f}{middle / zero:>8.2f}{spread:>16}")
    print()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 15)
