"""What is measured: the skill as `sam build` makes it, and its peers, each as a folder."""

from __future__ import annotations

import hashlib
import platform
import shutil
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from simulator import npm
from tests.deployment.build import PATIENCE, ROOT, Machine, build_for, this_machine
from tests.deployment.python_tools import cache, cached, environment, environment_with

PEERS = Path(__file__).parent / "peers"
NODE_SDK = ("ask-sdk-core", "2.14.0", "ask-sdk-model@1.86.0")
SIGNATURES = ("cryptography", "jwt", "pyjwt", "cffi", "_cffi_backend", "pycparser")
"""What a package begins with that only tokens with signatures need: beside ask-sdk-core and
requests it has no counterpart."""


class PeerMissingError(Exception):
    """A peer cannot be had on this machine; the message says why."""


@dataclass(frozen=True)
class Artifacts:
    """A folder for each function. All run on the same Python."""

    python: Path
    """With AWS's runtime client and boto3 beside it, as on Lambda."""
    version: str
    skill: Path
    web: Path


@dataclass(frozen=True)
class Peers:
    """Skills in Python, as SAM's own builder makes them, and with byte code."""

    hello: Path
    hello_compiled: Path
    typical: Path
    typical_compiled: Path


@dataclass(frozen=True)
class NodePeer:
    """Amazon's HelloWorld in Node."""

    node: Path
    folder: Path


def ours(folder: Path) -> Artifacts:
    """Build the skill in a folder.

    Raises:
        ToolMissingError: the SAM CLI or AWS's runtime client cannot be installed.
    """
    machine = this_machine()
    built = build_for(machine, environment_with("sam", of=Path(sys.executable)), folder)
    runtime = environment_with("runtime", of=machine.python)
    # pip compiles what it installs, and so does whoever makes Lambda's image; uv does not.
    compile_all(runtime.parent / "lib", machine.python)
    return Artifacts(
        runtime / "python",
        machine.version,
        skill=built.folder / "SkillFunction",
        web=built.folder / "WebFunction",
    )


def peers() -> Peers:
    """Build the peers in Python, once: they are kept in the user's cache.

    Raises:
        PeerMissingError: they cannot be built.
    """
    machine = this_machine()
    home = cached(f"peers-{_digest(machine.version)}", lambda made: _build(machine, made))
    return Peers(
        hello=home / "HelloWorld",
        hello_compiled=home / "HelloWorld-compiled",
        typical=home / "TypicalSkill",
        typical_compiled=home / "TypicalSkill-compiled",
    )


def node_peer() -> NodePeer:
    """Install the peer in Node, once.

    Raises:
        PeerMissingError: there is no Node, or no network.
    """
    node = shutil.which("node")
    if node is None:
        raise PeerMissingError("there is no Node on this machine")
    try:
        modules = npm.installed(*NODE_SDK)
    except npm.NpmError as error:
        raise PeerMissingError(str(error)) from error

    def copy(made: Path) -> None:
        shutil.copytree(PEERS / "node_hello_world", made)
        (made / "node_modules").symlink_to(modules)

    return NodePeer(Path(node), cached(f"node-peer-{_digest(NODE_SDK[1])}", copy))


def are_peers_here() -> bool:
    """Whether the peers in Python are built already."""
    return (cache() / f"peers-{_digest(this_machine().version)}").exists()


def zipped(folder: Path, *, without: tuple[str, ...] = ()) -> int:
    """Bytes of a folder as a zip file, which is what Lambda gets.

    Args:
        without: what is left out, by how the names of its folders begin.
    """
    with tempfile.TemporaryFile() as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(folder.rglob("*")):
                inside = path.relative_to(folder)
                if path.is_file() and not inside.parts[0].lower().startswith(without or ("\0",)):
                    archive.write(path, inside)
        return file.tell()


def compile_all(folder: Path, python: Path) -> None:
    """Give every module in a folder byte code, where it has none."""
    command: list[str | Path] = [python, "-W", "ignore", "-m", "compileall", "-q", folder]
    subprocess.run(command, stdout=subprocess.DEVNULL, check=False)


def _build(machine: Machine, made: Path) -> None:
    sam = environment_with("sam", of=Path(sys.executable)) / "sam"
    here = "arm64" if platform.machine() in ("arm64", "aarch64") else "x86_64"
    done = subprocess.run(
        [
            *(sam, "build", "--template-file", PEERS / "template.yaml", "--build-dir", made),
            *("--parallel", "--parameter-overrides"),
            *(f"Python=python{machine.version}", f"Machine={here}"),
        ],
        cwd=ROOT,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    if done.returncode:
        raise PeerMissingError(f"SAM cannot build the peers: {done.stdout.strip()[-300:]}")
    for name in ("HelloWorld", "TypicalSkill"):
        copy = made / f"{name}-compiled"
        shutil.copytree(made / name, copy)
        compile_all(copy, machine.python)


def _digest(*more: str) -> str:
    """Changes with whatever the peers are made of."""
    hashed = hashlib.sha256("".join(more).encode())
    for path in sorted(PEERS.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            hashed.update(path.read_bytes())
    return hashed.hexdigest()[:12]
