"""The door for a real Echo: what a tunnel may let in from the internet.

It stands on a port of its own, because a tunnel brings whatever it is sent, and some
rewrite the Host header on the way: the page, with its mails and its codes, is not behind it.

A real Echo's customers link their account with a tenant that Amazon can reach, so with a real
one at Auth0: the world's own is on this machine only. The mails, the texts and the orders
are the world's all the same.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from flask import Flask, Response, jsonify, request

from simulator.request_verification import (
    RequestVerifier,
    UnverifiedError,
    fetch,
    public_roots,
)
from simulator.wire import Server

logger = logging.getLogger(__name__)

LARGEST_REQUEST = 262_144
"""Bytes; Alexa's envelopes have some ten thousand."""

OF_THE_TENANT = (
    "AUTH0_DOMAIN",
    "AUTH0_AUDIENCE",
    "AUTH0_CLIENT_ID",
    "AUTH0_BACKEND_CLIENT_ID",
    "AUTH0_BACKEND_CLIENT_SECRET",
    "AUTH0_WEB_CLIENT_ID",
    "AUTH0_WEB_CLIENT_SECRET",
)
"""The settings in which the world's tenant stands."""


def create_tunnel_door(verifier: RequestVerifier, send: Callable[[Any], Any]) -> Flask:
    """Make the door: a WSGI application that takes Alexa's requests at POST /alexa.

    What Alexa has not signed is answered with 400, as Amazon wants it.

    Args:
        verifier: knows which requests Alexa has sent.
        send: hands an envelope to the skill; gives its reply, or None if there is none.
    """
    door = Flask(__name__, static_folder=None)
    door.config["MAX_CONTENT_LENGTH"] = LARGEST_REQUEST

    @door.post("/alexa")
    def alexa() -> Response:
        envelope = verifier.verify(
            request.get_data(cache=False),
            chain_url=request.headers.get("SignatureCertChainUrl"),
            signature=request.headers.get("Signature-256"),
        )
        reply = send(envelope)
        status = 500 if reply is None else 200
        return Response(json.dumps(reply), status, mimetype="application/json")

    door.register_error_handler(UnverifiedError, _refuse)
    return door


def _refuse(error: UnverifiedError) -> tuple[Response, int]:
    logger.warning("refused a request at the tunnel", extra={"why": str(error)})
    return jsonify(error=str(error)), 400


def tunnel_server(send: Callable[[Any], Any], port: int = 0) -> Server:
    """Serve the door on loopback, for requests that Amazon herself has signed."""
    # The real time, and not the world's: Amazon does not wait when the world does.
    verifier = RequestVerifier(now=lambda: datetime.now(UTC), roots=public_roots(), fetch=fetch)
    return Server(create_tunnel_door(verifier, send), port)


def tenant_settings(environment: Mapping[str, str]) -> dict[str, str]:
    """The settings of a tenant of one's own; none if the environment names no AUTH0_DOMAIN.

    What it leaves out is blank: nothing of the world's tenant would fit to another.
    """
    if not environment.get("AUTH0_DOMAIN"):
        return {}
    own = {name: value for name, value in environment.items() if name.startswith("AUTH0_")}
    return dict.fromkeys(OF_THE_TENANT, "") | own
