"""Somebody opens a link in a letter, reads the page, and presses its button."""

from __future__ import annotations

import requests

from simulator.opened import PATIENCE, Opened, opened
from simulator.opened import press as press_form


def open_link(link: str) -> Opened:
    """Open a link, and press no button: mail programs and scanners do so too."""
    return opened(requests.get(link, timeout=PATIENCE))


def open_and_press(link: str) -> Opened:
    """Open a link and press the button, if there is one; the page that is there then."""
    page = open_link(link)
    return press(page) if page.forms else page


def press(page: Opened) -> Opened:
    """Press the button of a page that was opened before."""
    with requests.Session() as session:
        return press_form(session, page.forms[0])
