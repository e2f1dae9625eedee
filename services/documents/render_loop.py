"""What a process of the pool does: task after task, each within limits, until nobody asks any more."""

import os
import sys
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path

from services.documents.limits import Limits, TookTooLong, limit_memory, limited_time
from services.documents.render import prepare
from services.documents.tasks import Task, done
from services.domain.documents import Rendered, RenderFailed


def run(line: Connection) -> None:
    """Take the limits, say None when ready, then answer each letter. Ends when the other side is gone."""
    _be_silent()
    prepare()
    with suppress(EOFError, OSError):
        limits = line.recv()
        limit_memory(limits)
        line.send(None)
        while True:
            line.send(_do(line.recv(), limits))


def _be_silent() -> None:
    """What layout code prints may quote the letter, and must not reach a log; reasons are returned."""
    with Path(os.devnull).open("w") as nowhere:
        os.dup2(nowhere.fileno(), 2)


def _do(task: Task, limits: Limits) -> Rendered | RenderFailed:
    try:
        with limited_time(limits):
            return done(task)
    except RenderFailed as failed:
        return failed
    except TookTooLong:
        return RenderFailed(f"Setting the letter took longer than {limits.seconds:g} seconds.")
    except MemoryError:
        return RenderFailed("Setting the letter took too much memory.")
    except Exception as error:  # noqa: BLE001 - whatever a layout engine may raise, the other letters go on
        return RenderFailed(f"The letter could not be set ({type(error).__name__}).")


if __name__ == "__main__":
    run(Connection(int(sys.argv[1])))
