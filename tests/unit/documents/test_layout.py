"""The print rules as a whole: our own letters keep them, and what Notify refuses has Notify's code here."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from random import Random

import pikepdf
import pytest

from services.documents.images import page_png
from services.documents.layout import check_layout
from services.documents.plain import plain_letter
from services.documents.render import render_letter
from services.domain.layout import Layout
from services.reject_codes import reject_codes
from tests.unit.documents.layout_samples import (
    GOOD_ADDRESS,
    addressed,
    codes,
    drawn,
    findings,
    good_letter,
    marked,
    opened,
    rect,
    saved,
    text,
)
from tests.unit.documents.samples import FOUR_LINES, ONE_PAGE, SEVEN_LINES
from tests.unit.documents.test_letter import SAMPLES

REFUSED_BY_NOTIFY = {
    "no-encoded-string": b"",
    "unable-to-read-the-file": b"%PDF-1.7 and nothing more",
    "letter-too-long": drawn(GOOD_ADDRESS, *[b""] * 10),
    "letter-not-a4-portrait-oriented": drawn(GOOD_ADDRESS, size=(842, 595)),
    "content-outside-printable-area": drawn(GOOD_ADDRESS + rect(5, 100, 1, 1)),
    "notify-tag-found-in-content": drawn(GOOD_ADDRESS, text(["NOTIFY"], left=1.8, top=4, size=6, mode=3)),
    "address-is-empty": drawn(b""),
    "not-enough-address-lines": addressed("Ada Example", "ZZ99 4AA"),
    "too-many-address-lines": addressed("1", "2", "3", "4", "5", "6", "7", "ZZ99 4AA"),
    "invalid-address-line-1-or-2": addressed("Ada Example", "--", "Wherrymere", "ZZ99 4AA"),
    "has-country-for-bfpo-address": addressed("Cpl A Example", "BFPO 105", "BF1 0AX", "Germany"),
    "not-a-real-uk-postcode": addressed("Ada Example", "7 Mill Row", "Wherrymere"),
    "cant-send-international-letters": addressed("Ada Example", "7 rue du Moulin", "75001 Paris", "France"),
    "invalid-char-in-address": addressed("Ada Example", "(7 Mill Row)", "ZZ99 4AA"),
    "no-fixed-abode-address": addressed("Ada Example", "NFA", "ZZ99 4AA"),
}
NEVER_HERE = {"not-a-real-uk-postcode-or-country": "said to services alone that may post abroad"}


def test_every_code_of_notify_has_a_sample_or_a_reason() -> None:
    known = {line.code for line in reject_codes().of_system("notify-validation")}
    assert known == REFUSED_BY_NOTIFY.keys() | NEVER_HERE.keys()


@pytest.mark.parametrize("code", REFUSED_BY_NOTIFY)
def test_what_notify_refuses_is_refused_with_the_same_code(code: str) -> None:
    assert codes(REFUSED_BY_NOTIFY[code]) == [code]


@pytest.mark.parametrize("sample", SAMPLES)
def test_our_own_letters_keep_every_rule(sample: str) -> None:
    layout = check_layout(render_letter(SAMPLES[sample]))
    assert layout.findings == ()
    assert "".join(layout.address).replace(" ", "") == "".join(SAMPLES[sample].recipient).replace(" ", "")


UNBROKEN = {
    "no-break spaces": (12, "\u00a0".join(["words"] * 40)),
    "narrow no-break spaces": (12, "\u202f".join(["words"] * 40)),
    "no-break spaces as entities": (12, "&nbsp;".join(["words"] * 40)),
    "no-break spaces in large print": (16, "\u00a0".join(["words"] * 15)),
    "soft hyphens in large print": (16, "con\u00adsid\u00ader\u00ada\u00adtion " * 12),
}


@pytest.mark.parametrize(("size", "cell"), UNBROKEN.values(), ids=UNBROKEN)
def test_a_table_stays_on_the_page_whatever_keeps_its_words_together(size: int, cell: str) -> None:
    """As pasted from a word processor: CSS breaks no line at a no-break space, though it is white space."""
    body = (
        f"| Measure | What it says | Assessment | Session |\n|---|---|---|---|\n| a | {cell} | {cell} | 4 |"
    )
    letter = replace(ONE_PAGE, body=body, large_print=size == 16)
    assert check_layout(render_letter(letter)).findings == ()


@pytest.mark.parametrize("sample", SAMPLES)
def test_the_quick_renderers_letters_lack_their_fonts_alone(sample: str) -> None:
    pdf = plain_letter(SAMPLES[sample])
    assert findings(pdf) == ()
    assert {finding.code for finding in check_layout(pdf).findings} == {"fonts-not-embedded"}


def test_a_letter_without_a_finding_has_its_address_read() -> None:
    assert check_layout(good_letter()) == Layout(address=SEVEN_LINES)


def test_a_finding_survives_json_and_says_what_to_do() -> None:
    layout = check_layout(marked(rect(5, 100, 1, 1), page=2))
    assert layout.problem == "Page 2: There is print in the margin on the left: keep 15 mm free."
    assert Layout.from_json(layout.as_json()) == layout


def test_all_that_is_wrong_is_named_notifys_rules_first() -> None:
    pdf = drawn(text(["Ada Example", "NFA"]) + rect(5, 100, 1, 1), *[rect(205, 9, 1, 1)] * 10)
    assert [finding.code for finding in check_layout(pdf).findings] == [
        "letter-too-long",
        *["content-outside-printable-area"] * 10,
        "not-enough-address-lines",
        "not-a-real-uk-postcode",
        "no-fixed-abode-address",
        "fonts-not-embedded",
    ]


def test_ten_pages_and_two_megabytes_are_the_most() -> None:
    assert codes(drawn(GOOD_ADDRESS, *[b""] * 9)) == []
    whole = drawn(GOOD_ADDRESS)
    most = 2 * 1024 * 1024
    assert codes(whole + b"\n" * (most - len(whole))) == []
    assert codes(whole + b"\n" * (most + 1 - len(whole))) == ["file-too-large"]


def test_a_pdf_that_asks_for_a_password_can_not_be_read() -> None:
    [finding] = findings(_encrypted(user="open"))
    assert finding.code == "unable-to-read-the-file"
    assert "password" in finding.reason


def test_a_pdf_with_restrictions_is_read_and_refused() -> None:
    layout = check_layout(_encrypted(user=""))
    assert [finding.code for finding in layout.findings] == ["file-is-encrypted"]
    assert layout.address == SEVEN_LINES


def test_a_pdf_without_pages_is_unreadable() -> None:
    with pikepdf.new() as pdf:
        assert codes(saved(pdf)) == ["unable-to-read-the-file"]


def test_a_damaged_file_raises_nothing() -> None:
    random = Random(7)  # noqa: S311  # the same damage every time
    whole = drawn(GOOD_ADDRESS, rect(5, 100, 1, 1))
    seen: set[str] = set()
    for _ in range(300):
        damaged = bytearray(whole)
        for _ in range(random.randint(1, 12)):
            damaged[random.randrange(len(damaged))] = random.randrange(256)
        seen.update(finding.code for finding in check_layout(bytes(damaged)).findings)
    assert {"unable-to-read-the-file", "content-outside-printable-area"} <= seen


def test_threads_may_ask_at_once_and_look_at_pages_meanwhile() -> None:
    bad = marked(rect(5, 100, 1, 1))
    with ThreadPoolExecutor(4) as threads:
        layouts = [threads.submit(check_layout, pdf) for pdf in [good_letter(), bad] * 8]
        pictures = [threads.submit(page_png, good_letter(), 1) for _ in range(8)]
    assert {layout.result().findings == () for layout in layouts[::2]} == {True}
    assert {len(layout.result().findings) for layout in layouts[1::2]} == {1}
    assert len({picture.result() for picture in pictures}) == 1


def test_the_address_is_made_of_the_lines_of_the_invented_patient() -> None:
    assert check_layout(addressed(*FOUR_LINES)).address == FOUR_LINES


def _encrypted(user: str) -> bytes:
    with opened(good_letter()) as pdf:
        return saved(pdf, pikepdf.Encryption(owner="owner", user=user))
