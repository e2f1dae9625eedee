"""A stored PDF for each letter: a click never renders what is there already."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Final

from services import letter_documents
from services.contents import content_of, fingerprint
from services.domain.documents import (
    CANT_RENDER,
    DocumentFacts,
    DocumentProblem,
    Rendered,
    RenderFailed,
    StoredDocument,
)
from services.domain.letter import Letter
from services.domain.letter_content import LetterContent
from services.domain.merge_fields import MergeFieldProblem
from services.domain.people import Service
from services.ports.clock import Clock
from services.ports.letters import Scope
from services.ports.renderer import Renderer
from services.ports.store import Store, UnitOfWork

Progress = Callable[[int, int], object]
"""Told how many letters of how many are done."""

_RENDERED_AT_ONCE: Final = 10  # and written in one transaction
_READ_AT_ONCE: Final = 20  # documents in memory
_LONGEST: Final = 500  # characters of a warning or a problem


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredLetter:
    """A letter's document in the store. Its bytes stay there until they are needed."""

    document_id: str
    facts: DocumentFacts


@dataclass(frozen=True, kw_only=True, slots=True)
class _Made:
    """A fresh rendering that is not stored yet."""

    pdf: bytes
    facts: DocumentFacts


@dataclass(frozen=True, kw_only=True, slots=True)
class Rendering:
    """Makes and keeps the documents of one store's letters."""

    store: Store
    renderer: Renderer
    clock: Clock

    def ensure(
        self, service_id: str, letters: Sequence[Letter], progress: Progress | None = None
    ) -> dict[str, StoredLetter | DocumentProblem]:
        """For each letter (by id) its present document, or why there is none.

        What is stored and was made from what the letter says now is used; the rest is rendered, outside of
        any transaction, and stored; of that, `progress` is told. A stored document that was damaged fails by
        itself.
        """
        current = self._current(service_id, letters)
        outcome = self._checked(service_id, letters, current)
        stale = [letter for letter in letters if letter.id not in outcome]
        for start in range(0, len(stale), _RENDERED_AT_ONCE):
            if progress:
                progress(start, len(stale))
            made = self._render(service_id, stale[start : start + _RENDERED_AT_ONCE])
            outcome |= self._keep(service_id, made)
        return outcome

    def kept(self, service_id: str, letters: Sequence[Letter]) -> dict[str, StoredLetter | DocumentProblem]:
        """For each letter (by id) that has left the Pending group what went out or was printed."""
        with self.store.read(service_id) as uow:
            ids = letter_documents.kept(uow, letters)
        return self._checked(service_id, letters, ids)

    def documents(
        self, service_id: str, letters: Sequence[Letter], stored: Mapping[str, StoredLetter]
    ) -> Iterable[StoredDocument]:
        """The letters' documents with their bytes, in order, read a few at a time as they are asked for."""
        return _Documents(self.store, service_id, letters, stored)

    def ahead(self, service_id: str, limit: int) -> int:
        """Render letters that wait without a document, oldest first; returns how many were tried."""
        with self.store.read(service_id) as uow:
            waiting = uow.letters.without_document(limit)
        self.ensure(service_id, waiting)
        return len(waiting)

    def _current(self, service_id: str, letters: Sequence[Letter]) -> dict[str, str]:
        """By letter, the documents that say what the letter says now."""
        with self.store.read(service_id) as uow:
            service = uow.people.service()
            facts = uow.documents.facts([letter.document_id for letter in letters if letter.document_id])
        return {
            letter.id: letter.document_id
            for letter in letters
            if letter.document_id
            and (letter.uploaded or facts[letter.document_id].made_from == _mark(_content(letter, service)))
        }

    def _checked(
        self, service_id: str, letters: Sequence[Letter], ids: Mapping[str, str]
    ) -> dict[str, StoredLetter | DocumentProblem]:
        """Those of the letters that have a document by `ids`, each of them read and found sound, or not."""
        with self.store.read(service_id) as uow:
            facts = uow.documents.facts(ids.values())
        chosen = [letter for letter in letters if letter.id in ids]
        return {
            letter.id: _sound(ids[letter.id], document, facts)
            for letter, document in _loaded(self.store, service_id, chosen, ids)
        }

    def _render(self, service_id: str, letters: Sequence[Letter]) -> dict[str, _Made | RenderFailed]:
        with self.store.read(service_id) as uow:
            service = uow.people.service()
        contents = {letter.id: _content(letter, service) for letter in letters}
        texts = {key: text for key, text in contents.items() if isinstance(text, LetterContent)}
        made = self.renderer.render_many(list(texts.values()))
        outcome: dict[str, _Made | RenderFailed] = {
            key: problem for key, problem in contents.items() if isinstance(problem, RenderFailed)
        }
        for (key, text), rendered in zip(texts.items(), made, strict=True):
            outcome[key] = _made(rendered, fingerprint(text))
        return outcome

    def _keep(
        self, service_id: str, made: Mapping[str, _Made | RenderFailed]
    ) -> dict[str, StoredLetter | DocumentProblem]:
        """One transaction for all; a letter that can't be rendered says so in its row."""
        fresh = {key: result for key, result in made.items() if isinstance(result, _Made)}
        with self.store.begin(service_id) as uow:
            now = self.clock.now()
            added = {key: uow.documents.add(each.pdf, each.facts, now) for key, each in fresh.items()}
            uow.letters.set_documents(
                {key: (added[key], problem_of(each.facts)) for key, each in fresh.items()}
            )
            service = uow.people.service()
            for letter in uow.letters.get(made, Scope()):
                _mark_row(uow, letter, made[letter.id], service)
            uow.commit()
        return {
            key: result
            if isinstance(result, RenderFailed)
            else StoredLetter(document_id=added[key], facts=result.facts)
            for key, result in made.items()
        }


