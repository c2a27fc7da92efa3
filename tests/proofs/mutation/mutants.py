"""Mutants: what a module would be with one spot of it changed."""

from __future__ import annotations

import ast
import difflib
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.deployment.python_tools import environment_with

MAKER = Path(__file__).with_name("cosmic_ray_mutants.py")
OPERATORS = "|".join(
    (
        "AddNot|NumberReplacer|ExceptionReplacer|RemoveDecorator|ZeroIterationForLoop",
        "ReplaceTrueWithFalse|ReplaceFalseWithTrue|ReplaceOrWithAnd|ReplaceAndWithOr",
        "ReplaceContinueWithBreak|ReplaceBreakWithContinue",
        "ReplaceUnaryOperator_(Delete_Not|Delete_USub)",
        # Any other operator on our operands is a TypeError, which is no test of tests.
        "ReplaceBinaryOperator_(Add_Sub|Sub_Add|Mul_FloorDiv|Div_Mul|BitOr_BitAnd|BitAnd_BitOr)",
        # What `is` says of enumerations and None, `==` says too; and they have no order. Of a
        # comparison's mutants these are noticed only if all are (Kaminski, Ammann and Offutt,
        # "Better predicate testing", 2011).
        "ReplaceComparisonOperator_(Is_IsNot|IsNot_Is|Eq_(NotEq|LtE|GtE)|NotEq_(Eq|Lt|Gt))",
        "ReplaceComparisonOperator_(Lt_(LtE|NotEq)|LtE_(Lt|Eq)|Gt_(GtE|NotEq)|GtE_(Gt|Eq))",
    )
)


@dataclass(frozen=True, slots=True)
class Mutant:
    """A module with one spot changed."""

    path: Path
    line: int
    operator: str
    source: str = field(repr=False)
    before: str
    """The lines that are changed, without the spaces around them."""
    after: str

    def diff(self) -> str:
        """What is changed, for whoever must tell what it means."""
        return f"{self.path}:{self.line} ({self.operator})\n  - {self.before}\n  + {self.after}"


def mutants_of(path: Path) -> list[Mutant]:
    """Every mutant of a module that Python can read and that is not just declared otherwise."""
    original = path.read_text(encoding="utf-8")
    seen = {_meaning(original)}
    return [mutant for mutant in _made(path, original) if _is_new(mutant.source, seen)]


def _is_new(source: str, seen: set[str | None]) -> bool:
    meaning = _meaning(source)
    is_new = meaning is not None and meaning not in seen
    seen.add(meaning)
    return is_new


def _made(path: Path, original: str) -> Iterator[Mutant]:
    tool = environment_with("mutation", of=Path(sys.executable)) / "python"
    made = subprocess.run(
        [tool, MAKER, path, OPERATORS], capture_output=True, text=True, check=True
    )
    for mutant in json.loads(made.stdout):
        before, after = _changed(original, mutant["source"])
        yield Mutant(path, mutant["line"], mutant["operator"], mutant["source"], before, after)


def _changed(original: str, mutated: str) -> tuple[str, str]:
    lines = [*difflib.ndiff(original.splitlines(), mutated.splitlines())]
    removed, added = (
        " ".join(line[2:].strip() for line in lines if line.startswith(sign)) for sign in "-+"
    )
    return removed, added


def _meaning(source: str) -> str | None:
    """The module without what makes no difference when it runs; None if it cannot be read."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return None
    return ast.dump(_WithoutDeclarations().visit(tree))


class _WithoutDeclarations(ast.NodeTransformer):
    """Leaves out what mypy reads and Python does not."""

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        is_protocol = any(
            isinstance(base, ast.Name) and base.id == "Protocol" for base in node.bases
        )
        return ast.Pass() if is_protocol else self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        return self.generic_visit(node)

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.annotation = None
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        node.annotation = ast.Constant(None)
        return self.generic_visit(node)

    def visit_keyword(self, node: ast.keyword) -> ast.AST | None:
        return None if node.arg in {"frozen", "slots"} else self.generic_visit(node)
