"""Run the simulator as a process until SIGTERM or Ctrl-C: `python -m local.x_simulator --port-file FILE`."""

import argparse
import signal
import threading
from pathlib import Path

from local.x_simulator.server import LOOPBACK, Simulator
from local.x_simulator.world import World


def main() -> None:
    """Start, write the port to a file, wait for the signal, stop."""
    parser = argparse.ArgumentParser(prog="python -m local.x_simulator", description="A simulator of X on 127.0.0.1.")
    parser.add_argument("--port", type=int, default=0, help="port to listen on; default: a free one")
    parser.add_argument("--port-file", type=Path, help="file that gets the port once it listens")
    parser.add_argument("--now", type=float, help="epoch seconds at which a stepped clock starts; default: wall clock")
    chosen = parser.parse_args()
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    with Simulator(World(chosen.now), port=chosen.port) as simulator:
        if chosen.port_file:
            _write_whole(chosen.port_file, str(simulator.port))
        print(f"X is simulated at http://{LOOPBACK}:{simulator.port}", flush=True)
        stopping.wait()


def _write_whole(path: Path, text: str) -> None:
    """Write a file so that nobody reads half of it."""
    draft = path.with_suffix(path.suffix + ".draft")
    draft.write_text(text)
    draft.replace(path)


if __name__ == "__main__":
    main()
