"""Security requirement 20: a hostile letter is stopped, fails with a reason, and the others go on."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from services.documents.check import page_count
from services.documents.limits import Limits
from services.documents.pool import RenderPool
from services.documents.press import Press
from services.domain.documents import Rendered, RenderFailed, RenderRefused
from services.domain.letter_content import LetterContent
from services.ports.renderer import Renderer
from tests.unit.documents.samples import ONE_PAGE, SEVEN_LINES, page_texts, stored
from tests.waiting import PATIENCE, wait_until

Children = Callable[[], set[int]]

SLOW = "| a | b |\n|---|---|\n" + "| x | y |\n" * 30_000
BIG = "*a* " * 300_000


class KillsItsProcess(LetterContent):
    """Stands for a letter whose layout crashes the C libraries: it dies when it is set."""

    __slots__ = ()

    @property
    def closing(self) -> str:
        os.kill(os.getpid(), signal.SIGKILL)
        return ""


class WaitsForEver(LetterContent):
    """Stands for a letter over which C code hangs: it uses no time of the processor."""

    __slots__ = ()

    @property
    def closing(self) -> str:
        signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
        time.sleep(3600)
        return ""


def _like(content: LetterContent, kind: type[LetterContent]) -> LetterContent:
    return kind(**{name: getattr(content, name) for name in LetterContent.__slots__})


def _results(made: Iterator[Rendered | RenderFailed]) -> list[str]:
    """The title of each letter that was set, the reason for each that was not."""
    return [m.reason if isinstance(m, RenderFailed) else _title(m.pdf) for m in made]


def _processes_of(session: int) -> set[int]:
    """The running processes of a session (proc(5), stat, fields 3 and 6)."""
    running = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(FileNotFoundError, ProcessLookupError):
            state, _parent, _group, its_session = stat.read_text().rpartition(")")[2].split()[:4]
            if int(its_session) == session and state != "Z":
                running.add(int(stat.parent.name))
    return running


@pytest.fixture(name="children")
def children_fixture() -> Children:
    """The rendering processes that a test has started and not ended; other tests' pools may live on."""
    before = _our_children()
    return lambda: _our_children() - before


def _our_children() -> set[int]:
    """The rendering processes that this very process has started and not ended."""
    ours = set()
    for listed in Path("/proc/self/task").glob("*/children"):
        with suppress(FileNotFoundError, ProcessLookupError):
            ours |= {int(pid) for pid in listed.read_text().split() if _renders(int(pid))}
    return ours


def _renders(pid: int) -> bool:
    with suppress(FileNotFoundError, ProcessLookupError):
        return b"render_loop" in Path(f"/proc/{pid}/cmdline").read_bytes()
    return False


def _title(pdf: bytes) -> str:
    title = re.search(r"\bS\d\b", page_texts(pdf)[0])
    assert title
    return title[0]


def _numbered(count: int) -> list[LetterContent]:
    return [replace(ONE_PAGE, title=f"S{number}") for number in range(count)]


def test_letters_come_back_in_order_and_lazily() -> None:
    taken = 0

    def contents() -> Iterator[LetterContent]:
        nonlocal taken
        for content in _numbered(9):
            taken += 1
            yield content

    with RenderPool() as pool:
        made = pool.do_many(contents())
        assert _results(iter([next(made)])) == ["S0"]
        assert taken < 9
        assert _results(made) == [f"S{number}" for number in range(1, 9)]


def test_a_letter_that_takes_too_long_fails_alone() -> None:
    before, after = _numbered(2)
    with RenderPool(limits=Limits(seconds=3)) as pool:
        made = _results(pool.do_many([before, replace(ONE_PAGE, body=SLOW), after]))
    assert made == ["S0", "Setting the letter took longer than 3 seconds.", "S1"]


def test_a_letter_that_takes_too_much_memory_fails_alone() -> None:
    before, after = _numbered(2)
    with RenderPool(limits=Limits(seconds=60, bytes_more=60_000_000)) as pool:
        made = _results(pool.do_many([before, replace(ONE_PAGE, body=BIG), after]))
    assert made[::2] == ["S0", "S1"]
    assert "memory" in made[1]


