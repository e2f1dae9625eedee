"""What Print costs the server for 10 to 1,000 stored two-page letters, beside the plain way of doing it.

The plain way sets each letter when the button is pressed and puts them together with pypdf; both print the
same letters in one run, and their texts are compared.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Final

import pypdfium2

from services.bootstrap import Application, build, prepare_store
from services.contents import content_of
from services.domain.letter_content import LetterContent
from services.ports.letters import Scope
from services.settings import Settings
from tests.bench.figures import Figure
from tests.bench.print_letters import SERVICE, add_letters
from tests.bench.print_naive import put_together, set_each

SIZES: Final = (10, 100, 500, 1000)
PRESSES: Final = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Press:
    """One way of printing so many letters: seconds, the file, and the most memory that it took (bytes)."""

    seconds: float
    pdf: bytes
    peak: int = 0


def measure() -> list[Figure]:
    """Every figure from one run on one store."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(database_url=f"sqlite:///{folder}/letters.sqlite3", service_id=SERVICE.id)
        prepare_store(settings)
        with build(settings) as application:
            ids = add_letters(application.store, max(SIZES))
            while application.rendering.ahead(SERVICE.id, 100):
                pass
            plain = _plain_ways(_contents(application, ids))
            ours = {size: _pressed(application, Path(folder), ids[:size]) for size in SIZES}
    _show(ours, plain)
    for size in (10, 500):
        _same(ours[size].pdf, plain[size].pdf)
    return _figures(ours, plain)


def _figures(ours: dict[int, Press], plain: dict[int, Press]) -> list[Figure]:
    few, most = min(SIZES), max(SIZES)
    per_letter = {size: press.seconds / size for size, press in ours.items()}
    growth = per_letter[most] / per_letter[few]
    press, naive = ours[500], plain[500]
    faster, smaller = naive.seconds / press.seconds, len(press.pdf) / len(naive.pdf)
    memory = press.peak / len(press.pdf)
    return [
        Figure(name="print_500_vs_naive", value=faster, unit="times", bound=">= 30"),
        Figure(name="print_500_s", value=press.seconds, unit="s", bound="<= 2"),
        Figure(name="print_500_bytes_vs_naive", value=smaller, unit="times", bound="<= 0.6"),
        Figure(name="print_500_peak_vs_output", value=memory, unit="times", bound="<= 4"),
        Figure(name="print_1000_vs_10_per_letter", value=growth, unit="times", bound="<= 1.2"),
    ]


def _contents(application: Application, ids: Sequence[str]) -> list[LetterContent]:
    with application.store.read(SERVICE.id) as uow:
        service = uow.people.service()
        return [content_of(letter, service) for letter in uow.letters.get(ids, Scope())]


def _plain_ways(contents: Sequence[LetterContent]) -> dict[int, Press]:
    """For each size, what it takes to set so many letters and to put them together."""
    made = list(set_each(contents))
    return dict(_put_together(made))


def _put_together(made: Sequence[tuple[bytes, float]]) -> Iterator[tuple[int, Press]]:
    for size in SIZES:
        setting = sum(seconds for _, seconds in made[:size])
        start = perf_counter()
        pdf = put_together(pdf for pdf, _ in made[:size])
        yield size, Press(seconds=setting + perf_counter() - start, pdf=pdf)


def _pressed(application: Application, folder: Path, ids: Sequence[str]) -> Press:
    """The best time of several presses, since the machine's other work is not ours, and the worst memory."""
    named = folder / "ids"
    named.write_text("\n".join(ids))
    command = [sys.executable, "-m", "tests.bench.print_press", application.settings.database_url, str(named)]
    told = [
        json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        for _ in range(PRESSES)
    ]
    with application.store.read(SERVICE.id) as uow:
        document = uow.documents.get([told[-1]["document_id"]])[told[-1]["document_id"]]
    return Press(
        seconds=min(each["seconds"] for each in told),
        pdf=document.pdf,
        peak=max(each["peak"] for each in told),
    )


def _show(ours: dict[int, Press], plain: dict[int, Press]) -> None:
    print(f"  {'letters':>8}{'seconds':>10}{'plain way':>11}{'MB':>8}{'plain way':>11}{'peak MB':>9}")
    for size in SIZES:
        press, naive = ours[size], plain[size]
        sizes = f"{len(press.pdf) / 1e6:>8.2f}{len(naive.pdf) / 1e6:>11.2f}{press.peak / 1e6:>9.1f}"
        print(f"  {size:>8,}{press.seconds:>10.2f}{naive.seconds:>11.1f}{sizes}")


def _same(ours: bytes, plain: bytes) -> None:
    """Raises ValueError unless both files say the same: a fast wrong answer counts for nothing."""
    if _texts(ours) != _texts(plain):
        raise ValueError("The two ways print different letters.")


def _texts(pdf: bytes) -> list[str]:
    """The text of each page that has one."""
    with pypdfium2.PdfDocument(pdf) as document:
        texts = [page.get_textpage().get_text_range() for page in document]
    return [" ".join(text.split()) for text in texts if text.strip()]
