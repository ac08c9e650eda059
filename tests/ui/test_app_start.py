"""What app.py says when it cannot start."""

from __future__ import annotations

import socket
from pathlib import Path

from tests.ui.conftest import run_command


def test_a_port_in_use_is_said_at_once_with_what_to_do(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = run_command(tmp_path / "data", "app.py", "--port", str(port))
    assert done.returncode == 2
    assert f"127.0.0.1:{port}" in done.stderr
    assert "BANSO_PORT" in done.stderr
    assert "Traceback" not in done.stderr
