"""Reads and writes the SDK's models by plans that are made once for each class.

Where a payload is not as a model has it, the SDK's own code is asked, so that the same comes
out, or the same error.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from enum import Enum
from importlib import import_module
from typing import Any, cast

from ask_sdk_core.serialize import DefaultSerializer

import fast_sdk

Reader = Callable[[Any], Any]
"""Makes of a part of a payload, which is not null, what a model holds of it."""

_LIST = re.compile(r"list\[([^,]*)\]")
_DICT = re.compile(r"dict\([^,]*, ([^,]*)\)")
_AT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_AS_IT_IS = frozenset({type(None), str, int, float, bool})


def new_serializer() -> PlainSerializer:
    """A serializer as the setting wants it."""
    return FastSerializer() if fast_sdk.is_on() else PlainSerializer()


class PlainSerializer(DefaultSerializer):
    """DefaultSerializer, for what is no text any more."""

    def read(self, payload: Any, obj_type: Any) -> Any:
        """What `deserialize` makes of the payload's JSON.

        Raises:
            Exception: of many kinds, where the payload is not as the models have it.
        """
        return self.deserialize(json.dumps(payload), obj_type)


class FastSerializer(PlainSerializer):
    """The same, sooner."""

    def __init__(self) -> None:
        self._readers: dict[Any, Reader] = {}
        self._written: dict[type, Mapping[str, str]] = {}

    def deserialize(self, payload: str | None, obj_type: Any) -> Any:
        """As DefaultSerializer does; raises SerializationException as it does."""
        try:
            return self.read(json.loads(payload), obj_type) if payload is not None else None
        except Exception:  # noqa: BLE001 - whatever it is, the SDK's own error says it
            return super().deserialize(payload, obj_type)

    def serialize(self, obj: Any) -> Any:
        """As DefaultSerializer does."""
        kind = type(obj)
        if kind in _AS_IT_IS:
            return obj
        if kind is dict:
            return {key: self.serialize(value) for key, value in obj.items()}
        if kind is list:
            return [self.serialize(value) for value in obj]
        names = self._written.get(kind)
        if names is None:
            if not hasattr(kind, "deserialized_types"):
                return super().serialize(obj)
            names = self._written[kind] = _names(kind)
        values = ((name, getattr(obj, attribute)) for attribute, name in names.items())
        return {name: self.serialize(value) for name, value in values if value is not None}

    def read(self, payload: Any, obj_type: Any) -> Any:
        """As PlainSerializer does; what the models leave as it is, is the payload's own."""
        if payload is None:
            return None
        reader = self._readers.get(obj_type)
        if reader is None:
            reader = self._readers[obj_type] = self._reader(obj_type)
        return reader(payload)

    def _reader(self, obj_type: Any) -> Reader:
        if not isinstance(obj_type, str):
            return self._reader_of_class(obj_type)
        if found := _LIST.fullmatch(obj_type):
            return self._lists(obj_type, found[1])
        if found := _DICT.fullmatch(obj_type):
            return self._dicts(obj_type, found[1])
        if obj_type in self.NATIVE_TYPES_MAPPING:
            return self._reader_of_class(self.NATIVE_TYPES_MAPPING[obj_type])
        if "." not in obj_type:
            return self._as_the_sdk_does(obj_type)
        return self._reader_of_class(_class(obj_type))

    def _reader_of_class(self, kind: Any) -> Reader:
        if kind is object:
            return lambda payload: payload
        if kind in (date, datetime):
            return self._times(kind)
        if kind in self.PRIMITIVE_TYPES:
            return self._primitives(kind)
        if issubclass(kind, Enum):
            return cast("Reader", kind)
        if hasattr(kind, "get_real_child_model"):
            return self._children(kind)
        return self._models(kind)

    def _as_the_sdk_does(self, obj_type: Any) -> Reader:
        sdk = super().deserialize
        return lambda payload: sdk(json.dumps(payload), obj_type)

    def _lists(self, obj_type: str, element: str) -> Reader:
        otherwise = self._as_the_sdk_does(obj_type)

        def read(payload: Any) -> Any:
            if type(payload) is not list:
                return otherwise(payload)
            return [self.read(value, element) for value in payload]

        return read

    def _dicts(self, obj_type: str, value_type: str) -> Reader:
        otherwise = self._as_the_sdk_does(obj_type)

        def read(payload: Any) -> Any:
            if type(payload) is not dict:
                return otherwise(payload)
            return {key: self.read(value, value_type) for key, value in payload.items()}

        return read

    def _times(self, kind: type) -> Reader:
        otherwise = self._as_the_sdk_does(kind)

        def read(payload: Any) -> Any:
            # What Alexa sends; dateutil, which reads everything, is slow to import.
            if kind is datetime and type(payload) is str and _AT.fullmatch(payload):
                return datetime.fromisoformat(payload)
            return otherwise(payload)

        return read

    def _primitives(self, kind: type) -> Reader:
        otherwise = self._as_the_sdk_does(kind)
        return lambda payload: payload if type(payload) is kind else otherwise(payload)

    def _children(self, kind: Any) -> Reader:
        """Which class it is, the payload says."""
        otherwise = self._as_the_sdk_does(kind)
        readers: dict[str, Reader] = {}

        def read(payload: Any) -> Any:
            name = kind.get_real_child_model(payload)
            if not name:
                return otherwise(payload)
            if name not in readers:
                readers[name] = self._models(_class(name))
            return readers[name](payload)

        return read

    def _models(self, kind: Any) -> Reader:
        if not hasattr(kind, "deserialized_types"):
            return lambda payload: payload
        otherwise = self._as_the_sdk_does(kind)
        types, names = kind.deserialized_types, _names(kind)
        plan = [(name, attribute, types[attribute]) for attribute, name in names.items()]
        known = frozenset(names.values())

        def read(payload: Any) -> Any:
            if type(payload) is not dict:
                return otherwise(payload)
            model = kind()
            for name, attribute, type_ in plan:
                if name in payload:
                    setattr(model, attribute, self.read(payload[name], type_))
            for name in payload.keys() - known:
                setattr(model, name, payload[name])
            return model

        return read


def _names(kind: Any) -> Mapping[str, str]:
    """What each attribute of a model is called in JSON."""
    own = {attribute: attribute for attribute in kind.deserialized_types}
    return own | getattr(kind, "attribute_map", {})


def _class(dotted: str) -> Any:
    module, _, name = dotted.rpartition(".")
    return getattr(import_module(module), name)
