"""Uploaded PDFs: what is taken, what is refused with what reason, and that the others go on (security 20)."""

from collections.abc import Callable, Iterator
from functools import partial
from io import BytesIO

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String

from services.documents.check import check_merged
from services.documents.limits import Limits
from services.documents.merge import merge_letters
from services.documents.pool import RenderPool
from services.domain.documents import Rendered, RenderFailed, Upload
from services.domain.layout import MOST_BYTES, MOST_PAGES
from tests.unit.documents import upload_samples as samples
from tests.unit.documents.samples import FOUR_LINES, page_texts, stored

NEW_PDF = "Print it to a new PDF and upload that."
SCRIPT = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))
HELVETICA = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)

REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (bytes, "The file is empty."),
    "no PDF": (lambda: b"PK\3\4 a document of another kind", "The file is not a PDF."),
    "only the head of one": (lambda: b"%PDF-1.7\n", "The PDF is damaged."),
    "cut off": (lambda: samples.letter()[:9000], "The PDF is damaged."),
    "a password": (partial(samples.encrypted, "secret"), "Save it without a password"),
    "encrypted for nobody": (partial(samples.encrypted, ""), "Save it without a password"),
    "too large": (lambda: samples.letter() + bytes(MOST_BYTES), "2 MB are the most"),
    "no page": (partial(samples.with_pages, 0), "The PDF has no page."),
    "too long": (partial(samples.with_pages, MOST_PAGES + 1), "The PDF has 11 pages: 10 are the most"),
    "landscape": (partial(samples.with_page, Rotate=90), "Page 1: The page is 297 × 210 mm"),
    "A5": (partial(samples.with_page, MediaBox=Array([0, 0, 420, 595])), "it must be A4 portrait"),
    "fonts": (
        partial(samples.drawing, b"BT /F 12 Tf 100 700 Td (x) Tj ET", Font=Dictionary(F=HELVETICA)),
        "Not embedded: Helvetica.",
    ),
    "a field": (partial(samples.with_note, Subtype=Name.Widget, T=String("x")), "form fields"),
    "a form": (partial(samples.with_root, AcroForm=Dictionary(Fields=Array([Dictionary()]))), "form fields"),
    "XFA": (partial(samples.with_root, AcroForm=Dictionary(XFA=String("x"))), "form fields"),
    "a comment": (partial(samples.with_note, Subtype=Name.Text), "comments, stamps or other notes"),
    "a stamp": (partial(samples.with_note, Subtype=Name.Stamp), "comments, stamps or other notes"),
    "a script of a link": (partial(samples.with_note, Subtype=Name.Link, A=SCRIPT), "scripts or actions"),
    "a script as a link": (
        partial(
            samples.with_note, Subtype=Name.Link, A=Dictionary(S=Name.URI, URI=String("JavaScript:x()"))
        ),
        "scripts or actions",
    ),
    "a program started": (
        partial(samples.with_note, Subtype=Name.Link, A=Dictionary(S=Name.Launch, F=String("cmd"))),
        "scripts or actions",
    ),
    "one action after another": (
        partial(
            samples.with_note, Subtype=Name.Link, A=Dictionary(S=Name.GoTo, D=String("x"), Next=SCRIPT)
        ),
        "scripts or actions",
    ),
    "a script on opening": (partial(samples.with_root, OpenAction=SCRIPT), "scripts or actions"),
    "a script of a page": (partial(samples.with_page, AA=Dictionary(O=SCRIPT)), "scripts or actions"),
    "a script among the tags": (
        partial(samples.with_root, StructTreeRoot=Dictionary(K=SCRIPT)),
        "scripts or attached files",
    ),
    "an attachment": (samples.with_attachment, "attached files"),
    "a portfolio": (partial(samples.with_root, Collection=Dictionary()), "a collection of files"),
    "layers": (
        partial(samples.with_root, OCProperties=Dictionary(OCGs=Array([Dictionary(Type=Name.OCG)]))),
        "layers",
    ),
    "a page tree that holds itself": (samples.pages_that_hold_themselves, "The PDF is damaged."),
    "a form that draws itself": (
        partial(samples.with_form, samples.form_that_draws_itself),
        "refers to itself, or is nested too deep",
    ),
    "forms in forms": (
        partial(samples.with_form, samples.forms_within_forms(40, 1)),
        "refers to itself, or is nested too deep",
    ),
    "lists in lists": (partial(samples.nested, 10_000), "refers to itself, or is nested too deep"),
    "a drawing of a million million parts": (
        partial(samples.with_form, samples.forms_within_forms(12, 10)),
        "takes too much time or memory",
    ),
    "many drawings": (
        partial(samples.drawing, b"0 0 595 842 re f " * 1_000_000),
        "takes too much time or memory",
    ),
    "a picture of 60,000 by 60,000": (partial(samples.picture, 60_000, 60_000), "has 3,600,000,000 pixels"),
    "content that inflates": (partial(samples.inflating, 300_000_000), "The PDF unfolds to too much."),
    "content that inflates twice": (partial(samples.inflating, 300_000_000, 2), "unfolds to too much."),
    "many objects": (partial(samples.many_objects, 101_000), "The PDF has too many parts."),
    "an object stream that lies": (partial(samples.object_stream_that_lies, 10**9), "The PDF is damaged."),
    "cross references that inflate": (
        partial(samples.cross_references_that_inflate, 300_000_000),
        "The PDF is damaged.",
    ),
    "a page without sense": (partial(samples.with_page, Contents=Array([1, 2])), "The PDF is damaged."),
    "notes without sense": (partial(samples.with_page, Annots=Array([1])), "The PDF is damaged."),
}  # fmt: skip


