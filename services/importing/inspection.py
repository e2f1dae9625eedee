"""The PDFs that lines name: which line may have which, read and inspected outside of any transaction."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Final

from services.domain.documents import RenderFailed, Upload
from services.importing.csv_lines import CsvLine
from services.importing.draft import Draft, LineRefused
from services.importing.pdfs import Brought, InMemory, Pdfs
from services.ports.renderer import Renderer

_AT_ONCE: Final = 4  # more than the renderer has processes, so that each always has one to do


@dataclass(kw_only=True, slots=True)
class Inspection:
    """What comes of the PDFs of one import. Where none were given, a line that names one is refused."""

    renderer: Renderer | None = None
    pdfs: Pdfs = field(default_factory=InMemory)
    _named: dict[str, set[str]] = field(default_factory=dict)

    def note(self, names: Sequence[str], lines: Iterable[CsvLine]) -> None:
        """Look through all lines first: of two letters with one file, either may be the wrong patient's."""
        if "pdf" not in names:
            return
        pdf, reference = names.index("pdf"), names.index("reference")
        named = defaultdict(set)
        for line in lines:
            if len(line.cells) == len(names) and (name := line.cells[pdf].strip()):
                named[name].add(line.cells[reference].strip())
        self._named = named

    def unnamed(self) -> list[str]:
        """The PDFs that no line names."""
        return sorted(set(self.pdfs.names()) - self._named.keys())

    def inspected(self, read: Sequence[Draft | LineRefused]) -> list[Draft | LineRefused]:
        """Each draft with its file, where it names one; several at once, each in a process of its own."""
        with ThreadPoolExecutor(_AT_ONCE) as threads:
            return list(threads.map(self._inspected, read))

    def _inspected(self, draft: Draft | LineRefused) -> Draft | LineRefused:
        if isinstance(draft, LineRefused) or not draft.pdf:
            return draft
        if len(self._named[draft.pdf]) > 1:
            return LineRefused([f"pdf “{draft.pdf}” is named by several letters: each needs its own"])
        try:
            pdf = self.pdfs.read(draft.pdf)
        except ValueError as why:
            return LineRefused([f"pdf {why}"])
        assert self.renderer  # noqa: S101 - whoever gives PDFs gives what inspects them
        document = self.renderer.inspect(Upload(pdf=pdf))
        if isinstance(document, RenderFailed):
            return LineRefused([f"pdf “{draft.pdf}”: {document.reason}"])
        file = Brought(name=draft.pdf, sha256=sha256(pdf).hexdigest(), document=document)
        return replace(draft, file=file)
