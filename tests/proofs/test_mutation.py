"""What the mutation run goes by is still there; the run itself is `make mutants`."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from tests.proofs.mutation.__main__ import HERE, PACKAGE, explanations

SUITES = tomllib.loads((HERE / "suites.toml").read_text(encoding="utf-8"))["suite"]
MODULES = [module for suite in SUITES for module in suite["modules"]]


@pytest.mark.parametrize("module", MODULES)
def test_what_is_explained_is_a_line_of_its_module(module: str) -> None:
    lines = (PACKAGE / module).read_text(encoding="utf-8").splitlines()
    source = " ".join(line.strip() for line in lines)

    for before, after in explanations(module):
        assert before in source
        assert after != before


def test_every_order_and_every_identity_has_its_tests() -> None:
    held = {
        str(path.relative_to(PACKAGE))
        for pattern in ("orders/[a-z]*.py", "clients/auth0*.py")
        for path in PACKAGE.glob(pattern)
    }

    assert held - set(MODULES) == {"clients/auth0_sign_in.py"}
    assert all(Path(test).exists() for suite in SUITES for test in suite["tests"])
