"""The world's page: what a browser on this machine sees of it, and may ask of it.

It is a local tool without a login, so it has to make sure that nobody but its own
page (and programs on this machine) drives the world: every other web page that is
open in the same browser could otherwise post to it, or rebind its own host name to
127.0.0.1 and read it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NoReturn, cast

from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    current_app,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    send_file,
    send_from_directory,
)
from flask.json.provider import DefaultJSONProvider
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.local import LocalProxy
from werkzeug.wrappers import Response as BaseResponse

from simulator.alexa_app import LinkingError
from simulator.npm import NpmError
from simulator.renderer import renderer_script
from simulator.script import MismatchError, Stage, StepError, parse_step
from simulator.state import state as state_of
from simulator.world import World

HOSTS: Final = ["127.0.0.1", "localhost"]

HEARTBEAT_SECONDS: Final = 15.0
"""How long an event stream may stay silent: a closed tab is noticed by writing to it."""

_FILES_OF_FRAMES: Final = ("static", "page.renderer")

_HEAD: Final = re.compile(r"<head\b[^>]*>", re.IGNORECASE)
_ANY_LOOPBACK_PORT: Final = " ".join(f"http://{host}:*" for host in HOSTS)

PAGE_POLICY: Final = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: https:",  # A card's picture comes from wherever the skill says.
        "connect-src 'self'",
        f"frame-src 'self' {_ANY_LOOPBACK_PORT}",  # The tenant's login, on its own port.
        "frame-ancestors 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "require-trusted-types-for 'script'",
    ]
)
SCREEN_POLICY: Final = "; ".join(
    [
        "sandbox allow-scripts",
        "default-src 'none'",
        "script-src 'self' 'unsafe-eval'",  # Amazon's renderer is WebAssembly that makes functions.
        "style-src 'self' 'unsafe-inline'",
        "img-src https: data: blob:",  # A document's picture comes from wherever the skill says.
        "connect-src data:",
        "frame-ancestors 'self'",
        "base-uri 'none'",
        "form-action 'none'",
    ]
)
MAIL_POLICY: Final = "; ".join(
    [
        "sandbox allow-popups allow-popups-to-escape-sandbox",
        "default-src 'none'",
        "style-src 'unsafe-inline'",  # Mail has no other way to be styled.
        "img-src data:",  # As mail programs do: nobody learns that it was opened.
        "frame-ancestors 'self'",
    ]
)


routes = Blueprint("page", __name__)
stage = cast(Stage, LocalProxy(lambda: current_app.extensions["stage"]))
world = cast(World, LocalProxy(lambda: stage.world))


def create_page(of: World) -> Flask:
    """Make the page: a WSGI application around one world."""
    page = Flask(__name__, static_folder="web", static_url_path="/static", template_folder="web")
    page.config["TRUSTED_HOSTS"] = HOSTS
    page.extensions["stage"] = Stage(of)
    page.json = _AsWritten(page)
    page.register_blueprint(routes)
    page.before_request(_refuse_other_origins)
    page.after_request(_harden)
    page.register_error_handler(SecurityError, _refuse_other_hosts)
    return page


class _AsWritten(DefaultJSONProvider):
    """JSON in the order in which Alexa and the skill wrote it."""

    sort_keys = False


def _refuse_other_hosts(error: HTTPException) -> tuple[Response, int]:
    del error
    return jsonify(error=f"the world answers to {' and '.join(HOSTS)} only"), 403


def _refuse_other_origins() -> tuple[Response, int] | None:
    """Browsers always name the origin of a page that posts; other programs do not.

    The frame of the screen has an origin that nobody can name, and needs its own files.
    """
    if request.origin in (None, request.host_url.rstrip("/")):
        return None
    if request.origin == "null" and request.endpoint in _FILES_OF_FRAMES:
        return None
    return jsonify(error="another web page must not drive the world"), 403


def _harden(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", PAGE_POLICY)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"  # Linking puts codes into the address.
    return response


@routes.get("/")
def index() -> BaseResponse:
    """Serve the page, always from 127.0.0.1: to a browser, localhost is another site."""
    if request.host.startswith("localhost"):
        return redirect(request.url.replace("localhost", "127.0.0.1", 1))
    return send_from_directory(str(current_app.static_folder), "index.html")


@routes.get("/api/state")
def state() -> Response:
    """All that the page shows."""
    return jsonify(state_of(world))


@routes.get("/api/events")
def events() -> Response:
    """Server-sent events: the version of the state, now and after each change."""
    return Response(
        _versions(stage.world),
        mimetype="text/event-stream",
        headers={"Cache-Control": "no-store"},
    )


def _versions(of: World) -> Iterator[str]:
    seen = None
    version = of.version
    while True:
        yield ": still here\n\n" if version == seen else f"data: {version}\n\n"
        seen, version = version, of.wait_for_change(version, HEARTBEAT_SECONDS)


@routes.post("/api/step")
def step() -> tuple[Response, int]:
    """Perform `{"step": "user: open pizza on demand"}`; answers with the state after it."""
    try:
        stage.perform(parse_step(_posted("step")))
    except (StepError, MismatchError) as error:
        return jsonify(error=str(error)), 400
    return jsonify(state_of(world)), 200


@routes.get("/app/link")
def link() -> BaseResponse:
    """To the tenant's login page, as the Alexa app's “Link account” goes."""
    return redirect(world.app.linking_url())


@routes.get("/api/skill/link/<vendor_id>")
def code_callback(vendor_id: str) -> tuple[str, int]:
    """Where the tenant sends the browser back to with a code; Amazon's own path."""
    del vendor_id
    try:
        world.finish_linking(request.url)
    except LinkingError as error:
        return render_template("linking_result.html", result="failed", reason=str(error)), 400
    return render_template("linking_result.html", result="linked"), 200


