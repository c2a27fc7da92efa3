"""Garbage is found, once a process has started."""

from __future__ import annotations

from tests.new_process import python

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


def on_lambda(*program: str, **settings: str) -> str:
    """What a process prints that Lambda has started."""
    lambdas = {"AWS_LAMBDA_RUNTIME_API": "127.0.0.1:9001"}
    identity = {"AUTH0_DOMAIN": "tenant.example", "MAIL_FROM": "pizza@shop.example"}
    return python(*program, **lambdas, **{**identity, **settings})


def test_garbage_does_not_pile_up_after_the_first_answer() -> None:
    assert int(on_lambda(START, ANSWER, MAKE_GARBAGE, "print(most)")) < 5_000


def test_it_rests_until_the_first_answer_and_then_leaves_alone_what_was_there() -> None:
    assert on_lambda(START, "print(gc.isenabled())") == "False"
    assert on_lambda(START, ANSWER, "print(gc.isenabled())") == "True"
    assert int(on_lambda(START, ANSWER, "print(gc.get_freeze_count())")) > 10_000


def test_a_process_that_may_never_answer_is_left_alone() -> None:
    assert python(START, HOW) == "True 0"


def test_a_skill_that_is_not_set_up_collects_garbage_too() -> None:
    assert on_lambda(START, ANSWER, "print(gc.isenabled())", AUTH0_DOMAIN="") == "True"


def test_a_setting_leaves_the_collector_to_itself() -> None:
    assert on_lambda(START, HOW, FAST_GC="off") == "True 0"
    assert on_lambda(START, ANSWER, HOW, FAST_GC="off") == "True 0"
