"""python -m simulator: the page (run), the terminal (talk), or scripts (play)."""

from __future__ import annotations

import argparse
import logging
import signal
import sys
import threading
from pathlib import Path


def main() -> int:
    """Do what the command line says; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m simulator", description=__doc__)
    parser.set_defaults(act=_run, port=8000)
    ways = parser.add_subparsers(title="ways in")
    run = ways.add_parser("run", help="open the page (the default)")
    run.add_argument("--port", type=int, default=8000, help="of the page; 0 takes any free one")
    run.set_defaults(act=_run)
    talk = ways.add_parser("talk", help="talk in the terminal")
    talk.set_defaults(act=_talk)
    play = ways.add_parser(
        "play", help="play scripts; the exit status is 0 when all was as written"
    )
    play.add_argument("files", nargs="+", type=Path, metavar="FILE")
    play.set_defaults(act=_play)
    arguments = parser.parse_args()
    act = arguments.act
    return int(act(arguments))


def _run(arguments: argparse.Namespace) -> int:
    from simulator.page import create_page
    from simulator.wire import PortTakenError, Server, free_port
    from simulator.world import World

    try:
        port = free_port(arguments.port)
        tenant_port = free_port(arguments.port + 2 if arguments.port else 0)
    except PortTakenError as error:
        print(f"Port {error.port} is taken. End what uses it, or choose another: --port 8100")
        return 1
    _log_to_the_terminal()
    with World(page_port=port, tenant_port=tenant_port) as world:
        page = Server(create_page(world), port)
        print(f"Pizza on Demand is at {page.origin} (Ctrl-C ends it)", flush=True)
        _wait_for_the_end()
        page.close()
    return 0


class _WithExtras(logging.Formatter):
    """A record in one line, with what a JSON log would have beside the message."""

    PLAIN = frozenset(vars(logging.makeLogRecord({})))

    def format(self, record: logging.LogRecord) -> str:
        extras = {name: value for name, value in vars(record).items() if name not in self.PLAIN}
        said = " ".join(f"{name}={value}" for name, value in extras.items() if name != "message")
        return f"  {record.getMessage()}  {said}"


def _log_to_the_terminal() -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(_WithExtras())
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    logging.getLogger("pizza_on_demand").setLevel(logging.INFO)


def _wait_for_the_end() -> None:
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    try:
        stop.wait()
    except KeyboardInterrupt:
        print()


def _talk(_: argparse.Namespace) -> int:
    from simulator.talk import talk

    talk()
    return 0


def _play(arguments: argparse.Namespace) -> int:
    from simulator.play import play

    played = [play(file) for file in arguments.files]
    print(f"{sum(played)} of {len(played)} scripts went as written")
    return 0 if all(played) else 1


if __name__ == "__main__":
    sys.exit(main())
