"""The world: everything around the skill, put together and wired up."""

from __future__ import annotations

import json
import secrets
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import lambda_function
import live_function
import sweep_function
import web_function
from simulator import browser
from simulator.alexa_api import AlexaApi
from simulator.alexa_app import AccountLinking, AlexaApp, Card, LinkingError
from simulator.clock import Clock
from simulator.closing import Closing
from simulator.cloud import Cloud
from simulator.echo import Echo, Turn
from simulator.envelope import Device, Household, amazon_id
from simulator.faults import FAULTS
from simulator.function import Function, Handler
from simulator.letter_links import open_and_press
from simulator.live_gateway import STAGE, LiveGateway
from simulator.mailbox import Mailbox
from simulator.opened import Opened
from simulator.people import SURE, People
from simulator.phone import Phone
from simulator.schedule import Schedule
from simulator.stream import EventSourceMapping
from simulator.tenant import KINDS, Application, Tenant
from simulator.understanding import InteractionModel
from simulator.visitor import Visitor
from simulator.web_door import HttpApi
from simulator.wire import Server, Wire

VENDOR_ID = "M2PIZZAONDEMAND"
#: Where Alexa's own apps come back to; the language of the app selects which.
ALEXA_HOSTS = ("pitangui.amazon.com", "layla.amazon.com", "alexa.amazon.co.jp")
SKILL_ID = "amzn1.ask.skill.7a11e5d0-0000-4000-8000-70122a0de3a0"
AUDIENCE = "https://api.pizza-on-demand.example"
SCOPES = ("openid", "profile", "email", "phone", "offline_access")
TABLE = "pizza-on-demand"
SWEPT_EVERY = timedelta(minutes=5)
SENDER = "pizza@pizza-on-demand.example"
MODELS = Path(__file__).parents[1] / "skill-package" / "interactionModels" / "custom"


