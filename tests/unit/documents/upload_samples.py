"""Uploads that are no good, each made from a good letter or by hand."""

import warnings
import zlib
from collections.abc import Callable
from functools import cache
from io import BytesIO
from typing import Any

import pikepdf
import pikepdf.exceptions
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String

from services.documents.render import render_letter
from tests.unit.documents.samples import ONE_PAGE, TWO_PAGES

Change = Callable[[Pdf], object]


@cache
def letter() -> bytes:
    """What a good upload is."""
    return render_letter(ONE_PAGE)


@cache
def long_letter() -> bytes:
    return render_letter(TWO_PAGES)


def changed(change: Change, pdf: bytes | None = None, **saving: Any) -> bytes:
    """The good letter after `change`."""
    with pikepdf.open(BytesIO(pdf or letter())) as file:
        change(file)
        return _written(file, **saving)


def _written(file: Pdf, **saving: Any) -> bytes:
    out = BytesIO()
    with warnings.catch_warnings(action="ignore", category=pikepdf.exceptions.PageCopyWarning):
        file.save(out, **saving)  # a field that belongs to no form is what is asked for
    return out.getvalue()


def encrypted(password: str) -> bytes:
    security = pikepdf.Encryption(owner="owner", user=password)
    return changed(lambda _file: None, encryption=security)


def with_root(**entries: Any) -> bytes:
    def change(file: Pdf) -> None:
        for key, value in entries.items():
            file.Root[f"/{key}"] = value

    return changed(change)


def with_note(**entries: Any) -> bytes:
    """With an annotation on its page."""

    def change(file: Pdf) -> None:
        note = Dictionary(Type=Name.Annot, Rect=Array([90, 90, 200, 120]), **entries)
        file.pages[0].obj["/Annots"] = Array([file.make_indirect(note)])

    return changed(change)


def with_page(**entries: Any) -> bytes:
    def change(file: Pdf) -> None:
        for key, value in entries.items():
            file.pages[0].obj[f"/{key}"] = value

    return changed(change)


def with_pages(count: int) -> bytes:
    def change(file: Pdf) -> None:
        for _ in range(count - 1):
            file.pages.append(file.pages[0])
        if not count:
            del file.pages[0]

    return changed(change)


def with_attachment() -> bytes:
    def change(file: Pdf) -> None:
        file.attachments["notes.txt"] = b"more about the patient"

    return changed(change)


def drawing(content: bytes, **resources: Any) -> bytes:
    """A page of its own that draws this."""
    file = pikepdf.new()
    page = file.add_blank_page(page_size=(595.28, 841.89))
    page.obj["/Contents"] = file.make_stream(content)
    page.obj["/Resources"] = Dictionary(**resources)
    return _written(file)


def with_form(make: Callable[[Pdf], Stream]) -> bytes:
    """The good letter, drawing one more form."""

    def change(file: Pdf) -> None:
        page = file.pages[0]
        page.obj["/Resources"]["/XObject"] = Dictionary(Bomb=make(file))
        page.contents_add(b"/Bomb Do")

    return changed(change)


def form(file: Pdf, content: bytes, **forms: Stream) -> Stream:
    stream = file.make_stream(content, Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 595, 842]))
    stream["/Resources"] = Dictionary(
        XObject=Dictionary({f"/{name}": inner for name, inner in forms.items()})
    )
    return stream


def form_that_draws_itself(file: Pdf) -> Stream:
    stream = form(file, b"/Me Do")
    stream["/Resources"]["/XObject"]["/Me"] = stream
    return stream


def forms_within_forms(depth: int, times: int) -> Callable[[Pdf], Stream]:
    """Each draws the next one so many times: depth 12 and 10 times is a drawing of 10 to the 12th parts."""

    def make(file: Pdf) -> Stream:
        inner = form(file, b"0 0 1 rg 100 100 10 10 re f")
        for _ in range(depth):
            inner = form(file, b"/In Do " * times, In=inner)
        return inner

    return make


def picture(width: int, height: int, data: bytes = b"", **entries: Any) -> bytes:
    return with_form(
        lambda file: file.make_stream(
            data,
            Type=Name.XObject,
            Subtype=Name.Image,
            Width=width,
            Height=height,
            ColorSpace=Name.DeviceGray,
            BitsPerComponent=8,
            **entries,
        )
    )


