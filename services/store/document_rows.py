"""PDF files in the store. Bytes that were stored never change."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select

from services.domain.documents import DocumentFacts, StoredDocument
from services.domain.ids import new_id
from services.domain.layout import Layout
from services.store.tables import documents
from services.store.work import IDS, Work, chunks, of_service

_COLUMNS = (documents.c.id, documents.c.pdf, documents.c.sha256, documents.c.page_count)
_BY_IDS = select(*_COLUMNS).where(of_service(documents), documents.c.id.in_(IDS))


class DocumentRows:
    """The ports' Documents."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def add(self, pdf: bytes, facts: DocumentFacts, at: datetime) -> str:
        row = {
            "id": new_id(),
            "pdf": pdf,
            "sha256": facts.sha256,
            "page_count": facts.page_count,
            "made_from": facts.made_from,
            "layout": facts.layout.as_json() if facts.layout else None,
            "created_at": at,
        }
        self._work.insert(documents, [row])
        return str(row["id"])

    def get(self, ids: Collection[str]) -> dict[str, StoredDocument]:
        """The documents by id; `reference` is the document's own id until the caller knows better."""
        return {
            row.id: StoredDocument(
                reference=row.id, pdf=row.pdf, sha256=row.sha256, page_count=row.page_count
            )
            for row in self._work.rows(_BY_IDS, ids)
        }

    def facts(self, ids: Collection[str]) -> dict[str, DocumentFacts]:
        """What is known of each document, without its bytes."""
        names = ("sha256", "page_count", "made_from", "layout")
        columns = (documents.c.id, *(documents.c[name] for name in names))
        return {
            row.id: DocumentFacts(
                sha256=row.sha256,
                page_count=row.page_count,
                made_from=row.made_from,
                layout=Layout.from_json(row.layout) if row.layout else None,
            )
            for chunk in chunks(ids)
            for row in self._work.connection.execute(
                select(*columns).where(self._work.in_service(documents), documents.c.id.in_(chunk))
            )
        }
