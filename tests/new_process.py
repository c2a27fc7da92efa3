"""Python programs in processes of their own, with what is deployed on their path."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

DEPLOYED = Path(__file__).parents[1] / "lambda"


def python(*program: str, **environment: str) -> str:
    """What a program prints.

    Raises:
        CalledProcessError: it fails; what it said about that is in `stderr`.
    """
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(program)],
        env={"PYTHONPATH": str(DEPLOYED), **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()
