"""One heap for all threads: what a thread frees is used by the next."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

GROWING = """
import sys, threading
from banso.core.memory import one_heap
if sys.argv[1] == "one": one_heap()
held = threading.Barrier(8)
def work():
    kept = [bytes(3000) for _ in range(2000)]
    held.wait()
for thread in [threading.Thread(target=work) for _ in range(8)]: thread.start()
print(sum(1 for line in open("/proc/self/maps") if "---p 00000000 00:00 0" in line))
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc has a heap for each thread")
def test_threads_share_a_heap() -> None:
    """Each further heap of glibc is a mapping whose rest may not be touched yet."""
    own, shared = (
        int(subprocess.run([sys.executable, "-c", GROWING, how], capture_output=True, text=True, check=True).stdout)
        for how in ("own", "one")
    )
    assert shared < own
