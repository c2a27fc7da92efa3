"""python -m simulator: the page (run), the terminal (talk), or scripts (play)."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
import threading
from pathlib import Path


def main() -> int:
    """Do what the command line says; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m simulator", description=__doc__)
    parser.set_defaults(act=_run, port=8000, tunnel_for=None)
    ways = parser.add_subparsers(title="ways in")
    run = ways.add_parser("run", help="open the page (the default)")
    run.add_argument("--port", type=int, default=8000, help="of the page; 0 takes any free one")
    run.add_argument(
        "--tunnel-for",
        metavar="SKILL_ID",
        help="let a real Echo in, by a tunnel: the id that Amazon gave to your own skill",
    )
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
    from lambda_function import SettingsError
    from simulator.wire import PortTakenError

    _log_to_the_terminal()
    try:
        _serve(_ports(arguments.port, 5 if arguments.tunnel_for else 4), arguments.tunnel_for)
    except PortTakenError as error:
        print(f"Port {error.port} is taken. End what uses it, or choose another: --port 8100")
        return 1
    except SettingsError as error:
        print(f"The skill cannot run with these settings: {error}")
        return 1
    return 0


def _serve(ports: list[int], tunnel_for: str | None) -> None:
    """Serve a world on its four ports, and a tunnel on a fifth, until somebody ends it."""
    from simulator.page import create_page
    from simulator.tunnel import tenant_settings, tunnel_server
    from simulator.wire import Server
    from simulator.world import SKILL_ID, World

    with World(
        page_port=ports[0],
        web_port=ports[1],
        tenant_port=ports[2],
        live_port=ports[3],
        skill_id=tunnel_for or SKILL_ID,
        settings=tenant_settings(os.environ) if tunnel_for else None,
        varied=True,
    ) as world:
        servers = [Server(create_page(world), ports[0])]
        print(f"Pizza on Demand is at {servers[0].origin} (Ctrl-C ends it)")
        print(f"Its order page is at {world.web_origin}", flush=True)
        if tunnel_for:
            servers.append(tunnel_server(world.send, ports[4]))
            print(f"A tunnel for Alexa may end at {servers[1].origin}", flush=True)
        _wait_for_the_end()
        for server in servers:
            server.close()


def _ports(first: int, how_many: int) -> list[int]:
    """The ports of the page, the order page, the tenant, the live gateway, and the tunnel.

    Raises:
        PortTakenError: somebody else listens on one of them.
    """
    from simulator.wire import free_port

    page = free_port(first)  # It has to be known before the world begins; 0 will do for the others.
    return [page, *(free_port(first + n) if first else 0 for n in range(1, how_many))]


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
