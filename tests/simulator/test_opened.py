"""A page is read as somebody sees it, and its forms are sent as a browser sends them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests
from flask import Flask, request

from simulator.opened import Opened, opened
from simulator.visitor import NotThereError, Visitor
from simulator.wire import Server

PAGE = """<!doctype html><title>Orders</title>
<header><a href="/">Home</a><form method="post" action="/sign-out"><button>Sign out</button></form>
</header>
<main><h1>Your <b>order</b></h1><p hidden>Live <i>now</i><br></p><script>let it = "be";</script>
<svg><title>Pizza</title><path d="M1"/></svg>
<form method="post" action="/orders/1/confirm"><input name="code"><input name="kept" value="7">
<button>Confirm</button></form>
<form method="post" action="/orders/1/cancel"><button>Cancel</button></form>
<a href="/orders?before=1">Older</a></main>
<footer>Terms</footer>"""


@pytest.fixture(scope="module")
def origin() -> Iterator[str]:
    site = Flask(__name__)
    site.get("/orders")(lambda: PAGE)

    @site.post("/orders/1/<verb>")
    def press(verb: str) -> str:
        sent = sorted(request.form.items())
        return f"<main>{verb} {sent} {request.origin}</main>"

    server = Server(site)
    yield server.origin
    server.close()


@pytest.fixture
def page(origin: str) -> Opened:
    return opened(requests.get(f"{origin}/orders", timeout=5))


@pytest.fixture
def visitor(origin: str) -> Iterator[Visitor]:
    with Visitor(origin) as visitor:
        yield visitor


def test_what_is_read_is_what_can_be_seen_between_header_and_footer(page: Opened) -> None:
    assert page.text == "Your order Confirm Cancel Older"


def test_links_and_forms_are_whole_addresses(page: Opened, origin: str) -> None:
    assert page.links == [f"{origin}/orders?before=1"]
    assert [(form.action, form.fields) for form in page.forms] == [
        (f"{origin}/orders/1/confirm", {"code": "", "kept": "7"}),
        (f"{origin}/orders/1/cancel", {}),
    ]


def test_a_form_is_filled_in_and_sent_from_its_own_site(
    visitor: Visitor, page: Opened, origin: str
) -> None:
    sent = visitor.press("confirm", page, code="1234")
    assert sent.text == f"confirm [('code', '1234'), ('kept', '7')] {origin}"


def test_a_button_is_found_by_its_name(visitor: Visitor, page: Opened) -> None:
    assert visitor.press("cancel", page).text.startswith("cancel []")
    with pytest.raises(NotThereError, match="no button “eat”; there is cancel, confirm"):
        visitor.press("eat", page)
