"""What `sam build` makes of the project: for Lambda, and for this machine."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.deployment.python_tools import environment, python, this_platform

ROOT = Path(__file__).parents[2]
LAMBDA_PYTHON = "3.13"
PATIENCE = 300
"""Seconds for a build that finds nothing in uv's cache."""


@dataclass(frozen=True)
class Artifacts:
    """A folder for each function, and what SAM said while it made them."""

    folder: Path
    said: str


@dataclass(frozen=True)
class Machine:
    """Something that functions can run on."""

    python: Path
    version: str
    """Of that Python, such as "3.13"."""


def this_machine() -> Machine:
    """This one, with Lambda's Python if it is here, else with the one that runs the tests."""
    same = python(LAMBDA_PYTHON)
    if same:
        return Machine(same, LAMBDA_PYTHON)
    return Machine(Path(sys.executable), f"{sys.version_info.major}.{sys.version_info.minor}")


def build(sam_tools: Path, folder: Path, **variables: str) -> Artifacts:
    """Run `sam build`, with variables of lambda/Makefile that differ from what it deploys."""
    done = subprocess.run(
        [sam_tools / "sam", "build", "--build-dir", folder, "--parallel"],
        cwd=ROOT,
        env=environment(**variables),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return Artifacts(folder, done.stdout)


def build_for(machine: Machine, sam_tools: Path, folder: Path) -> Artifacts:
    """The same for a machine that is not Lambda's."""
    return build(sam_tools, folder, PYTHON_VERSION=machine.version, PLATFORM=this_platform())


def digests(folder: Path) -> dict[str, str]:
    """Every file in a folder with a hash of what is in it."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
