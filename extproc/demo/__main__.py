"""`python -m extproc.demo`: serve the demo model until SIGTERM or Ctrl-C."""

from __future__ import annotations

import argparse
import ipaddress
import logging
import os
import signal
import socket
from pathlib import Path

import uvicorn

from extproc.demo import answer
from extproc.demo.app import Dropped, build


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m extproc.demo",
        description=__doc__,
        epilog=answer.__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--listen", default="127.0.0.1:0", metavar="H:P", help="port 0 picks one")
    parser.add_argument("--port-file", type=Path, metavar="F", help="write the port here")
    options = parser.parse_args(arguments)
    host, _, port = options.listen.rpartition(":")
    if not host or not port.isdecimal():
        parser.error(f"--listen {options.listen}: expected host:port")
    _serve(host.strip("[]"), int(port), options.port_file)


def _serve(host: str, port: int, port_file: Path | None) -> None:
    with _bind(host, port) as listener:
        address, chosen = listener.getsockname()[:2]
        server = uvicorn.Server(
            uvicorn.Config(
                build(remember=ipaddress.ip_address(address).is_loopback),
                access_log=False,
                log_config=None,
                lifespan="off",
                # Their values differ from run to run, and an answer here never does.
                server_header=False,
                date_header=False,
                timeout_graceful_shutdown=1,
            )
        )
        logging.getLogger("uvicorn.error").addFilter(_is_unexpected)
        # uvicorn restores the handlers that it found and raises the signal again. With its own
        # in their place that ends nothing twice, and a signal before the start is not lost.
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, server.handle_exit)
        if port_file is not None:
            _write_whole(port_file, f"{chosen}\n")
        # The socket listens already, so whoever reads this line can connect.
        shown = f"[{address}]" if ":" in address else address
        print(f"demo model on http://{shown}:{chosen}", flush=True)
        server.run(sockets=[listener])


def _bind(host: str, port: int) -> socket.socket:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    family, kind, protocol, _, address = found[0]
    # asyncio turns Nagle's delay off only where it reads the protocol from the socket; without
    # it every answer takes 40 ms.
    listener = socket.socket(family, kind, protocol)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(address)
    listener.listen(1024)
    return listener


def _write_whole(path: Path, text: str) -> None:
    """A reader sees the file with its text or not at all."""
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    partial.write_text(text, encoding="ascii")
    partial.replace(path)


def _is_unexpected(record: logging.LogRecord) -> bool:
    """Keep the dropped connections that a prompt asked for out of the log."""
    return not (record.exc_info and isinstance(record.exc_info[1], Dropped))


if __name__ == "__main__":
    main()
