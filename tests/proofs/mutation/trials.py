"""Trials: the tests that reach a mutant's spot, with the mutant in place of the module."""

from __future__ import annotations

import ast
import gc
import importlib
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from multiprocessing import get_context
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

import pytest
from coverage import Coverage

from tests.proofs.mutation.mutants import Mutant

LIBRARIES = (
    "_pytest.pytester apig_wsgi ask_sdk_core.skill_builder ask_sdk_model.services boto3 "
    "botocore.client cryptography.x509 flask h11 hypothesis.strategies jwt simple_websocket "
    "moto.dynamodb.responses moto.moto_server.werkzeug_app moto.ses.responses "
    "moto.sns.responses requests werkzeug.serving yaml"
).split()
"""What takes its time to load, and nobody changes."""
OPTIONS = (
    "-qx --tb=no -p no:cacheprovider --disable-plugin-autoload -p _hypothesis_pytestplugin "
    "--hypothesis-seed=7 "
    "-W ignore::pytest.PytestAssertRewriteWarning"  # of the libraries that are loaded before
).split()
PATIENCE = 10.0
"""Seconds that a trial may take beside twice what its tests take of themselves."""


class RedTestsError(Exception):
    """The tests fail with nothing changed."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Which tests reach which line, and how long each takes."""

    lines: Mapping[str, Mapping[int, Collection[str]]]
    """For each module and line the tests; "" is whoever imports it."""
    seconds: Mapping[str, float]
    noticed: dict[str, int] = field(default_factory=dict)
    """How many mutants each test was the first to notice."""

    def tests_of(self, mutant: Mutant) -> list[str]:
        """The tests that reach what is changed: those that notice much and are fast first."""
        lines = self.lines.get(str(mutant.path), {})
        spot = _statement(mutant.path.read_text(encoding="utf-8"), mutant.line)
        reached = {test for line in spot for test in lines.get(line, ())}
        found = self.seconds if "" in reached else reached
        return sorted(found, key=lambda test: self.seconds[test] / (1 + self.noticed.get(test, 0)))

    def survives(self, mutant: Mutant) -> bool:
        """Whether no test notices the mutant; one that never ends is noticed."""
        tests = self.tests_of(mutant)
        patience = PATIENCE + 2 * sum(self.seconds[test] for test in tests)
        with tempfile.TemporaryDirectory() as folder:
            failed = Path(folder) / "failed"
            code = _forked(lambda: _try(mutant, tests, failed), Path(os.devnull), patience)
            if failed.exists():
                first = failed.read_text(encoding="utf-8")
                self.noticed[first] = self.noticed.get(first, 0) + 1
        return code == 0


def load_libraries() -> None:
    """Load once what each trial would else load again."""
    for library in LIBRARIES:
        with suppress(ImportError):
            importlib.import_module(library)
    gc.freeze()  # so that no trial looks for garbage among them


def reach(tests: Sequence[str]) -> Reach:
    """Run the tests with nothing changed.

    Raises:
        RedTestsError: one of them fails; the text is what pytest printed.
    """
    with tempfile.TemporaryDirectory() as folder:
        found, printed = Path(folder) / "reach.json", Path(folder) / "printed"
        code = _forked(lambda: _reach(tests, found), printed, patience=None)
        if code != 0:
            raise RedTestsError(printed.read_text(encoding="utf-8"))
        lines, seconds = json.loads(found.read_text(encoding="utf-8"))
    return Reach(
        {path: {int(n): by for n, by in reached.items()} for path, reached in lines.items()},
        seconds,
    )


def _try(mutant: Mutant, tests: Sequence[str], failed: Path) -> int:
    if not tests:
        return 0
    sys.meta_path.insert(0, _Instead(mutant))
    return pytest.main([*OPTIONS, *tests], plugins=[_Witness(failed)])


def _forked(run: Callable[[], int], printed: Path, patience: float | None) -> int | None:
    """The exit code of what runs in a process of its own; None if it had to be ended."""

    def target() -> None:
        with tempfile.TemporaryDirectory() as folder, printed.open("w") as output:
            os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = folder
            os.dup2(output.fileno(), 1)
            os.dup2(output.fileno(), 2)
            code = run()
            sys.stdout.flush()
        os._exit(code)  # and wait for none of the threads that a test has left behind

    process = get_context("fork").Process(target=target)
    process.start()
    process.join(patience)
    if process.exitcode is None:
        process.kill()
        process.join()
        return None
    return process.exitcode


def _reach(tests: Sequence[str], found: Path) -> int:
    coverage = Coverage(data_file=None, config_file=False, source=["lambda"])
    stopwatch = _Stopwatch(coverage)
    coverage.start()
    code = pytest.main([*OPTIONS, *tests], plugins=[stopwatch])
    coverage.stop()
    data = coverage.get_data()
    lines = {
        str(Path(path).relative_to(Path.cwd())): data.contexts_by_lineno(path)
        for path in data.measured_files()
    }
    found.write_text(json.dumps([lines, stopwatch.seconds]), encoding="utf-8")
    return code


class _Stopwatch:
    """A pytest plugin that tells the coverage whose turn it is, and takes the time."""

    def __init__(self, coverage: Coverage) -> None:
        self._coverage = coverage
        self.seconds: dict[str, float] = {}

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        self._coverage.switch_context(item.nodeid)
        began = time.monotonic()
        outcome = yield
        self.seconds[item.nodeid] = time.monotonic() - began
        return outcome


class _Witness:
    """A pytest plugin that writes down which test has failed."""

    def __init__(self, failed: Path) -> None:
        self._failed = failed

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self._failed.write_text(report.nodeid, encoding="utf-8")


class _Instead(MetaPathFinder):
    """Finds a mutant where Python looks for its module."""

    def __init__(self, mutant: Mutant) -> None:
        self._mutant = mutant
        self._name = ".".join(mutant.path.with_suffix("").parts[1:])

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != self._name:
            return None
        loader = _Loader(fullname, self._mutant)
        return spec_from_file_location(fullname, self._mutant.path.resolve(), loader=loader)


class _Loader(SourceFileLoader):
    def __init__(self, name: str, mutant: Mutant) -> None:
        super().__init__(name, str(mutant.path.resolve()))
        self._source = mutant.source

    def get_code(self, fullname: str) -> CodeType:
        return compile(self._source, self.path, "exec")


def _statement(source: str, line: int) -> range:
    """The lines of the innermost statement around a line, without the block that it heads."""
    around = [
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.stmt | ast.ExceptHandler) and line in _lines(node)
    ]
    return _lines(max(around, key=lambda node: node.lineno)) if around else range(line, line + 1)


def _lines(node: Any) -> range:
    first = min([node.lineno, *(each.lineno for each in getattr(node, "decorator_list", []))])
    body = getattr(node, "body", None)
    return range(first, body[0].lineno if body else node.end_lineno + 1)
