"""Why Docman Connect refuses a document on posting: the rules behind the DC codes.

Codes from Docman's public list of API codes (data/reject_codes.csv), fields from its public inbound
document model. Not public, and to be confirmed with the supplier: the algorithm of the optional ``FileHash``
(taken to be SHA-1 in hexadecimal), which file extensions are allowed, and what a clinical code consists of;
there only what is plainly wrong is refused.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from services.gateways.sandbox.recipients import REFUSED_ODS_CODES

Document = dict[str, Any]

CAPTURE_SOURCE = 2
_ODS_CODE = re.compile(r"[A-Z0-9]{1,10}")
_EXTENSION = re.compile(r"\.?[A-Za-z0-9]+")


def refusals(document: Document, today: date) -> Iterator[str]:
    """Codes of everything that is wrong with a document; none when Docman takes it."""
    yield from (code for code, breaks in _RULES if breaks(document))
    born = _date(_at(document, "Patient", "BirthDate"))
    if born is None or born > today:
        yield "DC01.09"
    if recipient := REFUSED_ODS_CODES.get(_at(document, "RecipientOdsCode")):
        yield recipient


def file_content(document: Document) -> bytes | None:
    """The document's file; None when there is none or it is not base64."""
    try:
        return base64.b64decode(_at(document, "Document", "FileContent"), validate=True) or None
    except (binascii.Error, ValueError):
        return None


def _at(document: Document, *path: str) -> str:
    """Text at a path of the model; "" when something on the way is missing."""
    found: Any = document
    for key in path:
        found = found.get(key) if isinstance(found, dict) else None
    return "" if found is None else str(found)


def _missing(*path: str) -> Callable[[Document], bool]:
    return lambda document: not _at(document, *path).strip()


def _longer(limit: int, *path: str) -> Callable[[Document], bool]:
    return lambda document: len(_at(document, *path)) > limit


def _no_match(pattern: re.Pattern[str], *path: str) -> Callable[[Document], bool]:
    return lambda document: not pattern.fullmatch(_at(document, *path))


def _hash_differs(document: Document) -> bool:
    given, content = _at(document, "Document", "FileHash"), file_content(document)
    if content is None:
        return bool(_at(document, "Document", "FileContent"))  # there, but not base64
    # The vendor's check of integrity, not of authenticity.
    return bool(given) and given.lower() != hashlib.sha1(content, usedforsecurity=False).hexdigest()


def _codes_invalid(document: Document) -> bool:
    codes = document.get("ClinicalCodes") or []
    return not isinstance(codes, list) or not all(isinstance(code, dict) and code for code in codes)


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


_RULES: tuple[tuple[str, Callable[[Document], bool]], ...] = (
    ("DC01.01", lambda document: not isinstance(document.get("Patient"), dict)),
    ("DC01.02", lambda document: not isinstance(document.get("Document"), dict)),
    ("DC01.03", _longer(255, "Notes")),
    ("DC01.04", _longer(255, "Sender", "Organisation")),
    ("DC01.05", _longer(255, "Sender", "Department")),
    ("DC01.06", _longer(255, "Sender", "Person")),
    ("DC01.07", _longer(255, "Patient", "FamilyName")),
    ("DC01.08", _longer(255, "Patient", "GivenNames")),
    ("DC01.11", _codes_invalid),
    ("DC01.20", lambda document: _at(document, "CaptureSource") != str(CAPTURE_SOURCE)),
    ("DC01.21", _no_match(_ODS_CODE, "RecipientOdsCode")),
    ("DC01.22", _no_match(_ODS_CODE, "Sender", "OdsCode")),
    ("DC01.30", _no_match(_EXTENSION, "Document", "FileExtension")),
    ("DC01.31", _missing("Document", "FileContent")),
    ("DC01.32", _longer(10, "Document", "FileExtension")),
    ("DC01.33", _hash_differs),
    ("DC01.40", _missing("Document", "Description")),
    ("DC01.41", _missing("Document", "EventDate")),
    ("DC01.42", _longer(50, "Document", "Folder")),
    ("DC01.43", _longer(255, "Document", "Description")),
)
