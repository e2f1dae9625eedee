"""What a pile says of itself as a whole: bookmarks, how it is to be printed, its title and language."""

from collections.abc import Sequence
from html import escape

import pikepdf

from services.documents.digests import text_of
from services.documents.pdf_writer import PdfWriter
from services.documents.tags import LANGUAGE

_PRODUCER = "Batch Letters"
_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>
<pdf:Producer>{producer}</pdf:Producer>
</rdf:Description>
{universal}</rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>"""
_UNIVERSAL = (
    '<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">'
    "<pdfuaid:part>1</pdfuaid:part></rdf:Description>\n"
)


def write_outline(writer: PdfWriter, bookmarks: Sequence[tuple[str, int]]) -> int:
    """Write bookmarks by title and number of their page, one after the other. The number of their root."""
    root = writer.reserve()
    items = [writer.reserve() for _ in bookmarks]
    for index, (title, page) in enumerate(bookmarks):
        beside = b"/Prev %d 0 R " % items[index - 1] if index else b""
        if index + 1 < len(items):
            beside += b"/Next %d 0 R " % items[index + 1]
        text = b"<< /Dest [ %d 0 R /Fit ] %s/Parent %d 0 R /Title %s >>"
        writer.write(items[index], text % (page, beside, root, text_of(pikepdf.String(title))))
    text = b"<< /Count %d /First %d 0 R /Last %d 0 R /Type /Outlines >>"
    writer.write(root, text % (len(items), items[0], items[-1]))
    return root


def preferences(*, duplex: bool) -> bytes:
    """What the printing dialogue is asked for: full size, and one side or two (ISO 32000-1, table 150)."""
    sides = b"DuplexFlipLongEdge" if duplex else b"Simplex"
    return (
        b"/PageMode /UseOutlines /ViewerPreferences"
        b" << /DisplayDocTitle true /Duplex /%s /PrintScaling /None >>" % sides
    )


def finish(writer: PdfWriter, root: Sequence[bytes], *, title: str, universal: bool) -> bytes:
    """The file, given entries of its root; with `universal` it says that it is as PDF/UA-1 asks."""
    xmp = _XMP.format(
        title=escape(title), language=LANGUAGE, producer=_PRODUCER, universal=_UNIVERSAL if universal else ""
    ).encode()
    metadata = writer.reserve()
    writer.write(metadata, b"<< /Length %d /Subtype /XML /Type /Metadata >>" % len(xmp), xmp)
    language = text_of(pikepdf.String(LANGUAGE))
    entries = (*root, b"/Lang %s /Metadata %d 0 R /Type /Catalog" % (language, metadata))
    said = (text_of(pikepdf.String(text)) for text in (_PRODUCER, title))
    return writer.finish(
        root=writer.add(b"<< %s >>" % b" ".join(entries)),
        info=writer.add(b"<< /Producer %s /Title %s >>" % tuple(said)),
    )
