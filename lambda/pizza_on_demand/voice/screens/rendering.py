"""Puts a document of the Alexa Presentation Language on a device that reads it.

Documents keep to version 1.4, without imports: the oldest devices read it, and Amazon's open
source renderer draws it, so that what is seen here is what is seen everywhere.
https://developer.amazon.com/docs/alexa/alexa-presentation-language/apl-interface.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from ask_sdk_core.handler_input import HandlerInput
from ask_sdk_model.interfaces.alexa.presentation.apl.execute_commands_directive import (
    ExecuteCommandsDirective,
)
from ask_sdk_model.interfaces.alexa.presentation.apl.render_document_directive import (
    RenderDocumentDirective,
)
from ask_sdk_model.interfaces.alexa.presentation.apl.set_value_command import SetValueCommand

from pizza_on_demand.voice.envelope import part, raw_event, shop_window
from pizza_on_demand.voice.screens.pictures import Graphic
from pizza_on_demand.voice.shop_window import ShopWindow

_APL = "Alexa.Presentation.APL"
_VERSION = (1, 4)
_DOCUMENTS = Path(__file__).with_name("documents")


def shown(handler_input: HandlerInput) -> ShopWindow | None:
    """What may be shown; None where nothing can be."""
    return shop_window(handler_input) if can_render(handler_input) else None


def render(
    handler_input: HandlerInput, name: str, data: Mapping[str, Any], graphics: Mapping[str, Graphic]
) -> None:
    """Show a screen.

    Args:
        name: of the document, and its token while it is on the screen.
        data: what the document shows, as `payload.screen`.
        graphics: the pictures in it, by their names.
    """
    document = {**_document(name), "graphics": dict(graphics)}
    handler_input.response_builder.add_directive(
        RenderDocumentDirective(name, document=document, datasources={"screen": dict(data)})
    )


def change_text(handler_input: HandlerInput, name: str, component: str, text: str) -> None:
    """Put another text into a screen, if that one is shown now."""
    token = part(raw_event(handler_input), "context", _APL, "token")
    if token == name and can_render(handler_input):
        command = SetValueCommand(component_id=component, object_property="text", value=text)
        handler_input.response_builder.add_directive(ExecuteCommandsDirective([command], name))


def is_rendered(handler_input: HandlerInput) -> bool:
    """Whether the reply shows something."""
    directives = handler_input.response_builder.response.directives or ()
    return any(isinstance(directive, RenderDocumentDirective) for directive in directives)


def can_render(handler_input: HandlerInput) -> bool:
    """Whether the device says that it reads documents of our version."""
    interfaces = ("context", "System", "device", "supportedInterfaces")
    newest = part(raw_event(handler_input), *interfaces, _APL, "runtime", "maxVersion")
    numbers = newest.split(".") if isinstance(newest, str) else []
    return all(map(str.isdecimal, numbers)) and tuple(map(int, numbers)) >= _VERSION


@cache
def _document(name: str) -> dict[str, Any]:
    look = _read("look")
    layouts = {**look["layouts"], **(_read("pad") if name == "code" else {})}
    return {**look, "layouts": layouts, "mainTemplate": _read(name)}


def _read(name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((_DOCUMENTS / f"{name}.json").read_text("utf-8"))
    return document
