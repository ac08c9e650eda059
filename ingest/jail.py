"""What runs in a child: limits, no network, and one request after another. Started as `python -m ingest.jail`."""

from __future__ import annotations

import json
import os
import select
import struct
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from banso.core.errors import BansoError, ConfigError, ItemError

IDLE_SECONDS = 60.0
"""A child idle for this long is not used again; idle for twice as long, it ends itself."""
_NETWORK = tuple(
    f"socket.{call}"
    for call in (
        "bind", "connect", "getaddrinfo", "gethostbyaddr", "gethostbyname", "getnameinfo", "sendmsg", "sendto",
    )
)  # fmt: skip


def serve(kind: str, memory: int) -> None:
    """Answer requests from standard input until it ends."""
    from banso.core.texts import speaking
    from ingest import jobs

    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a library that prints must not disturb the pipe
    # unstructured imports spaCy, which takes torch along wherever it finds it: 200 MB, half of the start.
    sys.modules["torch"] = None  # type: ignore[assignment]
    jobs.warm(kind)
    limit(memory)
    sys.addaudithook(no_network)
    _send(answers, {"ready": True})
    requests = sys.stdin.buffer
    while select.select([requests], [], [], 2 * IDLE_SECONDS)[0] and (head := requests.read(4)):
        request = json.loads(requests.read(struct.unpack(">I", head)[0]))
        with speaking(request["language"]):
            for answer in _answers(request["job"], request["arguments"]):
                _send(answers, answer)


def _send(answers: IO[bytes], answer: dict[str, Any]) -> None:
    body = json.dumps(answer, ensure_ascii=False).encode("utf-8", "replace")
    answers.write(struct.pack(">I", len(body)) + body)
    answers.flush()


def _answers(job: str, arguments: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """What the job yields, then `done`; or, as the last answer, what went wrong."""
    from ingest.jobs import JOBS
    from ingest.parse.damage import DAMAGE
    from ingest.texts import told

    try:
        yield from JOBS[job](**arguments)
        yield {"done": True}
    except ItemError as error:
        yield {"error": error.message, "hint": error.hint, "settled": error.settled}
    except BansoError as error:
        yield {"error": error.message, "hint": error.hint, "config": isinstance(error, ConfigError)}
    except MemoryError:
        yield {"memory": True}
    except DAMAGE as error:
        if _memory_is_full():
            yield {"memory": True}
            return
        said = str(error).splitlines()[0][:200] if str(error) else ""
        why = f"{type(error).__name__} {said}".strip()
        yield {"error": told("sandbox.damaged", why=why), "hint": told("sandbox.save_again")}


def limit(memory: int) -> None:
    """Address space for as much more resident memory as brings this process to `memory` bytes; macOS ignores it.

    The imports alone map 0.9 GB, most of it never touched, so a plain limit on address space would say little.
    """
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    statm = Path("/proc/self/statm")
    if statm.exists():
        mapped, resident = (int(pages) * resource.getpagesize() for pages in statm.read_text().split()[:2])
        resource.setrlimit(resource.RLIMIT_AS, (mapped + max(memory - resident, 64 << 20), resource.RLIM_INFINITY))


def _memory_is_full() -> bool:
    """Whether the address space was used up: C libraries report that as damage to the file."""
    import resource

    most = resource.getrlimit(resource.RLIMIT_AS)[0]
    status = Path("/proc/self/status")
    if most == resource.RLIM_INFINITY or not status.exists():
        return False
    peak = next((line.split()[1] for line in status.read_text().splitlines() if line.startswith("VmPeak")), "0")
    return int(peak) * 1024 > 0.9 * most


def no_network(event: str, arguments: tuple[Any, ...]) -> None:
    """An audit hook that refuses connections and look-ups of names."""
    if event in _NETWORK:
        raise PermissionError("a parser must not use the network")


if __name__ == "__main__":
    serve(sys.argv[1], int(sys.argv[2]))
