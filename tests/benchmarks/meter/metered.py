"""A handler around the skill's own that also tells what the process has used so far.

It is imported by the function's process, from a folder that is on its PYTHONPATH, and METERED
names the module that it is around.
"""

from __future__ import annotations

import os
import re
import resource
import time
from importlib import import_module
from pathlib import Path
from typing import Any

skill = import_module(os.environ["METERED"]).lambda_handler
seconds_in_skill = 0.0


def lambda_handler(event: Any, context: Any) -> Any:
    """The skill's answer; or what {"use": true} asks, or {"batch": [events], "times": n}."""
    if "use" in event:
        return use()
    if "batch" in event:
        return batch(event["batch"], event["times"], context)
    return answer(event, context)


def answer(event: Any, context: Any) -> Any:
    global seconds_in_skill  # noqa: PLW0603 - a process is one meter
    began = time.process_time()
    try:
        return skill(event, context)
    finally:
        seconds_in_skill += time.process_time() - began


def use() -> dict[str, float]:
    """CPU seconds of the process and of the skill in it, and the most memory it ever had."""
    return {
        "cpu_s": time.process_time(),
        "skill_cpu_s": seconds_in_skill,
        "peak_mb": peak_bytes() / (1 << 20),
    }


def peak_bytes() -> int:
    """The most memory that this process ever had."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # macOS counts bytes
    # Not ru_maxrss: on Linux it begins with what the parent had when it started us.
    [kilobytes] = re.findall(r"VmHWM:\s+(\d+) kB", status.read_text())
    return int(kilobytes) << 10


def batch(events: list[Any], times: int, context: Any) -> list[float]:
    """The milliseconds of each turn of a talk that is had so many times."""
    took = []
    for _ in range(times):
        for event in events:
            began = time.perf_counter()
            skill(event, context)
            took.append((time.perf_counter() - began) * 1000)
    return took
