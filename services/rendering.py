"""A stored PDF for each letter: a click never renders what is there already."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from services.contents import content_of, fingerprint
from services.domain.documents import RenderFailed, StoredDocument
from services.domain.letter import Letter
from services.domain.letter_content import LetterContent
from services.domain.merge_fields import MergeFieldProblem
from services.domain.people import Service
from services.ports.clock import Clock
from services.ports.renderer import Renderer
from services.ports.store import Store, UnitOfWork

Contents = Mapping[str, LetterContent | RenderFailed]

_CHUNK = 50  # letters whose documents are rendered and then written in one transaction
CANT_RENDER = "Can't be made into a PDF. "


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredLetter:
    """A letter's document and its id in the store."""

    document_id: str
    document: StoredDocument


@dataclass(frozen=True, kw_only=True, slots=True)
class _Made:
    """A fresh rendering that is not stored yet, and the hash of what it was made from."""

    document: StoredDocument
    made_from: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Rendering:
    """Makes and keeps the documents of one store's letters."""

    store: Store
    renderer: Renderer
    clock: Clock

    def ensure(self, service_id: str, letters: Sequence[Letter]) -> dict[str, StoredLetter | RenderFailed]:
        """For each letter (by id) its present document, or why there is none.

        What is stored and was made from what the letter says now is used; the rest is rendered, outside of
        any transaction, and stored.
        """
        with self.store.read(service_id) as uow:
            service = uow.people.service()
            made_from = uow.documents.made_from([kept for letter in letters if (kept := letter.document_id)])
        contents = {letter.id: _content(letter, service) for letter in letters}
        current = [
            letter
            for letter in letters
            if letter.document_id and made_from.get(letter.document_id) == _mark(contents[letter.id])
        ]
        outcome: dict[str, StoredLetter | RenderFailed] = dict(self._load(service_id, current))
        stale = [letter for letter in letters if letter.id not in outcome]
        for start in range(0, len(stale), _CHUNK):
            made = self._render(stale[start : start + _CHUNK], contents)
            outcome |= self._keep(service_id, made)
        return outcome

    def ahead(self, service_id: str, limit: int) -> int:
        """Render letters that wait without a document, oldest first; returns how many were tried."""
        with self.store.read(service_id) as uow:
            waiting = uow.letters.without_document(limit)
        self.ensure(service_id, waiting)
        return len(waiting)

    def _load(self, service_id: str, letters: Sequence[Letter]) -> dict[str, StoredLetter]:
        ids = {letter.id: letter.document_id or "" for letter in letters}
        with self.store.read(service_id) as uow:
            stored = uow.documents.get(ids.values())
        return {
            letter.id: StoredLetter(
                document_id=ids[letter.id],
                document=replace(stored[ids[letter.id]], reference=letter.reference),
            )
            for letter in letters
        }

    def _render(self, letters: Sequence[Letter], contents: Contents) -> dict[str, _Made | RenderFailed]:
        outcome: dict[str, _Made | RenderFailed] = {
            letter.id: problem
            for letter in letters
            if isinstance(problem := contents[letter.id], RenderFailed)
        }
        texts = [
            (letter, text) for letter in letters if isinstance(text := contents[letter.id], LetterContent)
        ]
        pdfs = self.renderer.render_many([text for _, text in texts])
        for (letter, text), pdf in zip(texts, pdfs, strict=True):
            if isinstance(pdf, RenderFailed):
                outcome[letter.id] = pdf
            else:
                outcome[letter.id] = _Made(document=self._document(letter, pdf), made_from=fingerprint(text))
        return outcome

    def _keep(
        self, service_id: str, made: Mapping[str, _Made | RenderFailed]
    ) -> dict[str, StoredLetter | RenderFailed]:
        """One transaction for all; a letter that can't be rendered says so in its row."""
        outcome: dict[str, StoredLetter | RenderFailed] = {}
        with self.store.begin(service_id) as uow:
            for letter_id, result in made.items():
                if isinstance(result, RenderFailed):
                    uow.letters.patch([letter_id], warning=CANT_RENDER + result.reason)
                    outcome[letter_id] = result
                else:
                    outcome[letter_id] = self._add(uow, result)
            uow.letters.set_documents(
                {key: kept.document_id for key, kept in outcome.items() if isinstance(kept, StoredLetter)}
            )
            uow.commit()
        return outcome

    def _add(self, uow: UnitOfWork, made: _Made) -> StoredLetter:
        document_id = uow.documents.add(
            pdf=made.document.pdf,
            sha256=made.document.sha256,
            page_count=made.document.page_count,
            at=self.clock.now(),
            made_from=made.made_from,
        )
        return StoredLetter(document_id=document_id, document=made.document)

    def _document(self, letter: Letter, pdf: bytes) -> StoredDocument:
        return StoredDocument(
            reference=letter.reference,
            pdf=pdf,
            sha256=sha256(pdf).hexdigest(),
            page_count=self.renderer.page_count(pdf),
        )


def _content(letter: Letter, service: Service) -> LetterContent | RenderFailed:
    try:
        return content_of(letter, service)
    except MergeFieldProblem as problem:
        return RenderFailed(f"The template “{letter.template.name}”: {problem.reason}")


def _mark(content: LetterContent | RenderFailed) -> str:
    return "" if isinstance(content, RenderFailed) else fingerprint(content)
