"""How the doctor asks a tenant: as Alexa does, with her patience and a stopwatch."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from time import monotonic
from typing import Any
from urllib.parse import quote_plus

import requests

TOKEN_ENDPOINT_TIMEOUT_S = 4.5
"""https://developer.amazon.com/docs/account-linking/requirements-account-linking.html"""

WORD = re.compile(r"[a-z_]{1,40}")
"""An error of OAuth. Whatever else stands in its place may quote what was sent."""


class NoAnswerError(Exception):
    """Nobody answered; the text says how, and is fit to be printed."""


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    location: str = field(repr=False)
    """Where it redirects to; blank if it does not."""
    body: Any = field(repr=False)
    """The JSON of the body; None if it is none."""
    seconds: float

    def get(self, name: str) -> Any:
        """A member of the body; None if there is none."""
        return self.body.get(name) if isinstance(self.body, dict) else None

    @property
    def error(self) -> str:
        """OAuth's word for what is wrong (RFC 6749, section 5.2), or the status."""
        error = self.get("error")
        known = isinstance(error, str) and WORD.fullmatch(error)
        return str(error) if known else f"status {self.status}"


class Caller:
    """Asks once, and follows no redirect.

    Args:
        timer: seconds since whenever; tells how long an answer took.
        patience: seconds to wait for one.
    """

    def __init__(
        self,
        *,
        timer: Callable[[], float] = monotonic,
        patience: float = TOKEN_ENDPOINT_TIMEOUT_S,
    ) -> None:
        self._timer = timer
        self._patience = patience
        self._session = requests.Session()
        # Without it a .netrc would answer for us, in place of the header that we send.
        self._session.auth = lambda request: request

    def get(
        self, url: str, query: Mapping[str, str] | None = None, *, bearer: str | None = None
    ) -> Answer:
        """GET a page or a document.

        Raises:
            NoAnswerError: there is none.
        """
        headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
        return self._ask("GET", url, params=query, headers=headers)

    def post(
        self,
        url: str,
        form: Mapping[str, str],
        *,
        client_id: str,
        secret: str | None,
        basic: bool = True,
    ) -> Answer:
        """POST a form as an application, with its secret in a header or in the form.

        Raises:
            NoAnswerError: there is no answer.
        """
        if basic:
            # RFC 6749, section 2.3.1: both are form-urlencoded first.
            credentials = quote_plus(client_id), quote_plus(secret or "")
            return self._ask("POST", url, data=form, auth=credentials)
        own = {"client_id": client_id, "client_secret": secret or ""}
        return self._ask("POST", url, data={**form, **own})

    def _ask(self, method: str, url: str, **request: Any) -> Answer:
        began = self._timer()
        try:
            response = self._session.request(
                method, url, timeout=self._patience, allow_redirects=False, **request
            )
        except requests.Timeout:
            raise NoAnswerError(f"nobody answers within {self._patience:g} s") from None
        except requests.RequestException as error:
            raise NoAnswerError(f"there is no connection ({type(error).__name__})") from None
        took = self._timer() - began
        location = response.headers.get("Location", "")
        return Answer(response.status_code, location, _json(response), took)


def _json(response: requests.Response) -> Any:
    try:
        return response.json()
    except ValueError:
        return None
