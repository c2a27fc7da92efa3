"""Lazy packages hold what the SDK's own hold; they only wait with it."""

from __future__ import annotations

import subprocess

import pytest

from fast_sdk.lazy_packages import exports
from tests.new_process import python

NAMES_AND_WHERE_THEY_ARE_FROM = """
import importlib, pkgutil, ask_sdk_model
for module in [ask_sdk_model, *(
    importlib.import_module(found.name)
    for found in pkgutil.walk_packages(ask_sdk_model.__path__, "ask_sdk_model.") if found.ispkg
)]:
    own = {}
    exec(f"from {module.__name__} import *", own)
    for name, value in sorted(own.items()):
        if isinstance(value, type):
            print(module.__name__, name, value.__module__, value.__qualname__)
"""
LAZILY = "from fast_sdk import lazy_packages; lazy_packages.install()"
TURN = "import ask_sdk_core.skill_builder, sys"
COUNT = "print(sum(name.startswith('ask_sdk_model') for name in sys.modules))"


def test_every_package_gives_the_same_classes() -> None:
    lazily = python(LAZILY, NAMES_AND_WHERE_THEY_ARE_FROM)

    assert lazily.count("\n") > 400
    assert lazily == python(NAMES_AND_WHERE_THEY_ARE_FROM)


def test_most_models_wait_until_they_are_used() -> None:
    assert int(python(LAZILY, TURN, COUNT)) < int(python(TURN, COUNT)) / 3


def test_a_name_that_is_not_there_is_an_import_error() -> None:
    with pytest.raises(subprocess.CalledProcessError) as caught:
        python(LAZILY, "from ask_sdk_model import NoSuchThing")

    assert "ImportError: cannot import name 'NoSuchThing'" in caught.value.stderr


def test_a_package_that_does_more_is_left_alone() -> None:
    assert exports("# licence\n\nfrom .slot import Slot\n") == {"Slot": "slot"}
    assert exports("from .slot import Slot\nregister(Slot)\n") is None