@pytest.fixture(scope="module")
def pool() -> Iterator[RenderPool]:
    with RenderPool(limits=Limits(seconds=4)) as pool:
        yield pool


def take(pool: RenderPool, *uploads: bytes) -> list[Rendered | RenderFailed]:
    return list(pool.do_many(Upload(pdf=pdf) for pdf in uploads))


def takes(pool: RenderPool, pdf: bytes) -> Rendered:
    [taken] = take(pool, pdf)
    assert isinstance(taken, Rendered), taken
    return taken


@pytest.mark.parametrize("kind", REFUSED)
def test_is_refused_with_its_reason_while_the_others_are_taken(pool: RenderPool, kind: str) -> None:
    make, reason = REFUSED[kind]
    before, refused, after = take(pool, samples.letter(), make(), samples.letter())
    assert isinstance(refused, RenderFailed)
    assert reason in refused.reason
    assert isinstance(before, Rendered)
    assert isinstance(after, Rendered)


@pytest.mark.parametrize("kind", ["a password", "cut off", "a field", "an attachment", "layers", "no PDF"])
def test_a_refusal_says_what_to_do(pool: RenderPool, kind: str) -> None:
    [refused] = take(pool, REFUSED[kind][0]())
    assert isinstance(refused, RenderFailed)
    assert refused.reason.endswith(("upload that.", NEW_PDF))


def test_all_that_paper_does_not_show_is_named_at_once(pool: RenderPool) -> None:
    def change(file: pikepdf.Pdf) -> None:
        file.Root["/OpenAction"] = SCRIPT
        file.Root["/Collection"] = Dictionary()

    [refused] = take(pool, samples.changed(change, samples.with_attachment()))
    assert isinstance(refused, RenderFailed)
    assert refused.reason == (
        "The PDF has a collection of files (a portfolio), attached files and scripts or actions, which can't "
        f"be shown on paper. {NEW_PDF}"
    )


def test_a_letter_is_taken_with_its_text_its_address_and_its_findings(pool: RenderPool) -> None:
    taken = takes(pool, samples.letter())
    assert page_texts(taken.pdf) == page_texts(samples.letter())
    assert (taken.page_count, taken.layout.address, taken.layout.findings) == (1, FOUR_LINES, ())
    blank = takes(pool, samples.drawing(b""))
    assert [finding.code for finding in blank.layout.findings] == ["address-is-empty"]