@routes.get("/spa/skill/account-linking-status.html")
def token_callback() -> str:
    """Where the implicit grant ends: the token is in the fragment, for the script only."""
    return render_template("linking_result.html", result="pending")


@routes.post("/app/implicit")
def implicit() -> tuple[Response | str, int]:
    """Take `{"url": …}`, the callback's whole address with its fragment."""
    try:
        world.finish_linking(_posted("url"))
    except LinkingError as error:
        return jsonify(error=str(error)), 400
    return "", 204


def _posted(name: str) -> str:
    """Read a text from a posted JSON object.

    The content type keeps foreign pages out as well: a form cannot claim it.
    """
    if request.mimetype != "application/json":
        _refuse(403, "post JSON, as application/json")
    body = request.get_json(silent=True)
    text = body.get(name) if isinstance(body, dict) else None
    if not isinstance(text, str):
        _refuse(400, f'post a JSON object such as {{"{name}": "…"}}')
    return text


def _refuse(status: int, why: str) -> NoReturn:
    abort(make_response(jsonify(error=why), status))


@routes.get("/mail/<mail_id>/html")
def mail(mail_id: str) -> Response:
    """Show a mail as its sender designed it, in a frame of its own that can run nothing."""
    opened = next((each for each in world.mailbox.mails() if each.id == mail_id), None)
    if opened is None:
        _refuse(404, f"there is no mail {mail_id!r}")
    if not opened.html:
        return Response(opened.text, mimetype="text/plain")
    headers = {"Content-Security-Policy": MAIL_POLICY}
    return Response(_with_links_outside(opened.html), mimetype="text/html", headers=headers)


def _with_links_outside(html: str) -> str:
    """Let links open in a tab of their own, as they do in a mail program."""
    return _HEAD.sub(r'\g<0><base target="_blank">', html, count=1)


@routes.get("/screen")
def screen() -> BaseResponse:
    """Serve the frame that draws what the skill shows: it can drive nothing but itself."""
    frame = send_from_directory(str(current_app.static_folder), "screen.html")
    frame.headers["Content-Security-Policy"] = SCREEN_POLICY
    return frame


@routes.get("/screen/renderer.js")
def renderer() -> BaseResponse:
    """Serve Amazon's renderer from the cache; the first time, npm fetches it there."""
    try:
        return send_file(renderer_script(), mimetype="text/javascript")
    except NpmError as error:
        _refuse(503, f"screens are drawn by Amazon's own renderer, but {error}")


@routes.post("/alexa")
def alexa() -> Response:
    """Send a raw request envelope through the skill; answers with its raw reply."""
    envelope = request.get_json(force=True, silent=True)
    if not isinstance(envelope, dict):
        _refuse(400, "post an Alexa request envelope: a JSON object")
    return jsonify(world.send(envelope))
