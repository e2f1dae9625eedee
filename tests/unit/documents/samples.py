"""Letters of an invented service to invented patients, and how to read their PDFs."""

import hashlib
from dataclasses import replace
from datetime import date

import pypdfium2

from services.documents.check import page_count
from services.domain.documents import StoredDocument
from services.domain.letter_content import LetterContent

SHORT_BODY = """Thank you for speaking with us. Your first appointment is on **Thursday 3 December 2026**.

- Please find a quiet place.
- It takes about forty minutes.
"""
PARAGRAPH = (
    "If the time does not suit you, please tell us two working days before, so that others can have it. " * 3
)
LONG_BODY = SHORT_BODY + f"\n## Changing an appointment\n\n{PARAGRAPH}\n" * 7

FOUR_LINES = ("Ms Ada Example", "7 Mill Row", "Wherrymere", "ZZ99 4AA")
SEVEN_LINES = (
    "Dr Wilhelmina Featherstonehaugh-Cholmondeley",
    "Flat 12B, The Old Granary Warehouse",
    "Upper Marketplace North",
    "Little Snoring-by-the-Water",
    "Wherrymere",
    "Norfolkshire",
    "ZZ99 4AA",
)
WIDE_LINES = ("THE WARDEN OF WWWWWWWW MANSIONS " * 2, "7 MILL ROW", "ZZ99 4AA")

ONE_PAGE = LetterContent(
    service_name="Wherrymere Talking Therapies",
    service_address=("Staithe House", "14 Quayside Lane", "Wherrymere", "ZZ99 3VZ"),
    service_telephone="01632 960 001",
    reference="WTT-2026-004711",
    letter_date=date(2026, 11, 23),
    recipient=FOUR_LINES,
    salutation="Dear Ms Example",
    title="Your first appointment",
    body=SHORT_BODY,
    sender_name="Jordan Okafor",
    sender_role="Psychological wellbeing practitioner",
    patient_name="Ms Ada Example",
    date_of_birth=date(1990, 5, 3),
    nhs_number="9990000018",
    copy_line="Copy to: Dr P Sample, Quayside Surgery (Y90001)",
)
TWO_PAGES = replace(ONE_PAGE, body=LONG_BODY, recipient=SEVEN_LINES)
LARGE_PRINT = replace(ONE_PAGE, body=LONG_BODY, large_print=True)


def page_texts(pdf: bytes) -> list[str]:
    """The text of each page, its white space made one."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [" ".join(page.get_textpage().get_text_range().split()) for page in document]


def stored(reference: str, pdf: bytes) -> StoredDocument:
    digest = hashlib.sha256(pdf).hexdigest()
    return StoredDocument(reference=reference, pdf=pdf, sha256=digest, page_count=page_count(pdf))
