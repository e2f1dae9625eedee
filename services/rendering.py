"""A stored PDF for each letter: a click never renders what is there already."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from services import letter_documents
from services.contents import content_of, fingerprint
from services.domain.documents import CANT_RENDER, DocumentProblem, RenderFailed, StoredDocument
from services.domain.letter import Letter
from services.domain.letter_content import LetterContent
from services.domain.merge_fields import MergeFieldProblem
from services.domain.people import Service
from services.ports.clock import Clock
from services.ports.letters import Scope
from services.ports.renderer import Renderer
from services.ports.store import Store, UnitOfWork

Contents = Mapping[str, LetterContent | RenderFailed]

_CHUNK = 50  # letters whose documents are rendered and then written in one transaction
_LONGEST_WARNING = 500


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

    def ensure(self, service_id: str, letters: Sequence[Letter]) -> dict[str, StoredLetter | DocumentProblem]:
        """For each letter (by id) its present document, or why there is none.

        What is stored and was made from what the letter says now is used; the rest is rendered, outside of
        any transaction, and stored. A stored document that was damaged fails by itself.
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
        outcome = self._load(service_id, current, {each.id: each.document_id or "" for each in current})
        stale = [letter for letter in letters if letter.id not in outcome]
        for start in range(0, len(stale), _CHUNK):
            made = self._render(stale[start : start + _CHUNK], contents)
            outcome |= self._keep(service_id, made)
        return outcome

    def kept(self, service_id: str, letters: Sequence[Letter]) -> dict[str, StoredLetter | DocumentProblem]:
        """For each letter (by id) that has left the Pending group what went out or was printed."""
        with self.store.read(service_id) as uow:
            ids = letter_documents.kept(uow, letters)
        return self._load(service_id, letters, ids)

    def ahead(self, service_id: str, limit: int) -> int:
        """Render letters that wait without a document, oldest first; returns how many were tried."""
        with self.store.read(service_id) as uow:
            waiting = uow.letters.without_document(limit)
        self.ensure(service_id, waiting)
        return len(waiting)

    def _load(
        self, service_id: str, letters: Sequence[Letter], ids: Mapping[str, str]
    ) -> dict[str, StoredLetter | DocumentProblem]:
        with self.store.read(service_id) as uow:
            stored = uow.documents.get(ids.values())
        return {
            each.id: _stored(each, ids[each.id], stored[ids[each.id]]) for each in letters if each.id in ids
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
    ) -> dict[str, StoredLetter | DocumentProblem]:
        """One transaction for all; a letter that can't be rendered says so in its row."""
        with self.store.begin(service_id) as uow:
            added = {key: self._add(uow, result) for key, result in made.items() if isinstance(result, _Made)}
            uow.letters.set_documents({key: kept.document_id for key, kept in added.items()})
            service = uow.people.service()
            for letter in uow.letters.get(made, Scope()):
                _mark_row(uow, letter, made[letter.id], service)
            uow.commit()
        return {
            key: result if isinstance(result, RenderFailed) else added[key] for key, result in made.items()
        }

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


def _mark(content: LetterContent | RenderFailed) -> str | None:
    return None if isinstance(content, RenderFailed) else fingerprint(content)


def _stored(letter: Letter, document_id: str, document: StoredDocument) -> StoredLetter | DocumentProblem:
    try:
        sound = letter_documents.checked(document)
    except DocumentProblem as problem:
        return problem
    return StoredLetter(document_id=document_id, document=replace(sound, reference=letter.reference))


def _mark_row(uow: UnitOfWork, letter: Letter, result: _Made | RenderFailed, service: Service) -> None:
    """Bring the warning up to date; what was edited while it was rendered has to be rendered once more."""
    warning = letter.warning.partition(CANT_RENDER)[0].rstrip()  # other warnings stay, before this one
    if isinstance(result, RenderFailed):
        warning = f"{warning} {CANT_RENDER}{result.reason}".lstrip()[:_LONGEST_WARNING]
    elif _mark(_content(letter, service)) != result.made_from:
        uow.letters.patch([letter.id], document_id=None)
    if warning != letter.warning:
        uow.letters.patch([letter.id], warning=warning)
