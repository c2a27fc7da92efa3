from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from simulator.page import create_page
from simulator.wire import Server, free_port
from simulator.world import World

# Chromium looks for hosts of its own at every start; this machine may have no network.
QUIET = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    "--no-sandbox",
]


def chromium() -> str | None:
    """Where a Chromium is, if there is one."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next((path for name in names if (path := shutil.which(name))), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A real browser; without one these tests are skipped, except in CI."""
    executable = chromium()
    if executable is None:
        why = "there is no Chromium or Chrome on this machine (Debian: apt install chromium)"
        pytest.fail(why) if os.environ.get("CI") else pytest.skip(why)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=executable, args=QUIET)
        yield running
        running.close()


@pytest.fixture
def world() -> Iterator[World]:
    """A fresh world with its page, as `make run` brings it up."""
    port = free_port()
    with World(page_port=port) as fresh:
        server = Server(create_page(fresh), port)
        yield fresh
        server.close()


@pytest.fixture
def page(browser: Browser, world: World) -> Iterator[Page]:
    """The page of the world, just opened on a desktop; it may log no error."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    opened = context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.goto(world.page_origin)
    yield opened
    context.close()
    assert errors == []
