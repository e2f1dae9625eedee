"""The print rules, checked on a letter's PDF before it may go by hybrid mail (docs/print-rules.md)."""

from services.documents.layout.check import check_layout

__all__ = ["check_layout"]
