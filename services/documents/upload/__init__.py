"""Letters that come as PDF files: checked, cleaned, and refused with what to do about it."""

from services.documents.upload.taking import USED_UP, taken

__all__ = ["USED_UP", "taken"]
