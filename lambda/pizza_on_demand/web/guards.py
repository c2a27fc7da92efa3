"""What every request must pass, and what every answer carries."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Flask, Response, request

LARGEST_BODY = 16_384
"""Bytes. The longest form has a sealed text of some hundred."""

_SAFE = ("GET", "HEAD", "OPTIONS")


class FromElsewhereError(Exception):
    """Another site's page wants to change something here."""


class Guards:
    """Refuses what other sites' pages want changed, and tells browsers what ours may do.

    Args:
        origin: where our pages are, such as "https://order.pizza.example".
        leads_to: origins that a form of ours may lead to: the login page's.
        connects_to: where our script may connect to, besides ourselves.
    """

    def __init__(
        self, *, origin: str, leads_to: Sequence[str] = (), connects_to: Sequence[str] = ()
    ) -> None:
        self._origin = origin
        self._policy = _policy(leads_to, connects_to)

    def stand_before(self, app: Flask) -> None:
        """Let no body in that is too large, and no answer out without its headers."""
        app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
        app.after_request(self._harden)

    def refuse_other_sites(self, app: Flask) -> None:
        """Let only our own pages change anything. An API without cookies does not need it."""
        app.before_request(self._refuse_other_sites)

    def _refuse_other_sites(self) -> None:
        """Refuse what the page of another site wants changed.

        Browsers say whose page asks, and scripts cannot make them say otherwise:
        https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html#fetch-metadata-headers
        """
        if request.method in _SAFE:
            return
        site = request.headers.get("Sec-Fetch-Site")
        ours = site == "same-origin" if site else request.headers.get("Origin") == self._origin
        if not ours:
            raise FromElsewhereError

    def _harden(self, response: Response) -> Response:
        headers = response.headers
        headers.setdefault("Cache-Control", "no-store")
        headers["Content-Security-Policy"] = self._policy
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=()"
        # Addresses of ours hold sealed texts, and no other site is told them.
        headers["Referrer-Policy"] = "same-origin"
        headers["Strict-Transport-Security"] = "max-age=63072000"
        headers["X-Content-Type-Options"] = "nosniff"
        headers["X-Robots-Tag"] = "noindex"
        return response


def _policy(leads_to: Sequence[str], connects_to: Sequence[str]) -> str:
    return "; ".join(
        [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self'",
            " ".join(["connect-src 'self'", *connects_to]),
            # Chrome asks this for where a form's answer leads to, too.
            " ".join(["form-action 'self'", *leads_to]),
            "frame-ancestors 'none'",
            "base-uri 'none'",
        ]
    )
