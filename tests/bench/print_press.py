"""One press of Print in a process of its own: `python -m tests.bench.print_press DATABASE_URL IDS_FILE`.

Prints a line of JSON: seconds and bytes of memory that the press took. Memory is the most that the process
held at once beyond what it held when idle, after it had printed the last 100 letters: everything is loaded
then, and the database's cache is full, as in a server that has been in use.
"""

import json
import re
import sys
from pathlib import Path
from time import perf_counter

from services.batch.results import Outcome
from services.bootstrap import Application, build
from services.settings import Settings
from tests.bench.print_letters import ADMIN, SERVICE

_BEFORE = 100
_STATUS, _CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")


def main(database_url: str, ids_file: str) -> None:
    """Press Print for the letters named in the file, one id a line."""
    ids = Path(ids_file).read_text().split()
    with build(Settings(database_url=database_url, service_id=SERVICE.id)) as application:
        _press(application, ids[-_BEFORE:])
        _CLEAR.write_text("5")  # proc(5): the peak begins anew
        before = _held("VmRSS")
        start = perf_counter()
        made = _press(application, ids)
        seconds = perf_counter() - start
        peak = _held("VmHWM") - before
    print(json.dumps({"seconds": seconds, "peak": peak, "document_id": made}))


def _press(application: Application, ids: list[str]) -> str:
    """The id of the file that was made. Raises ValueError unless all letters are in it."""
    result = application.batch.printing.print_letters(SERVICE.id, ADMIN, ids, again=True)
    if result.made is None or len(result.of(Outcome.DONE)) != len(ids):
        raise ValueError(f"Not all were printed: {[line.reason for line in result.results][:3]}")
    return result.made.document_id


def _held(what: str) -> int:
    """Bytes, as the kernel counts them."""
    [kilobytes] = re.findall(rf"{what}:\s+(\d+) kB", _STATUS.read_text())
    return int(kilobytes) * 1024


if __name__ == "__main__":
    main(*sys.argv[1:])
