"""Rules about directives: that Alexa knows them, and that the device can do them.

Sources: the types of ask-sdk-model, the interface references of each directive.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from simulator.rules.turn import Breach, Directive, Turn, at, members, text


@dataclass(frozen=True)
class _Kind:
    """What a field must be."""

    name: str
    fits: Callable[[object], bool]


def _address(scheme: str) -> _Kind:
    return _Kind(f"a {scheme} address", lambda value: text(value).startswith(f"{scheme}://"))


def _one_of(*words: str) -> _Kind:
    return _Kind(f"one of {', '.join(words)}", lambda value: text(value) in words)


_TEXT = _Kind("a text", lambda value: text(value) != "")
_OBJECT = _Kind("an object", lambda value: isinstance(value, Mapping))
_ARRAY = _Kind("an array", lambda value: isinstance(value, list))

#: What each directive cannot do without, by the path inside it.
FIELDS: Mapping[str, Mapping[str, _Kind]] = {
    "Alexa.Advertisement.InjectAds": {},
    "Alexa.Presentation.APL.ExecuteCommands": {"token": _TEXT, "commands": _ARRAY},
    "Alexa.Presentation.APL.RenderDocument": {"document": _OBJECT},
    "Alexa.Presentation.APL.SendIndexListData": {"listId": _TEXT, "items": _ARRAY},
    "Alexa.Presentation.APL.SendTokenListData": {"listId": _TEXT, "items": _ARRAY},
    "Alexa.Presentation.APL.UpdateIndexListData": {"listId": _TEXT, "operations": _ARRAY},
    "Alexa.Presentation.APLA.RenderDocument": {"document": _OBJECT},
    "Alexa.Presentation.APLT.ExecuteCommands": {"token": _TEXT, "commands": _ARRAY},
    "Alexa.Presentation.APLT.RenderDocument": {"document": _OBJECT},
    "Alexa.Presentation.HTML.HandleMessage": {},
    "Alexa.Presentation.HTML.Start": {"request": _OBJECT},
    "Alexa.SmartVision.SnapshotProvider.GetSnapshotDirective": {},
    "AudioPlayer.ClearQueue": {"clearBehavior": _one_of("CLEAR_ENQUEUED", "CLEAR_ALL")},
    "AudioPlayer.Play": {
        "playBehavior": _one_of("ENQUEUE", "REPLACE_ALL", "REPLACE_ENQUEUED"),
        "audioItem.stream.url": _address("https"),
        "audioItem.stream.token": _TEXT,
    },
    "AudioPlayer.Stop": {},
    "Connections.SendRequest": {"name": _TEXT},
    "Connections.SendResponse": {"status": _OBJECT},
    "Connections.StartConnection": {"uri": _address("connection")},
    "Conversations.ResetContext": {},
    "CustomInterfaceController.SendDirective": {"header": _OBJECT, "endpoint": _OBJECT},
    "CustomInterfaceController.StartEventHandler": {"token": _TEXT},
    "CustomInterfaceController.StopEventHandler": {"token": _TEXT},
    "Dialog.ConfirmIntent": {},
    "Dialog.ConfirmSlot": {"slotToConfirm": _TEXT},
    "Dialog.Delegate": {},
    "Dialog.DelegateRequest": {"target": _TEXT},
    "Dialog.ElicitSlot": {"slotToElicit": _TEXT},
    "Dialog.UpdateDynamicEntities": {"updateBehavior": _one_of("REPLACE", "CLEAR")},
    "Display.RenderTemplate": {"template": _OBJECT},
    "GadgetController.SetLight": {"parameters": _OBJECT},
    "GameEngine.StartInputHandler": {"recognizers": _OBJECT, "events": _OBJECT},
    "GameEngine.StopInputHandler": {"originatingRequestId": _TEXT},
    "Hint": {"hint": _OBJECT},
    "Navigation.Assistance.AnnounceRoadRegulation": {},
    "Tasks.CompleteTask": {"status": _OBJECT},
    "VideoApp.Launch": {"videoItem.source": _address("https")},
}
#: The interface that a device must declare, by the family of directives.
_INTERFACES: Mapping[str, str] = {
    "Alexa.Presentation.APL": "Alexa.Presentation.APL",
    "Alexa.Presentation.APLT": "Alexa.Presentation.APLT",
    "Alexa.Presentation.HTML": "Alexa.Presentation.HTML",
    "AudioPlayer": "AudioPlayer",
    "Display": "Display",
    "VideoApp": "VideoApp",
}


def shape(turn: Turn) -> Iterator[Breach]:
    """Directives are a list of objects."""
    listed = turn.response.get("directives")
    if listed is None:
        return
    if not isinstance(listed, list) or len(turn.directives) < len(listed):
        yield Breach(
            "directives-shape",
            "response.directives is not a list of objects.",
            "Send a list, empty if need be, of objects that each have a type.",
        )


def unknown_types(turn: Turn) -> Iterator[Breach]:
    """Every directive is one that Alexa knows."""
    for directive in turn.directives:
        if directive.type not in FIELDS:
            yield Breach(
                "directive-type",
                f"{directive.place} has the unknown type {directive.body.get('type')!r}.",
                "Correct its type, as the interface's reference writes it.",
            )


def fields(turn: Turn) -> Iterator[Breach]:
    """Every directive has what it cannot do without."""
    for directive in turn.directives:
        for path, kind in FIELDS.get(directive.type, {}).items():
            if not kind.fits(at(directive.body, *path.split("."))):
                yield Breach(
                    "directive-field",
                    f"{directive.place} ({directive.type}) needs {path} to be {kind.name}.",
                    f"Set {path}.",
                )


def unsupported(turn: Turn) -> Iterator[Breach]:
    """A device is sent only what it has said it can do."""
    supported = members(at(turn.envelope, "context", "System", "device", "supportedInterfaces"))
    for directive in turn.directives:
        interface = _INTERFACES.get(directive.type.rpartition(".")[0])
        if interface is not None and interface not in supported:
            yield Breach(
                "directive-unsupported",
                f"{directive.place} ({directive.type}) needs {interface}, "
                "which the device does not declare.",
                "Send it only when context.System.device.supportedInterfaces has the interface.",
            )


def verify_person(turn: Turn) -> Iterator[Breach]:
    """Whoever wants a PIN to be asked for says how sure Alexa has to be.

    https://developer.amazon.com/docs/custom-skills/pin-confirmation-for-alexa-skills.html
    """
    for directive in turn.directives:
        if not text(directive.body.get("uri")).startswith("connection://AMAZON.VerifyPerson/"):
            continue
        wanted = at(directive.body, "input", "requestedAuthenticationConfidenceLevel")
        if (at(wanted, "level"), at(wanted, "customPolicy", "policyName")) != (400, "VOICE_PIN"):
            yield Breach(
                "verify-person-input",
                f"{directive.place} asks for a PIN without the level 400 and VOICE_PIN.",
                "Set both in input.requestedAuthenticationConfidenceLevel.",
            )


def sessions(turn: Turn) -> Iterator[Breach]:
    """A directive that takes the customer elsewhere leaves the session as it must."""
    ends = turn.response.get("shouldEndSession")
    for directive in turn.directives:
        if directive.type == "VideoApp.Launch" and ends is not None:
            yield _session(directive, "does not allow shouldEndSession", "Leave it out.")
        elif directive.type == "Connections.StartConnection" and ends is False:
            yield _session(
                directive,
                "hands the customer over, and shouldEndSession is false",
                "Leave it out to come back to this session, or set it to true.",
            )


def _session(directive: Directive, fault: str, remedy: str) -> Breach:
    return Breach("directive-session", f"{directive.place} ({directive.type}) {fault}.", remedy)
