"""Amazon's own description of skill.json, of interaction models and of account linking.

npm's ask-smapi-model has it as Swagger, whose objects take any further member. Here they take
none, so that a misspelt one is found.
"""

from __future__ import annotations

import functools
import json
from typing import Any

# It comes without types, and types-jsonschema would be one more package for three calls.
from jsonschema import Draft4Validator  # type: ignore[import-untyped]

from tests.deployment.npm_packages import unpacked

PACKAGE = "ask-smapi-model"
VERSION = "1.24.0"

MANIFEST = "v1.skill.Manifest.SkillManifestEnvelope"
MODEL = "v1.skill.interactionModel.InteractionModelData"
ACCOUNT_LINKING = "v1.skill.accountLinking.AccountLinkingRequest"


def violations(kind: str, document: Any) -> list[str]:
    """Where and how a document breaks the schema of that kind."""
    return [
        f"{'.'.join(str(part) for part in error.absolute_path)}: {error.message}"
        for error in _validator(kind).iter_errors(document)
    ]


@functools.cache
def _validator(kind: str) -> Draft4Validator:
    definitions = _definitions()
    assert kind in definitions
    return Draft4Validator({"$ref": f"#/definitions/{kind}", "definitions": definitions})


@functools.cache
def _definitions() -> dict[str, Any]:
    spec = unpacked(PACKAGE, VERSION) / "spec.json"
    definitions: dict[str, Any] = json.loads(spec.read_text(encoding="utf-8"))["definitions"]
    # Its other definition of the same value, ValueSchemaName, needs no synonyms, and neither
    # does the developer console.
    definitions["v1.skill.interactionModel.TypeValueObject"]["required"].remove("synonyms")
    open_ones = _with_more_members(definitions)
    return {
        name: definition if name in open_ones else _closed(definition)
        for name, definition in definitions.items()
    }


def _with_more_members(definitions: dict[str, Any]) -> set[str]:
    """Base types: which members there are is told by a discriminator, which JSON Schema ignores."""
    named_in_unions = {
        part["$ref"].rsplit("/", 1)[1]
        for definition in definitions.values()
        for part in definition.get("allOf", ())
        if "$ref" in part
    }
    with_discriminator = {
        name for name, definition in definitions.items() if "discriminator" in definition
    }
    return named_in_unions | with_discriminator


def _closed(definition: dict[str, Any]) -> dict[str, Any]:
    if "properties" in definition:
        return {"additionalProperties": False, **definition}
    return definition
