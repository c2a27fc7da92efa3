"""Alexa's API: what a skill may ask of the Amazon account, and say before it has answered.

https://developer.amazon.com/docs/custom-skills/request-customer-contact-information-for-use-in-your-skill.html
https://developer.amazon.com/docs/custom-skills/progressive-response-api-reference.html
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Request, Response

from simulator.alexa_app import AlexaApp
from simulator.echo import Turn
from simulator.reply import without_tags
from simulator.rules.turn import at
from simulator.wire import problem

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ACCOUNT = "/v2/accounts/~current/settings/"
DIRECTIVES = "/v1/directives"

SETTINGS = {
    "Profile.email": ("email", "alexa::profile:email:read"),
    "Profile.name": ("name", "alexa::profile:name:read"),
    "Profile.givenName": ("given_name", "alexa::profile:given_name:read"),
    "Profile.mobileNumber": ("mobile_number", "alexa::profile:mobile_number:read"),
}
"""What each setting is called in the account, and the permission that it needs."""

MOST_DIRECTIVES = 5
"""For one request."""


class AlexaApi:
    """A WSGI application for one household.

    Args:
        token: the apiAccessToken of its envelopes.
        app: its Alexa app, which has the account and its permissions.
        asking: the turn that the skill has not answered yet; None between two turns.
    """

    def __init__(
        self, token: str, app: Callable[[], AlexaApp], *, asking: Callable[[], Turn | None]
    ) -> None:
        self._token = token
        self._app = app
        self._asking = asking
        self.wsgi: WSGIApplication = self._answer

    def _answer(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        return self._respond(Request(environ))(environ, start_response)

    def _respond(self, request: Request) -> Response:
        if request.headers.get("Authorization") != f"Bearer {self._token}":
            return _refused(401, "INVALID_TOKEN", "The authentication token is not valid.")
        if (request.method, request.path) == ("POST", DIRECTIVES):
            return self._speak(request.get_json(silent=True))
        if request.method == "GET" and request.path.startswith(ACCOUNT):
            return self._setting(request.path.removeprefix(ACCOUNT))
        return _refused(404, "INVALID_URI", "There is nothing here.")

    def _setting(self, name: str) -> Response:
        if name not in SETTINGS:
            return _refused(404, "INVALID_KEY", "There is no such setting.")
        key, scope = SETTINGS[name]
        app = self._app()
        if scope not in app.permissions:
            reason = "Access denied with reason: ACCESS_NOT_REQUESTED"
            return _refused(403, "ACCESS_DENIED", reason)
        if key not in app.account:
            return Response(status=204)
        return Response(json.dumps(app.account[key]), mimetype="application/json")

    def _speak(self, body: Any) -> Response:
        """Say something in the turn that is not answered yet."""
        turn, speech = self._asking(), at(body, "directive", "speech")
        if at(body, "directive", "type") != "VoicePlayer.Speak" or not isinstance(speech, str):
            return _refused(400, "INVALID_DIRECTIVE", "Only VoicePlayer.Speak is supported.")
        if turn is None or at(body, "header", "requestId") != _request_id(turn):
            return _refused(400, "INVALID_REQUEST_ID", "Nobody waits for that request.")
        if len(turn.meanwhile) >= MOST_DIRECTIVES:
            return _refused(400, "TOO_MANY_DIRECTIVES", "There were five already.")
        turn.meanwhile.append(without_tags(speech))
        return Response(status=204)


def _request_id(turn: Turn) -> str | None:
    """Of a request that takes progressive responses."""
    takes_them = at(turn.request, "request", "type") in ("LaunchRequest", "IntentRequest")
    request_id = at(turn.request, "request", "requestId")
    return request_id if takes_them and isinstance(request_id, str) else None


def _refused(status: int, code: str, message: str) -> Response:
    return problem(status, {"code": code, "message": message})
