"""template.yaml: what of the stack decides whether Alexa gets an answer, and who else does.

tests/deployment/ looks at all of it; these are the lines that people change.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]  # its stubs would be a requirement for two calls

from deployment.doctor.case import Json
from deployment.doctor.verdicts import Finding, failed, judged, passed

ALEXA_WAITS_S = 8
"""https://developer.amazon.com/docs/custom-skills/request-and-response-json-reference.html"""


@dataclass(frozen=True)
class SkillFunction:
    """The function that an Alexa event is for."""

    name: str
    properties: Json = field(repr=False)
    variables: Json = field(repr=False)
    """Its environment, with what all functions have."""
    event: Json


def gather(path: Path) -> tuple[SkillFunction, ...]:
    """The functions that Alexa calls: one, if all is well."""
    template: Json = yaml.load(path.read_text(encoding="utf-8"), _loader())  # noqa: S506 - a safe one
    common = template.get("Globals", {}).get("Function", {})
    return tuple(
        _function(name, common, resource["Properties"], event["Properties"])
        for name, resource in template["Resources"].items()
        for event in resource.get("Properties", {}).get("Events", {}).values()
        if event["Type"] == "AlexaSkill"
    )


def findings(seen: tuple[SkillFunction, ...]) -> Iterator[Finding]:
    """Whether Alexa, and nobody else, gets an answer in time."""
    if not seen:
        yield failed(
            "function",
            "Alexa may call none of the stack's functions",
            "Give the skill's function an event of the type AlexaSkill.",
        )
    for function in seen:
        yield from judged(function, (_timeout, _caller, _settings))


def timeout(seconds: object) -> Finding:
    """Whether Lambda gives up before Alexa does: only then is the reason in the log."""
    if isinstance(seconds, int) and seconds < ALEXA_WAITS_S:
        return passed("timeout", f"{seconds} s, and Alexa waits {ALEXA_WAITS_S} s")
    return failed(
        "timeout",
        f"{seconds} s, and Alexa gives up after {ALEXA_WAITS_S} s",
        "Set the Timeout of the skill's function to 7.",
    )


def _loader() -> Any:
    """YAML's safe loader, which takes !Ref and its like for the names and values that they are."""
    loader = type("CloudFormationLoader", (yaml.SafeLoader,), {})
    loader.add_multi_constructor("!", _intrinsic)  # type: ignore[attr-defined]  # of yaml's own
    return loader


def _intrinsic(loader: Any, name: str, node: Any) -> Json:
    if isinstance(node, yaml.ScalarNode):
        return {name: loader.construct_scalar(node)}
    if isinstance(node, yaml.SequenceNode):
        return {name: loader.construct_sequence(node, deep=True)}
    return {name: loader.construct_mapping(node, deep=True)}


def _function(name: str, common: Json, own: Json, event: Json) -> SkillFunction:
    variables = [part.get("Environment", {}).get("Variables", {}) for part in (common, own)]
    return SkillFunction(name, {**common, **own}, variables[0] | variables[1], event)


def _timeout(function: SkillFunction) -> Iterator[Finding]:
    yield timeout(function.properties.get("Timeout", 3))


def _caller(function: SkillFunction) -> Iterator[Finding]:
    """https://developer.amazon.com/docs/custom-skills/host-a-custom-skill-as-an-aws-lambda-function.html"""
    if function.event.get("SkillId"):
        yield passed("trigger", "only one skill may call the function")
    else:
        yield failed(
            "trigger",
            "every skill of every developer may call the function",
            "Give the AlexaSkill event a SkillId.",
        )


def _settings(function: SkillFunction) -> Iterator[Finding]:
    if function.variables.get("SKILL_ID"):
        yield passed("SKILL_ID", "the function is told whom to answer")
    else:
        yield failed(
            "SKILL_ID",
            "the function is not told whose requests to take",
            "Set the variable SKILL_ID to the parameter SkillId.",
        )
