"""Letters that say something else now: their rendering is forgotten, and the worker makes a new one."""

from typing import Any, Final

from sqlalchemy import case

from services.domain.documents import CANT_RENDER
from services.store.tables import letters

UNRENDERED: Final[dict[str, Any]] = {
    "document_id": case((letters.c.uploaded, letters.c.document_id), else_=None),
    "post_problem": case((letters.c.uploaded, letters.c.post_problem), else_=""),
    "warning": case((letters.c.warning.startswith(CANT_RENDER), ""), else_=letters.c.warning),
}
"""New values of their columns. What was uploaded stays the letter, whatever the record becomes."""
