"""Lets the operator sign in at the real login page, and catches the answer on this machine."""

from __future__ import annotations

import sys
import threading
import webbrowser
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from werkzeug.wrappers import Request, Response

from deployment.doctor.case import SignInError
from simulator.wire import PortTakenError, Server, free_port

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PORT = 8765
REDIRECT_URL = f"http://127.0.0.1:{PORT}/doctor"
PATIENCE_S = 300.0


class BrowserSignIn:
    """Opens the login page in a browser, and waits until somebody has signed in.

    Args:
        port: to wait on.
        patience: seconds to wait.
        show: opens an address in a browser.
    """

    def __init__(
        self,
        port: int = PORT,
        *,
        patience: float = PATIENCE_S,
        show: Callable[[str], object] = webbrowser.open,
    ) -> None:
        self._port = port
        self._patience = patience
        self._show = show

    def __call__(self, url: str) -> str:
        """Give the address that the login page led to.

        Raises:
            SignInError: nobody came back in time, or something else listens on the port.
        """
        arrived = _Arrival()
        try:
            server = Server(arrived, free_port(self._port))
        except PortTakenError as error:
            raise SignInError(str(error)) from None
        try:
            # Not to stdout, where a machine may read JSON.
            print(f"Sign in as any customer, and come back:\n{url}", file=sys.stderr, flush=True)
            self._show(url)
            return arrived.wait(self._patience)
        finally:
            server.close()


class _Arrival:
    """A WSGI application with one page, which the login page sends the browser to."""

    def __init__(self) -> None:
        self._url = ""
        self._came = threading.Event()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        answer = self._answer(Request(environ))
        return answer(environ, start_response)

    def wait(self, seconds: float) -> str:
        if not self._came.wait(seconds):
            raise SignInError(
                f"nobody came back; is {REDIRECT_URL} among the Allowed Callback URLs?"
            )
        return self._url

    def _answer(self, request: Request) -> WSGIApplication:
        if request.path != "/doctor" or "state" not in request.args:
            return Response("This is the doctor's.", 404, mimetype="text/plain")
        self._url = request.url
        self._came.set()
        return Response("Thank you. The rest is in the terminal.", mimetype="text/plain")
