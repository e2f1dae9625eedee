"""Small PDFs of letters, written by hand, whose address block reads as asked."""

from collections.abc import Sequence

# 24.6 mm from the left and 43 mm from the top of an A4 page, in points: docs/print-rules.md.
_LEFT, _FIRST_LINE, _LEADING = 70, 715, 11


def letter_pdf(address: Sequence[str], pages: int = 1) -> bytes:
    """A letter of so many pages with its address in the window, one line each."""
    shown = " ".join(f"({_escaped(line)}) Tj 0 -{_LEADING} Td" for line in address)
    first = f"BT /F1 9 Tf {_LEFT} {_FIRST_LINE} Td {shown} ET".encode("latin-1")
    kids = " ".join(f"{5 + index} 0 R" for index in range(pages))
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> %b>>"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {pages} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Length %d >>\nstream\n%b\nendstream" % (len(first), first),
        page % b"/Contents 4 0 R ",
        *[page % b""] * (pages - 1),
    ]
    return _file(objects)


def _escaped(line: str) -> str:
    return line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def _file(objects: Sequence[bytes]) -> bytes:
    content, offsets = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, start=1):
        offsets.append(len(content))
        content += b"%d 0 obj\n%b\nendobj\n" % (number, each)
    entries = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    trailer = b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        len(content),
    )
    return content + head + entries + trailer
