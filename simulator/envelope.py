"""Request envelopes, complete and in the shape in which Amazon sends them.

https://developer.amazon.com/docs/custom-skills/request-and-response-json-reference.html
"""

from __future__ import annotations

import copy
import secrets
import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from simulator.screen import Screen
from simulator.viewports import VIEWPORTS

Json = dict[str, Any]
Device = Literal["speaker", "screen", "small", "round", "tv"]
DEVICES: tuple[Device, ...] = ("speaker", "screen", "small", "round", "tv")

_APL = "Alexa.Presentation.APL"


def amazon_id(kind: str) -> str:
    """An opaque identifier such as "amzn1.ask.account.AF…"."""
    return f"amzn1.{kind}.{secrets.token_hex(26).upper()}"


@dataclass
class Session:
    """One talk between the wake word and the last reply."""

    id: str = field(default_factory=lambda: f"amzn1.echo-api.session.{uuid.uuid4()}")
    attributes: Json = field(default_factory=dict)
    new: bool = True
    screen: Screen | None = None
    """What is shown while it lasts."""


@dataclass(frozen=True)
class Household:
    """What every envelope says about where it comes from."""

    skill_id: str
    user_id: str
    access_token: str | None
    device: Device
    device_id: str
    api_endpoint: str
    api_access_token: str
    person: Json | None = None
    """Whose voice was recognised; None for nobody's."""


def envelope(request: Json, household: Household, session: Session | None) -> Json:
    """The whole envelope around a request; skill events have no session, and no device."""
    user: Json = {"userId": household.user_id}
    if household.access_token is not None:
        user["accessToken"] = household.access_token
    application = {"applicationId": household.skill_id}
    system: Json = {
        "application": application,
        "user": user,
        "apiEndpoint": household.api_endpoint,
        "apiAccessToken": household.api_access_token,
    }
    if session is None:
        return {"version": "1.0", "context": {"System": system}, "request": request}
    if household.person is not None:
        system["person"] = household.person
    return {
        "version": "1.0",
        "session": {
            "new": session.new,
            "sessionId": session.id,
            "application": application,
            "attributes": copy.deepcopy(session.attributes),
            "user": user,
        },
        "context": _surroundings(system, household, session.screen),
        "request": request,
    }


def request(kind: str, at: datetime, locale: str | None = None, /, **more: Any) -> Json:
    """The request itself: its type, an id, the time, and what belongs to the type.

    Skill events have a bare UUID for an id.
    """
    event = kind.startswith("AlexaSkillEvent.")
    request_id = str(uuid.uuid4())
    said: Json = {
        "type": kind,
        "requestId": request_id if event else f"amzn1.echo-api.request.{request_id}",
        "timestamp": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    if locale is not None:
        said["locale"] = locale
    return said | copy.deepcopy(more)


def _surroundings(system: Json, household: Household, screen: Screen | None) -> Json:
    interfaces: Json = {"AudioPlayer": {}, "Geolocation": {}}
    context: Json = {"System": system, "AudioPlayer": {"playerActivity": "IDLE"}}
    if viewport := VIEWPORTS.get(household.device):
        interfaces[_APL] = {"runtime": {"maxVersion": "2024.3"}}
        context["Viewport"] = viewport.characteristics()
        context |= {"Viewports": [viewport.state()], "Extensions": {"available": {}}}
    if screen:
        context[_APL] = screen.context()
    system["device"] = {"deviceId": household.device_id, "supportedInterfaces": interfaces}
    return context
