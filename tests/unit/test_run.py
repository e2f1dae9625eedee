"""`python -m services.run` says what is in its way before it starts anything."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

NAMES = {"BATCH_LETTERS_PORT": "dashboard", "BATCH_LETTERS_SANDBOX_PORT": "sandbox"}


@pytest.mark.parametrize("variable", NAMES)
def test_a_taken_port_is_named_with_the_way_out_and_nothing_starts(
    variable: str, tmp_path: Path, free_port: int
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        database = tmp_path / "letters.sqlite3"
        settings = {name: str(free_port) for name in NAMES} | {
            variable: str(port),
            "BATCH_LETTERS_DATABASE_URL": f"sqlite:///{database}",
        }
        run = subprocess.run(
            [sys.executable, "-m", "services.run"],
            env=os.environ | settings,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )

    assert run.returncode == 1
    assert (
        f"The {NAMES[variable]} can't listen on port {port} of 127.0.0.1: Address already in use"
        in run.stdout
    )
    assert f"{variable}={port + 10} make run" in run.stdout
    assert "prepare" not in run.stdout
    assert not database.exists()