class World(Closing):
    """An Echo, an Alexa app, an Auth0 tenant, a mailbox and AWS around one skill.

    Use it as a context manager, or close it. moto allows one world in a process at a time.

    Args:
        page_port: where the page is, or would be: linking comes back to it.
        tenant_port: 0 takes any free port, here and below.
        web_port: of the order page, where the links in mails lead.
        live_port: of the sockets that tell open order pages of changes.
        skill_id: of the skill that Alexa has here.
        settings: settings of the skill that differ from the world's own.
        varied: whether the skill varies what it says often, as it does for customers; scripts
            and tests want it the same each time.
        tls: what Auth0 and Alexa answer https with; None has them answer http.
    """

    def __init__(
        self,
        *,
        page_port: int = 8000,
        tenant_port: int = 0,
        web_port: int = 0,
        live_port: int = 0,
        skill_id: str = SKILL_ID,
        settings: Mapping[str, str] | None = None,
        varied: bool = False,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._varied = varied
        self.page_origin = f"http://127.0.0.1:{page_port}"
        self.skill_id = skill_id
        self.clock = Clock()
        self._web = HttpApi(changed=self._tell)
        self._web_server = Server(self._web, web_port)
        self._live = LiveGateway(self.clock.now)
        self._live_server = Server(self._live, live_port)
        self.tenant = Tenant(self.clock, deliver=self._bring)
        self.alexa = self.tenant.add_application(self._alexa())
        self.backend = self.tenant.add_application(_backend())
        self.order_page = self.tenant.add_application(_order_page(self.web_origin))
        self.tenant.enable_passwordless(self.backend)
        self._auth0 = Wire("auth0", self.tenant.wsgi)
        self._auth0_server = Server(self._auth0, tenant_port, tls=tls)
        self.cloud = Cloud(table=TABLE, sender=SENDER)
        self.turns = threading.RLock()
        """Held while something happens, and while somebody looks at everything."""
        self._stream = EventSourceMapping(TABLE, self.cloud.backstage, between=self.turns)
        self.cloud.wire.heard = self._stream.hear
        self._sweep = Schedule(SWEPT_EVERY, self.clock.now, between=self.turns)
        self.mailbox = Mailbox(self.cloud.backstage, self.clock.now)
        self.phone = Phone(self.cloud.backstage, self.clock.now)
        self._api_token = secrets.token_urlsafe(96)
        api = AlexaApi(self._api_token, lambda: self.app, asking=lambda: self.echo.asking)
        self._alexa_api = Wire("alexa", api.wsgi)
        self._alexa_server = Server(self._alexa_api, tls=tls)
        self.wires = {
            "auth0": self._auth0,
            "aws": self.cloud.wire,
            "alexa": self._alexa_api,
        }
        self.servers = {"auth0": self._auth0_server, "alexa": self._alexa_server}

        self.settings = self._own_settings() | dict(settings or {})
        self.function = Function(self._handler(self.settings), tuple(self.wires.values()))
        self._put_up(*self._behind(self.settings))
        self.app = AlexaApp(self._linking, self.clock.now, self._deliver)
        self.people = People(lambda: AlexaApp(self._linking, self.clock.now, self._deliver))
        self.echo = Echo(
            self.function,
            model=self._model,
            household=self.household,
            is_enabled=lambda: self.app.enabled,
            now=self.clock.now,
            speaker=self.people.voice,
        )
        self.customer: str | None = None
        """Whose account is linked, by short name."""
        self.token_kind = "valid"
        self.notice = ""
        """What the Alexa app told its user last."""
        self.visitor = Visitor(self.web_origin)
        self.opened: Opened | None = None
        """The page that somebody saw last: behind a link, or as the visitor."""
        self.spoken: Turn | None = None
        """The last turn that somebody began; skill events do not count."""
        self.version = 0
        self._minted: str | None = None
        self._device_id = amazon_id("ask.device")
        self._models: dict[str, tuple[InteractionModel, dict[str, Any]]] = {}
        self._changed = threading.Condition()

    def close(self) -> None:
        """Stop every server."""
        self.end_faults()
        self._sweep.close()
        self._stream.close()
        self._live.hang_up()
        self.visitor.close()
        self._auth0_server.close()
        self._alexa_server.close()
        self._web_server.close()
        self._live_server.close()
        self.cloud.close()

    @property
    def tenant_origin(self) -> str:
        """Where the tenant answers."""
        return self._auth0_server.origin

    @property
    def web_origin(self) -> str:
        """Where the order page is."""
        return self._web_server.origin

    @property
    def live_url(self) -> str:
        """Where open order pages are reached; they connect there too, with ws for http."""
        return f"{self._live_server.origin}/{STAGE}"

    @property
    def locales(self) -> list[str]:
        """Every locale with a built interaction model."""
        return sorted(path.stem for path in MODELS.glob("*.json"))

    def suggestions(self) -> list[str]:
        """A few things that can be said now: the first sample of each intent of our own."""
        model, built = self._model(self.echo.locale)
        intents = built["interactionModel"]["languageModel"]["intents"]
        samples = [i["samples"][0] for i in intents if not i["name"].startswith("AMAZON.")]
        if self.echo.is_open:
            return [*samples, "help", "stop"]
        name = model.invocation_name
        return [f"open {name}", *(f"ask {name} {sample}" for sample in samples[:2])]

    def deploy(self, **changed: str) -> None:
        """Put the function up afresh, with changed settings; "" removes one.

        Raises:
            lambda_function.SettingsError: the skill cannot run with these; nothing is changed.
        """
        settings = self.settings | changed
        voice, behind = self._handler(settings), self._behind(settings)
        self.function.handler = voice
        self._put_up(*behind)
        self.settings = settings

    # What people do

    def say(self, words: str) -> None:
        """Somebody says something to the Echo."""
        with self._changing():
            self.spoken = self.echo.hear(words)
            self._show_card(self.spoken)

    def touch(self, arguments: list[Any]) -> None:
        """Somebody touches a button on the Echo's screen, which sends these arguments.

        Raises:
            NothingShownError: the screen shows nothing of the skill.
        """
        with self._changing():
            self.spoken = self.echo.touch(arguments)
            self._show_card(self.spoken)

    def silence(self) -> None:
        """Nobody says anything to the Echo, for as long as it listens."""
        with self._changing():
            self.spoken = self.echo.silence()

    def send(self, event: Any) -> Any:
        """Send the skill a raw envelope; its raw reply."""
        with self._changing():
            self.spoken = self.echo.send(event)
            return self.spoken.reply

    def follow(self, link: str) -> None:
        """Open a link of a mail in the browser, and press the button that is there."""
        with self._changing():
            self.opened = open_and_press(link)

    def visit(self, do: Callable[[Visitor], Opened]) -> None:
        """Let the visitor do something at the order page."""
        with self._changing():
            self.opened = do(self.visitor)

    def sign_in(self, name: str) -> None:
        """Link a customer's account through the tenant's login page, as they would.

        Raises:
            KeyError: the tenant has no such customer.
        """
        try:
            self.finish_linking(self._log_in(self.app, name))
        except browser.LoginError as error:
            self.notice = str(error)
        except LinkingError:
            pass  # the app has shown it

    def finish_linking(self, url: str) -> None:
        """The browser came back from the login page.

        Raises:
            LinkingError: the account was not linked; the message says why.
        """
        with self._changing():
            try:
                self.app.finish_linking(url)
            except LinkingError as error:
                self.notice = str(error)
                raise
            self.notice = "Pizza on Demand is linked."
            self.customer = self._holder()
            self._minted = None

    def link_own(self, name: str) -> None:
        """Link a customer's account to their own voice, beside the household's.

        Raises:
            KeyError: the tenant has no such customer.
        """
        with self._changing():
            app = self.people[name].app
            try:
                app.finish_linking(self._log_in(app, name))
                self.notice = "Pizza on Demand is linked to one voice."
            except (browser.LoginError, LinkingError) as error:
                self.notice = str(error)

    def set_pin(self, name: str, pin: str) -> None:
        """Give somebody's profile at Alexa a PIN."""
        with self._changing():
            self.people[name].pin = pin

    def unlink(self) -> None:
        """Forget the linked account in the Alexa app."""
        with self._changing():
            self.app.unlink()
            self.customer = None

    def disable(self) -> None:
        """Disable the skill, which unlinks too."""
        with self._changing():
            self.app.disable()
            self.people.unlink()
            self.echo.hang_up()
            self.customer = None

    def enable(self) -> None:
        """Enable the skill."""
        with self._changing():
            self.app.enable()

    def allow(self, scope: str) -> None:
        """Grant the skill a permission, such as "alexa::profile:email:read"."""
        with self._changing():
            self.app.allow(scope)

    def deny(self, scope: str) -> None:
        """Take a permission back."""
        with self._changing():
            self.app.deny(scope)

    def let_speak(self, name: str | None, confidence: int = SURE) -> None:
        """Let somebody else speak to the Echo from now on.

        Args:
            name: None for a voice that Alexa does not know.
            confidence: how sure she is.
        """
        with self._changing():
            self.people.speaker = name
            if name:
                self.people[name].confidence = confidence

    def empty(self, what: str) -> None:
        """Let the Amazon account have no such thing, such as "email"."""
        with self._changing():
            self.app.account.pop(what, None)

    # What the world does

    def send_tokens(self, kind: str) -> None:
        """Decide what kind of access token the Alexa app sends from now on.

        Raises:
            KeyError: no such kind.
        """
        with self._changing():
            KINDS[kind]
            self.token_kind, self._minted = kind, None

    def begin_fault(self, name: str) -> None:
        """Let something break.

        Raises:
            KeyError: no such fault.
        """
        with self._changing():
            self.wires[FAULTS[name].service].begin(name, FAULTS[name].make())

    def wait(self, span: timedelta) -> None:
        """Let time pass at once; an open session stays open.

        Open order pages are cut off, as on a laptop that has slept: they did not see the time
        pass, and connect again.
        """
        with self._changing():
            self.clock.wait(span)
            self._live.hang_up()
            self._sweep.tick()

    def take_device(self, device: Device) -> None:
        """Talk to another kind of device from now on."""
        with self._changing():
            self.echo.device = device

    def take_locale(self, locale: str) -> None:
        """Speak another language from now on.

        Raises:
            KeyError: no interaction model is built for it.
        """
        if locale not in self.locales:
            raise KeyError(locale)
        with self._changing():
            self.echo.locale = locale

    def end_faults(self) -> None:
        """Mend everything."""
        with self._changing():
            for wire in self.wires.values():
                wire.mend()

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """One thing happens at a time, and everybody who watches hears of it."""
        with self.turns:
            try:
                yield
            finally:
                self._tell()

    def _tell(self) -> None:
        """Let everybody who watches know that there is something new to see."""
        with self._changed:
            self.version += 1
            self._changed.notify_all()

    def wait_for_change(self, version: int, timeout: float) -> int:
        """The version that is current as soon as it is not *version*, or after *timeout*."""
        with self._changed:
            self._changed.wait_for(lambda: self.version != version, timeout)
            return self.version

    # How it is wired

    def _handler(self, settings: Mapping[str, str]) -> Handler:
        environment = {name: value for name, value in settings.items() if value}
        return lambda_function.create_door(environment, now=self.clock.now, varied=self._varied)

    def _behind(self, settings: Mapping[str, str]) -> list[Handler | None]:
        """The functions that are not for Alexa: of the page, of its sockets, of the schedule."""
        handlers = (self._web_handler, self._live_handler, self._sweep_handler)
        return [handler(settings) for handler in handlers]

    def _put_up(self, web: Handler | None, live: Handler | None, sweep: Handler | None) -> None:
        self._web.handler, self._sweep.handler = web, sweep
        self._live.handler = self._stream.handler = live

    def _web_handler(self, settings: Mapping[str, str]) -> Handler | None:
        """The order page's function: a deployment without a table has none."""
        environment = {name: value for name, value in settings.items() if value}
        if "TABLE_NAME" not in environment:
            return None
        return web_function.create_web_door(environment, now=self.clock.now)

    def _live_handler(self, settings: Mapping[str, str]) -> Handler | None:
        """The function behind the sockets of open order pages, and behind the table's stream."""
        environment = {name: value for name, value in settings.items() if value}
        if not {"TABLE_NAME", "LIVE_URL"} <= environment.keys():
            return None
        return live_function.create_live_door(environment, now=self.clock.now)

    def _sweep_handler(self, settings: Mapping[str, str]) -> Handler | None:
        """The function that the schedule calls, to send what is owed."""
        environment = {name: value for name, value in settings.items() if value}
        if "TABLE_NAME" not in environment:
            return None
        return sweep_function.create_sweep_door(environment, now=self.clock.now)

    def _own_settings(self) -> dict[str, str]:
        return {
            "AUTH0_DOMAIN": self.tenant_origin,
            "AUTH0_AUDIENCE": AUDIENCE,
            "AUTH0_CLIENT_ID": self.alexa.client_id,
            "AUTH0_BACKEND_CLIENT_ID": self.backend.client_id,
            "AUTH0_BACKEND_CLIENT_SECRET": self.backend.client_secret,
            "MAIL_FROM": f"Pizza on Demand <{SENDER}>",
            "SKILL_ID": self.skill_id,
            "TABLE_NAME": TABLE,
            "WEB_ORIGIN": self.web_origin,
            "AUTH0_WEB_CLIENT_ID": self.order_page.client_id,
            "AUTH0_WEB_CLIENT_SECRET": self.order_page.client_secret,
            "SESSION_KEYS": secrets.token_urlsafe(32),
            "LIVE_URL": self.live_url,
            "LINK_KEYS": secrets.token_urlsafe(32),
            "CODE_KEYS": secrets.token_urlsafe(32),
            "SMS_CODES": "on",
        }

    def _alexa(self) -> Application:
        """Alexa, as the tenant knows it."""
        return Application(
            name="Alexa",
            callbacks=[
                f"{self.page_origin}/api/skill/link/{VENDOR_ID}",
                f"{self.page_origin}/spa/skill/account-linking-status.html?vendorId={VENDOR_ID}",
                *(f"https://{host}/api/skill/link/{VENDOR_ID}" for host in ALEXA_HOSTS),
            ],
        )

    def _log_in(self, app: AlexaApp, name: str) -> str:
        """Sign in at the tenant's login page; where the browser is sent back to.

        Raises:
            browser.LoginError: the page refused.
        """
        account, linking = self.tenant.accounts[name], self._linking()
        return browser.sign_in(
            app.linking_url(),
            username=account.email,
            password=account.password,
            until=(linking.redirect_url, linking.implicit_redirect_url),
        )

    def _linking(self) -> AccountLinking:
        """The tenant, as Alexa knows it."""
        audience = self.settings.get("AUTH0_AUDIENCE")
        asked = f"?{urlencode({'audience': audience})}" if audience else ""
        code, implicit, *_ = self.alexa.callbacks
        return AccountLinking(
            authorization_url=f"{self.tenant_origin}/authorize{asked}",
            token_url=f"{self.tenant_origin}/oauth/token",
            client_id=self.alexa.client_id,
            client_secret=self.alexa.client_secret,
            scopes=SCOPES,
            redirect_url=code,
            implicit_redirect_url=implicit,
            implicit=self.tenant.implicit_grant,
        )

    def household(self, device: Device) -> Household:
        """What an envelope from a device of this household says."""
        return Household(
            skill_id=self.skill_id,
            user_id=self.app.user_id,
            access_token=self._access_token(),
            device=device,
            device_id=self._device_id,
            api_endpoint=self._alexa_server.origin,
            api_access_token=self._api_token,
            person=self.people.speaking(),
        )

    def _access_token(self) -> str | None:
        if self.app.link is None or self.customer is None or self.token_kind == "valid":
            return self.app.access_token()
        self._minted = self._minted or self.tenant.mint(
            self.customer,
            self.token_kind,
            client_id=self.alexa.client_id,
            audience=self.settings.get("AUTH0_AUDIENCE"),
            issuer=f"{self.tenant_origin}/",
        )
        return self._minted

    def _holder(self) -> str | None:
        """Whose access token the app holds now."""
        link = self.app.link
        token = self.tenant.ledger.access_token(link.access_token) if link else None
        account = token.grant.account if token else None
        return next((n for n, known in self.tenant.accounts.items() if known is account), None)

    def _deliver(self, event: str, body: dict[str, Any] | None) -> None:
        self.echo.deliver(event, body)

    def _bring(self, channel: str, address: str, text: str) -> None:
        """A message of the tenant's own arrives."""
        if channel == "sms":
            self.phone.receive(address, text)
        else:
            self.mailbox.receive(address, text)

    def _show_card(self, turn: Turn) -> None:
        if turn.card:
            self.app.cards.append(Card(len(self.app.cards) + 1, turn.id, turn.card))

    def _model(self, locale: str) -> tuple[InteractionModel, dict[str, Any]]:
        if locale not in self._models:
            path = MODELS / f"{locale}.json"
            built = json.loads(path.read_text("utf-8"))
            self._models[locale] = (InteractionModel.load(path, self.skill_id), built)
        return self._models[locale]


def _backend() -> Application:
    """The skill's own application at the tenant, apart from Alexa's."""
    return Application(
        name="Pizza on Demand backend",
        grant_types={"client_credentials"},
        client_grant=frozenset({"read:users"}),
        token_endpoint_auth_method="client_secret_post",
    )


def _order_page(origin: str) -> Application:
    """The order page, as the tenant knows it: a regular web application."""
    return Application(
        name="Pizza on Demand web",
        callbacks=[f"{origin}/callback"],
        logout_urls=[f"{origin}/"],
        grant_types={"authorization_code"},
        token_endpoint_auth_method="client_secret_post",
    )