def inflating(size: int, times: int = 1) -> bytes:
    """A page's content that inflates to so many bytes, packed `times` over."""
    squeeze = zlib.compressobj(9)
    packed = b"".join(
        [*(squeeze.compress(bytes(1_000_000)) for _ in range(size // 1_000_000)), squeeze.flush()]
    )
    for _ in range(times - 1):
        packed = zlib.compress(packed, 9)

    def change(file: Pdf) -> None:
        stream = Stream(file, b"")
        stream.write(packed, filter=Array([Name.FlateDecode] * times))
        file.pages[0].obj["/Contents"] = stream

    return changed(change, compress_streams=False)


def nested(depth: int) -> bytes:
    """An array within an array, each in an object of its own, among what the page draws with."""

    def change(file: Pdf) -> None:
        inner = file.make_indirect(Array([]))
        for _ in range(depth):
            inner = file.make_indirect(Array([inner]))
        file.pages[0].obj["/Resources"]["/Properties"] = Dictionary(Deep=inner)

    return changed(change)


def by_hand(objects: dict[int, bytes], size: int | None = None) -> bytes:
    """A file of these objects, of which 1 is its root, with a right table of where they are."""
    out, places = bytearray(b"%PDF-1.7\n"), {}
    for number, text in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%b\nendobj\n" % (number, text)
    table = len(out)
    out += b"xref\n0 1\n0000000000 65535 f \n"
    for number, place in places.items():
        out += b"%d 1\n%010d 00000 n \n" % (number, place)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        size or max(objects) + 1,
        table,
    )
    return bytes(out)


ROOT = b"<< /Type /Catalog /Pages 2 0 R >>"


def pages_that_hold_themselves() -> bytes:
    return by_hand({1: ROOT, 2: b"<< /Type /Pages /Count 1 /Kids [2 0 R] >>"})


def many_objects(count: int) -> bytes:
    """So many small objects below the root, packed into object streams."""

    def change(file: Pdf) -> None:
        whole = file.make_indirect(Array([]))
        for _ in range(count):
            whole.append(file.make_indirect(Dictionary(K=0)))
        file.Root["/StructTreeRoot"] = Dictionary(Type=Name.StructTreeRoot, K=whole)

    return changed(change, object_stream_mode=pikepdf.ObjectStreamMode.generate)


def object_stream_that_lies(said: int) -> bytes:
    """It says that it holds so many objects, and holds none."""
    packed = zlib.compress(b"2 0 << /Type /Pages /Count 0 /Kids [] >>")
    body = b"<< /Type /ObjStm /N %d /First 4 /Filter /FlateDecode /Length %d >>\nstream\n%b\nendstream" % (
        said,
        len(packed),
        packed,
    )
    out = bytearray(b"%PDF-1.7\n")
    root = len(out)
    out += b"1 0 obj\n%b\nendobj\n" % ROOT
    packing = len(out)
    out += b"3 0 obj\n%b\nendobj\n" % body
    table = len(out)
    rows = [(0, 0, 65535), (1, root, 0), (2, 3, 0), (1, packing, 0), (1, table, 0)]
    data = b"".join(
        bytes([kind]) + where.to_bytes(4, "big") + index.to_bytes(2, "big") for kind, where, index in rows
    )
    head = b"4 0 obj\n<< /Type /XRef /Size 5 /W [1 4 2] /Root 1 0 R /Length %d >>\n" % len(data)
    out += head + b"stream\n%b\nendstream\nendobj\n" % data
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % table)


def cross_references_that_inflate(size: int) -> bytes:
    packed = zlib.compress(bytes(size), 9)
    out = b"%PDF-1.7\n"
    head = (
        b"4 0 obj\n<< /Type /XRef /Size 5 /W [1 4 2] /Root 1 0 R /Filter /FlateDecode /Length %d >>\nstream\n"
    )
    return out + head % len(packed) + packed + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % len(out)


URI = Dictionary(S=Name.URI, URI=String("https://www.nhs.uk/"))
