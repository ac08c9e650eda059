"""From the command line to the first page, and to an answer."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

from evals.bench.bench import Bench
from evals.bench.clock import ProgramFailed, environment, run_program
from evals.bench.result import Measure
from evals.peers.systems import ROOT

ROUNDS = 3  # the best counts: the first one reads the disk
LONGEST = 120.0
PAUSE = 0.05


def measure(bench: Bench) -> list[Measure]:
    """Seconds by the clock, disk warm; processor seconds of the command too."""
    data = bench.index().data
    command = [sys.executable, "-m", "agents", "ask", bench.questions[0], "--json"]
    asked = []
    pages = []
    for done in range(ROUNDS):
        bench.tell(done, ROUNDS, "start")
        asked.append(run_program(command, data))
        pages.append(_first_page(bench))
    return [
        Measure(part="start", name="start_web", value=min(pages), unit="s", bound=8.0),
        Measure(part="start", name="start_cli", value=min(one.wall for one in asked), unit="s", bound=4.0),
        Measure(part="start", name="start_cli_cpu", value=min(one.cpu for one in asked), unit="s"),
    ]


def _first_page(bench: Bench) -> float:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    began = time.perf_counter()
    command, environ = [sys.executable, "app.py", "--port", str(port)], environment(bench.index().data)
    program = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while not _answers(port):
            if program.poll() is not None or time.perf_counter() - began > LONGEST:
                raise ProgramFailed(f"the web app did not start: {program.returncode}")
            time.sleep(PAUSE)
        return time.perf_counter() - began
    finally:
        program.terminate()
        program.wait()


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=LONGEST):
            return True
    except urllib.error.HTTPError:  # the page of someone who is not signed in
        return True
    except OSError:
        return False
