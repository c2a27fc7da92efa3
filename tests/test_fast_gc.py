"""Garbage is found, once a process has started."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
START = "import gc, lambda_function"
ANSWER = """
class Context:
    def get_remaining_time_in_millis(self):
        return 8000
lambda_function.lambda_handler({}, Context())
"""
HOW = "print(gc.isenabled(), gc.get_freeze_count())"
MAKE_GARBAGE = """
class Cycle:
    left = 0
    def __init__(self):
        self.itself = self
        Cycle.left += 1
    def __del__(self):
        Cycle.left -= 1
most = 0
for _ in range(500_000):
    Cycle()
    most = max(most, Cycle.left)
"""


def python(*program: str, **settings: str) -> str:
    """What a new process prints."""
    command = [sys.executable, "-c", "\n".join(program)]
    path = {"PYTHONPATH": str(ROOT / "lambda"), "AWS_LAMBDA_RUNTIME_API": "127.0.0.1:9001"}
    identity = {"AUTH0_DOMAIN": "tenant.example", "MAIL_FROM": "pizza@shop.example"}
    environment = os.environ | path | identity | settings
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_garbage_does_not_pile_up_after_the_first_answer() -> None:
    assert int(python(START, ANSWER, MAKE_GARBAGE, "print(most)")) < 5_000


def test_it_rests_until_the_first_answer_and_then_leaves_alone_what_was_there() -> None:
    assert python(START, "print(gc.isenabled())") == "False"
    assert python(START, ANSWER, "print(gc.isenabled())") == "True"
    assert int(python(START, ANSWER, "print(gc.get_freeze_count())")) > 10_000


def test_a_process_that_may_never_answer_is_left_alone() -> None:
    assert python(f"import os; del os.environ['AWS_LAMBDA_RUNTIME_API']; {START}", HOW) == "True 0"


def test_a_skill_that_is_not_set_up_collects_garbage_too() -> None:
    assert python(START, ANSWER, "print(gc.isenabled())", AUTH0_DOMAIN="") == "True"


def test_a_setting_leaves_the_collector_to_itself() -> None:
    assert python(START, HOW, FAST_GC="off") == "True 0"
    assert python(START, ANSWER, HOW, FAST_GC="off") == "True 0"
