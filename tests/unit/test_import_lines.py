"""Header and cells of the import: what is understood, and the reason where it isn't."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from services.domain.vocabulary import Channel
from services.importing.columns import COLUMNS, UnreadableFile, read_header
from services.importing.draft import Draft, LineRefused, read_draft
from services.importing.pdfs import Folder, InMemory
from services.settings import ROOT

NOW = datetime(2026, 11, 23, 14, 5, tzinfo=UTC)
GOOD = {
    "reference": "R-1",
    "created": "2026-11-20",
    "channel": "GP",
    "title": "Discharge summary",
    "template": "Discharge",
    "nhs_number": "999 000 0018",
    "surname": "O’Brien",
    "forename": "Zoë",
    "date_of_birth": "1984-02-29",
    "created_by": "J.Okafor",
}


def draft(**cells: str) -> Draft:
    line = GOOD | cells
    return read_draft(list(line), list(line.values()), NOW)


def test_reads_a_line() -> None:
    read = draft(
        mobile="07700 900123",
        sms_consent="Yes",
        deceased="",
        address_1="1 Alderbrook Rise",
        address_3="ZZ99 2AA",
        ods_code="y90001",
    )

    assert read.channel is Channel.GP
    assert read.created == datetime(2026, 11, 20, tzinfo=UTC)
    assert (read.nhs_number, read.date_of_birth) == ("9990000018", date(1984, 2, 29))
    assert (read.mobile, read.sms_consent, read.deceased) == ("+447700900123", True, None)
    assert (read.address, read.ods_code) == (("1 Alderbrook Rise", "ZZ99 2AA"), "Y90001")
    assert read.created_by == "j.okafor"


def test_a_time_without_offset_is_that_of_the_united_kingdom() -> None:
    assert draft(created="2026-07-01T14:05").created == datetime(2026, 7, 1, 13, 5, tzinfo=UTC)
    assert draft(created="2026-07-01T14:05+00:00").created == datetime(2026, 7, 1, 14, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("column", "cell", "reason"),
    [
        ("reference", " ", "is empty"),
        ("reference", "x" * 61, "is longer than 60 characters"),
        ("created", "20/11/2026", "is not a date such as"),
        ("created", "0001-01-01T00:00:00+01:00", "is not a date such as"),
        ("created", "9999-12-31T23:59:00-14:00", "is not a date such as"),
        ("created", "2026-11-24", "lies in the future"),
        ("created", "1026-11-20", "lies before 2000"),
        ("channel", "post", "is none of print, gp, e, h"),
        ("nhs_number", "999000001", "has not ten digits"),
        ("nhs_number", "٩٩٩٠٠٠٠٠١٨", "has not ten digits"),
        ("nhs_number", "9990000019", "the check digit does not fit"),
        ("date_of_birth", "2027-01-01", "lies in the future"),
        ("date_of_birth", "1884-02-29", "lies more than 120 years back"),
        ("date_of_birth", "1985-02-29", "is not a date such as"),
        ("mobile", "01632 960001", "is not a mobile number that exists"),
        ("mobile", "12", "is not a mobile number that exists"),
        ("sms_consent", "maybe", "is neither yes nor no"),
        ("ods_code", "RX1", "is not the ODS code of a practice"),
        ("surname", "Smith\nJones", "holds a line break"),
        ("surname", "Smi\x00th", "holds a character that can't be shown"),
    ],
)
def test_says_what_is_wrong_with_a_cell(column: str, cell: str, reason: str) -> None:
    with pytest.raises(LineRefused) as refused:
        draft(**{column: cell})

    [problem] = refused.value.problems
    assert problem.startswith(f"{column} ")
    assert reason in problem


def test_says_all_that_is_wrong_with_a_line() -> None:
    with pytest.raises(LineRefused) as refused:
        draft(channel="post", nhs_number="1", created="yesterday")

    assert [problem.split()[0] for problem in refused.value.problems] == ["created", "channel", "nhs_number"]


def test_says_that_a_line_has_too_few_cells() -> None:
    with pytest.raises(LineRefused, match="the line has 1 cells, the first line 10"):
        read_draft(list(GOOD), ["R-1"], NOW)


@pytest.mark.parametrize(
    "hostile", ["=HYPERLINK(1)", "+1", "@SUM(1)", "<script>alert(1)</script>", "'; DROP TABLE"]
)
def test_keeps_hostile_text_as_it_stands(hostile: str) -> None:
    assert draft(title=hostile, surname=hostile).title == hostile


def test_a_merge_field_may_have_lines() -> None:
    assert draft(**{"field:appointment_place": "Room 4\nFirst floor"}).fields == {
        "appointment_place": "Room 4\nFirst floor"
    }


def test_header_names_are_read_in_any_letter_case() -> None:
    assert read_header([" Reference ", *list(GOOD)[1:]]) == list(GOOD)


@pytest.mark.parametrize(
    ("names", "reason"),
    [
        ([*GOOD, "adress_1"], "“adress_1” is not a column (did you mean “address_1”?)"),
        ([*GOOD, "field:apointment_date"], "(did you mean “field:appointment_date”?)"),
        ([*GOOD, "field:patient_name"], "“field:patient_name” is filled in by the service itself"),
        ([*GOOD, "title"], "“title” stands there twice"),
        ([*GOOD, ""], "a column has no name"),
        (list(GOOD)[1:], "“reference” is missing"),
    ],
)
def test_says_what_is_wrong_with_the_header(names: list[str], reason: str) -> None:
    with pytest.raises(UnreadableFile) as refused:
        read_header(names)

    assert reason in str(refused.value)
    assert str(refused.value).startswith("Nothing was imported.")


def test_a_header_of_thousands_of_columns_is_refused_without_looking_at_each() -> None:
    with pytest.raises(UnreadableFile) as refused:
        read_header([*GOOD, *(f"colour {number}" for number in range(100_000))])

    assert str(refused.value).startswith("Nothing was imported. The first line has 100,010 columns")
    assert "colour" not in str(refused.value)


def test_every_column_and_many_merge_fields_are_fewer_than_the_most() -> None:
    with pytest.raises(UnreadableFile, match="“strange 0” is not a column"):
        read_header([*GOOD, *(f"strange {number}" for number in range(190))])


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("LETTER.PDF", "“LETTER.PDF” is not among the files (did you mean “Letter.pdf”?)"),
        ("Leter.pdf", "“Leter.pdf” is not among the files"),
    ],
)
def test_a_file_of_another_letter_case_is_offered_and_no_other(tmp_path: Path, name: str, said: str) -> None:
    (tmp_path / "Letter.pdf").write_bytes(b"%PDF")
    for pdfs in (Folder(tmp_path), InMemory([("Letter.pdf", b"%PDF")])):
        with pytest.raises(ValueError, match="is not among the files") as refused:
            pdfs.read(name)
        assert str(refused.value) == said


def test_what_makes_the_letter_is_told_apart_and_what_is_beside_it_is_not() -> None:
    assert draft().content_hash == draft(address_1="Elsewhere", mobile="07700900124").content_hash
    changed = [
        draft(**{name: value}).content_hash
        for name, value in {
            "title": "Another",
            "template": "Another",
            "channel": "h",
            "nhs_number": "9990000026",
            "created": "2026-11-19",
            "field:appointment_time": "10:00",
            "created_by": "another",
        }.items()
    ]
    assert len({draft().content_hash, *changed}) == 8


def test_every_column_has_a_meaning_and_a_name_of_its_own() -> None:
    assert len({column.name for column in COLUMNS}) == len(COLUMNS)
    assert all(column.meaning for column in COLUMNS)


def test_the_documentation_lists_the_columns_as_they_are() -> None:
    written = (ROOT / "docs" / "import.md").read_text("utf-8").splitlines()
    rows = [line for line in written if line.startswith("| `") and "`field:" not in line]

    assert rows == [
        f"| `{column.name}` | {'yes' if column.required else ''} | {column.meaning} | {column.example} |"
        for column in COLUMNS
    ]
