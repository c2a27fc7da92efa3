"""Lets each package of ask-sdk-model import what is in it when it is asked for.

The 81 `__init__` files of ask-sdk-model hold nothing but lines such as

    from .launch_request import LaunchRequest

Such a package is not executed: its `__getattr__` (PEP 562) imports the one module that has the
name. A package with anything else in its `__init__` is executed as ever, so that a later
version of the SDK may lose the speed, and nothing else.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import ModuleType
from typing import Any

PACKAGE = "ask_sdk_model"

_EXPORT = re.compile(r"from \.(\w+) import (\w+)\s*")
_SAYS_NOTHING = re.compile(r"(#.*|from __future__ import absolute_import)?\s*")


def install() -> None:
    """Import the packages lazily that are not imported yet."""
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())


def exports(source: str) -> Mapping[str, str] | None:
    """The submodule of each name that an `__init__` exports; None if it does more than that."""
    found = {}
    for line in source.splitlines():
        if export := _EXPORT.fullmatch(line):
            found[export[2]] = export[1]
        elif not _SAYS_NOTHING.fullmatch(line):
            return None
    return found


class _Finder:
    """Finds what Python's own finder finds, and gives lazy packages a loader of ours."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname.partition(".")[0] != PACKAGE:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec and spec.submodule_search_locations and isinstance(spec.loader, SourceFileLoader):
            spec.loader = _LazyLoader(fullname, spec.loader.path)
        return spec


class _LazyLoader(SourceFileLoader):
    """Loads a package without what is in it."""

    def exec_module(self, module: ModuleType) -> None:
        submodules = exports(self.get_data(self.path).decode())
        if submodules is None:
            super().exec_module(module)
            return

        def find(name: str) -> Any:
            if name not in submodules:
                raise AttributeError(f"module {module.__name__!r} has no attribute {name!r}")
            found = getattr(import_module(f"{module.__name__}.{submodules[name]}"), name)
            setattr(module, name, found)
            return found

        vars(module).update(__getattr__=find, __all__=[*submodules], __dir__=lambda: [*submodules])
