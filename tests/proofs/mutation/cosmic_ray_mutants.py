"""Writes down every mutant of a module, as JSON; run by the Python that has Cosmic Ray."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

# Cosmic Ray lives in an environment of its own, where mypy does not look.
from cosmic_ray.ast import ast_nodes, get_ast  # type: ignore[import-not-found]
from cosmic_ray.mutating import mutate_code  # type: ignore[import-not-found]
from cosmic_ray.operators.operator import Operator  # type: ignore[import-not-found]
from cosmic_ray.plugins import get_operator, operator_names  # type: ignore[import-not-found]
from parso.python.tree import Keyword, PythonNode  # type: ignore[import-not-found]


class RemoveStatement(Operator):  # type: ignore[misc] # its base is Any without Cosmic Ray
    """Leaves out a call, a raise, or what is written into an attribute: Cosmic Ray has none."""

    def mutation_positions(self, node: Any) -> Iterator[tuple[Any, Any]]:
        if isinstance(node, PythonNode) and node.type == "simple_stmt":
            statement = node.children[0]
            if _does_something(statement):
                yield statement.start_pos, statement.end_pos

    def mutate(self, node: Any, index: int) -> Any:
        first = node.get_first_leaf()
        node.children[0] = Keyword("pass", first.start_pos, prefix=first.prefix)
        return node

    @classmethod
    def examples(cls) -> tuple[()]:
        return ()


def _does_something(statement: Any) -> bool:
    if statement.type == "expr_stmt":
        target, assigned = statement.children[:2]
        is_augmented = assigned.type == "operator" and assigned != "="
        return bool(target.type == "atom_expr" or is_augmented)
    return bool(statement.type in ("atom_expr", "raise_stmt") or statement == "raise")


def _operators(kept: str) -> Iterator[tuple[str, Any]]:
    yield "RemoveStatement", RemoveStatement()
    for name in operator_names():
        operator, short = get_operator(name), name.partition("/")[2]
        if re.fullmatch(kept, short) and not operator.arguments():
            yield short, operator()


def _mutants(source: str, kept: str) -> Iterator[dict[str, Any]]:
    nodes = list(ast_nodes(get_ast(source)))
    for name, operator in _operators(kept):
        places = [place for node in nodes for place in operator.mutation_positions(node)]
        for occurrence, ((line, _), _) in enumerate(places):
            with suppress(AttributeError):  # it cannot replace an exception with a dot in its name
                mutated = mutate_code(source, operator, occurrence)
                yield {"operator": name, "line": line, "source": mutated}


if __name__ == "__main__":
    _, module, operators = sys.argv
    print(json.dumps(list(_mutants(Path(module).read_text(encoding="utf-8"), operators))))