@dataclass(frozen=True, slots=True)
class _Documents:
    """A pile's documents, whose number is known and which are read as they are taken: DocumentChanged."""

    store: Store
    service_id: str
    letters: Sequence[Letter]
    stored: Mapping[str, StoredLetter]

    def __len__(self) -> int:
        return len(self.letters)

    def __iter__(self) -> Iterator[StoredDocument]:
        ids = {letter.id: self.stored[letter.id].document_id for letter in self.letters}
        for letter, document in _loaded(self.store, self.service_id, self.letters, ids):
            named = replace(document, reference=letter.reference, initials=letter.patient.initials)
            yield letter_documents.checked(named)


def _loaded(
    store: Store, service_id: str, letters: Sequence[Letter], ids: Mapping[str, str]
) -> Iterator[tuple[Letter, StoredDocument]]:
    """Each letter with its document by `ids`, a few in memory at a time."""
    for start in range(0, len(letters), _READ_AT_ONCE):
        chunk = letters[start : start + _READ_AT_ONCE]
        with store.read(service_id) as uow:
            read = uow.documents.get([ids[letter.id] for letter in chunk])
        yield from ((letter, read[ids[letter.id]]) for letter in chunk)


def facts_of(rendered: Rendered, made_from: str = "") -> DocumentFacts:
    """What the store keeps beside the bytes."""
    return DocumentFacts(
        sha256=sha256(rendered.pdf).hexdigest(),
        page_count=rendered.page_count,
        made_from=made_from,
        layout=rendered.layout,
    )


def problem_of(facts: DocumentFacts) -> str:
    """Why the document may not be posted, as its letter keeps it (`Letter.post_problem`)."""
    return facts.layout.problem[:_LONGEST] if facts.layout else ""


def _made(rendered: Rendered | RenderFailed, made_from: str) -> _Made | RenderFailed:
    if isinstance(rendered, RenderFailed):
        return rendered
    return _Made(pdf=rendered.pdf, facts=facts_of(rendered, made_from))


def _content(letter: Letter, service: Service) -> LetterContent | RenderFailed:
    try:
        return content_of(letter, service)
    except MergeFieldProblem as problem:
        return RenderFailed(f"The template “{letter.template.name}”: {problem.reason}")


def _mark(content: LetterContent | RenderFailed) -> str | None:
    return None if isinstance(content, RenderFailed) else fingerprint(content)


def _sound(
    document_id: str, document: StoredDocument, facts: Mapping[str, DocumentFacts]
) -> StoredLetter | DocumentProblem:
    try:
        letter_documents.checked(document)
    except DocumentProblem as problem:
        return problem
    return StoredLetter(document_id=document_id, facts=facts[document_id])


def _mark_row(uow: UnitOfWork, letter: Letter, result: _Made | RenderFailed, service: Service) -> None:
    """Bring the warning up to date; what was edited while it was rendered has to be rendered once more."""
    warning = letter.warning.partition(CANT_RENDER)[0].rstrip()  # other warnings stay, before this one
    if isinstance(result, RenderFailed):
        warning = f"{warning} {CANT_RENDER}{result.reason}".lstrip()[:_LONGEST]
    elif _mark(_content(letter, service)) != result.facts.made_from:
        uow.letters.unrender([letter.id])
    if warning != letter.warning:
        uow.letters.patch([letter.id], warning=warning)
