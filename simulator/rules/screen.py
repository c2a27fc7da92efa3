"""Rules about screens: what a device with APL would not draw.

Source: "Alexa.Presentation.APL Interface Reference".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from simulator.rules.turn import Breach, Turn, at, text

_APL = "Alexa.Presentation.APL"
_RENDER = f"{_APL}.RenderDocument"
_COMMAND = f"{_APL}.ExecuteCommands"


def newer_than_the_device(turn: Turn) -> Iterator[Breach]:
    """A document is written in an APL that the device can read."""
    interfaces = at(turn.envelope, "context", "System", "device", "supportedInterfaces")
    newest = _version(at(interfaces, _APL, "runtime", "maxVersion"))
    for directive in turn.directives:
        written = _version(at(directive.body, "document", "version"))
        if directive.type == _RENDER and newest and written > newest:
            yield Breach(
                "apl-version",
                f"{directive.place}.document is of a version above {'.'.join(map(str, newest))}, "
                "the newest that the device can read.",
                "Choose the version by supportedInterfaces, or write for an older one.",
            )


def nothing_to_command(turn: Turn) -> Iterator[Breach]:
    """Commands go to a document that is on the screen, or comes with them."""
    tokens = {text(d.body.get("token")) for d in turn.directives if d.type == _RENDER}
    tokens.add(text(at(turn.envelope, "context", _APL, "token")))
    for directive in turn.directives:
        token = text(directive.body.get("token"))
        if directive.type == _COMMAND and token and token not in tokens:
            yield Breach(
                "apl-token",
                f"{directive.place} commands {token!r}, and no document has that token.",
                "Use the token that the document was rendered with.",
            )


def _version(written: object) -> tuple[int, ...]:
    """The numbers of a version such as "2024.3"; none if it is not one."""
    if not re.fullmatch(r"\d{1,9}(\.\d{1,9}){0,3}", text(written), re.ASCII):
        return ()
    return tuple(int(part) for part in text(written).split("."))
