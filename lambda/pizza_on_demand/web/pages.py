"""Pages: what each says stands in pages.toml, by the name of its moment."""

from __future__ import annotations

import base64
import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from html import escape
from pathlib import Path
from string import Template

_FOLDER = Path(__file__).parent

_BUTTON = Template(
    '<form method="post"><input type="hidden" name="t" value="$token">'
    "<button>$words</button></form>"
)
_LINK = Template('<p><a href="$target">$words</a></p>')


@dataclass(frozen=True, slots=True)
class Page:
    """What a person sees.

    Attributes:
        token: what the page's button posts back; without it there is no button.
        link: where the page's link leads; without it there is none.
    """

    status: int
    moment: str
    token: str | None = field(default=None, repr=False)
    link: str | None = field(default=None, repr=False)

    def html(self) -> str:
        """The whole document."""
        words = _words()[self.moment]
        frame = {
            "style": _style(),
            "title": escape(words["title"]),
            "text": "".join(f"<p>{escape(p)}</p>" for p in words["text"].strip().split("\n\n")),
            "button": "",
            "link": "",
        }
        if self.token is not None:
            button = {"token": escape(self.token), "words": escape(words["button"])}
            frame["button"] = _BUTTON.substitute(button)
        if self.link is not None:
            link = {"target": escape(self.link), "words": escape(words["link"])}
            frame["link"] = _LINK.substitute(link)
        return Template(_read("page.html")).substitute(frame)

    def headers(self) -> dict[str, str]:
        """What keeps the page from being stored, framed, or sent on with its address."""
        headers = {
            "Content-Type": "text/html; charset=utf-8",
            "Content-Security-Policy": _policy(),
            "Cache-Control": "no-store",
            "Referrer-Policy": "no-referrer",
            "Strict-Transport-Security": "max-age=63072000",
            "X-Content-Type-Options": "nosniff",
            "X-Robots-Tag": "noindex",
        }
        return headers | ({"Retry-After": "60"} if self.status == 503 else {})


@cache
def _policy() -> str:
    digest = base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    return "; ".join(
        [
            "default-src 'none'",
            f"style-src 'sha256-{digest}'",
            "form-action 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
        ]
    )


@cache
def _style() -> str:
    return _read("style.css")


@cache
def _words() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads(_read("pages.toml"))


def _read(name: str) -> str:
    return (_FOLDER / name).read_text("utf-8")
