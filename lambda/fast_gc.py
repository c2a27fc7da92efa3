"""Lets Python's garbage collector rest until the first answer of a process on Lambda.

What is made until then, mostly stays: modules, classes, the models of AWS's services. The
collector would go through it again and again, and take a tenth of the time. After the first
answer it looks for garbage as ever, but not in what was there before: that is no garbage.

`FAST_GC=off` in the environment leaves it to itself.
"""

from __future__ import annotations

import gc
import os


def rest() -> None:
    """Look for no garbage from now on; comes before the imports."""
    if is_on():
        gc.disable()


def work() -> None:
    """Look for it again, in what is made from now on; comes after each answer."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()


def is_on() -> bool:
    """Whether the setting, which is read when a process starts, lets it be fast.

    No other process ends its start with an answer.
    """
    return os.environ.get("FAST_GC") != "off" and "AWS_LAMBDA_RUNTIME_API" in os.environ