def test_the_longest_letter_is_taken(pool: RenderPool) -> None:
    assert takes(pool, samples.with_pages(MOST_PAGES)).page_count == MOST_PAGES


def test_the_same_upload_gives_the_same_bytes_and_the_copy_gives_itself(pool: RenderPool) -> None:
    first, second = takes(pool, samples.long_letter()), takes(pool, samples.long_letter())
    assert first == second
    assert takes(pool, first.pdf) == first


def test_tags_and_links_stay_and_author_and_programs_go(pool: RenderPool) -> None:
    def change(file: pikepdf.Pdf) -> None:
        file.docinfo["/Author"] = "Jordan Okafor"
        with file.open_metadata() as metadata:
            metadata["dc:creator"] = ["Jordan Okafor"]
        file.Root["/OpenAction"] = Array([file.pages[0].obj, Name.Fit])
        file.pages[0].obj["/PieceInfo"] = Dictionary(Word=String("Jordan Okafor"))
        file.pages[0].obj["/Resources"]["/PieceInfo"] = Dictionary(Word=String("Jordan Okafor"))

    link = samples.with_note(Subtype=Name.Link, A=samples.URI, NM=String("Jordan Okafor"))
    taken = takes(pool, samples.changed(change, link))
    with pikepdf.open(BytesIO(taken.pdf)) as file:
        assert set(file.Root.keys()) == {"/Type", "/Pages", "/Lang", "/MarkInfo", "/StructTreeRoot"}
        assert "/Info" not in file.trailer
        [kept] = file.pages[0].Annots
        assert str(kept.A.URI) == "https://www.nhs.uk/"
        written = b"".join(part.unparse() for part in file.objects if part is not None)
    assert b"Okafor" not in written
    assert b"WeasyPrint" not in written


def test_nothing_stays_of_a_page_that_was_taken_out(pool: RenderPool) -> None:
    with pikepdf.open(BytesIO(samples.long_letter())) as file:
        gone = file.pages[0].Contents.read_bytes()

    def take_out(file: pikepdf.Pdf) -> None:
        picture = file.make_stream(b"another patient", Subtype=Name.Image, Width=15, Height=1)
        file.pages[1].obj["/Resources"]["/XObject"] = Dictionary(Another=picture)
        del file.pages[0]

    cut = samples.changed(take_out, samples.long_letter())
    taken = takes(pool, cut)
    assert page_texts(taken.pdf) == page_texts(samples.long_letter())[1:]
    with pikepdf.open(BytesIO(cut)) as file:
        assert gone in _streams(file), "its tags still lead to it"
    with pikepdf.open(BytesIO(taken.pdf)) as file:
        assert gone not in _streams(file)
        assert b"another patient" not in _streams(file)
        assert "/StructTreeRoot" not in file.Root


def _streams(file: pikepdf.Pdf) -> list[bytes]:
    return [part.read_bytes() for part in file.objects if isinstance(part, pikepdf.Stream)]


def test_tags_of_other_pages_go(pool: RenderPool) -> None:
    with pikepdf.open(BytesIO(takes(pool, samples.with_pages(2)).pdf)) as file:
        assert "/StructTreeRoot" not in file.Root
        assert [page.obj.get("/StructParents") for page in file.pages] == [None, None]


@pytest.mark.parametrize("make", [samples.letter, samples.long_letter, lambda: samples.drawing(b"")])
def test_what_is_taken_can_be_merged(pool: RenderPool, make: Callable[[], bytes]) -> None:
    taken = takes(pool, make()).pdf
    pile = merge_letters([stored("R-1", taken), stored("R-2", samples.letter())], duplex=True)
    check_merged(pile)
    assert page_texts(pile.merged.pdf)[: len(page_texts(taken))] == page_texts(taken)
