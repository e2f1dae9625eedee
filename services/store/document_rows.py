"""PDF files in the store. Bytes that were stored never change."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Column, select

from services.domain.documents import StoredDocument
from services.domain.ids import new_id
from services.store.tables import documents
from services.store.work import Work, chunks


class DocumentRows:
    """The ports' Documents."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def add(self, *, pdf: bytes, sha256: str, page_count: int, at: datetime, made_from: str = "") -> str:
        row = {
            "id": new_id(),
            "pdf": pdf,
            "sha256": sha256,
            "page_count": page_count,
            "made_from": made_from,
            "created_at": at,
        }
        self._work.insert(documents, [row])
        return str(row["id"])

    def get(self, ids: Collection[str]) -> dict[str, StoredDocument]:
        """The documents by id; `reference` is the document's own id until the caller knows better."""
        columns = (documents.c.id, documents.c.pdf, documents.c.sha256, documents.c.page_count)
        return {
            row.id: StoredDocument(
                reference=row.id, pdf=row.pdf, sha256=row.sha256, page_count=row.page_count
            )
            for chunk in chunks(ids)
            for row in self._work.connection.execute(
                select(*columns).where(self._work.in_service(documents), documents.c.id.in_(chunk))
            )
        }

    def made_from(self, ids: Collection[str]) -> dict[str, str]:
        """The hash of what each document was made from, without its bytes."""
        return self._each(documents.c.made_from, ids)

    def page_counts(self, ids: Collection[str]) -> dict[str, int]:
        """The number of pages of each document, without its bytes."""
        return self._each(documents.c.page_count, ids)

    def _each(self, column: Column[Any], ids: Collection[str]) -> dict[str, Any]:
        return {
            document_id: value
            for chunk in chunks(ids)
            for document_id, value in self._work.connection.execute(
                select(documents.c.id, column).where(
                    self._work.in_service(documents), documents.c.id.in_(chunk)
                )
            )
        }
