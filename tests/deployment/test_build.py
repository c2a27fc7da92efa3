"""What `sam build` makes: complete, for Lambda's machine, and the same each time."""

from __future__ import annotations

import re
import struct
import subprocess
from pathlib import Path

import pytest

from tests.deployment.build import LAMBDA_PYTHON, PATIENCE, ROOT, Artifacts, build, digests
from tests.deployment.python_tools import environment, python

DOORS = {
    "SkillFunction": "lambda_function.py",
    "WebFunction": "web_function.py",
    "LiveFunction": "live_function.py",
    "SweepFunction": "sweep_function.py",
}
REQUIREMENTS = {
    "SkillFunction": "requirements.txt",
    "WebFunction": "requirements-web.txt",
    "LiveFunction": "requirements.txt",
    "SweepFunction": "requirements.txt",
}
ELF_AARCH64 = 0xB7
CODE = ROOT / "lambda"

functions = pytest.mark.parametrize("function", DOORS)


def make(function: str, folder: Path, *assignments: str) -> subprocess.CompletedProcess[str]:
    """What SAM calls for one function, with other variables."""
    return subprocess.run(
        ["make", f"build-{function}", f"ARTIFACTS_DIR={folder}", *assignments],
        cwd=CODE,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def normalized(name: str) -> str:
    """https://packaging.python.org/en/latest/specifications/name-normalization/"""
    return re.sub(r"[-_.]+", "-", name).lower()


@functions
def test_a_function_has_its_own_door_and_no_other(artifacts: Artifacts, function: str) -> None:
    doors = {path.name for path in (artifacts.folder / function).glob("*_function.py")}

    assert doors == {DOORS[function]}


@functions
def test_all_of_our_code_is_there(artifacts: Artifacts, function: str) -> None:
    package = "pizza_on_demand"
    ours = {name for name in digests(CODE / package) if "__pycache__" not in name}
    built = {
        name for name in digests(artifacts.folder / function / package) if "__pycache__" not in name
    }

    assert built == ours


@functions
def test_there_is_nothing_but_what_the_list_pins(artifacts: Artifacts, function: str) -> None:
    listed = (CODE / REQUIREMENTS[function]).read_text("utf-8")
    pinned = {normalized(name) for name in re.findall(r"^([\w.-]+)==", listed, re.MULTILINE)}
    metadata = (artifacts.folder / function).glob("*.dist-info")

    assert {normalized(path.stem.partition("-")[0]) for path in metadata} == pinned
    assert not pinned & {"boto3", "pytest", "moto", "ruff"}


@functions
def test_native_code_is_for_lambda(artifacts: Artifacts, function: str) -> None:
    libraries = list((artifacts.folder / function).rglob("*.so"))

    assert libraries
    for library in libraries:
        [machine] = struct.unpack_from("<H", library.read_bytes(), offset=18)
        assert machine == ELF_AARCH64
        assert re.search(r"\.(cpython-313-aarch64-linux-gnu|abi3)\.so$", library.name)


@functions
def test_every_module_comes_compiled_if_lambdas_python_is_here(
    artifacts: Artifacts, function: str
) -> None:
    sources = set((artifacts.folder / function).rglob("*.py"))
    compiled = set((artifacts.folder / function).rglob("*.pyc"))
    if python(LAMBDA_PYTHON) is None:
        assert not compiled
        assert f"No Python {LAMBDA_PYTHON} here" in artifacts.said
        return

    name = "{0.stem}.cpython-313.pyc"
    assert {path.parent / "__pycache__" / name.format(path) for path in sources} == compiled


@functions
def test_byte_code_is_never_checked_and_names_lambdas_folders(
    artifacts: Artifacts, function: str
) -> None:
    """https://docs.python.org/3/reference/import.html#pyc-invalidation"""
    for path in (artifacts.folder / function).rglob("*.pyc"):
        code = path.read_bytes()
        [flags] = struct.unpack_from("<I", code, offset=4)
        assert flags == 0b01
        source = path.parent.parent / f"{path.name.partition('.')[0]}.py"
        inside = source.relative_to(artifacts.folder / function)
        assert f"/var/task/{inside}".encode() in code
        assert str(artifacts.folder).encode() not in code


def test_two_builds_are_the_same_to_the_byte(
    artifacts: Artifacts, sam_tools: Path, tmp_path: Path
) -> None:
    again = build(sam_tools, tmp_path, PYTHONHASHSEED="7")

    for function in DOORS:
        assert digests(again.folder / function) == digests(artifacts.folder / function)


def test_without_lambdas_python_it_says_so_and_goes_without_byte_code(tmp_path: Path) -> None:
    done = make("LiveFunction", tmp_path, "COMPILER=")

    assert done.returncode == 0, done.stderr
    assert "goes without byte code" in done.stdout
    assert (tmp_path / "live_function.py").exists()
    assert not list(tmp_path.rglob("*.pyc"))


def test_what_is_not_what_was_pinned_ends_the_build(tmp_path: Path) -> None:
    listed = (CODE / "requirements.txt").read_text("utf-8")
    forged = tmp_path / "requirements.txt"
    forged.write_text(re.sub(r"(?<=sha256:)\w{4}", "beef", listed))

    done = make("SkillFunction", tmp_path / "built", f"REQUIREMENTS={forged}")

    assert done.returncode != 0
    assert "Hash mismatch" in done.stderr


def test_without_uv_the_build_says_what_it_needs(tmp_path: Path) -> None:
    done = make("SkillFunction", tmp_path, "UV=no-such-command")

    assert done.returncode != 0
    assert "needs uv" in done.stderr
