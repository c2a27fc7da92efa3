"""Somebody opens a link in a letter, reads the page, and presses its button."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

import requests

PATIENCE = 30.0
_UNSEEN = ("style", "script", "title")


@dataclass(frozen=True)
class Opened:
    """A page in the browser."""

    status: int
    text: str
    """What can be read on it."""
    links: list[str]
    fields: dict[str, str] | None = field(repr=False)
    """What its button posts; None if it has no button."""


def open_link(link: str) -> Opened:
    """Open a link, and press no button: mail programs and scanners do so too."""
    return _opened(requests.get(link, timeout=PATIENCE))


def open_and_press(link: str) -> Opened:
    """Open a link and press the button, if there is one; the page that is there then."""
    page = open_link(link)
    return page if page.fields is None else press(link, page)


def press(link: str, page: Opened) -> Opened:
    """Press the button of a page that was opened before."""
    return _opened(requests.post(link, data=page.fields, timeout=PATIENCE))


def _opened(answer: requests.Response) -> Opened:
    reader = _Reader()
    reader.feed(answer.text)
    return Opened(answer.status_code, " ".join(reader.words), reader.links, reader.fields)


class _Reader(HTMLParser):
    """The words and links of a page, and the fields of its form."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[str] = []
        self.fields: dict[str, str] | None = None
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        self._unseen += tag in _UNSEEN
        if tag == "a":
            self.links.append(attributes["href"])
        elif tag == "form":
            self.fields = {}
        elif tag == "input" and self.fields is not None:
            self.fields[attributes["name"]] = attributes.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        self._unseen -= tag in _UNSEEN

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.words += data.split()
