"""A request to stop, made by signals at moments that nobody chooses."""

import subprocess
import sys
import threading

from services.stop_request import StopRequest
from tests.waiting import PATIENCE

STORM = """
import random, signal
from services.stop_request import StopRequest

stop = StopRequest()
signal.signal(signal.SIGALRM, lambda *_: stop.set())
for _ in range(20_000):
    stop = StopRequest()
    signal.setitimer(signal.ITIMER_REAL, random.uniform(1e-6, 6e-5), 2e-4)
    while not stop.wait(1e-5):
        pass
    signal.setitimer(signal.ITIMER_REAL, 0)
print("all were seen")
"""


def test_signals_at_any_moment_are_seen_and_never_stop_the_process_for_good() -> None:
    done = subprocess.run(
        [sys.executable, "-c", STORM], capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert (done.stdout, done.stderr) == ("all were seen\n", "")


def test_another_thread_may_ask_and_all_see_it() -> None:
    stop = StopRequest()
    assert not stop.wait(0.001)
    threading.Timer(0.01, stop.set).start()
    assert stop.wait(PATIENCE)
    stop.set()
    assert (stop.is_set(), stop.wait(PATIENCE)) == (True, True)
