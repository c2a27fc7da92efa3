"""Reading `<language>.toml`, and what a region adds: the shape of a model as people write it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from interaction_model.problems import ModelError, Problem
from interaction_model.templates import TemplateError, expand


@dataclass(frozen=True)
class Validation:
    """A check that Alexa makes on a slot value before it goes on."""

    type: str
    """Such as "hasEntityResolutionMatch"."""
    prompt: str
    """What Alexa says when the value fails it."""
    arguments: dict[str, Any] = field(default_factory=dict)
    """What this type of check needs besides, such as "values" for "isInSet"."""


@dataclass(frozen=True)
class Slot:
    """A value that an intent needs."""

    name: str
    type: str
    multiple: bool = False
    samples: tuple[str, ...] = ()
    """Templates of answers to the question for this slot."""
    elicit: str | None = None
    confirm: str | None = None
    validations: tuple[Validation, ...] = ()

    def prompts(self) -> Iterator[str]:
        """The names of all prompts this slot uses."""
        yield from (prompt for prompt in (self.elicit, self.confirm) if prompt)
        yield from (validation.prompt for validation in self.validations)


@dataclass(frozen=True)
class Intent:
    """One thing a customer may want."""

    name: str
    meaning: str
    account: bool
    """It needs a linked account."""
    example: str
    sentences: tuple[str, ...]
    slots: tuple[Slot, ...] = ()
    confirm: str | None = None
    delegation: str | None = None

    def said(self) -> Iterator[str]:
        """Every sentence that its templates stand for; faulty templates stand for none."""
        for template in self.sentences:
            with suppress(TemplateError):
                yield from expand(template)

    def prompts(self) -> Iterator[str]:
        """The names of all prompts this intent uses."""
        yield from (prompt for prompt in (self.confirm,) if prompt)
        for slot in self.slots:
            yield from slot.prompts()

    @property
    def has_dialog(self) -> bool:
        """Alexa needs to know how to lead a conversation about it."""
        return any(self.prompts()) or self.delegation is not None


@dataclass(frozen=True)
class SlotType:
    """A list of values: ids, each with its name and then the synonyms."""

    name: str
    values: dict[str, tuple[str, ...]]

    @property
    def names(self) -> tuple[str, ...]:
        """All names and synonyms, value by value."""
        return tuple(name for names in self.values.values() for name in names)


@dataclass(frozen=True)
class Listing:
    """What the skill store shows."""

    name: str
    summary: str
    description: str
    example_phrases: tuple[str, ...]
    keywords: tuple[str, ...]


@dataclass(frozen=True)
class Source:
    """A whole model as people write it."""

    file: str
    language: str
    """Such as "en"."""
    invocation: str
    built_in: tuple[str, ...]
    intents: tuple[Intent, ...]
    types: tuple[SlotType, ...] = ()
    prompts: dict[str, tuple[str, ...]] = field(default_factory=dict)
    delegation: str | None = None
    fallback_sensitivity: str | None = None
    store: Listing | None = None
    """None for a model that no store shows."""


def read_all(folder: Path) -> dict[str, Source]:
    """Every locale's model: its language's, with what its region adds.

    Raises:
        ModelError: as `read` does.
    """
    return {
        locale: read(path, locale)
        for path in sorted(folder.glob("??.toml"))
        for locale in locales_of(path)
    }


def locales_of(path: Path) -> tuple[str, ...]:
    """The locales that a language's file is for; the first needs no file of its own.

    Raises:
        ModelError: the file is not TOML, or does not say.
    """
    return _Table(_content(path), path.name).texts("locales")


def read(path: Path, locale: str) -> Source:
    """Read the model of a locale.

    What stands in `<locale>.toml` beside the language's file goes on top: its lists are added
    to those of the language, and everything else takes the language's place.

    Args:
        path: of the language's file.

    Raises:
        ModelError: a file is not TOML, or has a missing, unknown or misshapen key.
    """
    region = path.with_name(f"{locale}.toml")
    if not region.exists():
        return _source(_Table(_content(path), path.name), path.name, locale)
    content = _added(_content(path), _content(region))
    return _source(_Table(content, region.name), region.name, locale)


def _content(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ModelError([Problem(path.name, f"not valid TOML: {error}")]) from error


def _added(content: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    """The content, with lists that go on and other values that are replaced."""
    result = dict(content)
    for key, value in more.items():
        below = result.get(key)
        if isinstance(value, dict) and isinstance(below, dict):
            result[key] = _added(below, value)
        elif isinstance(value, list) and isinstance(below, list):
            result[key] = [*below, *value]
        else:
            result[key] = value
    return result


def _source(table: _Table, file: str, locale: str) -> Source:
    table.texts("locales")
    source = Source(
        file=file,
        language=locale.partition("-")[0],
        invocation=table.take("invocation", str),
        built_in=table.texts("built_in", default=()),
        intents=tuple(_intent(*named) for named in table.tables("intents")),
        types=tuple(_slot_type(*named) for named in table.tables("types")),
        prompts=_prompts(table),
        delegation=table.take("delegation", str, None),
        fallback_sensitivity=table.take("fallback_sensitivity", str, None),
        store=_listing(table),
    )
    table.close()
    return source


def _listing(table: _Table) -> Listing | None:
    store = table.table("store")
    if not store.names():
        return None
    listing = Listing(
        name=store.take("name", str),
        summary=store.take("summary", str),
        description=store.take("description", str),
        example_phrases=store.texts("example_phrases"),
        keywords=store.texts("keywords"),
    )
    store.close()
    return listing


def _prompts(table: _Table) -> dict[str, tuple[str, ...]]:
    prompts = table.table("prompts")
    return {name: prompts.texts(name) for name in prompts.names()}


def _intent(name: str, table: _Table) -> Intent:
    intent = Intent(
        name=name,
        meaning=table.take("meaning", str),
        account=table.take("account", bool),
        example=table.take("example", str),
        sentences=table.texts("sentences"),
        slots=tuple(_slot(*named) for named in table.tables("slots")),
        confirm=table.take("confirm", str, None),
        delegation=table.take("delegation", str, None),
    )
    table.close()
    return intent


def _slot(name: str, table: _Table) -> Slot:
    slot = Slot(
        name=name,
        type=table.take("type", str),
        multiple=table.take("multiple", bool, default=False),
        samples=table.texts("samples", default=()),
        elicit=table.take("elicit", str, None),
        confirm=table.take("confirm", str, None),
        validations=tuple(_validation(entry) for entry in table.entries("validations")),
    )
    table.close()
    return slot


def _validation(table: _Table) -> Validation:
    return Validation(
        type=table.take("type", str),
        prompt=table.take("prompt", str),
        arguments={key: table.take(key, object) for key in table.names()},
    )


def _slot_type(name: str, table: _Table) -> SlotType:
    return SlotType(name, {value: table.texts(value) for value in table.names()})


_REQUIRED: Any = object()


class _Table:
    """A TOML table that knows where it stands and which keys were asked for."""

    def __init__(self, content: dict[str, Any], place: str) -> None:
        self._content = dict(content)
        self._place = place

    def names(self) -> list[str]:
        return list(self._content)

    def take(self, key: str, kind: type, default: Any = _REQUIRED) -> Any:
        if key not in self._content:
            if default is _REQUIRED:
                raise self._error(f"“{key}” is missing")
            return default
        value = self._content.pop(key)
        if not isinstance(value, kind):
            raise self._error(f"“{key}” must be a {kind.__name__}, not {value!r}")
        return value

    def texts(self, key: str, default: Any = _REQUIRED) -> tuple[str, ...]:
        values = self.take(key, list, default)
        if not all(isinstance(value, str) for value in values):
            raise self._error(f"“{key}” must be a list of strings")
        return tuple(values)

    def table(self, key: str) -> _Table:
        return _Table(self.take(key, dict, {}), self._inside(key))

    def tables(self, key: str) -> Iterator[tuple[str, _Table]]:
        outer = self.table(key)
        for name in outer.names():
            inner = outer.take(name, dict)
            yield name, _Table(inner, self._inside(name))

    def entries(self, key: str) -> Iterator[_Table]:
        for entry in self.take(key, list, []):
            if not isinstance(entry, dict):
                raise self._error(f"“{key}” must be a list of tables")
            yield _Table(entry, self._inside(key))

    def close(self) -> None:
        if self._content:
            raise self._error(f"“{next(iter(self._content))}” is not a key that is known here")

    def _inside(self, name: str) -> str:
        joint = ": " if self._place.endswith(".toml") else "."
        return f"{self._place}{joint}{name}"

    def _error(self, what: str) -> ModelError:
        return ModelError([Problem(self._place, what)])
