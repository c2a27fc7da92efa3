"""A page of the order page, as somebody reads it."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

import requests

PATIENCE = 30.0
_UNSEEN = ("style", "script", "svg", "title")
_VOID = ("br", "hr", "img", "input", "link", "meta", "wbr")


@dataclass(frozen=True)
class Form:
    """Something to press, and perhaps to fill in first."""

    action: str
    """Where it is posted to: a whole address."""
    fields: dict[str, str] = field(repr=False)
    """What it posts, as long as nobody fills anything in."""


@dataclass(frozen=True)
class Opened:
    """What a page has between its header and its footer, which all pages have alike."""

    url: str
    status: int
    text: str
    """What can be read."""
    links: list[str]
    forms: list[Form]

    @property
    def fields(self) -> dict[str, str] | None:
        """What the button of a page with one button posts; None if there is none."""
        return self.forms[0].fields if self.forms else None


def opened(answer: requests.Response) -> Opened:
    """Read the page that came."""
    reader = _Reader(answer.url)
    reader.feed(answer.text)
    text = " ".join(reader.words)
    return Opened(answer.url, answer.status_code, text, reader.links, reader.forms)


def press(session: requests.Session, form: Form, **typed: str) -> Opened:
    """Fill in a form and send it; the page that this leads to.

    Browsers tell on whose page a form stands: https://fetch.spec.whatwg.org/#origin-header
    """
    own = {"Origin": urljoin(form.action, "/").rstrip("/"), "Sec-Fetch-Site": "same-origin"}
    data = form.fields | typed
    return opened(session.post(form.action, data=data, headers=own, timeout=PATIENCE))


class _Reader(HTMLParser):
    """Reads the words, links and forms of a page's main part."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[str] = []
        self.forms: list[Form] = []
        self._url = url
        self._main = 0
        self._unseen = 0
        """How many elements deep in something that nobody sees."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        self._main += tag == "main"
        if tag not in _VOID and (self._unseen or tag in _UNSEEN or "hidden" in attributes):
            self._unseen += 1
        if self._main:
            self._read(tag, attributes)

    def handle_endtag(self, tag: str) -> None:
        self._main -= tag == "main"
        self._unseen -= self._unseen > 0

    def handle_data(self, data: str) -> None:
        if self._main and not self._unseen:
            self.words += data.split()

    def _read(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "a":
            self.links.append(urljoin(self._url, attributes.get("href", "")))
        elif tag == "form":
            self.forms.append(Form(urljoin(self._url, attributes.get("action", "")), {}))
        elif tag == "input" and self.forms:
            self.forms[-1].fields[attributes["name"]] = attributes.get("value", "")
