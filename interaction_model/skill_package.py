"""What is wrong with a skill package although each file keeps Amazon's schema.

The schema lets a sample use a slot that nobody declares, a dialog name a prompt that is not
there, and a manifest put the skill on a shelf that does not exist. Amazon finds these after
the upload, and certification finds the rest after a week; this finds both before.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from interaction_model.amazon import (
    ACCOUNTS,
    BUILT_IN_INTENTS,
    BUILT_IN_TYPES,
    CALLS,
    CATEGORIES,
    INTERFACES,
    REQUIRED_INTENTS,
    SELLERS,
    VALIDATIONS,
)
from interaction_model.problems import Problem
from interaction_model.templates import fits, slots_in

Json = dict[str, Any]

MOST_EXAMPLE_PHRASES = 3


def problems(package: Path) -> list[Problem]:
    """Everything that is wrong with the skill package in that folder."""
    manifest = json.loads((package / "skill.json").read_text(encoding="utf-8"))
    built = sorted((package / "interactionModels" / "custom").glob("*.json"))
    models = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in built}
    found = [*manifest_problems(manifest, models)]
    for locale, model in models.items():
        found += model_problems(model, locale)
    return found


def model_problems(model: Json, locale: str) -> Iterator[Problem]:
    """What does not fit together inside one built interaction model."""
    inside = model["interactionModel"]
    spoken = inside["languageModel"]
    intents: dict[str, Json] = {intent["name"]: intent for intent in spoken["intents"]}
    types = {kind["name"] for kind in spoken.get("types", ())}
    for name in REQUIRED_INTENTS:
        if name not in intents:
            yield Problem(locale, f"there is no {name}")
    for name, intent in intents.items():
        yield from _intent(f"{locale}: {name}", intent, types)
    yield from _twice(locale, intents)
    yield from _dialog(locale, inside, intents)


def manifest_problems(manifest: Json, models: Mapping[str, Json]) -> Iterator[Problem]:
    """What does not fit together inside skill.json, or between it and the models.

    Args:
        models: the built interaction models by locale.
    """
    inside = manifest["manifest"]
    yield from _store(inside)
    published = inside["publishingInformation"]["locales"]
    legal = inside["privacyAndCompliance"].get("locales", {})
    for locale in sorted({*published, *legal, *models}):
        place = f"skill.json: {locale}"
        for what, there in {
            "publishing information": published,
            "privacy information": legal,
            "interaction model": models,
        }.items():
            if locale not in there:
                yield Problem(place, f"it has no {what}")
        if locale in published and locale in models:
            yield from _phrases(place, published[locale], models[locale], locale)
        if locale in published and locale in legal:
            yield from _rules_of_purchases(place, inside, locale)


def _intent(place: str, intent: Json, types: set[str]) -> Iterator[Problem]:
    if intent["name"].startswith("AMAZON.") and intent["name"] not in BUILT_IN_INTENTS:
        yield Problem(place, "Alexa has no such intent")
    declared = {slot["name"] for slot in intent.get("slots", ())}
    for sample in _samples(intent):
        for slot in slots_in(sample):
            if slot not in declared:
                yield Problem(place, f"“{sample}” uses {{{slot}}}, which is not declared")
    for slot in intent.get("slots", ()):
        known = BUILT_IN_TYPES if slot["type"].startswith("AMAZON.") else types
        if slot["type"] not in known:
            yield Problem(place, f"{{{slot['name']}}} has the type {slot['type']}: there is none")


def _samples(intent: Json) -> Iterator[str]:
    yield from intent.get("samples", ())
    for slot in intent.get("slots", ()):
        yield from slot.get("samples", ())


def _twice(locale: str, intents: Mapping[str, Json]) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for name, intent in intents.items():
        for sample in intent.get("samples", ()):
            heard = sample.casefold()
            if heard in first:
                yield Problem(f"{locale}: {name}", f"“{sample}” already means {first[heard]}")
            first.setdefault(heard, name)


def _dialog(locale: str, inside: Json, intents: Mapping[str, Json]) -> Iterator[Problem]:
    prompts = {prompt["id"] for prompt in inside.get("prompts", ())}
    for intent in inside.get("dialog", {}).get("intents", ()):
        place = f"{locale}: {intent['name']}"
        if intent["name"] not in intents:
            yield Problem(place, "a dialog is about it, but there is no such intent")
            continue
        slots = {slot["name"]: slot for slot in intents[intent["name"]].get("slots", ())}
        for slot in intent["slots"]:
            yield from _dialog_slot(place, slot, slots)
        for prompt in _prompts_of(intent):
            if prompt not in prompts:
                yield Problem(place, f"there is no prompt “{prompt}”")


def _dialog_slot(place: str, slot: Json, declared: Mapping[str, Json]) -> Iterator[Problem]:
    name = slot["name"]
    if name not in declared:
        yield Problem(place, f"its dialog asks for {{{name}}}, which is not declared")
    elif slot["type"] != declared[name]["type"]:
        yield Problem(place, f"{{{name}}} is of another type in its dialog")
    for check in slot.get("validations", ()):
        if check["type"] not in VALIDATIONS:
            yield Problem(place, f"{{{name}}}: Alexa has no validation {check['type']}")
    if slot["elicitationRequired"] and "elicitation" not in slot["prompts"]:
        yield Problem(place, f"{{{name}}} is to be asked for, and no prompt asks")


def _prompts_of(intent: Json) -> Iterator[str]:
    yield from intent.get("prompts", {}).values()
    for slot in intent["slots"]:
        yield from slot.get("prompts", {}).values()
        yield from (check["prompt"] for check in slot.get("validations", ()))


def _store(inside: Json) -> Iterator[Problem]:
    category = inside["publishingInformation"].get("category")
    if category not in CATEGORIES:
        yield Problem("skill.json", f"the store has no category {category}")
    for interface in inside["apis"]["custom"].get("interfaces", ()):
        if interface["type"] not in INTERFACES:
            yield Problem("skill.json", f"there is no interface {interface['type']}")


def _phrases(place: str, published: Json, model: Json, locale: str) -> Iterator[Problem]:
    """Which of the store's example phrases do not come from the model, as they must.

    https://developer.amazon.com/docs/smapi/skill-manifest.html
    """
    phrases = published.get("examplePhrases", [])
    if not 1 <= len(set(phrases)) == len(phrases) <= MOST_EXAMPLE_PHRASES:
        yield Problem(place, f"it needs one to {MOST_EXAMPLE_PHRASES} different example phrases")
    for phrase in phrases:
        if not _is_understood(phrase, model["interactionModel"]["languageModel"], locale):
            yield Problem(place, f"“{phrase}” is no way to call the skill and be understood")


def _is_understood(phrase: str, spoken: Json, locale: str) -> bool:
    name = re.escape(spoken["invocationName"])
    called, asked_for = (form.format(name=name) for form in CALLS[_language(locale)])
    if re.fullmatch(f"Alexa, {called}", phrase, re.IGNORECASE):
        return True
    asked = re.fullmatch(f"Alexa, {asked_for}", phrase, re.IGNORECASE)
    if asked is None:
        return False
    listed = {kind["name"]: [*_names(kind["values"])] for kind in spoken.get("types", ())}
    return any(
        fits(asked["wish"], sample, values, _language(locale))
        for intent in spoken["intents"]
        for values in [_values(intent, listed)]
        for sample in intent.get("samples", ())
        # A slot whose words only Alexa knows would take any words here.
        if values.keys() >= set(slots_in(sample))
    )


def _values(intent: Json, listed: Mapping[str, list[str]]) -> dict[str, list[str]]:
    slots = intent.get("slots", ())
    return {slot["name"]: listed[slot["type"]] for slot in slots if slot["type"] in listed}


def _names(values: Iterable[Json]) -> Iterator[str]:
    for value in values:
        yield value["name"]["value"]
        yield from value["name"].get("synonyms", ())


def _rules_of_purchases(place: str, inside: Json, locale: str) -> Iterator[Problem]:
    """What certification asks of skills that sell, as far as skill.json shows it.

    https://developer.amazon.com/docs/custom-skills/certification-requirements-for-custom-skills.html
    https://developer.amazon.com/docs/custom-skills/security-testing-for-an-alexa-skill.html
    """
    compliance = inside["privacyAndCompliance"]
    for link in ("privacyPolicyUrl", "termsOfUseUrl"):
        if not compliance["locales"][locale].get(link, "").startswith("https://"):
            yield Problem(place, f"{link} must be an https:// address")
    if not compliance.get("allowsPurchases"):
        return
    published = inside["publishingInformation"]
    description = published["locales"][locale].get("description", "")
    seller = re.escape(published["locales"][locale]["name"])
    if not re.search(SELLERS[_language(locale)].format(name=seller), description, re.IGNORECASE):
        yield Problem(place, "the description does not say who sells")
    if ACCOUNTS[_language(locale)] not in description.casefold():
        yield Problem(place, "the description does not say that an account has to be linked")
    if "code" not in published.get("testingInstructions", ""):
        yield Problem(place, "the testing instructions do not say where the code comes from")
    if compliance.get("isChildDirected"):
        yield Problem(place, "a skill for children may neither link accounts nor sell")


def _language(locale: str) -> str:
    return locale.partition("-")[0]
