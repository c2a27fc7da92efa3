"""The built functions for a command, without pytest."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from simulator.world import World
from tests.deployment.build import build_for, this_machine
from tests.deployment.local_lambda import Lambda, Runnable
from tests.deployment.python_tools import environment_with
from tests.deployment.translator import Translator


@contextmanager
def deployed() -> Iterator[tuple[Lambda, World]]:
    """The stack's functions, built for this machine, and a world around them."""
    machine = this_machine()
    tools = environment_with("sam", of=Path(sys.executable))
    runtime = environment_with("runtime", of=machine.python)
    translator = Translator(tools)
    [stack] = translator.translated([translator.parsed()])
    with tempfile.TemporaryDirectory() as folder, World() as world:
        artifacts = build_for(machine, tools, Path(folder))
        yield Lambda(Runnable(artifacts, machine, runtime / "python"), world, stack), world
