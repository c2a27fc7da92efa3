"""What a device with a screen shows: the document that the skill sent last."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from simulator.rules.turn import Directive, at, members, text

Json = dict[str, Any]

USER_EVENT = "Alexa.Presentation.APL.UserEvent"
RENDER = "Alexa.Presentation.APL.RenderDocument"
_COMMANDS = "Alexa.Presentation.APL.ExecuteCommands"


class NothingShownError(Exception):
    """Somebody touches a screen that shows nothing of the skill."""


@dataclass
class Screen:
    """A document on a screen, until the session ends."""

    token: str
    document: Json
    datasources: Json
    commands: list[Json] = field(default_factory=list)
    """Executed since it was rendered, in their order."""

    def context(self) -> Json:
        """What envelopes say of it, as `context.Alexa.Presentation.APL`."""
        version = f"AplWebRenderer-{self.document.get('version')}"
        return {"token": self.token, "version": version, "componentsVisibleOnScreen": []}

    def touch(self, arguments: list[Any]) -> Json:
        """What a UserEvent says of a button that was touched."""
        source = {"type": "TouchWrapper", "handler": "Press", "id": ""}
        return {
            "token": self.token,
            "arguments": arguments,
            "source": source,
            "components": {},
        }

    def texts(self) -> list[str]:
        """Every text in its data, and what commands wrote."""
        written = (text(command.get("value")) for command in self.commands)
        return [*_texts(self.datasources), *filter(None, written)]


def after(shown: Screen | None, directives: tuple[Directive, ...]) -> Screen | None:
    """What a screen shows after these directives; one that cannot be drawn changes nothing."""
    for directive in directives:
        body = directive.body
        if directive.type == RENDER and isinstance(body.get("document"), dict):
            data = dict(members(body.get("datasources")))
            shown = Screen(text(body.get("token")), dict(body["document"]), data)
        if directive.type == _COMMANDS and shown and at(body, "token") == shown.token:
            commands = body.get("commands")
            listed = commands if isinstance(commands, list) else []
            shown.commands += [dict(command) for command in listed if isinstance(command, dict)]
    return shown


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    parts = value.values() if isinstance(value, Mapping) else value
    if isinstance(parts, list) or isinstance(value, Mapping):
        for part in parts:  # type: ignore[attr-defined]  # one of the two, as was just asked
            yield from _texts(part)
