"""The letter's tags, read back from the file: PDF/UA-1 (ISO 14289-1) in substance."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from io import BytesIO
from typing import Any

import pikepdf
import pytest

from services.demo.files import read_templates
from services.documents.markdown import to_html
from services.documents.render import render_letter
from services.domain.letter_content import LetterContent
from services.domain.merge_fields import MERGE_FIELDS, fill
from tests.unit.documents.samples import LARGE_PRINT, ONE_PAGE, TWO_PAGES

EVERYTHING = """Some *text* with **emphasis**,
a second line.

# Typed as the first level

- one
- two
  1. inner

1. with room

   around it
2. likewise

### Typed as the third

> Quoted.

---

| Session | Date | |
| --- | --- | ---: |
| 1 | 3 December 2026 | |
"""
FULL = replace(ONE_PAGE, body=EVERYTHING)
MANY_ROWS = replace(ONE_PAGE, body="| No. | When |\n| --- | --- |\n" + "| 1 | Monday |\n" * 60)
SAMPLES = {
    "one page": ONE_PAGE,
    "two pages": TWO_PAGES,
    "large print": LARGE_PRINT,
    "everything": FULL,
    "a table over pages": MANY_ROWS,
    "unusual characters": replace(ONE_PAGE, body="Łukasz ✓ and 🙂"),
}


@dataclass(kw_only=True)
class Element:
    tag: str
    reference: tuple[int, int]
    text: str = ""
    kids: list["Element"] = field(default_factory=list)
    attributes: dict[str, object] = field(default_factory=dict)

    def __iter__(self) -> Iterator["Element"]:
        yield self
        for kid in self.kids:
            yield from kid

    def outline(self) -> str:
        inner = " ".join(kid.outline() for kid in self.kids)
        return f"{self.tag}({inner})" if inner else self.tag


def test_the_tree_says_what_the_letter_is() -> None:
    letter = _tree(FULL)
    assert letter.outline() == (
        "Document("
        "P "  # letterhead
        "P "  # recipient
        "Div(P P P) "  # sender, reference, date
        "P H1 "
        "Div(P P P) "  # the patient
        "P H2 "
        "L(LI(Lbl LBody) LI(Lbl LBody(P L(LI(Lbl LBody))))) "
        "L(LI(Lbl LBody(P P)) LI(Lbl LBody(P))) "
        "H3 BlockQuote(P) "
        "Table(THead(TR(TH TH TH)) TBody(TR(TD TD TD))) "
        "P P P)"  # closing, signature, copy
    )


def test_it_is_read_in_the_order_of_a_letter() -> None:
    texts = [element.text for element in _tree(FULL) if element.text]
    assert texts[:13] == [
        "Wherrymere Talking Therapies",
        "Ms Ada Example|7 Mill Row|Wherrymere|ZZ99 4AA",
        "Staithe House|14 Quayside Lane|Wherrymere|ZZ99 3VZ|Telephone |01632 960 001",
        "Our reference|WTT-2026-004711",
        "Date|23 November 2026",
        "Dear Ms Example",
        "Your first appointment",
        "Patient|Ms Ada Example",
        "Date of birth|3 May 1990",
        "NHS number|999 000 0018",
        "Some |text| with |emphasis|,|a second line.",
        "Typed as the first level",
        "•  ",
    ]
    assert texts[-3:] == [
        "Yours sincerely",
        "Jordan Okafor|Psychological wellbeing practitioner|Wherrymere Talking Therapies",
        "Copy to: Dr P Sample, Quayside Surgery (Y90001)",
    ]


def test_headers_say_that_they_head_a_column() -> None:
    cells = [element for element in _tree(FULL) if element.tag in ("TH", "TD")]
    for cell in cells:
        assert cell.attributes.get("/Scope") == ("/Column" if cell.tag == "TH" else None)


def test_a_table_says_what_it_heads_on_every_page() -> None:
    tables = [element for element in _tree(MANY_ROWS) if element.tag == "Table"]
    assert len(tables) > 1
    for table in tables:
        assert table.outline().startswith("Table(THead(TR(TH TH)) TBody(TR(TD TD) ")
        assert [element.text for element in table if element.tag == "TH"] == ["No.", "When"]


def test_the_tables_of_a_template_are_tables_to_a_screen_reader() -> None:
    scores, plan = (element for element in _tree(_demo("Progress review to GP")) if element.tag == "Table")
    assert scores.outline() == (
        "Table(THead(TR(TH TH TH TH TH)) TBody(TR(TD TD TD TD TD) TR(TD TD TD TD TD) TR(TD TD TD TD TD)))"
    )
    assert plan.outline() == "Table(THead(TR(TH TH)) TBody(TR(TD TD) TR(TD TD) TR(TD TD)))"
    heads = [cell for table in (scores, plan) for cell in table if cell.tag == "TH"]
    assert {cell.attributes.get("/Scope") for cell in heads} == {"/Column"}
    assert [cell.text for cell in plan if cell.tag == "TH"] == ["Sessions", "What we work on"]


@pytest.mark.parametrize("name", ["Opt-in invitation", "Discharge letter to patient"])
def test_the_list_of_a_template_is_a_list_to_a_screen_reader(name: str) -> None:
    """One with bullets, one with numbers."""
    [found] = (element for element in _tree(_demo(name)) if element.tag == "L")
    assert found.outline() == "L(LI(Lbl LBody) LI(Lbl LBody) LI(Lbl LBody))"
    assert all(element.text for element in found if element.tag in ("Lbl", "LBody"))


@pytest.mark.parametrize("sample", SAMPLES)
def test_no_element_is_empty_or_means_nothing(sample: str) -> None:
    for element in _tree(SAMPLES[sample]):
        assert element.text.strip("| ") or element.kids or element.tag in ("TD", "TH")
        assert not (element.text and element.tag in ("Document", "Div", "L", "LI", "Table", "TR"))
        assert element.tag not in ("Span", "NonStruct")


@pytest.mark.parametrize("sample", SAMPLES)
def test_all_that_is_drawn_belongs_to_one_element_or_is_an_artifact(sample: str) -> None:
    with pikepdf.open(BytesIO(render_letter(SAMPLES[sample]))) as pdf:
        numbers = list(pdf.Root.StructTreeRoot.ParentTree.Nums)
        held = [(page, content) for page, content, _ in _held(pdf)]
        assert len(held) == len(set(held))
        for number, page in enumerate(pdf.pages):
            assert numbers[2 * number] == page.obj.StructParents == number
            owners = {
                content: element.objgen
                for content, element in enumerate(numbers[2 * number + 1])
                if element is not None
            }
            in_tree = {content: owner for place, content, owner in _held(pdf) if place == page.obj.objgen}
            assert owners == in_tree
            assert set(_texts(page)) == set(owners)


@pytest.mark.parametrize("sample", SAMPLES)
def test_heads_and_feet_are_artifacts(sample: str) -> None:
    """Each page but the first repeats the patient, each page its number; nothing of it is read in between."""
    read = [element.text for element in _tree(SAMPLES[sample])]
    assert not [text for text in read if "Page " in text or " · " in text]


def test_the_file_says_its_title_and_language() -> None:
    with pikepdf.open(BytesIO(render_letter(ONE_PAGE))) as pdf:
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        assert pdf.docinfo.Title == "Your first appointment"
        with pdf.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
            assert metadata["dc:title"] == "Your first appointment"
        assert all(page.obj.Tabs == "/S" for page in pdf.pages)


@pytest.mark.parametrize(
    ("typed", "levels"),
    [
        ("# a\n\n## b", "23"),
        ("## a\n\n### b\n\n## c", "232"),
        ("#### a", "2"),
        ("## a\n\n##### b\n\n# c", "232"),
        ("### a\n\n# b\n\n### c", "223"),
        ("# a\n\n## a\n\n### a\n\n#### a\n\n##### a\n\n###### a", "234566"),
    ],
)
def test_headings_leave_no_level_out(typed: str, levels: str) -> None:
    html = to_html(typed)
    assert [level for level in "123456" for _ in range(html.count(f"<h{level}>"))] == sorted(levels)
    assert html.startswith("<h2>")


def _demo(name: str) -> LetterContent:
    """A letter from a template of the demonstration."""
    [body] = (demo.template.body for demo in read_templates() if demo.template.name == name)
    return replace(ONE_PAGE, body=fill(body, dict.fromkeys(MERGE_FIELDS, "so and so")))


def _tree(content: LetterContent) -> Element:
    with pikepdf.open(BytesIO(render_letter(content))) as pdf:
        texts = {page.obj.objgen: _texts(page) for page in pdf.pages}
        [document] = pdf.Root.StructTreeRoot.K
        return _element(document, texts)


def _element(found: Any, texts: dict[tuple[int, int], dict[int, str]]) -> Element:
    element = Element(tag=str(found.S)[1:], reference=found.objgen)
    element.attributes = {key: str(value) for key, value in found.get("/A", pikepdf.Dictionary()).items()}
    own = [texts[found.Pg.objgen][int(kid)] for kid in found.K if isinstance(kid, int)]
    element.text = "|".join(own)
    element.kids = [_element(kid, texts) for kid in found.K if not isinstance(kid, int)]
    assert all(kid.P.objgen == found.objgen for kid in found.K if not isinstance(kid, int))
    return element


def _held(pdf: pikepdf.Pdf) -> Iterator[tuple[tuple[int, int], int, tuple[int, int]]]:
    """Page, content id and element, for each content that an element of the tree holds."""
    waiting: list[Any] = list(pdf.Root.StructTreeRoot.K)
    while waiting:
        element = waiting.pop()
        for kid in element.K:
            if isinstance(kid, int):
                yield element.Pg.objgen, int(kid), element.objgen
            else:
                waiting.append(kid)


def _texts(page: pikepdf.Page) -> dict[int, str]:
    """The text of each marked content of a page; fails if anything is drawn that is not marked."""
    fonts = {name: _to_unicode(font) for name, font in page.resources.Font.items()}
    texts: dict[int, str] = {}
    marks: list[int | None] = []
    font: dict[str, str] = {}
    instructions: Iterable[Any] = pikepdf.parse_content_stream(page)
    for operands, operator in instructions:
        match str(operator):
            case "BDC" | "BMC":
                assert operands[0] in ("/Span", "/Artifact")
                assert not marks
                marks.append(int(operands[1].MCID) if operands[0] == "/Span" else None)
                texts |= {mark: "" for mark in marks if mark is not None}
            case "EMC":
                marks.pop()
            case "Tf":
                font = fonts[str(operands[0])]
            case "TJ" | "Tj":
                [mark] = marks
                if mark is not None:
                    texts[mark] += _shown(operands[0], font)
            case "f" | "f*" | "S" | "s" | "B" | "Do" | "sh":
                assert marks == [None]
    return texts


def _to_unicode(font: Any) -> dict[str, str]:
    """What each glyph's code, in hexadecimal, stands for."""
    pairs = re.findall(rb"<(\w{4})> <(\w+)>\n", font.ToUnicode.read_bytes())
    return {code.decode(): bytes.fromhex(text.decode()).decode("utf-16-be") for code, text in pairs}


def _shown(strings: Any, to_unicode: dict[str, str]) -> str:
    codes = "".join(bytes(part).hex() for part in strings if isinstance(part, pikepdf.String))
    return "".join(to_unicode[codes[place : place + 4]] for place in range(0, len(codes), 4))
