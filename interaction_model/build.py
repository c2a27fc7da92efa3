"""From a source to the JSON that Amazon reads.

Source of the format: https://developer.amazon.com/docs/smapi/interaction-model-schema.html
"""

from __future__ import annotations

import json
from typing import Any

from interaction_model.problems import ModelError
from interaction_model.rules import problems
from interaction_model.source import Intent, Slot, SlotType, Source, Validation
from interaction_model.templates import expand

Json = dict[str, Any]


def build(source: Source) -> str:
    """The built model as text, the same for the same source on every machine.

    Raises:
        ModelError: the source breaks Amazon's rules or ours; all problems at once.
    """
    if found := list(problems(source)):
        raise ModelError(found)
    return json.dumps(model(source), indent=2, ensure_ascii=False) + "\n"


def model(source: Source) -> Json:
    """The built model of a source that keeps the rules."""
    return {
        "interactionModel": {
            "languageModel": _language_model(source),
            **_dialog(source),
            **_prompts(source),
        }
    }


def _language_model(source: Source) -> Json:
    built_in = [{"name": name, "samples": []} for name in source.built_in]
    return {
        "invocationName": source.invocation,
        **_configuration(source),
        "intents": [*map(_intent, source.intents), *built_in],
        "types": [_slot_type(slot_type) for slot_type in source.types],
    }


def _configuration(source: Source) -> Json:
    if not source.fallback_sensitivity:
        return {}
    level = {"level": source.fallback_sensitivity}
    return {"modelConfiguration": {"fallbackIntentSensitivity": level}}


def _intent(intent: Intent) -> Json:
    return {
        "name": intent.name,
        "slots": [_slot(slot) for slot in intent.slots],
        # The example comes first: whoever shows one sample of an intent shows that one.
        "samples": sorted(_samples(intent.sentences), key=lambda said: said != intent.example),
    }


def _slot(slot: Slot) -> Json:
    return {
        "name": slot.name,
        "type": slot.type,
        **({"multipleValues": {"enabled": True}} if slot.multiple else {}),
        **({"samples": _samples(slot.samples)} if slot.samples else {}),
    }


def _samples(templates: tuple[str, ...]) -> list[str]:
    return list(dict.fromkeys(sample for template in templates for sample in expand(template)))


def _slot_type(slot_type: SlotType) -> Json:
    return {
        "name": slot_type.name,
        "values": [_value(id_, *names) for id_, names in slot_type.values.items()],
    }


def _value(id_: str, name: str, *synonyms: str) -> Json:
    # without synonyms the developer console writes no list either
    also = {"synonyms": list(synonyms)} if synonyms else {}
    return {"id": id_, "name": {"value": name, **also}}


def _dialog(source: Source) -> Json:
    intents = [_dialog_intent(intent) for intent in source.intents if intent.has_dialog]
    if not intents:
        return {}
    strategy = {"delegationStrategy": source.delegation} if source.delegation else {}
    return {"dialog": {"intents": intents, **strategy}}


def _dialog_intent(intent: Intent) -> Json:
    return {
        "name": intent.name,
        **({"delegationStrategy": intent.delegation} if intent.delegation else {}),
        "confirmationRequired": intent.confirm is not None,
        "prompts": {"confirmation": intent.confirm} if intent.confirm else {},
        "slots": [_dialog_slot(slot) for slot in intent.slots],
    }


def _dialog_slot(slot: Slot) -> Json:
    prompts = {"elicitation": slot.elicit, "confirmation": slot.confirm}
    return {
        "name": slot.name,
        "type": slot.type,
        "elicitationRequired": slot.elicit is not None,
        "confirmationRequired": slot.confirm is not None,
        "prompts": {moment: prompt for moment, prompt in prompts.items() if prompt},
        **(
            {"validations": [_validation(check) for check in slot.validations]}
            if slot.validations
            else {}
        ),
    }


def _validation(check: Validation) -> Json:
    return {"type": check.type, "prompt": check.prompt, **check.arguments}


def _prompts(source: Source) -> Json:
    if not source.prompts:
        return {}
    return {"prompts": [_prompt(name, said) for name, said in source.prompts.items()]}


def _prompt(name: str, variations: tuple[str, ...]) -> Json:
    return {
        "id": name,
        "variations": [
            {"type": "SSML" if said.startswith("<speak>") else "PlainText", "value": said}
            for said in variations
        ],
    }
