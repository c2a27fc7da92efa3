from __future__ import annotations

import compileall
import os
import sys
from pathlib import Path

import pytest

from tests.deployment.build import ROOT, Artifacts, build, build_for, this_machine
from tests.deployment.local_lambda import Runnable
from tests.deployment.python_tools import ToolMissingError, environment_with
from tests.deployment.template_checks import Json
from tests.deployment.translator import Translator


@pytest.fixture(scope="session")
def sam_tools() -> Path:
    """The commands of the SAM CLI and cfn-lint; they need the network once."""
    return _fetched("sam", Path(sys.executable))


@pytest.fixture(scope="session")
def sam(sam_tools: Path) -> Translator:
    return Translator(sam_tools)


@pytest.fixture(scope="session")
def template(sam: Translator) -> Json:
    return sam.parsed()


@pytest.fixture(scope="session")
def stack(sam: Translator, template: Json) -> Json:
    """The template, as CloudFormation gets it."""
    [translated] = sam.translated([template])
    return translated


@pytest.fixture(scope="session")
def artifacts(sam_tools: Path, tmp_path_factory: pytest.TempPathFactory) -> Artifacts:
    """What is deployed, from a folder in which tests have left byte code of their own."""
    compileall.compile_dir(ROOT / "lambda" / "pizza_on_demand", quiet=2)
    return build(sam_tools, tmp_path_factory.mktemp("deployed"))


@pytest.fixture(scope="session")
def runnable(sam_tools: Path, tmp_path_factory: pytest.TempPathFactory) -> Runnable:
    machine = this_machine()
    runtime = _fetched("runtime", machine.python)
    made = build_for(machine, sam_tools, tmp_path_factory.mktemp("here"))
    return Runnable(made, machine, runtime / "python")


def _fetched(requirements: str, python: Path) -> Path:
    """Without a network the tests that need it are skipped, except in CI."""
    try:
        return environment_with(requirements, of=python)
    except ToolMissingError as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(error))
