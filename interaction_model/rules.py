"""What Amazon refuses to build, and what an editor would not have meant.

Amazon has no validator that works offline, so these are its written rules. Source:
https://developer.amazon.com/docs/custom-skills/create-the-interaction-model-for-your-skill.html
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from interaction_model.amazon import (
    BUILT_IN_INTENTS,
    BUILT_IN_TYPES,
    DELEGATION_STRATEGIES,
    FALLBACK_SENSITIVITIES,
    REQUIRED_INTENTS,
    VALIDATIONS,
)
from interaction_model.problems import Problem
from interaction_model.source import Intent, Slot, SlotType, Source, Validation
from interaction_model.templates import TemplateError, expand, fits, slots_in, without_slots
from interaction_model.wording import invocation_faults, unsayable

_NAME = re.compile(r"[A-Za-z]+(_[A-Za-z]+)*")
_NAME_RULE = "a name has letters and single underscores only"
_LONGEST_VALUE = 140


def problems(source: Source) -> Iterator[Problem]:
    """Everything that is wrong with *source*, in the order of the file."""
    for fault in invocation_faults(source.invocation):
        yield Problem(f"{source.file}: invocation", fault)
    yield from _choices(source)
    yield from _built_in(source)
    for intent in source.intents:
        yield from _intent(source, intent)
    yield from _said_for_two(source)
    for slot_type in source.types:
        yield from _slot_type(source, slot_type)
    yield from _prompts(source)


def _choices(source: Source) -> Iterator[Problem]:
    sensitivity, strategy = source.fallback_sensitivity, source.delegation
    if sensitivity not in (None, *FALLBACK_SENSITIVITIES):
        yield _choice(source.file, "fallback_sensitivity", sensitivity, FALLBACK_SENSITIVITIES)
    if strategy not in (None, *DELEGATION_STRATEGIES):
        yield _choice(source.file, "delegation", strategy, DELEGATION_STRATEGIES)


def _choice(place: str, key: str, value: str | None, allowed: Iterable[str]) -> Problem:
    return Problem(place, f"{key} is “{value}”; it may be {' or '.join(allowed)}")


def _built_in(source: Source) -> Iterator[Problem]:
    place = f"{source.file}: built_in"
    declared = Counter([*source.built_in, *(intent.name for intent in source.intents)])
    for name in declared:
        if (name in source.built_in or name.startswith("AMAZON.")) and (
            name not in BUILT_IN_INTENTS
        ):
            yield Problem(place, f"Alexa brings no intent “{name}”")
        if declared[name] > 1:
            yield Problem(place, f"“{name}” is declared twice")
    for name in REQUIRED_INTENTS:
        if name not in declared:
            yield Problem(place, f"every skill needs “{name}”")


def _intent(source: Source, intent: Intent) -> Iterator[Problem]:
    place = f"{source.file}: {intent.name}"
    if not _NAME.fullmatch(intent.name.removeprefix("AMAZON.")):
        yield Problem(place, _NAME_RULE)
    if not intent.meaning.strip():
        yield Problem(place, "its meaning is empty")
    if intent.delegation not in (None, *DELEGATION_STRATEGIES):
        yield _choice(place, "delegation", intent.delegation, DELEGATION_STRATEGIES)
    yield from _templates(place, intent.sentences, intent)
    yield from _example(source, intent)
    for slot in intent.slots:
        yield from _slot(source, intent, slot)


def _templates(place: str, templates: Iterable[str], intent: Intent) -> Iterator[Problem]:
    for template in templates:
        try:
            sentences = expand(template)
        except TemplateError as error:
            yield Problem(place, f"“{template}”: {error}")
            continue
        for sentence in sentences:
            yield from _sentence(place, sentence, intent)


def _sentence(place: str, sentence: str, intent: Intent) -> Iterator[Problem]:
    declared = {slot.name for slot in intent.slots}
    for name, times in Counter(slots_in(sentence)).items():
        if name not in declared:
            yield Problem(place, f"“{sentence}” uses {{{name}}}, which is not declared")
        if times > 1:
            yield Problem(place, f"“{sentence}” uses {{{name}}} more than once")
    for mark in dict.fromkeys(unsayable(without_slots(sentence))):
        yield Problem(place, f"“{sentence}”: “{mark}” cannot be said; spell it out")


def _example(source: Source, intent: Intent) -> Iterator[Problem]:
    named = {slot_type.name: slot_type.names for slot_type in source.types}
    values = {slot.name: named.get(slot.type, ()) for slot in intent.slots}
    said = intent.said()
    if not any(fits(intent.example, one, values, source.language) for one in said):
        yield Problem(
            f"{source.file}: {intent.name}",
            f"its example “{intent.example}” fits none of its sentences",
        )


def _slot(source: Source, intent: Intent, slot: Slot) -> Iterator[Problem]:
    place = f"{source.file}: {intent.name}.{slot.name}"
    if not _NAME.fullmatch(slot.name):
        yield Problem(place, _NAME_RULE)
    if slot.type not in BUILT_IN_TYPES.union(slot_type.name for slot_type in source.types):
        yield Problem(place, f"there is no type “{slot.type}”")
    if slot.multiple and slot.type.startswith("AMAZON."):
        yield Problem(place, f"“{slot.type}” takes one value; only own types take several")
    if slot.samples and not slot.elicit:
        yield Problem(place, "its samples answer a question that no prompt asks (elicit)")
    yield from _templates(place, slot.samples, intent)
    for validation in slot.validations:
        yield from _validation(place, validation)


def _validation(place: str, validation: Validation) -> Iterator[Problem]:
    known, given = VALIDATIONS.get(validation.type), set(validation.arguments)
    if known is None:
        yield Problem(place, f"there is no validation “{validation.type}”")
    elif not given <= known or (known and not given):
        wanted = " or ".join(sorted(known)) or "no arguments"
        yield Problem(place, f"“{validation.type}” takes {wanted}")


def _said_for_two(source: Source) -> Iterator[Problem]:
    """A sentence may mean one intent only; Alexa does not tell upper from lower case."""
    meaning: dict[str, str] = {}
    for intent in source.intents:
        for sentence in dict.fromkeys(said.casefold() for said in intent.said()):
            first = meaning.setdefault(sentence, intent.name)
            if first != intent.name:
                yield Problem(
                    f"{source.file}: {intent.name}", f"“{sentence}” already means {first}"
                )


def _slot_type(source: Source, slot_type: SlotType) -> Iterator[Problem]:
    place = f"{source.file}: {slot_type.name}"
    if not _NAME.fullmatch(slot_type.name.removeprefix("AMAZON.")):
        yield Problem(place, _NAME_RULE)
    if not slot_type.values:
        yield Problem(place, "it has no values")
    for id_, names in slot_type.values.items():
        yield from _value(place, id_, names)
    for name, times in Counter(name.casefold() for name in slot_type.names).items():
        if times > 1:
            yield Problem(place, f"“{name}” is listed {times} times")


def _value(place: str, id_: str, names: tuple[str, ...]) -> Iterator[Problem]:
    if not id_.strip():
        yield Problem(place, f"{list(names)} has no id")
    if not names:
        yield Problem(place, f"“{id_}” has no name")
    for name in names:
        if not name.strip() or len(name) > _LONGEST_VALUE:
            yield Problem(place, f"“{name}” must have 1 to {_LONGEST_VALUE} characters")
        for mark in dict.fromkeys(unsayable(name)):
            yield Problem(place, f"“{name}”: “{mark}” cannot be said; spell it out")


def _prompts(source: Source) -> Iterator[Problem]:
    used = {prompt for intent in source.intents for prompt in intent.prompts()}
    for prompt in source.prompts:
        if prompt not in used:
            yield Problem(f"{source.file}: {prompt}", "no intent uses this prompt")
        if not source.prompts[prompt]:
            yield Problem(f"{source.file}: {prompt}", "the prompt has no variation")
    for intent in source.intents:
        for prompt in dict.fromkeys(intent.prompts()):
            yield from _prompt(source, intent, prompt)


def _prompt(source: Source, intent: Intent, prompt: str) -> Iterator[Problem]:
    place = f"{source.file}: {intent.name}"
    if prompt not in source.prompts:
        yield Problem(place, f"there is no prompt “{prompt}”")
    declared = {slot.name for slot in intent.slots}
    for said in source.prompts.get(prompt, ()):
        for name in slots_in(said):
            if name not in declared:
                yield Problem(place, f"the prompt “{said}” uses {{{name}}}, which is not declared")
