"""The CSV reader of the import: encodings, delimiters, quotes, line numbers."""

from pathlib import Path

import pytest

from services.importing.columns import UnreadableFile
from services.importing.csv_lines import CsvLine, csv_lines


def read(folder: Path, content: bytes) -> list[CsvLine]:
    file = folder / "letters.csv"
    file.write_bytes(content)
    return list(csv_lines(file))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_reads_utf8_with_and_without_bom(tmp_path: Path, encoding: str) -> None:
    lines = read(tmp_path, "reference,surname\n1,Łukasiewicz\n".encode(encoding))

    assert [line.cells for line in lines] == [("reference", "surname"), ("1", "Łukasiewicz")]


def test_names_the_line_and_byte_that_is_not_utf8(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"Line 3, byte 5 \(byte 17 of the file\) is 0xEB") as caught:
        read(tmp_path, "a,b\n1,Smith\n2,Zoë\n".encode("cp1252"))

    assert "CSV UTF-8" in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"\n", b"\xef\xbb\xbf"])
def test_says_that_a_file_is_empty(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(UnreadableFile, match="empty"):
        read(tmp_path, content)


def test_refuses_a_file_without_line_breaks_before_it_fills_the_memory(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="line 1 has no end"):
        read(tmp_path, b"x" * 1_000_001)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_takes_the_delimiter_of_the_header(tmp_path: Path, delimiter: str) -> None:
    lines = read(tmp_path, f"a{delimiter}b\r\n1{delimiter}2\r\n".encode())

    assert lines[1].cells == ("1", "2")


def test_a_quoted_cell_may_have_lines_and_the_numbers_go_on_counting(tmp_path: Path) -> None:
    lines = read(tmp_path, b'a,b\n1,"x\ny ""z"""\n2,w\n')

    assert [(line.number, line.cells) for line in lines[1:]] == [(2, ("1", 'x\ny "z"')), (4, ("2", "w"))]


def test_a_quotation_mark_that_is_never_closed_costs_its_own_line_alone(tmp_path: Path) -> None:
    rest = "".join(f"{number},good\n" for number in range(3, 5000))
    lines = read(tmp_path, f'a,b\n1,good\n2,"bad\n{rest}'.encode())

    bad = [line for line in lines if line.problem]
    assert [(line.number, line.cells) for line in bad] == [(3, ("2", "bad"))]
    assert "quotation mark" in bad[0].problem
    assert [line.cells[0] for line in lines if not line.problem][1:] == ["1", *map(str, range(3, 5000))]


def test_an_unclosed_quotation_mark_before_a_quoted_cell_costs_its_own_line_alone(tmp_path: Path) -> None:
    lines = read(tmp_path, b'a,b\n1,"bad\n"2",good\n3,good\n')

    assert [(line.number, line.problem != "") for line in lines] == [
        (1, False),
        (2, True),
        (3, False),
        (4, False),
    ]


def test_the_last_line_needs_no_line_break(tmp_path: Path) -> None:
    assert read(tmp_path, b"a,b\n1,2")[1].cells == ("1", "2")
