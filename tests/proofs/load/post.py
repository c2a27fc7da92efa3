"""The mail of many customers, with what became of the turn that sent it."""

from __future__ import annotations

import base64
import io
import json
import threading
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from werkzeug.test import run_wsgi_app
from werkzeug.wrappers import Request, Response

from simulator.mailbox import Mail, opened
from simulator.script import findings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_SEND = "/v2/email/outbound-emails"


@dataclass
class Letter:
    """A mail that SES has taken."""

    mail: Mail
    disturbed: bool = False
    """Whether a fault or a kill met the turn that sent it."""


class Post:
    """Every letter; may be used from any thread. The world's own mailbox would be too slow."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []
        self._by_address: defaultdict[str, list[Letter]] = defaultdict(list)
        self._turn = threading.Lock()

    def take(self, letter: Letter) -> None:
        """File a letter with whom it goes to."""
        with self._turn:
            self.letters.append(letter)
            for address in letter.mail.addresses:
                self._by_address[address].append(letter)

    def newest_code(self, address: str) -> str | None:
        """The code of the newest letter to somebody that has one."""
        with self._turn:
            letters = list(self._by_address[address])
        codes = (findings(letter.mail).get("code") for letter in reversed(letters) if _asks(letter))
        return next(filter(None, codes), None)


class Outbox:
    """Lies between one process and AWS, and files what SES takes from it.

    Attributes:
        sent: so many letters.
    """

    def __init__(self, app: WSGIApplication, post: Post) -> None:
        self._app = app
        self._post = post
        self._of_turn: list[Letter] = []
        self.sent = 0

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] != _SEND:
            return self._app(environ, start_response)
        return self._send(environ)(environ, start_response)

    def close_turn(self, *, disturbed: bool) -> None:
        """Note what became of the turn on all that it has sent."""
        for letter in self._of_turn:
            letter.disturbed = disturbed
        self._of_turn.clear()

    def _send(self, environ: WSGIEnvironment) -> Response:
        sent = Request(environ).get_data()
        again = environ | {"wsgi.input": io.BytesIO(sent)}
        body, status, headers = run_wsgi_app(self._app, again, buffered=True)
        answer = Response(b"".join(body), status, headers)
        if answer.status_code == 200:
            letter = Letter(_opened(json.loads(sent), len(self._post.letters)))
            self.sent += 1
            self._of_turn.append(letter)
            self._post.take(letter)
        return answer


def _asks(letter: Letter) -> bool:
    return "code" in letter.mail.subject.lower()


def _opened(asked: dict[str, Any], number: int) -> Mail:
    """https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html"""
    raw = base64.b64decode(asked["Content"]["Raw"]["Data"])
    # Whom SES delivers to is said beside the letter, whatever its own To says.
    to = ", ".join(asked["Destination"]["ToAddresses"])
    return replace(opened(str(number), raw, datetime.now(UTC)), to=to)
