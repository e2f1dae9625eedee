"""`python -m services.run` says what is in its way before it starts anything."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from services.run import preparation
from services.settings import Settings
from tests.unit.test_settings import real_settings
from tests.waiting import PATIENCE

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
        run = _run(settings)

    assert run.returncode == 1
    assert (
        f"The {NAMES[variable]} can't listen on port {port} of 127.0.0.1: Address already in use"
        in run.stdout
    )
    assert f"{variable}={port + 10} make run" in run.stdout
    assert "prepare" not in run.stdout
    assert not database.exists()


def test_settings_that_can_t_be_used_are_named_in_one_line_and_nothing_starts(tmp_path: Path) -> None:
    database = tmp_path / "letters.sqlite3"
    settings = {
        "BATCH_LETTERS_DATABASE_URL": f"sqlite:///{database}",
        "BATCH_LETTERS_DOCMAN_BASE_URL": "https://provider.example",
        "BATCH_LETTERS_DOCMAN_CLIENT_ID": "our name",
        "BATCH_LETTERS_DOCMAN_CLIENT_SECRET": "a secret",
    }
    run = _run(settings)
    assert (run.returncode, run.stderr) == (1, "")
    assert "Set BATCH_LETTERS_NOTIFY_BASE_URL, or neither." in run.stdout
    assert run.stdout.count("\n") == 1
    assert "a secret" not in run.stdout
    assert not database.exists()


def test_invented_letters_are_loaded_only_where_nothing_really_leaves() -> None:
    assert "--demo" in preparation(Settings()).command
    assert "--demo" not in preparation(real_settings()).command


def _run(settings: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "services.run"],
        env=os.environ | settings,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