def test_a_stop_signal_to_the_whole_group_harms_no_letter(children: Children) -> None:
    """Ours is the answer to it: systemd sends SIGTERM to every process of a service."""
    with RenderPool(processes=1) as pool:
        made = _results(pool.do_many(_numbered(1)))
        for pid in children():
            os.kill(pid, signal.SIGTERM)
        made += _results(pool.do_many(_numbered(1)))
    assert made == ["S0", "S0"]


def test_a_letter_that_kills_its_process_is_the_only_one_to_fail() -> None:
    contents = _numbered(6)
    guilty = _like(ONE_PAGE, KillsItsProcess)
    with RenderPool() as pool:
        made = _results(pool.do_many([*contents[:3], guilty, *contents[3:]]))
        assert made[:3] + made[4:] == ["S0", "S1", "S2", "S3", "S4", "S5"]
        assert "was ended" in made[3]
        assert _results(pool.do_many(contents[:1])) == ["S0"]


def test_a_letter_that_waits_for_ever_is_ended_with_its_process(children: Children) -> None:
    with RenderPool(processes=1, limits=Limits(seconds_by_the_clock=0.5)) as pool:
        assert "was ended" in _results(pool.do_many([_like(ONE_PAGE, WaitsForEver)]))[0]
        assert children() == set()


def test_threads_may_share_a_pool() -> None:
    contents = _numbered(4)
    with RenderPool() as pool, ThreadPoolExecutor(3) as threads:
        for made in threads.map(lambda _: _results(pool.do_many(contents)), range(3)):
            assert made == ["S0", "S1", "S2", "S3"]


def test_a_closed_pool_can_be_used_again(children: Children) -> None:
    with RenderPool() as pool:
        assert _results(pool.do_many(_numbered(1))) == ["S0"]
        pool.close()
        assert children() == set()
        assert _results(pool.do_many(_numbered(1))) == ["S0"]


def test_nothing_starts_before_the_first_letter(children: Children) -> None:
    with Press():
        assert children() == set()


def test_the_press_is_a_renderer() -> None:
    with Press() as press:
        renderer: Renderer = press
        [made] = renderer.render_many([ONE_PAGE])
        assert isinstance(made, Rendered)
        assert made.page_count == 1
        merged = renderer.merge([stored("A", made.pdf), stored("B", made.pdf)], duplex=True)
        assert page_count(merged.pdf) == merged.page_count == 4
        assert renderer.page_png(merged.pdf, 3).startswith(b"\x89PNG")
        too_long = replace(ONE_PAGE, recipient=(*SEVEN_LINES, "Wales"))
        [failed] = renderer.render_many([too_long])
        assert isinstance(failed, RenderRefused)
        assert "window" in failed.reason


PROGRAM = """
import signal, sys, itertools
from services.documents.pool import RenderPool
from tests.unit.documents.samples import ONE_PAGE

def stop(*_): raise SystemExit(0)

def main():
    signal.signal(signal.SIGTERM, stop)
    with RenderPool() as pool:
        for made in pool.do_many(itertools.repeat(ONE_PAGE)):
            print(made.page_count, flush=True)

if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        pass
"""


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_the_processes_end_with_ours_and_without_noise(ending: signal.Signals, tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    process = subprocess.Popen(
        [sys.executable, program],
        env={**os.environ, "PYTHONPATH": str(Path.cwd())},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    assert process.stdout is not None
    process.stdout.readline()
    wait_until(lambda: len(_processes_of(process.pid)) >= 3)
    if ending == signal.SIGINT:
        os.killpg(process.pid, ending)  # as a terminal does: to the whole group
    else:
        process.send_signal(ending)
    _, noise = process.communicate(timeout=PATIENCE)
    wait_until(lambda: not _processes_of(process.pid))
    assert noise == b""
    assert process.returncode == (-ending if ending == signal.SIGKILL else 0)
