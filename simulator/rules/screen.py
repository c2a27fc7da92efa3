"""Rules about screens: what a device with APL would not draw.

Sources: "Alexa.Presentation.APL Interface Reference", "APL Document", "APL Data Sources",
"SendEvent Command".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from simulator.rules.turn import Breach, Directive, Turn, at, entries, members, text

_APL = "Alexa.Presentation.APL"
_RENDER = f"{_APL}.RenderDocument"
_COMMAND = f"{_APL}.ExecuteCommands"

#: What each type of document cannot do without.
_NEEDS: Mapping[str, Mapping[str, type]] = {
    "APL": {"type": str, "version": str, "mainTemplate": dict},
    "Link": {"src": str},
}


def incomplete_document(turn: Turn) -> Iterator[Breach]:
    """A document says what it is, for which version it is written, and what to draw.

    A link to a document that is stored at Amazon says where that is instead.
    """
    for directive in _rendered(turn):
        document = directive.body.get("document")
        if not isinstance(document, Mapping):
            continue
        needs = _NEEDS.get(text(document.get("type")), _NEEDS["APL"])
        missing = [name for name, kind in needs.items() if not isinstance(document.get(name), kind)]
        if missing:
            yield Breach(
                "apl-document",
                f"{directive.place}.document has no {' and no '.join(missing)}.",
                f"A document needs {', '.join(_NEEDS['APL'])}; a Link needs src.",
            )


def missing_data(turn: Turn) -> Iterator[Breach]:
    """Whatever data a document takes is sent along; "payload" takes all that there is."""
    for directive in _rendered(turn):
        sent = members(directive.body.get("datasources"))
        taken = entries(at(directive.body, "document", "mainTemplate", "parameters"))
        needed = [name for name in map(_needed, taken) if name not in ("", "payload")]
        for name in needed:
            if name not in sent:
                yield Breach(
                    "apl-datasource",
                    f"{directive.place}.datasources has no {name!r}, which the document takes.",
                    "Send it, or take it out of mainTemplate.parameters.",
                )


def arguments(turn: Turn) -> Iterator[Breach]:
    """What a touch sends to the skill is a list; an expression may become one."""
    for directive in turn.directives:
        for event in _events(directive.body) if directive.type in (_RENDER, _COMMAND) else ():
            sent = event.get("arguments", [])
            if not isinstance(sent, list) and not text(sent).startswith("${"):
                yield Breach(
                    "apl-arguments",
                    f"{directive.place} has a SendEvent whose arguments are no list: {sent!r}.",
                    "Put them into a list, even if it is only one.",
                )


def newer_than_the_device(turn: Turn) -> Iterator[Breach]:
    """A document is written in an APL that the device can read."""
    interfaces = at(turn.envelope, "context", "System", "device", "supportedInterfaces")
    newest = _version(at(interfaces, _APL, "runtime", "maxVersion"))
    for directive in _rendered(turn):
        written = _version(at(directive.body, "document", "version"))
        if newest and written > newest:
            yield Breach(
                "apl-version",
                f"{directive.place}.document is of a version above {'.'.join(map(str, newest))}, "
                "the newest that the device can read.",
                "Choose the version by supportedInterfaces, or write for an older one.",
            )


def nothing_to_command(turn: Turn) -> Iterator[Breach]:
    """Commands go to a document that is on the screen, or comes with them."""
    tokens = {text(directive.body.get("token")) for directive in _rendered(turn)}
    tokens.add(text(at(turn.envelope, "context", _APL, "token")))
    for directive in turn.directives:
        token = text(directive.body.get("token"))
        if directive.type == _COMMAND and token and token not in tokens:
            yield Breach(
                "apl-token",
                f"{directive.place} commands {token!r}, and no document has that token.",
                "Use the token that the document was rendered with.",
            )


def _rendered(turn: Turn) -> Iterator[Directive]:
    return (directive for directive in turn.directives if directive.type == _RENDER)


def _needed(parameter: object) -> str:
    """The name of a parameter that has no default; empty for any other."""
    if isinstance(parameter, Mapping) and "default" not in parameter:
        return text(parameter.get("name"))
    return text(parameter)


def _events(value: object) -> Iterator[Mapping[str, Any]]:
    """Every SendEvent command in it, wherever it stands."""
    if isinstance(value, Mapping):
        if value.get("type") == "SendEvent":
            yield value
        value = list(value.values())
    for part in entries(value):
        yield from _events(part)


def _version(written: object) -> tuple[int, ...]:
    """The numbers of a version such as "2024.3"; none if it is not one."""
    if not re.fullmatch(r"\d{1,9}(\.\d{1,9}){0,3}", text(written), re.ASCII):
        return ()
    return tuple(int(part) for part in text(written).split("."))
