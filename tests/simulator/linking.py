"""The two who link an account: a person's browser, and the application they link it to."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

import requests

from simulator.tenant import Application

AUDIENCE = "https://api.pizza-on-demand.example"
CALLBACK = "https://alexa.example/api/skill/link/M1?region=eu"
SCOPE = "openid profile email phone offline_access"
PASSWORD = "pizza"
#: RFC 7636, appendix B.
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def answer(response: requests.Response) -> dict[str, str]:
    """What the tenant tells the application in the redirect: its query or fragment."""
    assert response.is_redirect, f"no redirect but {response.status_code}: {response.text}"
    location = urlsplit(response.headers["Location"])
    return dict(parse_qsl(location.fragment or location.query))


@dataclass
class Browser:
    """Keeps cookies and follows redirects, but only those to the tenant itself."""

    origin: str
    session: requests.Session = field(default_factory=requests.Session)

    def authorize(self, parameters: dict[str, str]) -> requests.Response:
        """Open /authorize: gives the login page, or the redirect to the application."""
        return self._send("GET", f"{self.origin}/authorize", params=parameters)

    def submit(self, page: requests.Response, **fields: str) -> requests.Response:
        """Fill in the form of a page."""
        action = re.search(r'<form[^>]* action="([^"]+)"', page.text)
        state = re.search(r'name="state" value="([^"]+)"', page.text)
        assert action, f"no form in {page.text}"
        assert state, f"no state in {page.text}"
        fields["state"] = state[1]
        return self._send("POST", urljoin(page.url, action[1]), data=fields)

    def sign_in(
        self, parameters: dict[str, str], username: str = "ada", password: str = PASSWORD
    ) -> requests.Response:
        """Open /authorize and fill in the login page."""
        return self.submit(self.authorize(parameters), username=username, password=password)

    def _send(self, method: str, url: str, **request: Any) -> requests.Response:
        response = self.session.request(method, url, allow_redirects=False, **request)
        target = urljoin(response.url, response.headers.get("Location", ""))
        if response.is_redirect and target.startswith(self.origin):
            return self._send("GET", target)
        return response


@dataclass
class Client:
    """An application that uses the code grant with PKCE and a Basic header, as Alexa can."""

    origin: str
    application: Application

    def request(self, **changes: str | None) -> dict[str, str]:
        """The parameters of a good authorization request; None leaves one out."""
        parameters: dict[str, str | None] = {
            "response_type": "code",
            "client_id": self.application.client_id,
            "redirect_uri": CALLBACK,
            "scope": SCOPE,
            "state": "xyz & more",
            "audience": AUDIENCE,
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
        }
        return _without_none(parameters | changes)

    def token(self, **body: str | None) -> requests.Response:
        """POST a form to /oauth/token."""
        credentials = (self.application.client_id, self.application.client_secret)
        form = _without_none(body)
        return requests.post(f"{self.origin}/oauth/token", form, auth=credentials, timeout=5)

    def exchange(self, code: str, **changes: str | None) -> requests.Response:
        """Exchange an authorization code."""
        body: dict[str, str | None] = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": CALLBACK,
            "code_verifier": VERIFIER,
        }
        return self.token(**body | changes)

    def refresh(self, token: str) -> requests.Response:
        """Exchange a refresh token."""
        return self.token(grant_type="refresh_token", refresh_token=token)

    def link(
        self, browser: Browser, username: str = "ada", **changes: str | None
    ) -> dict[str, Any]:
        """Go all the way: gives the token endpoint's answer."""
        page = browser.authorize(self.request(prompt="login", **changes))
        redirect = browser.submit(page, username=username, password=PASSWORD)
        response = self.exchange(answer(redirect)["code"])
        assert response.ok, response.text
        tokens: dict[str, Any] = response.json()
        return tokens

    def userinfo(self, access_token: str) -> requests.Response:
        """GET /userinfo."""
        bearer = {"Authorization": f"Bearer {access_token}"}
        return requests.get(f"{self.origin}/userinfo", headers=bearer, timeout=5)


def _without_none(parameters: dict[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in parameters.items() if value is not None}
